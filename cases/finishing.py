"""Whether an upload that was begun in time may still be finished: the gate of everything after its beginning."""

from datetime import datetime, timedelta

from calls.policy import Phase, WindowClosed
from cases.editing import NotEditable, in_time, may_edit
from cases.lifecycle import EDITABLE, State
from cases.models import Case, Target
from kernel.errors import Refusal

STANDING = (State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED)
"""States in which a handed-in case may still be waiting for its files."""


class GraceOver(WindowClosed):
    code = "grace_over"
    sentence = "报送截止后的宽限时间已过，没有传完的文件不再接收。已经接收的材料不受影响。"


class WithdrawnMeanwhile(Refusal):
    code = "withdrawn"
    sentence = "这件案例已撤回，报送也已经截止，不能再接收文件。"


class DocumentStands(Refusal):
    """Only a document that has arrived whole before the hand-in counts."""

    code = "document_stands"
    sentence = "案例已经报送，案例文档以报送时已传完的版本为准。如需更换，请先撤回案例，改好后再次报送。"


def grace_ends_at(case: Case) -> datetime:
    """Until when what was begun in time may come in: the grace after the close, a later hand-in or a later due date."""
    due = case.return_due_at if case.state == State.RETURNED else None
    return max(filter(None, (case.call.submission_closes_at, case.handed_in_at, due))) + timedelta(
        minutes=case.call.grace_minutes
    )


def require_finishable(case: Case, target: str, now: datetime) -> None:
    """Refuses: WithdrawnMeanwhile, DocumentStands, NotEditable (the case's state), GraceOver (the time).

    Within the grace the hand-in does not end an upload of a supporting file, nor does the close. A document must have
    arrived before the hand-in; joined it may be later, judged by its arrival as `now`.
    """
    state = State(case.state)
    if may_edit(case, now):
        return
    if state == State.WITHDRAWN:
        raise WithdrawnMeanwhile
    after = case.handed_in_at is None or now > case.handed_in_at
    if state not in EDITABLE and target == Target.DOCUMENT and after:
        raise DocumentStands
    if state not in {*EDITABLE, *STANDING}:
        raise NotEditable(state)
    if now >= grace_ends_at(case):
        raise GraceOver


def may_finish(case: Case, target: str, now: datetime) -> bool:
    """Whether `require_finishable` refuses nothing."""
    try:
        require_finishable(case, target, now)
    except Refusal:
        return False
    return True


def is_late(case: Case, now: datetime) -> bool:
    """Whether what is finished now owes it to the grace: hand-in is over for this case."""
    phase: Phase = case.call.phase(now)
    return not in_time(State(case.state), phase, case.return_due_at, now)
