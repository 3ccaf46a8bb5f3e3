"""What a province may decide about a case: the checklist, the places, the date of a return."""

from collections.abc import Collection, Mapping
from datetime import datetime

from calls.policy import Dates, Phase, phase, require_phase
from kernel.errors import Refusal

CHECKLIST = {
    "political": "政治性：没有政治原则性错误",
    "scientific": "科学性：没有科学概念性错误",
    "normative": "规范性：文字、图表和用语合乎规范",
    "applicable": "适用性：做法可行，对同行有用",
    "genuine": "内容真实，没有弄虚作假",
    "sources": "不是原创的部分都注明了出处",
}
"""What the screener answers for before a case is eligible (R9; 政治性、科学性、规范性、适用性)."""

SCREENING_PHASES = (Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION)
"""Screening may begin as soon as a case is handed in; recommending only in its own phase (R11)."""


class PlacesSpent(Refusal):
    """The province has recommended as many cases as it may (R10)."""

    code = "places_spent"
    sentence = "名额已用完，请先撤回一项推荐。"


class ListSealed(Refusal):
    """The province has sealed its ranked list; it stays as it is until the seal is taken away."""

    code = "list_sealed"
    sentence = "推荐名单已经封存，不能再改。两人确认以前可以撤销封存；确认以后，请联系项目组织中心解封。"


class ChecklistOpen(Refusal):
    code = "checklist_open"

    def __init__(self, missing: Collection[str]) -> None:
        words = "、".join(CHECKLIST[item].split("：")[0] for item in missing)
        super().__init__(f"核对单还有 {len(missing)} 项没有勾选（{words}）。请逐项核对后再标记合格。", field="checks")


class NotComplete(Refusal):
    """The receipt still says 待完成: a file is being uploaded or inspected."""

    code = "not_complete"
    sentence = "这件案例的材料还没有全部检查完，暂时不能推荐。请稍后再试，或先处理其他案例。"


class NotYourProvince(Refusal):
    code = "not_your_province"
    sentence = "这件案例不属于您所在的省份，不能由您处理。"


def nobody_besides(sealed_by: int, administrators: Collection[int]) -> bool:
    """Whether no colleague is there to confirm a sealed list (ids of users): then the centre is the second person."""
    return set(administrators) <= {sealed_by}


class ReasonMissing(Refusal):
    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__("请写明理由，作者会看到它。", field="reason")


class WrittenByColleague(Refusal):
    """A colleague of the province saved checklist, note or reason after this window had read them."""

    code = "written_by_colleague"
    sentence = "同事刚改过这件案例的核对或备注，最新内容在下面。您写的还在：再确定一次，就以您的为准。"


class DueUnfit(Refusal):
    """The date by which a returned case must be back lies in the past or too near the end of recommending."""

    code = "due_unfit"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="due_on")


def may_screen(dates: Dates, now: datetime) -> bool:
    return phase(dates, now) in SCREENING_PHASES


def may_recommend(dates: Dates, now: datetime) -> bool:
    return phase(dates, now) == Phase.RECOMMENDATION


def require_screening(dates: Dates, now: datetime) -> None:
    """Refuses (WindowClosed) before hand-in opens and after recommending has ended (R11)."""
    require_phase(
        dates, now, *SCREENING_PHASES, sentence="初筛已经结束，案例不能再处理。如需更改，请联系项目组织中心。"
    )


def require_recommending(dates: Dates, now: datetime) -> None:
    """Refuses (WindowClosed) outside the recommendation phase (R11)."""
    early = now < dates.recommendation_opens_at
    words = "推荐还没有开始，可以先初筛，推荐开始后再推荐。" if early else "推荐已经截止，名单不能再改。"
    require_phase(dates, now, Phase.RECOMMENDATION, sentence=words)


def open_items(checks: Mapping[str, bool]) -> list[str]:
    """The items of the checklist that are not yet answered for."""
    return [item for item in CHECKLIST if not checks.get(item)]


def require_checklist(checks: Mapping[str, bool]) -> None:
    """Refuses (ChecklistOpen) while an item is open (R9)."""
    if missing := open_items(checks):
        raise ChecklistOpen(missing)


def lowest_free_place(taken: Collection[int], cap: int) -> int:
    """The smallest number from 1 to `cap` that is not taken. Refuses (PlacesSpent) when there is none (R10)."""
    if len(taken) >= cap:
        raise PlacesSpent
    used = set(taken)
    return next(place for place in range(1, cap + 1) if place not in used)


def require_return_due(due_at: datetime, *, now: datetime, latest: datetime) -> None:
    """Refuses (DueUnfit) a date that is past, or later than `latest` (calls.policy.latest_return_due)."""
    if latest <= now:
        raise DueUnfit("离推荐截止太近，已经来不及退回修改。请直接判断是否合格。")
    if due_at <= now:
        raise DueUnfit("重新报送的截止日期须在今天或以后。")
    if due_at > latest:
        raise DueUnfit("重新报送的截止日期太晚，会来不及推荐。请改早一些。")
