"""How a kindergarten says what schools say: activities for lessons, children for pupils."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import re

# What schools say and kindergartens do not.
_OF_KINDERGARTENS = {
    "学生": "幼儿", "一课三磨": "一题三磨", "教学班": "班", "入课堂": "入班级", "研一节课": "研一次活动", "一节课例": "一个活动案例", "一节研究课": "一次观摩活动", "上一次": "组织一次", "教选课": "教选资源", "教学进度": "活动计划", "教学故事": "教育故事", "自己的课有用": "带班有用", "用在课上": "用到班里", "观课": "观摩", "学科": "领域", "一张课表": "一张作息表", "小学科": "小领域", "课堂笔记": "表征记录", "所有课": "所有活动", "三年前的课": "三年前的活动", "现在的课": "现在的活动", "课上有变化": "活动有变化",
    "一节课": "一次活动", "这节课": "这次活动", "哪一节课": "哪一次活动", "课堂录像": "活动录像", "课堂": "活动现场", "课例": "活动案例",
    "研究课": "观摩活动", "教案": "活动方案", "听课": "观摩", "评课": "研讨", "上课": "组织活动", "同上一课": "组织同一活动", "观课三问": "观察三问", "班级大屏": "班级一体机",
    "教研组": "年级组", "学习者": "孩子", "课改": "园改", "几节课": "几次活动", "讲台": "活动室", "上一遍": "做一遍", "课后": "活动后", "课前": "活动前", "课中": "活动中", "单元": "主题", "作业": "任务",
    "听懂了": "玩明白了", "校本": "园本", "校长": "园长", "全校": "全园", "本校": "本园", "学校": "幼儿园", "校内": "园内", "教学设计": "活动设计", "新课标": "《指南》", "课": "活动",
}  # fmt: skip
_KEPT = ("课程", "课题", "精品课栏目", "同课异构", "微课", "课程教学板块", "课标", "集体备课", "备课", "精品课")  # fmt: skip
_COUNTED_LESSONS = re.compile(r"课例(\d+)节|(\d+)节课例")
_SCHOOLISH = re.compile("|".join(sorted({*_OF_KINDERGARTENS, *_KEPT}, key=len, reverse=True)))


def as_kindergarten(text: str) -> str:
    """The text with the words of schools put into those of kindergartens; what both say alike stays."""
    text = _COUNTED_LESSONS.sub(r"活动案例\1\2个", text)
    return _SCHOOLISH.sub(lambda found: _OF_KINDERGARTENS.get(found.group(), found.group()), text)
