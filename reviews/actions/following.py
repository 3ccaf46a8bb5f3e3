"""Following an author who took back the consent that cases are read: those under way are withdrawn."""

from datetime import datetime

from accounts.models import User
from cases.actions.handing_in import withdraw
from cases.lifecycle import State
from cases.models import Case
from kernel.errors import Refusal
from reviews.actions.disqualifying import withdraw_case

REASON = "作者撤回了交省级单位和专家审看的同意。"


def withdraw_all(*, user_id: int, now: datetime) -> int:
    """Withdraw every case of the author that is screened, recommended or in review; how many. Run again it finds none.

    Each in a transaction of its own. What meanwhile came to an end, or no longer can be withdrawn, stays.
    """
    author, done = User.objects.get(pk=user_id), 0
    own = (State.HANDED_IN, State.RETURNED, State.ELIGIBLE)
    cases = Case.objects.filter(submitter=author, state__in=(*own, State.RECOMMENDED, State.IN_REVIEW))
    for pk, state in list(cases.order_by("pk").values_list("pk", "state")):
        try:
            if state in own:
                withdraw(case_id=pk, actor=author, now=now)
            else:
                withdraw_case(case_id=pk, reason=REASON, actor=author, now=now, what="已随作者撤回同意而撤回")
        except Refusal:  # it moved on between being listed and being locked
            continue
        done += 1
    return done
