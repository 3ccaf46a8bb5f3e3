"""Names authors give their supporting materials, by category (R8)."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random

from demo.content.facts import model
from demo.content.themes import METHODS, study
from demo.content.wording import Words, fill

CATEGORIES: dict[str, tuple[str, ...]] = {
    "通知文件": (
        "关于开展平台应用专项研修的通知", "关于举办{题}专题研修活动的通知", "关于做好{期}教师研修工作的通知", "{科}教研群建设方案的通知", "关于组织{法}活动的通知", "研修管理员培训安排", "关于公布{期}研修主题的通知",
        "关于开展{科}教师联研活动的通知", "关于征集{题}优秀课例的通知", "{期}{科}教研活动安排表", "关于成立平台应用工作小组的通知", "第{数}次联研日活动通知", "关于推荐骨干教师参加研修的通知",
    ),
    "制度文档": (
        "校本研修管理制度", "教研群运行与管理办法", "研修学时认定细则", "平台应用三年行动方案", "网络研修安全责任书", "研修工作考核评价办法", "资源审核与发布流程", "“{模式}”研修操作手册", "{科}集体备课制度（修订稿）",
        "师徒结对协议书（样本）", "课堂观察量表（第{数}版）", "教研群主持人轮值办法", "研修日历（{期}）", "{题}研究计划", "青年教师三年成长清单", "研修经费使用说明",
    ),
    "研究交流": (
        "{科}组{法}活动照片", "{题}研讨会发言提纲", "{科}教研群讨论记录", "第{数}次直播教研课件", "{题}课例研讨视频", "城乡结对{科}联研实录", "{期}研修心得选编", "{科}课例第{数}稿与修改说明", "{法}现场照片（{期}）",
        "{题}专题讲座课件", "{科}同课异构课堂实录", "教研群“一页纪要”第{数}期", "{题}观课记录表", "{科}备课组说课课件", "青年教师讲坛视频（第{数}讲）", "{题}研讨纪要", "{科}课堂片段视频", "跨校联研交流照片",
    ),
    "宣传报道": (
        "公众号报道：云端共研正当时", "{题}展示活动简讯", "县域教育简报第{数}期", "{期}研修活动美篇", "同行来访交流报道", "{科}组研修风采展板", "{题}成果发布会报道", "“{模式}”经验介绍（公众号）", "教研故事：{科}组的周三下午", "{期}研修工作简报",
        "校园网报道：{法}走进{科}课堂", "教研开放日风采照片",
    ),
    "其他成果支撑材料": (
        "平台应用数据统计表", "{科}优秀教学设计集", "教师获奖情况汇总", "{题}工具单", "课例资源目录", "教师问卷分析报告", "{科}精品课截图", "{题}前后测数据对比", "{科}单元资源导航表", "教研群活跃情况截图", "学生作品选（{科}）",
        "{题}案例集", "骨干教师培养情况一览", "学时记录截图", "受帮扶学校反馈汇总", "{科}课堂观察数据图表",
    ),
}  # fmt: skip

_WORDS: Words = {
    "法": METHODS, "期": ("寒假", "暑期", "春季学期", "秋季学期"), "数": ("一", "二", "三", "四", "五", "六"),
}  # fmt: skip


def material_name(rng: random.Random, category: str, *, subject: str = "", theme: str = "") -> str:
    """A name for one file of one of the five categories; a case's own subject and theme where they are given."""
    drawn_subject, drawn_theme = study(rng, "", "")
    words = {**_WORDS, "科": subject or drawn_subject, "题": theme or drawn_theme, "模式": model(rng)}
    return fill(rng, rng.choice(CATEGORIES[str(category)]), words)
