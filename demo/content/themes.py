"""What is taught and what teachers study together: subjects by kind of school, themes by subject, ways of studying."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random
import re
from typing import Final

SUBJECTS: Final = (
    "语文", "数学", "英语", "科学", "道德与法治", "音乐", "美术", "体育与健康", "信息科技", "劳动", "历史", "地理",
    "生物学", "物理", "化学", "综合实践活动",
)  # fmt: skip
PRIMARY: Final = SUBJECTS[:10]
MIDDLE: Final = (*SUBJECTS[:3], *SUBJECTS[4:15])
HIGH: Final = ("语文", "数学", "英语", "思想政治", "历史", "地理", "物理", "化学", "生物学", "信息技术", "体育与健康")
VOCATIONAL: Final = ("语文", "数学", "英语", "信息技术", "机电专业", "汽修专业", "护理专业", "旅游专业", "电子商务专业")
SPECIAL: Final = ("生活语文", "生活数学", "生活适应", "绘画与手工", "运动与保健")
KINDERGARTEN: Final = ("健康领域", "语言领域", "社会领域", "科学领域", "艺术领域")

GENERAL_THEMES: Final = (
    "大单元教学设计", "作业设计与评价", "跨学科主题学习", "课堂提问", "学习任务设计", "教学评一致性", "项目式学习", "课堂观察", "情境创设", "小组合作学习",
    "分层作业", "课堂评价语言", "导学单设计", "错题资源利用", "差异化教学", "学习支架设计", "单元整体作业", "复习课设计", "数字教材应用", "数字素养提升",
    "课前预习设计", "学情诊断", "课堂理答", "思维可视化", "长周期作业", "讲评课改进", "学习习惯养成", "人工智能辅助备课",
)  # fmt: skip
THEMES_OF: Final[dict[str, tuple[str, ...]]] = {
    "语文": ("整本书阅读", "习作教学", "古诗文诵读", "识字与写字", "口语交际", "群文阅读", "批注式阅读", "作文升格指导"),
    "数学": ("计算教学", "图形与几何教学", "数学阅读", "问题解决策略", "数学实验", "说理课堂", "量感培养", "起始课设计"),
    "英语": ("单元语篇教学", "英语绘本教学", "听说训练", "主题意义探究", "读写结合", "词汇教学"),
    "科学": ("实验探究教学", "科学观察记录", "工程实践任务", "前概念转变"),
    "物理": ("实验探究教学", "自制教具", "物理建模", "生活现象探究"), "化学": ("实验探究教学", "证据推理", "家庭小实验", "化学史融入"),
    "生物学": ("模型建构", "校园生物调查", "实验探究教学"), "道德与法治": ("议题式教学", "红色资源融入", "法治教育", "生活案例选用"),
    "思想政治": ("议题式教学", "红色资源融入", "时政述评"), "音乐": ("课堂器乐教学", "乡土音乐进课堂", "班级合唱"), "美术": ("民间美术进课堂", "欣赏评述", "校园美术展评"),
    "体育与健康": ("大课间活动", "体能分层训练", "学练赛一体化", "体质监测反馈"), "信息科技": ("编程思维", "人工智能启蒙", "过程与控制单元"), "信息技术": ("编程思维", "数据分析实践"),
    "劳动": ("校园种植", "家务劳动清单", "劳动任务群"), "历史": ("史料实证", "乡土史教学", "时间轴绘制"), "地理": ("地理实践力", "区域认知", "地图技能"),
    "综合实践活动": ("研学课程", "职业体验", "考察探究活动"),
    **dict.fromkeys(("机电专业", "汽修专业", "护理专业", "旅游专业", "电子商务专业"), ("工学一体化教学", "项目化实训", "技能竞赛资源转化", "课程思政")),
    **dict.fromkeys(SPECIAL, ("个别化教育计划", "生活化教学", "融合教育支持", "康复教学")),
}  # fmt: skip
"""Themes of a subject's own; no book is read whole in gymnastics."""

KINDERGARTEN_THEMES: Final = (
    "项目活动", "家园共育", "户外游戏观察", "区域活动设计", "绘本阅读", "自主游戏", "入学准备", "幼儿行为观察", "一日生活组织", "游戏材料投放", "师幼互动",
    "民间游戏", "自然教育", "课程故事撰写", "混龄活动", "表征与倾听",
)  # fmt: skip
THEMES: Final = tuple(dict.fromkeys((*GENERAL_THEMES, *(theme for own in THEMES_OF.values() for theme in own))))

METHODS: Final = (
    "案例剖析", "同课异构", "微格诊断", "磨课复盘", "专题沙龙", "跟岗观课", "集体备课", "说课展评", "循证评课", "主题辩课", "问题会诊", "课例研磨",
    "接力教研", "对比观课", "课堂切片", "微型讲座",
)  # fmt: skip

KINDERGARTEN_METHODS: Final = ("案例剖析", "专题沙龙", "问题会诊", "接力教研", "微型讲座", "视频回看", "现场跟岗", "读书分享", "对比观察", "故事圆桌")  # fmt: skip

_ALL_SUBJECTS: Final = tuple(
    sorted({*SUBJECTS, *HIGH, *VOCATIONAL, *SPECIAL, *KINDERGARTEN, *THEMES_OF}, key=len, reverse=True)
)
_SUBJECT = re.compile("|".join(_ALL_SUBJECTS))
_THEME = re.compile("|".join(sorted({*THEMES, *KINDERGARTEN_THEMES}, key=len, reverse=True)))
_METHOD = re.compile("|".join((*METHODS, *KINDERGARTEN_METHODS)))
_SUBJECTS_OF_THEME = {
    theme: tuple(subject for subject, own in THEMES_OF.items() if theme in own) for theme in THEMES
}  # fmt: skip
_BEYOND_PRIMARY = ("初级中学", "高级中学", "中学", "职业")
_PRIMARY_THEMES: Final = frozenset(
    (
        "识字与写字",
        "习作教学",
        "计算教学",
        "口语交际",
        "量感培养",
        "说理课堂",
        "英语绘本教学",
        "家务劳动清单",
        "前概念转变",
        "起始课设计",
    )
)
# Titles whose matter belongs to no subject: what they study, and who mostly does.
_OF_TITLES: Final = {
    "班主任": ("道德与法治", "班会课设计"),
    "家校共育": ("道德与法治", "家校沟通"),
    "幼小衔接": ("语文", "学习习惯养成"),
}
_KINDS = (
    ("幼儿园", KINDERGARTEN), ("特殊教育", SPECIAL), ("职业", VOCATIONAL), ("小学", PRIMARY), ("高级中学", HIGH), ("初级中学", MIDDLE), ("中学", MIDDLE),
    ("学校", (*PRIMARY[:9], *MIDDLE[3:])),
)  # fmt: skip


def subjects_of(school: str) -> tuple[str, ...]:
    """The subjects taught at a school of this name: no physics in a primary school."""
    return next((subjects for sign, subjects in _KINDS if sign in school), SUBJECTS)


def themes_of(school: str, subject: str) -> tuple[str, ...]:
    """What teachers of such a school and subject study together: no homework in a kindergarten."""
    if "幼儿园" in school:
        return KINDERGARTEN_THEMES
    own = THEMES_OF.get(subject, ())
    if any(sign in school for sign in _BEYOND_PRIMARY):
        own = tuple(theme for theme in own if theme not in _PRIMARY_THEMES)
    # A subject's own themes are as frequent as the general ones, though fewer.
    return (*own, *own, *GENERAL_THEMES) if "特殊教育" not in school else own


def study(rng: random.Random, title: str, school: str) -> tuple[str, str]:
    """The subject and the theme of a case: those its title names, the rest drawn so that the two agree."""
    if "特殊教育" in title:
        school = "特殊教育"
    if special := next((both for sign, both in _OF_TITLES.items() if sign in title), None):
        return special
    named_subject, named_theme = _SUBJECT.search(_without_themes(title)), _THEME.search(title)
    subjects = subjects_of(school)
    theme = named_theme.group() if named_theme else ""
    if named_subject:
        subject = named_subject.group()
    else:
        fitting = [subject for subject in _SUBJECTS_OF_THEME.get(theme, ()) if subject in subjects]
        subject = rng.choice(fitting or subjects)
    return subject, theme or rng.choice(themes_of(school, subject))


def methods_of(school: str) -> tuple[str, ...]:
    """The ways such a school studies: a kindergarten has no lessons to polish."""
    return KINDERGARTEN_METHODS if "幼儿园" in school else METHODS


def methods(rng: random.Random, title: str, school: str) -> tuple[str, str]:
    """Two ways of studying, the first the title's own if it names one."""
    named = _METHOD.search(title)
    first, second, third = rng.sample(methods_of(school), 3)
    if named is None:
        return first, second
    return named.group(), next(way for way in (second, third, first) if way != named.group())


def _without_themes(title: str) -> str:
    """The title with its themes taken out: 数学实验 and 英语绘本教学 name a theme, the subject follows from it."""
    return _THEME.sub(lambda found: found.group()[:2] if found.group()[:2] in SUBJECTS else "", title)
