"""The figures and words of one case, drawn once from its title so that all its texts agree."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random
import re
from dataclasses import dataclass
from functools import lru_cache

from demo.content import persons, places
from demo.content.angles import Angle, angle_of
from demo.content.themes import THEMES, methods, study
from demo.content.wording import Words

__all__ = ["SYNONYMS", "THEMES", "Facts", "facts", "host_named", "model"]

_STUDIO = "名师工作室|名校长工作室|名园长工作室|名班主任工作室"
_HOST = re.compile(rf"(?:^|[—：:·“\s从])([\u3400-\u9fff]{{2,4}}?)(?:{_STUDIO})")
_STUDIO_KIND = re.compile(_STUDIO)

# A way of working has a name of its own: “三阶四环”, “一核两翼三环”, “1+6+N”.
_NUMBERED = re.compile("(\\d+|[两三四五])(所|个教学点|名成员|位青年教师|轮)")
_MODEL = re.compile("“([一双两三四五六七][^“”]{3,7}|\\d\\+[^“”]{1,5})”")
_COUNTS = ("双线", "三阶", "四环", "五步", "三段", "四维", "三问", "四单", "三级", "六环", "三研", "四研", "五段", "双轨", "三层", "四阶")  # fmt: skip
_PAIRS = (
    "驱动", "联动", "递进", "融合", "进阶", "循环", "贯通", "协同", "共生", "互促", "四环", "三步", "六步", "五环", "三评", "四导", "互评", "共进",
)  # fmt: skip
_PLAIN_MODELS = (
    "1+6+N", "1+N+X", "3+2+1", "一课三磨", "三研三磨", "一月一题", "四步六环", "五个一", "三个一", "两单一评", "三研五步", "一师一案", "双周双研",
)  # fmt: skip

# Words that may change from sentence to sentence without changing what is said.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "平台": ("平台", "国家平台", "智慧教育平台"),
    "推进": ("推进", "推动", "带动"),
    "扎实": ("扎实", "有序", "稳步", "持续"),
    "困": ("短板", "困境", "堵点"),
    "成长": ("专业成长", "专业发展", "能力提升"),
    "机制": ("工作机制", "运行机制", "长效机制"),
    "板块": ("教师研修板块", "课程教学板块", "寒暑假研修专题", "精品课栏目"),
    "工具": ("即时交流", "资源共享", "研修活动", "视频教研"),
}


@dataclass(frozen=True)
class Facts:
    """What is the same in every text about one case."""

    words: Words
    angle: Angle
    headcount: int
    rate_before: int
    rate_after: int
    activities: int
    lessons: int
    resources: int
    hours: int
    is_kindergarten: bool = False


def model(rng: random.Random) -> str:
    """A name for a way of working, as teachers give them."""
    if rng.random() < 0.35:
        return rng.choice(_PLAIN_MODELS)
    first, second = rng.choice(_COUNTS), rng.choice(_PAIRS)
    return first + second if first[0] != second[0] and first[-1] != second[-1] else rng.choice(_PLAIN_MODELS)


def host_named(title: str) -> str:
    """The host's name a studio's title carries, or nothing."""
    match = _HOST.search(title)
    return match.group(1) if match else ""


@lru_cache(maxsize=256)
def facts(case_type: str, title: str, unit: str = "", host: str = "") -> Facts:
    """The same facts for the same case, whoever asks: the draw is seeded by the case itself."""
    case_type = str(case_type)
    rng = random.Random(f"{case_type}|{title}|{unit}")
    place = places.setting(rng, title, unit)
    school = place.school if case_type == "school" or (unit and "幼儿园" in unit) else ""
    kindergarten = "幼儿园" in school and case_type != "region"
    schools = rng.randint(18, 96)
    headcount = {
        "region": schools * rng.randint(21, 38),
        "school": rng.randint(12, 34)
        if place.is_rural or kindergarten or "特殊教育" in school
        else rng.randint(38, 186),
        "studio": rng.randint(14, 48),
    }[case_type]
    schools, headcount, rounds = _as_named(title, case_type, schools, headcount, rng.randint(3, 5))
    rate_before, rate_after = rng.randint(36, 62), rng.randint(88, 98)
    activities, lessons = rng.randint(18, 64), rng.randint(24, 160)
    resources, hours = rng.randint(120, 980), rng.randint(32, 96)
    helped = rng.randint(3, 9)
    counted = {
        "校数": schools, "乡村校数": max(5, schools // 3) if case_type == "region" else helped, "人数": headcount,
        "率前": rate_before, "率后": rate_after,
        "增": rate_after - rate_before, "场数": activities, "课数": lessons, "资源数": resources, "学时": hours,
        "群数": rng.randint(3, 8) if case_type != "region" else rng.randint(9, 36),
        "骨干数": max(4, headcount // rng.randint(6, 11)) if case_type != "region" else rng.randint(24, 120),
        "骨干少": max(2, headcount // 22) if case_type != "region" else rng.randint(6, 15), "学时要求": hours - rng.choice((4, 6, 8, 12)),
        "起年": rng.randint(2020, 2022), "贡献值": rng.randint(108, 460), "直播数": rng.randint(2, 9), "帮扶校数": helped,
        "成员校数": rng.randint(5, 11), "轮数": rounds,
        "获奖数": rng.randint(3, 12) if headcount < 60 else rng.randint(9, 46),
        "班数": max(6, headcount * 10 // 27), "观看数": rng.randint(12, 86) * 100,
    }  # fmt: skip
    subject, theme = study(rng, title, school)
    method, second_method = methods(rng, title, school)
    named_model, named_studio = _MODEL.search(title), _STUDIO_KIND.search(title)
    words: dict[str, str | tuple[str, ...]] = {
        **SYNONYMS, **{slot: str(number) for slot, number in counted.items()},
        "地": place.county, "地简": place.short, "镇": place.town, "校名": place.school, "机构": place.body,
        "级": place.rank, "学科": subject, "题": theme, "法": method, "法二": second_method,
        "地貌": _land(place), "模式": named_model.group(1) if named_model else model(rng), "周期": rng.choice(("每周", "每两周", "每月")),
        "主持": host or host_named(title) or persons.person(rng),
        "室": named_studio.group() if named_studio else "名师工作室",
        **_voice(case_type, place, kindergarten),
    }  # fmt: skip
    # A school's name is no sign: 九年一贯制学校 may write of anything.
    told = title.replace(place.school, "").replace(place.short_school, "").replace(place.county, "")
    angle = angle_of(told, rng, case_type, kindergarten=kindergarten)
    return Facts(words, angle, headcount, rate_before, rate_after, activities, lessons, resources, hours, kindergarten)


def _as_named(title: str, case_type: str, schools: int, headcount: int, rounds: int) -> tuple[int, int, int]:
    """Schools, people and rounds with those numbers in their place that the title itself names."""
    named = {match.group(2): match.group(1) for match in _NUMBERED.finditer(title)}
    if case_type == "region" and (least := next((named[of] for of in ("所", "个教学点") if of in named), "")):
        # Rural schools are a third of all: a title that counts them counts no more than that.
        schools = int(least) * 3 if "乡村" in title or "教学点" in title else int(least)
        headcount = schools * (20 + headcount % 17)
    if case_type == "studio" and (members := named.get("名成员") or named.get("位青年教师")):
        headcount = int(members)
    return schools, headcount, "零一两三四五".index(named["轮"]) if named.get("轮", "") in tuple("两三四五") else rounds


def _land(place: places.Setting) -> str:
    """What the county says of its land before it calls itself a 县域."""
    if place.rank == "区":
        return "城镇与乡村并存的"
    return "山地与河谷相间的" if place.is_hilly else "乡镇分散、路途较远的"


def _voice(case_type: str, place: places.Setting, kindergarten: bool) -> dict[str, str]:
    """How this type of author speaks of itself, its members and whoever leads."""
    if case_type == "region":
        return {"我": f"全{place.rank}", "各": "各校", "组": "学校", "牵头": f"{place.rank}级研修团队",
                "师": "教师", "生": "学生"}  # fmt: skip
    if case_type == "studio":
        pupils = "幼儿" if kindergarten else "学生"
        return {"我": "工作室", "各": "各成员校", "组": "研修小组", "牵头": "主持人", "师": "成员", "生": pupils}
    if kindergarten:
        return {"我": "幼儿园", "各": "各年级组", "组": "年级组", "牵头": "保教处", "师": "教师", "生": "幼儿"}
    return {"我": "学校", "各": "各教研组", "组": "教研组", "牵头": "教务处", "师": "教师", "生": "学生"}
