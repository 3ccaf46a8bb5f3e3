"""Names authors give their supporting materials, by category (R8)."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random

from demo.content.facts import METHODS, SUBJECTS, THEMES
from demo.content.wording import Words, fill

CATEGORIES: dict[str, tuple[str, ...]] = {
    "通知文件": ("关于开展平台应用专项研修的通知", "关于举办{题}专题研修活动的通知", "关于做好{期}教师研修工作的通知", "{科}教研群建设方案的通知",
              "关于组织{法}展示活动的通知", "研修管理员培训安排"),
    "制度文档": ("校本研修管理制度", "教研群运行与管理办法", "研修学时认定细则", "平台应用三年行动方案", "网络研修安全责任书", "研修工作考核评价办法", "资源审核与发布流程"),
    "研究交流": ("{科}组{法}活动照片", "{题}研讨会发言提纲", "{科}教研群讨论记录", "第{数}次直播教研课件", "{题}课例研讨视频", "城乡结对{科}联研实录",
              "{期}研修心得选编"),
    "宣传报道": ("公众号报道：云端共研正当时", "{题}展示活动简讯", "县域教育简报第{数}期", "{期}研修活动美篇", "同行来访交流报道", "{科}组研修风采展板"),
    "其他成果支撑材料": ("平台应用数据统计表", "{科}优秀教学设计集", "教师获奖情况汇总", "{题}工具单", "课例资源目录", "教师问卷分析报告", "{科}精品课截图"),
}  # fmt: skip

_WORDS: Words = {
    "题": THEMES, "法": METHODS, "科": SUBJECTS, "期": ("寒假", "暑期", "春季学期", "秋季学期"), "数": ("一", "二", "三", "四", "五", "六"),
}  # fmt: skip


def material_name(rng: random.Random, category: str) -> str:
    """A name for one file of one of the five categories."""
    return fill(rng, rng.choice(CATEGORIES[str(category)]), _WORDS)
