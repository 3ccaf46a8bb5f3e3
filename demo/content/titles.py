"""Titles of cases as teachers write them, over forty patterns for each of the three types."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random

from demo.content import persons, places
from demo.content.facts import METHODS, SYNONYMS, subjects_of, themes_of
from demo.content.wording import Words, fill

LONGEST = 60

REGION = (
    "{地}依托{平台}推进教师研修数字化转型的实践", "数智赋能 研训一体——{地}区域研修应用案例", "{地}“平台+教研群”区域研修共同体建设",
    "从“用起来”到“用得好”：{地}区域教师研修的{数}步走", "云端联动 城乡共研——{地}{学科}教师研修实践", "{地}：一张网连起{量}所乡村学校",
    "以{平台}为底座的{地}全员研修体系构建", "“三级联动、四环推进”——{地}区域研修新路径", "{地}寒暑假研修与校本教研衔接的探索",
    "小切口撬动大研修——{地}{题}专题研修纪实", "区域统筹、校际协同：{地}{学科}线上线下混合研修", "{地}研修管理员队伍建设与应用案例",
    "山区县的云端教研——{地}{镇}片区研修样本", "数据驱动的{地}区域精准研修", "让资源“活”起来：{地}本地资源建设与共享实践",
    "{平台}支持下的{地}“{法}”区域研修", "“双师同研”：{地}城乡教师结对研修案例", "{地}以教研群为纽带的{学科}学科联盟",
    "区域教师数字素养提升的{地}行动", "融合·协同·共生：{地}教师研修新生态", "“晒课—评课—再建课”：{地}区域精品课研修",
    "{地}新任教师“{数}年一体”线上研修计划", "破解“工学矛盾”：{地}碎片化研修的整体设计", "{地}幼小衔接联合研修应用案例",
    "以评促研：{地}研修学时认定与激励机制", "{地}“周有主题、月有展示”的区域研修日历", "从{镇}出发：{地}乡村教师研修共同体",
    "聚焦{题}的区域主题式研修——以{地}为例", "{地}{学科}名师带动下的区域研修", "平台资源本地化：{地}{学科}研修课程包的研制",
    "县域教研转型的{数}个关键动作——{地}案例", "“一校一案、一师一单”：{地}精准研修", "{地}教育集团云教研的实践与思考",
    "应开尽开、应用尽用：{地}平台应用推进纪实", "{地}行动：区域教师研修数字化的县域答卷", "研在日常 训在云端——{地}全域推进案例",
    "{地}“种子教师”培养与平台应用", "面向薄弱学科的{地}{学科}联片研修", "“五个一”带动{地}{量}所学校常态应用", "{地}特殊教育教师云端联研",
    "区域研修的“加减乘除”——{地}实践", "{地}以{法}为主线的混合式研修", "让每一位乡村教师都在场：{地}直播教研",
)  # fmt: skip

SCHOOL = (
    "{校}基于{平台}的校本研修实践", "一屏一研：{校}{学科}组的云端教研", "小学校 大教研——{校}校本研修案例", "{校}“四环节”校本研修模式探索",
    "借平台之力 促教师成长——{校}校本研修", "指向{题}的{学科}校本研修", "{平台}赋能{学科}组备课的实践", "从一节课到一类课：{校}的{法}研修",
    "“研—备—上—评”一体化校本研修案例", "教研群里的“{学科}茶座”", "乡村小规模学校的云端研修之路——以{校}为例", "{校}青年教师“青禾计划”",
    "老教师也会用：{校}信息化应用结对行动", "双师课堂背后的校本研修——{校}", "一份研修日历的{数}次迭代", "{校}暑期研修与开学备课衔接案例",
    "把平台“搬”进教研组：{校}的{数}项约定", "跨学科主题学习的校本研修设计与实施", "以课例为载体的{学科}校本研修", "{校}常态化研修的组织与保障",
    "从“要我研”到“我要研”——{校}实践", "幼儿园户外游戏观察的云端研修", "“每周一学”：{校}{学科}教师微研修", "数字资源支持下的作业设计研修",
    "{校}：用数据看见教师成长", "课堂提问的“显微镜”——{学科}校本研修", "平台资源二次开发的校本实践——以{校}{学科}组为例",
    "“同伴互助+专家在线”：{校}校本研修新样态", "九年一贯的学段衔接研修——{校}", "{题}校本研修的{数}轮行动研究", "在真实课堂里学会用平台",
    "{校}“问题墙”驱动的校本研修", "寄宿制学校的夜间云教研", "{学科}教师的“第二间办公室”", "听见每一种声音：{校}开放式教研", "研修共同体的校本建构——{校}",
    "让{学科}课堂慢下来：基于课堂录像的校本研修", "一所{镇}学校的研修突围", "{校}班主任线上研修案例", "集团校“一体化”校本研修的云上实践", "以{法}为抓手的校本研修",
    "新课标 新课堂 新研修——{校}实践",
)  # fmt: skip

STUDIO = (
    "{主持}名师工作室线上建设与应用", "{主持}名校长工作室：一群校长的云端同行", "一室引领 多校共进——{主持}名师工作室案例", "{学科}名师工作室的“三融三促”",
    "线上线下融合的{主持}名师工作室", "从{地}到全国：{主持}名师工作室直播教研纪实", "{主持}名师工作室“{数}阶”骨干培养路径", "一间没有围墙的工作室",
    "名师工作室帮扶{镇}{学科}教师的实践", "{平台}上的{学科}名师工作室", "“微光”聚成炬：{主持}名师工作室资源共建", "{地}名校长工作室协同治理研修案例",
    "主题引领、任务驱动：{主持}名师工作室", "让名师经验可学可用——{主持}名师工作室", "工作室主页里的成长地图", "{主持}名师工作室{题}研究与推广",
    "以直播为纽带的{学科}工作室应用", "规范·协同·可持续：{主持}名师工作室建设", "工作室联盟：{地}{学科}协同教研", "“师带徒”的云端新解——{主持}名师工作室",
    "幼教名师工作室的线上研修社区", "{主持}名校长工作室“云入校”诊断", "名师资源的生成、筛选与更新机制", "跨省结对的{学科}工作室", "{主持}名师工作室：把好课送进{镇}",
    "一年{数}次直播之后：{主持}名师工作室复盘", "{学科}工作室数据看板支持下的精准帮扶", "聚焦{题}的名师工作室协同研修", "{主持}名师工作室青年教师成长营",
    "工作室资源分类管理的{地}做法", "乡村名师工作室的坚守与创新", "{主持}名师工作室“一课三磨”", "发挥倍增效应：{地}名师工作室群建设", "名班主任工作室的云端陪伴",
    "“四个一”推动{主持}名师工作室常态运行", "{主持}名师工作室双线融合的{法}", "以工作室为支点的{学科}教师梯队培养", "从独行到众行——{主持}名师工作室",
    "{地}{学科}名师工作室与寒暑假研修", "{主持}名校长工作室数字化领导力提升", "安全、有序、好用：名师工作室运行手册", "名师在线，成长在场——{主持}名师工作室",
)  # fmt: skip

SHORT = {
    "region": ("云端联研", "全域研修", "{地}共研", "同研一片云"),
    "school": ("一屏一研", "云上教研组", "我们的研修", "小校大研"),
    "studio": ("一室繁星", "云上同行", "名师在线", "微光成炬"),
}

LONG_LEADS = (
    "国家中小学智慧教育平台支持下{题}的", "基于国家中小学智慧教育平台教研群功能的{学科}教师", "线上线下融合背景下聚焦{题}的{学科}教师",
    "新课程标准落地与数字化转型双重背景下的{学科}教师",
)  # fmt: skip
LONG_CORES = {
    "region": ("区域协同研修机制构建与实践探索", "“三级联动、四环推进”区域研修模式研究", "城乡一体区域研修共同体建设"),
    "school": ("常态化校本研修模式构建与实践", "“研备上评”一体化校本研修路径探索", "校本研修共同体建设与应用"),
    "studio": (
        "线上名师工作室协同教研与帮扶路径探索",
        "名师工作室双线融合建设与应用",
        "名师工作室骨干教师梯队培养实践",
    ),
}
LONG_TAILS = {
    "region": ("——以{地}为例", "——以{地}{量}所中小学幼儿园为例", "——来自{地}{镇}片区{数}年的行动报告", "——{地}案例"),
    "school": ("——以{校}为例", "——来自{校}的{数}年实践", "——{校}{学科}组的行动研究报告", "——以{校}{学科}教研组为例"),
    "studio": ("——以{主持}名师工作室为例", "——来自{地}{主持}名师工作室的实践报告", "——{主持}名师工作室的{数}年探索"),
}

_NOT_FOR_KINDERGARTENS = ("寄宿", "作业", "课堂", "集团校", "班主任", "跨学科", "上—评")

PATTERNS = {"region": REGION, "school": SCHOOL, "studio": STUDIO}


def title(rng: random.Random, case_type: str, *, unit: str = "", host: str = "", size: str = "") -> str:
    """A title of at most 60 characters that names the unit's own place and the studio's host.

    `size`: "short" for the shortest kind (4–6 characters), "long" for exactly 60, else as it comes.
    """
    case_type = str(case_type)
    place = places.setting(rng, unit)
    own_school = place.school if case_type == "school" else ""
    words: Words = {
        **SYNONYMS, "题": themes_of(own_school), "法": METHODS, "平台": ("国家中小学智慧教育平台", "国家智慧教育平台", "智慧教育平台"), "学科": subjects_of(own_school), "地": place.county,
        "镇": place.town, "校": place.school, "主持": host or persons.person(rng), "数": ("三", "四", "五", "两"),
        "量": tuple(str(count) for count in range(12, 97)),
    }  # fmt: skip
    if size == "short":
        return fill(rng, rng.choice(SHORT[case_type]), words)
    if size == "long":
        return _longest(rng, case_type, words)
    patterns = [pattern for pattern in PATTERNS[case_type] if case_type != "school" or _fits(pattern, place.school)]
    while len(drawn := fill(rng, rng.choice(patterns), words)) > LONGEST:
        pass
    return drawn


def _longest(rng: random.Random, case_type: str, words: Words) -> str:
    """A title of exactly 60 characters: long titles are drawn until one has them (one draw in about thirty does)."""
    while True:
        pattern = rng.choice(LONG_LEADS) + rng.choice(LONG_CORES[case_type]) + rng.choice(LONG_TAILS[case_type])
        drawn = fill(rng, pattern, words)
        if len(drawn) == LONGEST:
            return drawn


def _fits(pattern: str, school: str) -> bool:
    """Whether a pattern may stand over the work of this school: no kindergarten's title over a middle school."""
    if "幼儿园" in school and any(word in pattern for word in _NOT_FOR_KINDERGARTENS):
        return False
    rural = "乡村小规模" in pattern or "{镇}" in pattern
    return all(word in school for word in ("幼儿园", "九年一贯") if word in pattern) and (
        not rural or any(town in school for town in places.TOWNS)
    )
