"""Titles of cases as teachers write them: whole patterns, or a head and what explains it."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random
import re

from demo.content import persons, places
from demo.content.facts import SYNONYMS, model
from demo.content.headlines import heads, region, school, studio
from demo.content.kindergarten import as_kindergarten
from demo.content.themes import HIGH, MIDDLE, PRIMARY, methods_of, study
from demo.content.wording import Words, fill

LONGEST = 60

PATTERNS = {"region": region.WHOLE, "school": school.WHOLE, "studio": studio.WHOLE}
CORES = {"region": region.CORES, "school": school.CORES, "studio": studio.CORES}

SHORT = {
    "region": ("云端联研", "全域研修", "{地简}共研", "同研一片云", "一网同研", "{地简}在线", "山海同研"),
    "school": ("一屏一研", "云上教研组", "我们的研修", "小校大研", "再上一遍", "周三有约", "稿纸背后", "慢研"),
    "studio": ("一室繁星", "云上同行", "名师在线", "微光成炬", "同室同研", "聚光"),
}

LONG_LEADS = (
    "国家中小学智慧教育平台支持下{题}的", "基于国家中小学智慧教育平台教研群功能的{学科}教师", "线上线下融合背景下聚焦{题}的{学科}教师",
    "新课程标准落地与数字化转型双重背景下的{学科}教师",
)  # fmt: skip
LONG_CORES = {
    "region": ("区域协同研修机制构建与实践探索", "“{模式}”区域研修模式研究", "城乡一体区域研修共同体建设"),
    "school": ("常态化校本研修模式构建与实践", "“{模式}”校本研修路径探索", "校本研修共同体建设与应用"),
    "studio": (
        "线上名师工作室协同教研与帮扶路径探索",
        "名师工作室双线融合建设与应用",
        "名师工作室骨干教师梯队培养实践",
    ),
}
LONG_TAILS = {
    "region": ("——以{地}为例", "——以{地}{量}所中小学幼儿园为例", "——来自{地}{镇}片区{数}年的行动报告", "——{地}案例", "——以{地}{量}所学校{数}年行动研究为例", "——{地简}的实践与反思"),
    "school": ("——以{校}为例", "——来自{校}的{数}年实践", "——{校}{学科}组的行动研究报告", "——以{校}{学科}教研组为例", "——{校简}的实践与反思", "——以{校简}{年级}为例"),
    "studio": ("——以{主持}{室}为例", "——来自{地}{主持}{室}的实践报告", "——{主持}{室}的{数}年探索", "——{主持}{室}{量}次线上活动的启示"),
}  # fmt: skip

_GRADES_OF = {
    "物理": ("八年级", "九年级"), "化学": ("九年级",), "地理": ("七年级", "八年级"), "生物学": ("七年级", "八年级"), "历史": ("七年级", "八年级", "九年级"),
    }  # fmt: skip
_FROM_THE_THIRD = ("英语", "信息科技")
# What a title without a name of its own is told from others by.
_NAMED = re.compile(r"\{(?:校|校简|地|地简|镇|主持)\}")
_SIGNATURES = {"region": "——{地}案例", "school": "——{校简}案例", "studio": "——{主持}{室}"}
_ONLY = {
    "寄宿": ("寄宿", "镇", "乡", "苏木"), "九年一贯": ("九年一贯", "中心学校", "实验学校"), "集团校": ("小学", "中学", "实验学校", "外国语"),
    "小规模": ("镇", "乡", "苏木"), "三个人": ("镇", "乡", "苏木"), "只有": ("镇", "乡", "苏木"), "孩子": ("小学", "学校"), "班主任": ("小学", "中学", "学校"),
}  # fmt: skip
_GRADES = (
    ("小学", ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "低年级", "高年级")), ("初级中学", ("七年级", "八年级", "九年级")), ("高级中学", ("高一", "高二", "高三")),
    ("职业", ("一年级", "二年级")), ("特殊教育", ("低年级", "中年级", "高年级")), ("中学", ("七年级", "八年级", "九年级")),
)  # fmt: skip
_KINDERGARTEN_CORES = tuple(core for core in (*school.KINDERGARTEN, "{校}{题}园本研修", "{校}教师的{题}研究", "{校简}{班}{题}观察记", "{校}“{法}”手记", "{校}与家长同研{题}", "{校}园本研修案例", "{校简}“{模式}”园本教研", "{校简}{班}{题}研修手记") if "校" in core and "：" not in core and "——" not in core)  # fmt: skip


def title(rng: random.Random, case_type: str, *, unit: str = "", host: str = "", size: str = "") -> str:
    """A title of at most 60 characters that names the unit's own place and the studio's host.

    `size`: "short" for the shortest kind (2–6 characters), "long" for exactly 60, else as it comes.
    """
    case_type = str(case_type)
    place = places.setting(rng, unit)
    words = _words(rng, case_type, place, unit, host)
    if size == "short":
        return fill(rng, rng.choice(SHORT[case_type]), words)
    if size == "long":
        return _longest(rng, case_type, place, unit, host)
    at_school = unit.endswith(place.school) and "幼儿园" not in unit
    while True:
        pattern = _pattern(rng, case_type, place, at_school)
        if not _NAMED.search(pattern) and "——" not in pattern and rng.random() < 0.6:
            pattern += _SIGNATURES[case_type]
        drawn = fill(rng, pattern, words)
        if case_type == "school" and "幼儿园" in place.school:
            drawn = as_kindergarten(drawn)
        # “生物学” before “校” would be read as “生物 学校”.
        drawn = drawn.replace("生物学校本", "生物校本")
        if len(drawn) <= LONGEST:
            return drawn


def _pattern(rng: random.Random, case_type: str, place: places.Setting, at_school: bool) -> str:
    """A whole pattern, or a head before what explains it, or a head behind a dash."""
    kindergarten = case_type == "school" and "幼儿园" in place.school
    whole = school.KINDERGARTEN if kindergarten else PATTERNS[case_type]
    cores = _KINDERGARTEN_CORES if kindergarten else CORES[case_type]
    shape = rng.random()
    while True:
        pattern = rng.choice(whole) if shape < 0.42 else _headed(rng, shape, rng.choice(cores))
        if case_type == "region" or (
            _fits(pattern, place) if case_type == "school" else at_school or "名校长" not in pattern
        ):
            return pattern


def _headed(rng: random.Random, shape: float, core: str) -> str:
    """A motto, a question, a quotation or a number before the core, behind it where the core has a colon itself."""
    joints: tuple[str, ...]
    if shape < 0.78:
        head, joints = rng.choice(heads.MOTTOS), ("：", "——", "——")
    elif shape < 0.86:
        head, joints = rng.choice(heads.QUESTIONS), ("——",)
    elif shape < 0.93:
        head, joints = rng.choice(heads.QUOTATIONS), ("：", "——")
    else:
        head, joints = rng.choice(heads.NUMBERS), ("：", "——")
    if "：" in core:
        # One colon and one dash a title: two of a kind read like a list.
        return f"{core}——{head}" if not head.endswith("？") else core
    return head + rng.choice(joints) + core


def _words(rng: random.Random, case_type: str, place: places.Setting, unit: str, host: str) -> Words:
    own = (
        place.school
        if case_type == "school" or (unit and case_type == "studio" and unit.endswith(place.school))
        else ""
    )
    subject, theme = study(rng, "", own)
    studio_kind = (
        "名园长工作室"
        if "幼儿园" in own
        else rng.choice(("名师工作室", "名师工作室", "名师工作室", "名校长工作室" if own else "名师工作室"))
    )
    return {
        **SYNONYMS, "题": theme, "法": methods_of(own), "平台": ("国家中小学智慧教育平台", "国家智慧教育平台", "智慧教育平台"), "学科": subject, "地": place.county,
        "地简": place.short, "镇": place.town, "校": place.school, "校简": place.short_school, "主持": host or persons.person(rng), "室": studio_kind, "数": ("三", "四", "五", "两"),
        "量": str(rng.randint(12, 96)), "模式": model(rng), "年级": _grades(own or "小学", subject), "班": ("小班", "中班", "大班"), "少": ("两", "三", "四"), "成员": str(rng.randint(9, 46)),
        "学段": _stages(subject), "年": ("六", "四", "八"), "次": ("三十", "五十", "二十", "一百"),
    }  # fmt: skip


def _stages(subject: str) -> tuple[str, ...]:
    """The stages a subject of this name is taught in."""
    stages = tuple(
        stage for stage, subjects in (("小学", PRIMARY), ("初中", MIDDLE), ("高中", HIGH)) if subject in subjects
    )
    return stages or ("中小学",)


def _grades(school_name: str, subject: str) -> tuple[str, ...]:
    """The grades such a school has and such a subject is taught in: no physics in the seventh."""
    if "高级" not in school_name and subject in _GRADES_OF:
        return _GRADES_OF[subject]
    if "小学" in school_name and subject in _FROM_THE_THIRD:
        return ("三年级", "四年级", "五年级", "六年级")
    return next((grades for sign, grades in _GRADES if sign in school_name), ("三年级", "五年级", "七年级", "八年级"))


def _longest(rng: random.Random, case_type: str, place: places.Setting, unit: str, host: str) -> str:
    """A title of exactly 60 characters: long titles are drawn until one has them (one draw in about thirty does)."""
    while True:
        pattern = rng.choice(LONG_LEADS) + rng.choice(LONG_CORES[case_type]) + rng.choice(LONG_TAILS[case_type])
        drawn = fill(rng, pattern, _words(rng, case_type, place, unit, host))
        if len(drawn) == LONGEST:
            return drawn


def _fits(pattern: str, place: places.Setting) -> bool:
    """Whether a pattern may stand over the work of this school: no boarders in a kindergarten, no town in a town's name."""
    if "{镇}" in pattern and not place.is_rural:
        return False
    return all(any(word in place.school for word in fitting) for sign, fitting in _ONLY.items() if sign in pattern)
