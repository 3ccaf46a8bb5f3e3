"""The figures and words of one case, drawn once from its title so that all its texts agree."""

import random
import re
from dataclasses import dataclass

from demo.content import persons, places
from demo.content.wording import Words

SUBJECTS = (
    "语文", "数学", "英语", "科学", "道德与法治", "音乐", "美术", "体育与健康", "信息科技", "劳动", "历史", "地理",
    "生物学", "物理", "化学", "综合实践活动",
)  # fmt: skip

PRIMARY_SUBJECTS = SUBJECTS[:10]
KINDERGARTEN_FIELDS = ("健康领域", "语言领域", "社会领域", "科学领域", "艺术领域")

# What a case's research is about, and the way it goes about it: one theme and two methods a case.
THEMES = (
    "大单元教学设计", "作业设计与评价", "跨学科主题学习", "课堂提问", "学习任务设计", "教学评一致性", "数字素养提升",
    "整本书阅读", "实验探究教学", "项目式学习", "课堂观察", "家校共育",
)  # fmt: skip
KINDERGARTEN_THEMES = ("项目式学习", "家园共育", "数字素养提升", "户外游戏观察", "区域活动设计", "绘本阅读")
METHODS = ("案例剖析", "同课异构", "微格诊断", "磨课复盘", "专题沙龙", "跟岗观课", "集体备课", "说课展评")

_HOST = re.compile(r"([\u3400-\u9fff]{2,4}?)(?:名师|名校长)工作室")

# Words that may change from sentence to sentence without changing what is said.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "平台": ("平台", "国家平台", "智慧教育平台"),
    "推进": ("推进", "推动", "带动"),
    "扎实": ("扎实", "有序", "稳步", "持续"),
    "困": ("短板", "难题", "堵点"),
    "成长": ("专业成长", "专业发展", "能力提升"),
    "机制": ("工作机制", "运行机制", "长效机制"),
    "板块": ("教师研修板块", "课程教学板块", "寒暑假研修专题", "精品课栏目"),
    "工具": ("即时交流", "资源共享", "研修活动", "视频教研"),
}


@dataclass(frozen=True)
class Facts:
    """What is the same in every text about one case."""

    words: Words
    headcount: int
    rate_before: int
    rate_after: int
    activities: int
    lessons: int
    resources: int
    hours: int


def host_named(title: str) -> str:
    """The host's name a studio's title carries, or nothing."""
    match = _HOST.search(title)
    return match.group(1) if match else ""


def subjects_of(school: str) -> tuple[str, ...]:
    """The subjects taught at a school of this name: no physics in a primary school."""
    if "幼儿园" in school:
        return KINDERGARTEN_FIELDS
    return PRIMARY_SUBJECTS if "小学" in school else SUBJECTS


def themes_of(school: str) -> tuple[str, ...]:
    """What teachers of such a school study together: no homework in a kindergarten."""
    return KINDERGARTEN_THEMES if "幼儿园" in school else THEMES


def facts(case_type: str, title: str, unit: str = "", host: str = "") -> Facts:
    """The same facts for the same case, whoever asks: the draw is seeded by the case itself."""
    rng = random.Random(f"{case_type!s}|{title}|{unit}")
    place = places.setting(rng, title, unit)
    kindergarten = case_type == "school" and "幼儿园" in place.school
    schools = rng.randint(18, 96)
    headcount = {
        "region": schools * rng.randint(21, 38),
        "school": rng.randint(34, 186),
        "studio": rng.randint(14, 48),
    }[str(case_type)]
    rate_before, rate_after = rng.randint(36, 62), rng.randint(88, 98)
    activities, lessons = rng.randint(18, 64), rng.randint(24, 160)
    resources, hours = rng.randint(120, 980), rng.randint(32, 96)
    counted = {
        "校数": schools, "乡村校数": max(5, schools // 3), "人数": headcount, "率前": rate_before, "率后": rate_after,
        "增": rate_after - rate_before, "场数": activities, "课数": lessons, "资源数": resources, "学时": hours,
        "群数": rng.randint(6, 26), "骨干数": max(4, headcount // rng.randint(6, 11)), "起年": rng.randint(2020, 2022),
        "贡献值": rng.randint(108, 460), "直播数": rng.randint(2, 9), "帮扶校数": rng.randint(3, 9),
        "成员校数": rng.randint(5, 11), "轮数": rng.randint(3, 5), "获奖数": rng.randint(6, 38),
        "班数": max(6, headcount * 10 // 27), "观看数": rng.randint(12, 86) * 100,
    }  # fmt: skip
    school = place.school if case_type == "school" else ""
    subjects, themes = subjects_of(school), themes_of(school)
    method, second_method = rng.sample(METHODS, 2)
    if named_method := _named(METHODS, title):
        method, second_method = named_method, next(way for way in (method, second_method) if way != named_method)
    words: dict[str, str | tuple[str, ...]] = {
        **SYNONYMS, **{slot: str(number) for slot, number in counted.items()},
        "地": place.county, "镇": place.town, "校名": place.school, "机构": place.body, "级": place.rank,
        "学科": _named(subjects, title) or rng.choice(subjects), "题": _named(themes, title) or rng.choice(themes),
        "法": method, "法二": second_method, "周期": rng.choice(("每周", "每两周", "每月")),
        "主持": host or host_named(title) or persons.person(rng),
        **_voice(str(case_type), place, kindergarten),
    }  # fmt: skip
    return Facts(words, headcount, rate_before, rate_after, activities, lessons, resources, hours)


def _named(names: tuple[str, ...], text: str) -> str:
    return next((name for name in names if name in text), "")


def _voice(case_type: str, place: places.Setting, kindergarten: bool) -> dict[str, str]:
    """How this type of author speaks of itself, its members and whoever leads."""
    if case_type == "region":
        return {"我": f"全{place.rank}", "各": "各校", "组": "学校", "牵头": f"{place.rank}级研修团队",
                "师": "教师", "生": "学生"}  # fmt: skip
    if case_type == "studio":
        return {"我": "工作室", "各": "各成员校", "组": "研修小组", "牵头": "主持人", "师": "成员", "生": "学生"}
    if kindergarten:
        return {"我": "幼儿园", "各": "各年级组", "组": "年级组", "牵头": "保教处", "师": "教师", "生": "幼儿"}
    return {"我": "学校", "各": "各教研组", "组": "教研组", "牵头": "教务处", "师": "教师", "生": "学生"}
