"""What an expert declares about themselves: types, units and people in conflict, availability (R14)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Expert, User
from calls.models import Call
from calls.policy import Phase
from cases.actions.moving import lock_many
from kernel import audit
from kernel.jobs import enqueue
from reviews.models import Assignment
from reviews.queries.centre import OWED
from reviews.queries.drawing import in_conflict

TAKEN_BACK = "与专家申报的回避单位或人员相符"


@transaction.atomic(durable=True)
def declare(
    *, types: Sequence[str], conflict_units: str, conflict_people: str, available: bool, actor: User, now: datetime
) -> Expert:
    """Keep what the expert declares; every later draw follows it.

    Cases they already hold and have not submitted that meet a declared unit or person go to others at once. Which, the
    expert is not told: it would name the author. Locks those cases, then the expert.
    """
    held = Assignment.objects.filter(OWED, expert__user_id=actor.pk).select_related("case__call")
    calls = Call.objects.filter(pk__in=held.values("case__call_id"))
    open_calls = [call.pk for call in calls if call.phase(now) == Phase.REVIEW]
    # The cases are held before the expert's row: the order in which draws and recusals lock.
    cases = list(lock_many(set(held.filter(case__call_id__in=open_calls).values_list("case_id", flat=True))))
    expert = Expert.objects.select_for_update(of=("self",)).get(user_id=actor.pk)
    expert.types, expert.available, expert.declared_at = sorted(types), available, now
    expert.conflict_units, expert.conflict_people = conflict_units, conflict_people
    expert.save(update_fields=["types", "available", "declared_at", "conflict_units", "conflict_people"])
    met = in_conflict(expert, [case.pk for case in cases])
    gone = list(held.filter(case_id__in=met).select_for_update(of=("self",)).order_by("pk"))
    for row in gone:
        row.recused_at, row.recusal_reason = now, TAKEN_BACK
        row.save(update_fields=["recused_at", "recusal_reason"])
        enqueue("reviews.repair", case_id=row.case_id)
    audit.record(
        verb="expert.declare",
        subject=expert,
        actor=actor,
        now=now,
        alias=expert.alias,
        types=expert.types,
        available=available,
        taken_back=len(gone),
    )
    return expert
