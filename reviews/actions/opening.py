"""What the portal itself does when recommending opens: every province's administrators are told (R11, R13)."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import ProvinceAdmin
from calls.actions import reach
from calls.models import Call
from calls.policy import Phase
from kernel.jobs import enqueue
from kernel.letters import tell_once
from reviews.queries.screening import waiting_by_province

OPENED = "recommendation_opened"


@transaction.atomic(durable=True)
def ask_to_open(*, call_id: int, now: datetime) -> None:
    """Promise, once a call, that what the opening of its recommendation brings is done."""
    if reach(call_id=call_id, moment=OPENED, now=now):
        enqueue("reviews.open_recommendation", key=f"{OPENED}:{call_id}", call_id=call_id)


@transaction.atomic(durable=True)
def tell_administrators(*, call_id: int, now: datetime) -> int:
    """Tell each administrator how many cases wait and how many places there are; how many were told.

    Nobody is told once the recommendation phase is over.
    """
    call = Call.objects.get(pk=call_id)
    if call.phase(now) != Phase.RECOMMENDATION:
        return 0
    waiting = waiting_by_province(call)
    admins = ProvinceAdmin.objects.filter(active=True).select_related("user").order_by("pk")
    for admin in admins:
        count = waiting.get(admin.province_id, 0)
        words = f"{call.short}征集的省级推荐已经开始：本省有 {count} 件案例待推荐，名额 {call.places} 个。"
        tell_once(user=admin.user, text=words, now=now, link=reverse("screening_home"))
    return len(admins)
