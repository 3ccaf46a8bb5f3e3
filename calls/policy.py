"""What a call's dates mean: its phase is a pure function of them and of now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.errors import Refusal


class CaseType(StrEnum):
    """The three case types (R2)."""

    REGION = "region"
    SCHOOL = "school"
    STUDIO = "studio"


TYPE_NAMES = {
    CaseType.REGION: "区域研修应用案例",
    CaseType.SCHOOL: "校本研修应用案例",
    CaseType.STUDIO: "线上名师名校长工作室建设与应用案例",
}
TYPE_SHORT = {CaseType.REGION: "区域研修", CaseType.SCHOOL: "校本研修", CaseType.STUDIO: "名师工作室"}
TYPE_TRAITS = {
    CaseType.REGION: ("规模化", "组织化", "一体化"),
    CaseType.SCHOOL: ("组织化", "常态化", "一体化"),
    CaseType.STUDIO: ("组织化", "规范化", "可持续"),
}
TYPE_CHOICES = [(str(kind), name) for kind, name in TYPE_NAMES.items()]


class Phase(StrEnum):
    """Where a call stands. Windows are half-open: a phase ends the moment the next begins."""

    UPCOMING = "upcoming"
    SUBMISSION = "submission"
    SCREENING = "screening"  # hand-in is closed and recommending has not begun; empty where the dates touch
    RECOMMENDATION = "recommendation"
    REVIEW = "review"
    DECISION = "decision"
    PUBLISHED = "published"


PHASE_NAMES = {
    Phase.UPCOMING: "即将开始",
    Phase.SUBMISSION: "作者报送",
    Phase.SCREENING: "省级初筛",
    Phase.RECOMMENDATION: "省级推荐",
    Phase.REVIEW: "专家评审",
    Phase.DECISION: "结果评定",
    Phase.PUBLISHED: "结果公布",
}


@dataclass(frozen=True)
class Dates:
    """The moments of a call, all aware (R11)."""

    submission_opens_at: datetime
    submission_closes_at: datetime
    recommendation_opens_at: datetime
    recommendation_closes_at: datetime
    scoring_closes_at: datetime
    published_at: datetime | None = None


def phase(dates: Dates, now: datetime) -> Phase:
    """The one phase that holds at `now`."""
    if dates.published_at is not None and now >= dates.published_at:
        return Phase.PUBLISHED
    if now < dates.submission_opens_at:
        return Phase.UPCOMING
    if now < dates.submission_closes_at:
        return Phase.SUBMISSION
    if now < dates.recommendation_opens_at:
        return Phase.SCREENING
    if now < dates.recommendation_closes_at:
        return Phase.RECOMMENDATION
    if now < dates.scoring_closes_at:
        return Phase.REVIEW
    return Phase.DECISION


class WindowClosed(Refusal):
    """The act belongs to a phase that does not hold now (R11)."""

    code = "window_closed"
    sentence = "现在不在办理时间内。请查看页面上方的时间安排。"


def require_phase(dates: Dates, now: datetime, *allowed: Phase, sentence: str = "") -> None:
    """Refuse (WindowClosed) unless the call is in one of the allowed phases."""
    if phase(dates, now) not in allowed:
        raise WindowClosed(sentence)


def latest_return_due(dates: Dates, days_before_close: int) -> datetime:
    """A returned case must be back at latest so many days before recommending ends."""
    return dates.recommendation_closes_at - timedelta(days=days_before_close)
