"""Whether an author may change a case now: the one gate of every act that edits."""

from datetime import datetime

from accounts.models import User
from calls.policy import Phase, WindowClosed
from cases.lifecycle import EDITABLE, STATE_NAMES, State
from cases.models import Case
from kernel.errors import Refusal


class NotYours(Refusal):
    code = "not_yours"
    sentence = "只有报送这件案例的作者本人可以修改。"


class NotEditable(Refusal):
    code = "not_editable"

    def __init__(self, state: State) -> None:
        super().__init__(
            f"这件案例目前是“{STATE_NAMES[state]}”，不能修改。报送截止前可以先撤回，改好后再次报送。"
            if state == State.HANDED_IN
            else f"这件案例目前是“{STATE_NAMES[state]}”，不能修改。"
        )


class EditingClosed(WindowClosed):
    code = "editing_closed"


def in_time(state: State, phase: Phase, return_due_at: datetime | None, now: datetime) -> bool:
    """Within the submission window (R11), or for a returned case until its due date, which may lie after it."""
    due = state == State.RETURNED and return_due_at is not None and now < return_due_at
    return phase == Phase.SUBMISSION or due


def may_edit(case: Case, now: datetime) -> bool:
    """Whether the case's author may change it now; pages that only show ask this."""
    state = State(case.state)
    return state in EDITABLE and in_time(state, case.call.phase(now), case.return_due_at, now)


def require_editable(case: Case, actor: User, now: datetime) -> None:
    """Refuses: NotYours, NotEditable (its state), EditingClosed (the time). The caller holds the case's lock."""
    state = State(case.state)
    if case.submitter_id != actor.pk:
        raise NotYours
    if state not in EDITABLE:
        raise NotEditable(state)
    phase = case.call.phase(now)
    if in_time(state, phase, case.return_due_at, now):
        return
    if phase == Phase.UPCOMING:
        raise EditingClosed("报送还没有开始，开始后才能填写和上传。")
    if state == State.RETURNED:
        raise EditingClosed("退回修改的截止时间已过，这件案例不能再修改。如有疑问，请联系省级单位。")
    raise EditingClosed("报送已经截止，这件案例不能再修改。")
