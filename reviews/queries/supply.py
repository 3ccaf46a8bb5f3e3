"""Whether there are experts enough, by type and by province, before and while a call is reviewed (R14)."""

from dataclasses import dataclass, field
from math import ceil

from django.db.models import Count

from calls.models import Call
from calls.policy import CaseType
from cases.lifecycle import State
from cases.models import Case
from reviews.queries.drawing import active_experts


@dataclass
class Supply:
    """Of one type: cases to review, experts who can, cases for each, and the provinces whose cases find too few.

    `short` has (short name of the province, its cases, experts who may review them).
    """

    type: str
    cases: int = 0
    experts: int = 0
    each: int = 0
    short: list[tuple[str, int, int]] = field(default_factory=list)


def supply(call: Call) -> tuple[list[Supply], int]:
    """For each type what its recommended cases need and find, and how many experts are on duty. Two queries."""
    experts = [(set(one.types), one.province_id) for one in active_experts()]
    waiting = Case.objects.filter(call_id=call.pk, state__in=(State.RECOMMENDED, State.IN_REVIEW)).order_by()
    counted = waiting.values_list("type", "province_id", "province__short", "province__position").annotate(
        n=Count("pk")
    )
    found = {str(kind): Supply(str(kind)) for kind in CaseType}
    for kind, one in found.items():
        one.experts = sum(kind in types for types, _ in experts)
    for kind, province_id, short, _, n in sorted(counted, key=lambda row: row[3]):
        one = found[kind]
        one.cases += n
        able = sum(kind in types and home != province_id for types, home in experts)
        if able < call.experts_per_case:
            one.short.append((short, n, able))
    for one in found.values():
        one.each = ceil(one.cases * call.experts_per_case / one.experts) if one.experts else 0
    return list(found.values()), len(experts)
