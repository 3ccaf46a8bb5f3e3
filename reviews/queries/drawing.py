"""What a draw reads: the cases in review, the experts who may get them, and the assignments that stand."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Expert, Unit
from calls.models import Call
from cases.lifecycle import State
from cases.models import Case
from reviews.assigning import CaseRow, ExpertRow, Snapshot, normal_unit
from reviews.models import Assignment, Vote

JUDGED = [str(vote) for vote in (Vote.TYPICAL, Vote.SHOWCASE, Vote.NOT)]
"""Votes that go with scores; who cannot judge gives way to another expert."""

ON_DUTY = Q(recused_at__isnull=True) & (Q(sheet__submitted_at__isnull=True) | Q(sheet__vote__in=JUDGED))
"""Assignments that give, or have given, a case its scores."""


def active_experts() -> QuerySet[Expert]:
    """Experts on the register who have not said that they cannot take part."""
    return Expert.objects.filter(active=True, available=True, user__is_active=True).select_related(
        "user__unit", "province"
    )


def in_review(call: Call) -> QuerySet[Case]:
    """The cases the experts review: those the provinces recommended (R14)."""
    return Case.objects.filter(call_id=call.pk, state=State.IN_REVIEW)


def snapshot_of(call: Call, *, only: Collection[int] | None = None) -> Snapshot:
    """The input of a draw, for all cases in review or for some; five queries."""
    found = in_review(call) if only is None else in_review(call).filter(pk__in=only)
    cases = list(found.select_related("province", "unit").prefetch_related("authors").order_by("pk"))
    experts = list(active_experts().order_by("pk"))
    assignments = Assignment.objects.filter(case__call_id=call.pk, case__state=State.IN_REVIEW)
    closed: dict[int, set[int]] = {}
    for case_id, expert_id in assignments.exclude(ON_DUTY).values_list("case_id", "expert_id"):
        closed.setdefault(expert_id, set()).add(case_id)
    makers = _makers(cases)
    for expert in experts:
        closed.setdefault(expert.pk, set()).update(_declared(expert, makers))
    kept = assignments.filter(ON_DUTY).order_by("pk").values_list("case_id", "expert_id")
    homes = _homes({author.unit for case in cases for author in case.authors.all()})
    return Snapshot(
        cases=tuple(_case_row(case, homes) for case in cases),
        experts=tuple(_expert_row(expert, frozenset(closed.get(expert.pk, ()))) for expert in experts),
        per_case=call.experts_per_case,
        kept=tuple(kept),
    )


Makers = tuple[dict[str, set[int]], dict[str, set[int]]]
"""Who made the cases of a draw: {normalised unit: cases} and {normalised name: cases}."""

SHORTEST = 4
"""Characters of a unit's name from which it may stand for a part or the whole of another: 某大学 and 某大学附属中学."""


def _makers(cases: Collection[Case]) -> Makers:
    units: dict[str, set[int]] = {}
    people: dict[str, set[int]] = {}
    for case in cases:
        for author in case.authors.all():
            units.setdefault(normal_unit(author.unit), set()).add(case.pk)
            people.setdefault(normal_unit(author.name), set()).add(case.pk)
        if case.unit:
            units.setdefault(normal_unit(case.unit.name), set()).add(case.pk)
    return units, people


def _declared(expert: Expert, makers: Makers) -> set[int]:
    """The cases that meet a unit or a person the expert has declared."""
    units, people = makers
    found: set[int] = set()
    for line in filter(None, map(normal_unit, expert.conflict_units.splitlines())):
        for unit, cases in units.items():
            if unit == line or (min(len(unit), len(line)) >= SHORTEST and (unit in line or line in unit)):
                found |= cases
    for line in filter(None, map(normal_unit, expert.conflict_people.splitlines())):
        found |= people.get(line, set())
    return found


def in_conflict(expert: Expert, case_ids: Collection[int]) -> set[int]:
    """Those of the cases that the expert's declaration forbids."""
    cases = Case.objects.filter(pk__in=case_ids).select_related("unit").prefetch_related("authors")
    return _declared(expert, _makers(list(cases)))


def _homes(names: Collection[str]) -> dict[str, str]:
    """The province of each unit whose name stands once in the directory; a co-author's own province is not asked."""
    places: dict[str, set[str]] = {}
    for name, code in Unit.objects.filter(name__in=names).values_list("name", "province__code"):
        places.setdefault(name, set()).add(code)
    return {name: codes.pop() for name, codes in places.items() if len(codes) == 1}


def _case_row(case: Case, homes: dict[str, str]) -> CaseRow:
    names = [author.unit for author in case.authors.all()] + ([case.unit.name] if case.unit else [])
    provinces = {case.province.code} | {homes[name] for name in names if name in homes}
    return CaseRow(
        case.pk, case.type, frozenset(provinces), frozenset(unit for unit in map(normal_unit, names) if unit)
    )


def _expert_row(expert: Expert, closed: frozenset[int]) -> ExpertRow:
    unit = expert.unit_name or (expert.user.unit.name if expert.user.unit else "")
    code = expert.province.code if expert.province else ""
    return ExpertRow(expert.pk, frozenset(expert.types), code, normal_unit(unit), closed)
