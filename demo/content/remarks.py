"""What administrators and experts write about a case: notes, reasons, comments."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import random

from demo.content.wording import fill

_SCREENING = (
    "材料齐全，四个部分完整，数据与支撑材料相符。", "做法具体，{点}写得清楚，建议优先考虑。", "案例真实可信，通知与照片能够互相印证。",
    "选题贴近一线，{点}有特色，成效部分可以再充实。", "文字流畅，结构规范，未发现导向和概念问题。", "已与作者单位电话核实，情况属实。",
    "在同类案例中处于中上，主要亮点在{点}。", "支撑材料分类清楚，视频可以正常播放。", "{点}值得在省内推广，拟列入推荐。",
    "案例规模较大，覆盖面广，组织有力。", "原创声明与共享意向填写完整，作者信息无误。", "初看合格，待与同地区案例比较后再定。",
)  # fmt: skip
_RETURN = (
    "案例介绍文档缺少“特色与创新”部分，请补充后重新报送。", "第一作者的工作单位与支撑材料上的不一致，请核对后修改。",
    "文中成效数据没有注明来源，请在“经验与成效”部分补充说明。", "有两张照片中学生面部清晰，请确认已征得监护人同意或更换照片。",
    "引用的观点未注明出处，请在信息表“非原创内容出处”一栏补齐。", "案例概述与正文内容不一致，请按正文修改概述。",
    "“过程与举措”部分过于简略，请补充{点}的具体做法。", "支撑材料“{材}”内容不完整，请重新上传清晰的版本。",
    "工作室主持人未列入作者，请按要求补充作者信息。", "正文多处把平台名称写错，请统一为“国家中小学智慧教育平台”。",
)  # fmt: skip
_DECLINE = (
    "案例以介绍单位概况为主，平台应用的过程较少，本次不予推荐。", "与本省同一单位的另一件案例内容重合较多，择优推荐另一件。",
    "成效部分缺少支撑材料印证，综合比较后不予推荐。", "主题与本届征集方向关联不强，建议调整后参加下一届。",
    "案例有一定基础，但{点}不够深入，本次名额有限，未能列入。", "研修尚处于起步阶段，建议积累一年后再总结报送。",
    "案例类型选择不当，内容更接近另一类案例，本次不予推荐。", "整体较规范，但特色不够突出，与同类案例相比未能胜出。",
)  # fmt: skip
_POINTS = (
    "教研群的组织",
    "城乡结对的做法",
    "寒暑假研修的衔接",
    "资源二次开发",
    "研修评价的设计",
    "骨干教师的培养",
    "直播教研的设计",
    "数据的使用",
)
_MATERIALS = ("活动通知", "研修制度汇编", "教研群截图", "宣传报道", "成果汇总表")

_SUBJECTS_OF_SCORE: dict[str, tuple[str, ...]] = {
    "完善工作机制": ("工作机制", "组织管理与督促落实", "计划总结制度"),
    "用好平台资源和功能": ("平台资源的选用", "教研群功能的使用", "本地资源的建设"),
    "创新研修模式": ("研修模式", "线上线下的融合", "训研教的结合"),
    "加大支持服务": ("对教师的支持服务", "管理员队伍的作用", "操作培训与答疑"),
    "加强宣传交流": ("宣传交流", "经验的提炼与推广", "同行之间的交流"),
    "熟悉平台及工作室功能": ("工作室功能的使用", "主页与资源的管理", "对工作室数据的分析"),
    "创新应用模式": ("应用模式", "直播与帮扶的设计", "协同教研的路径"),
}
_LEVELS: dict[str, tuple[str, ...]] = {
    "excellent": ("{事}扎实而有新意，证据充分，可供各地借鉴。", "{事}系统完整，举措与成效一一对应，是本案例的突出亮点。",
                  "{事}有独到之处，细节真实，支撑材料有力。"),
    "good": ("{事}比较完善，做法清楚，个别环节还可以展开。", "{事}符合要求，成效明显，若有对比数据会更有说服力。",
             "{事}思路清晰，推广价值较好，创新性略显不足。"),
    "fair": ("{事}基本达到要求，但叙述偏笼统，缺少典型事例。", "{事}有所涉及，过程材料不够充分，建议补充。",
             "{事}做法较为常规，与平台的结合还不够紧。"),
    "poor": ("{事}只有表态，没有看到具体做法，支撑材料也未能印证。", "{事}着墨很少，难以判断实际效果。",
             "{事}与要求差距较大，所附材料与正文不对应。"),
}  # fmt: skip


def screening_note(rng: random.Random) -> str:
    """An administrator's own note on a case that goes on."""
    return fill(rng, rng.choice(_SCREENING), {"点": _POINTS})


def return_reason(rng: random.Random) -> str:
    """Why a case goes back to its author, with what is to be done."""
    return fill(rng, rng.choice(_RETURN), {"点": _POINTS, "材": _MATERIALS})


def decline_reason(rng: random.Random) -> str:
    """Why a case is not recommended, politely."""
    return fill(rng, rng.choice(_DECLINE), {"点": _POINTS})


def level_of(score: int) -> str:
    """The anchor a score of 0–100 falls under: excellent 90+, good 75–89, fair 60–74, poor below."""
    if score >= 90:
        return "excellent"
    if score >= 75:
        return "good"
    return "fair" if score >= 60 else "poor"


def score_comment(rng: random.Random, dimension: str, level: str) -> str:
    """An expert's comment on one dimension; a dimension known by its Chinese head (R18, R19) is spoken of in detail."""
    matters = _SUBJECTS_OF_SCORE.get(str(dimension), ("本项工作", "这一方面"))
    return fill(rng, rng.choice(_LEVELS[level]), {"事": matters})
