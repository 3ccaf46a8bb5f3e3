"""The rubric of expert review: the heads of R18 and R19, their anchors, and what a complete score sheet is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from calls.policy import CaseType

LOWEST, HIGHEST = 0, 100
COMMENT_BELOW, COMMENT_ABOVE = 60, 95
CANNOT = "cannot"
VOTES = frozenset({"typical", "showcase", "not", CANNOT})

BANDS = ((90, "90 以上"), (75, "75–89"), (60, "60–74"), (0, "60 以下"))
"""Lower bound and words of each band, best first; the anchors of a head stand in the same order."""


@dataclass(frozen=True)
class Head:
    """One dimension of the rubric, with what a score in each band means."""

    key: str
    name: str
    anchors: tuple[str, str, str, str]


_MECHANISM = Head(
    "mechanism",
    "完善工作机制",
    (
        "计划、组织、督促、总结环环相扣，寒暑假研修与日常培训衔接顺畅，有制度、有记录，运转至少一学年。",
        "机制健全、分工清楚，多数环节有记录可查，个别环节还靠人推动。",
        "有计划和分工，督促与总结较笼统，与日常培训的衔接说得不多。",
        "只有设想或文件，看不到组织与落实的过程。",
    ),
)
_RESOURCES = Head(
    "resources",
    "用好平台资源和功能",
    (
        "按本地需求选用资源并二次开发，教研群、活动、视频教研等功能用得深，数据能印证，注意信息安全。",
        "资源选用有针对性，主要功能经常使用，本地资源有一定积累。",
        "以观看课程为主，功能使用零散，与本地需求结合不够。",
        "平台使用很少，或所写功能与平台不符。",
    ),
)
_MODES = Head(
    "modes",
    "创新研修模式",
    (
        "线上线下、自学与研讨、训研教结合自然，做法清楚可复制，课堂里看得到改变。",
        "模式有新意、可操作，成效有例证，数据还不充分。",
        "沿用常规做法，平台只是补充，实践转化写得较少。",
        "没有形成模式，或只是活动罗列。",
    ),
)
_SUPPORT = Head(
    "support",
    "加大支持服务",
    (
        "管理员队伍配齐用好，培训、答疑、数据反馈及时，教师的困难有人管、管到底。",
        "支持服务较完整，管理员作用明显，反馈改进还可以更及时。",
        "有培训和答疑，多为一次性，管理员作用不突出。",
        "看不到对教师的支持。",
    ),
)
_EXCHANGE = Head(
    "exchange",
    "加强宣传交流",
    (
        "经验经过提炼并在更大范围交流，有他校他地借鉴的实例，宣传形式多样。",
        "有持续的宣传与交流，产生了一定影响。",
        "宣传以报道为主，交流次数少，影响限于本单位。",
        "没有宣传交流，或材料不能印证。",
    ),
)
_STUDIO_MECHANISM = Head(
    "mechanism",
    "完善工作机制",
    (
        "线上线下工作室融为一体，成员分工明确，计划总结成制度，安全责任落实到人，常年活跃。",
        "机制较完整，成员配合良好，安全要求有落实，活跃度较稳定。",
        "有分工和计划，执行时断时续，安全机制写得笼统。",
        "工作室只有名单，看不到运转。",
    ),
)
_FUNCTIONS = Head(
    "functions",
    "熟悉平台及工作室功能",
    (
        "主页更新及时准确，资源分类清楚，善用工作室数据诊断和改进工作，平台主要板块用得熟。",
        "管理功能使用熟练，资源较有条理，数据有所运用。",
        "会用基本功能，主页与资源更新不勤，很少看数据。",
        "功能使用有明显疏漏，主页长期不更新。",
    ),
)
_APPLICATION = Head(
    "application",
    "创新应用模式",
    (
        "在资源共享、骨干培养、协同教研、教育帮扶上走出新路，直播面向更大范围，辐射效果有据可查。",
        "应用路径清楚，直播与教研结合较好，帮扶或培养有实例。",
        "达到年度贡献值和直播的基本要求，做法较常规。",
        "应用停留在表面，或年度贡献值、直播未达要求。",
    ),
)
_STUDIO_EXCHANGE = Head(
    "exchange",
    "加强宣传交流",
    (
        "多种形式讲好工作室的实践，跨校、跨区域交流成为常态，带动其他工作室。",
        "定期宣传和交流，在本地区有一定影响。",
        "宣传不多，交流限于成员之间。",
        "没有宣传交流，或材料不能印证。",
    ),
)
_FIVE = (_MECHANISM, _RESOURCES, _MODES, _SUPPORT, _EXCHANGE)
HEADS: dict[str, tuple[Head, ...]] = {
    CaseType.REGION: _FIVE,
    CaseType.SCHOOL: _FIVE,
    CaseType.STUDIO: (_STUDIO_MECHANISM, _FUNCTIONS, _APPLICATION, _STUDIO_EXCHANGE),
}
"""R18 for region and school cases, R19 for studio cases."""


@dataclass(frozen=True)
class Sheet:
    """What an expert has put on a score sheet, as plain values."""

    type: str
    scores: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    vote: str = ""
    doubts_originality: bool = False
    doubts_eligibility: bool = False


def weights_of(setting: Mapping[str, Mapping[str, int]], type: str) -> dict[str, int]:
    """The weight of each head of a type; `setting` is the call's, {type: {head: weight}}, and 1 where it is silent."""
    own = setting.get(type, {})
    return {head.key: int(own.get(head.key, 1)) for head in HEADS[type]}


def total(scores: Mapping[str, int], weights: Mapping[str, int]) -> Decimal | None:
    """The weighted mean to 0.01, or None while a head that counts has no score."""
    counted = {key: weight for key, weight in weights.items() if weight}
    if not counted or any(key not in scores for key in counted):
        return None
    points = sum((Decimal(scores[key]) * weight for key, weight in counted.items()), Decimal())
    return (points / sum(counted.values())).quantize(Decimal("0.01"), ROUND_HALF_UP)


def band(score: int) -> int:
    """Which of BANDS a score lies in."""
    return next(i for i, (low, _) in enumerate(BANDS) if score >= low)


def needs_comment(score: int) -> bool:
    """Very low and very high scores are explained."""
    return score < COMMENT_BELOW or score > COMMENT_ABOVE


def problems_of(sheet: Sheet) -> dict[str, str]:
    """What keeps a sheet from being submitted: {field: sentence}, empty when nothing does.

    Fields are `score_KEY`, `comment_KEY`, `remark`, `vote`. Who cannot judge gives no scores but a reason: such a sheet
    leads to another expert and is never counted as zero.
    """
    found: dict[str, str] = {}
    if sheet.vote not in VOTES:
        found["vote"] = "请选择总体意见。"
    if sheet.vote == CANNOT:
        if not sheet.remark.strip():
            found["remark"] = "请在评语中说明无法评判的原因，中心会另请专家。"
        return found
    for head in HEADS[sheet.type]:
        score = sheet.scores.get(head.key)
        if score is None:
            found[f"score_{head.key}"] = f"请给“{head.name}”打分。"
        elif not LOWEST <= score <= HIGHEST:
            found[f"score_{head.key}"] = f"“{head.name}”的分数在 {LOWEST} 到 {HIGHEST} 之间。"
        elif needs_comment(score) and not sheet.comments.get(head.key, "").strip():
            edge = f"低于 {COMMENT_BELOW}" if score < COMMENT_BELOW else f"高于 {COMMENT_ABOVE}"
            found[f"comment_{head.key}"] = f"“{head.name}”{edge} 分，请写明依据。"
    if (sheet.doubts_originality or sheet.doubts_eligibility) and not sheet.remark.strip():
        found["remark"] = "您标出了存疑，请在评语中写明疑点，便于中心核查。"
    return found
