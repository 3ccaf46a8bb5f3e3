"""What the portal itself does when hand-in closes: the authors of drafts are told (R11)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from calls.actions import reach
from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import State
from cases.models import Case
from kernel.jobs import enqueue
from kernel.letters import tell_once

CLOSED = "submission_closed"


@transaction.atomic(durable=True)
def ask_to_close(*, call_id: int, now: datetime) -> None:
    """Promise, once a call, that what its closing brings is done."""
    if reach(call_id=call_id, moment=CLOSED, now=now):
        enqueue("cases.close_submission", key=f"{CLOSED}:{call_id}", call_id=call_id)


@transaction.atomic(durable=True)
def tell_authors_of_drafts(*, call_id: int, now: datetime) -> int:
    """Tell who left a draft that it was not handed in and stays readable; how many. Long after the close nobody is."""
    call = Call.objects.get(pk=call_id)
    if call.phase(now) not in (Phase.SCREENING, Phase.RECOMMENDATION):
        return 0
    drafts = Case.objects.filter(call=call, state=State.DRAFT).select_related("submitter").order_by("pk")
    for case in drafts:
        words = f"{call.short}征集的报送已经截止，“{case.title or '未命名的草稿'}”没有报送，内容只读保存。"
        tell_once(user=case.submitter, text=words, now=now, link=reverse("my_case", args=[case.pk]))
    return len(drafts)
