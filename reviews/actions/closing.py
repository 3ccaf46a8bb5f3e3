"""What the portal itself does with a call's cases when recommending has ended."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from calls.actions import reach
from calls.models import Call
from cases.actions.moving import move
from cases.lifecycle import State, Verb
from cases.models import Case
from kernel.jobs import enqueue
from kernel.letters import tell

CLOSED = "recommendation_closed"
BATCH = 100

MOVES = {
    State.RECOMMENDED: (Verb.ENTER_REVIEW, "“{title}”已获省级推荐，进入专家评审。"),
    State.HANDED_IN: (Verb.PASS_OVER, "省级推荐已结束，“{title}”这次没有获得推荐。感谢您的参与。"),
    State.ELIGIBLE: (Verb.PASS_OVER, "省级推荐已结束，“{title}”这次没有获得推荐。感谢您的参与。"),
    State.RETURNED: (Verb.PASS_OVER, "省级推荐已结束，“{title}”没有重新报送，不再参加本届推荐。"),
}
"""Which move each state makes at the end of recommending (R11, R14), and the words for the author."""


@transaction.atomic(durable=True)
def ask_to_close(*, call_id: int, now: datetime) -> bool:
    """Promise, once a call, that its recommendation will be closed; whether this was the first time.

    Nothing happens before the recommendation phase has ended.
    """
    call = Call.objects.get(pk=call_id)
    if now < call.recommendation_closes_at:
        return False
    first = reach(call_id=call.pk, moment=CLOSED, now=now)
    if first:
        enqueue("reviews.close_recommendation", key=f"{CLOSED}:{call.pk}", call_id=call.pk)
    return first


@transaction.atomic(durable=True)
def close_batch(*, call_id: int, now: datetime) -> int:
    """Move up to BATCH cases on and tell their authors; how many. Zero means that all is done.

    Locks the cases by id. Nothing happens before the recommendation phase has ended.
    """
    if now < Call.objects.get(pk=call_id).recommendation_closes_at:
        return 0
    waiting = Case.objects.filter(call_id=call_id, state__in=list(MOVES)).select_related("province", "submitter")
    batch = list(waiting.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    for case in batch:
        verb, words = MOVES[State(case.state)]
        move(case, verb, actor=None, now=now)
        tell(user=case.submitter, text=words.format(title=case.title), now=now, link=reverse("my_case", args=[case.pk]))
    return len(batch)
