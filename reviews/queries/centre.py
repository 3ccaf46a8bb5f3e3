"""What the centre's desk reads: counts, cases with their scores, assignments, jobs, the audit trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import ContactSheet, Expert, SheetState
from calls.models import Call
from calls.policy import Phase
from calls.queries import every_call
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, CaseDocument, SupportingFile, UploadedFile
from cases.queries import visible_to_centre
from kernel.models import AuditEntry, Job, JobState
from reviews.models import Assignment, Draw, Recommendation
from reviews.queries.drawing import JUDGED, ON_DUTY, in_review

FILE_KINDS: dict[str, Any] = {"document": CaseDocument, "file": SupportingFile}

ON_CASE = Q(assignments__recused_at__isnull=True) & (
    Q(assignments__sheet__submitted_at__isnull=True) | Q(assignments__sheet__vote__in=JUDGED)
)
COUNTED = Q(
    assignments__recused_at__isnull=True,
    assignments__sheet__submitted_at__isnull=False,
    assignments__sheet__vote__in=JUDGED,
)
DOUBTED = Q(assignments__sheet__submitted_at__isnull=False) & (
    Q(assignments__sheet__doubts_originality=True) | Q(assignments__sheet__doubts_eligibility=True)
)
RECOMMENDED = (State.RECOMMENDED, State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED)
REVIEWED = (State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED)


def chosen_call(slug: str, now: datetime, *phases: Phase, among: list[Call] | None = None) -> Call | None:
    """The call of a centre's page: the one asked for, else one in the phases, else the newest begun.

    `among` are all calls in their order, where the page has read them already.
    """
    calls = every_call() if among is None else among
    asked = [call for call in calls if call.slug == slug]
    begun = [call for call in calls if call.submission_opens_at <= now and call.published_at is None]
    fitting = [call for call in calls if call.phase(now) in phases]
    return next(iter(asked or fitting or begun or calls), None)


def calls() -> QuerySet[Call]:
    return Call.objects.order_by("-submission_opens_at", "-pk")


# Scores


@dataclass(frozen=True)
class Standing:
    """How far the scoring of one case has come."""

    on_duty: int
    scored: int
    doubts: int
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether every expert who has the case has submitted, and as many as the call asks for."""
        return self.scored >= self.wanted and self.scored == self.on_duty


def standing_of(case: Case) -> Standing:
    found = Assignment.objects.filter(case_id=case.pk).aggregate(
        on_duty=Count("pk", filter=ON_DUTY),
        scored=Count("pk", filter=ON_DUTY & Q(sheet__submitted_at__isnull=False)),
        doubts=Count(
            "pk",
            filter=Q(sheet__submitted_at__isnull=False)
            & (Q(sheet__doubts_originality=True) | Q(sheet__doubts_eligibility=True)),
        ),
    )
    return Standing(wanted=case.call.experts_per_case, **found)


def standings_of(call: Call, case_ids: Collection[int]) -> dict[int, Standing]:
    """The same for those of the cases that are of the call: one query."""
    rows = with_scores(Case.objects.filter(pk__in=case_ids, call_id=call.pk).order_by()).values_list(
        "pk", "on_duty", "scored", "doubts"
    )
    return {pk: Standing(on_duty, scored, doubts, call.experts_per_case) for pk, on_duty, scored, doubts in rows}


def with_scores(cases: QuerySet[Case]) -> QuerySet[Any]:
    """Cases with `on_duty`, `scored`, `doubts` and the `mean`, `low` and `high` of the sheets that count."""
    return cases.annotate(
        on_duty=Count("assignments", filter=ON_CASE),
        scored=Count("assignments", filter=COUNTED),
        doubts=Count("assignments", filter=DOUBTED),
        mean=Avg("assignments__sheet__total", filter=COUNTED),
        low=Min("assignments__sheet__total", filter=COUNTED),
        high=Max("assignments__sheet__total", filter=COUNTED),
    )


@dataclass(frozen=True)
class Wanted:
    """What the filters of the centre's lists ask for; empty means all."""

    q: str = ""
    type: str = ""
    province: str = ""
    state: str = ""
    grade: str = ""
    mark: str = ""


def choose(cases: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """The cases that pass the filters of text, type, province and state."""
    if wanted.type:
        cases = cases.filter(type=wanted.type)
    if wanted.province:
        cases = cases.filter(province__code=wanted.province)
    if wanted.state:
        cases = cases.filter(state=wanted.state)
    if wanted.q:
        named = CaseAuthor.objects.filter(case_id=OuterRef("pk"), name__icontains=wanted.q)
        words = Q(title__icontains=wanted.q) | Q(number__icontains=wanted.q) | Q(unit__name__icontains=wanted.q)
        cases = cases.filter(words | Exists(named))
    return cases


# Overview


@dataclass(frozen=True)
class Overview:
    """What waits for the centre, and how far a call has come."""

    begun: int
    states: dict[str, int]
    recommended: int
    scored: int
    lacking: int
    doubts: int
    hidden: int
    sheets: int
    failed: int
    recused: int
    undecided: int

    @property
    def handed_in(self) -> int:
        return sum(n for state, n in self.states.items() if state not in (State.DRAFT, State.WITHDRAWN))

    @property
    def reviewed(self) -> int:
        return sum(self.states.get(str(state), 0) for state in REVIEWED)


def overview(call: Call) -> Overview:
    """The counts of the overview: five queries."""
    states = dict(Case.objects.filter(call_id=call.pk).order_by().values_list("state").annotate(n=Count("pk")))
    given = Assignment.objects.filter(case__call_id=call.pk).aggregate(
        hidden=Count("pk", filter=Q(released_at__isnull=True, recused_at__isnull=True)),
        recused=Count("pk", filter=Q(recused_at__isnull=False)),
    )
    counts = with_scores(in_review(call).order_by()).values("on_duty", "scored", "doubts", "decision__id")
    rows = list(counts)
    wanted = call.experts_per_case
    return Overview(
        begun=sum(states.values()),
        states=states,
        recommended=sum(states.get(str(state), 0) for state in RECOMMENDED),
        scored=sum(row["scored"] >= wanted and row["scored"] == row["on_duty"] for row in rows),
        lacking=sum(row["on_duty"] < wanted for row in rows),
        doubts=sum(row["doubts"] > 0 and row["decision__id"] is None for row in rows),
        hidden=given["hidden"],
        sheets=ContactSheet.objects.filter(call_id=call.pk, state=SheetState.NEW).count(),
        failed=Job.objects.filter(state=JobState.FAILED).count(),
        recused=given["recused"],
        undecided=sum(row["decision__id"] is None for row in rows),
    )


def recommended_by_province(call: Call) -> dict[str, tuple[str, int]]:
    """{short name: (code, recommended cases)} of the provinces that have any."""
    rows = (
        Recommendation.objects.filter(allowance__call_id=call.pk)
        .order_by()
        .values_list("allowance__province__short", "allowance__province__code")
        .annotate(n=Count("pk"))
    )
    return {short: (code, n) for short, code, n in rows}


# Cases


def listed(call: Call | None, wanted: Wanted) -> QuerySet[Case, Any]:
    """Rows of the centre's list of cases."""
    cases = choose(visible_to_centre(), wanted).order_by("-handed_in_at", "-pk")
    if call is not None:
        cases = cases.filter(call_id=call.pk)
    return cases.values(
        "pk", "number", "title", "type", "state", "province__short", "unit__name", "handed_in_at", "submitter__name"
    )


def opened() -> QuerySet[Case]:
    """Cases with all that the centre reads about one."""
    joined = visible_to_centre().select_related(
        "submitter", "screening__by", "recommendation__by", "decision__by", "disqualification__by"
    )
    return joined.prefetch_related("authors", "documents", "files")


def assignments_of(case: Case) -> QuerySet[Assignment]:
    return Assignment.objects.filter(case_id=case.pk).select_related("expert__user", "expert__province", "sheet")


def file_for_centre(kind: str, pk: int) -> UploadedFile:
    """A file of a case the centre may see. Raises Http404."""
    model = FILE_KINDS.get(kind)
    file = model.objects.filter(pk=pk, case_id__in=visible_to_centre().values("pk")).first() if model else None
    if file is None:
        raise Http404
    return file


# Experts


def experts_with_loads(call: Call) -> QuerySet[Any]:
    """Every expert with their load in a call: `given`, `done`, `recused`, `hidden`."""
    own = Q(assignments__case__call_id=call.pk, assignments__case__state__in=REVIEWED)
    kept = own & Q(assignments__recused_at__isnull=True)
    return (
        Expert.objects.select_related("user", "province")
        .annotate(
            given=Count("assignments", filter=kept),
            done=Count("assignments", filter=kept & Q(assignments__sheet__submitted_at__isnull=False)),
            recused=Count("assignments", filter=own & Q(assignments__recused_at__isnull=False)),
            hidden=Count("assignments", filter=kept & Q(assignments__released_at__isnull=True)),
        )
        .order_by("-active", "alias")
    )


OWED = Q(recused_at__isnull=True) & (Q(sheet__isnull=True) | Q(sheet__submitted_at__isnull=True))
"""Assignments whose sheet is still to be submitted."""


def owing(call: Call) -> QuerySet[Any]:
    """Experts with released cases of a call still to be submitted, and how many: `owed`."""
    own = Q(assignments__case__call_id=call.pk, assignments__case__state=State.IN_REVIEW)
    kept = own & Q(assignments__recused_at__isnull=True, assignments__released_at__isnull=False)
    open_ = Q(assignments__sheet__isnull=True) | Q(assignments__sheet__submitted_at__isnull=True)
    return (
        Expert.objects.select_related("user")
        .annotate(owed=Count("assignments", filter=kept & open_))
        .filter(owed__gt=0)
    )


def reminded_at(call: Call) -> dict[int, datetime]:
    """{expert: when last reminded of the call}: one query."""
    rows = (
        AuditEntry.objects.filter(verb="expert.remind", call_id=call.pk).order_by("id").values_list("subject_id", "at")
    )
    return {int(pk): at for pk, at in rows}


def lacking(call: Call) -> QuerySet[Any]:
    """Cases in review with fewer experts than the call asks for."""
    cases = with_scores(in_review(call)).select_related("province")
    return cases.filter(on_duty__lt=call.experts_per_case).order_by("on_duty", "number")


def last_draw(call: Call) -> Draw | None:
    return Draw.objects.filter(call_id=call.pk).defer("snapshot").select_related("asked_by").first()


def job_of(draw: Draw) -> Job | None:
    return Job.objects.filter(key=f"draw:{draw.pk}").first()


# Jobs


def jobs_to_show() -> QuerySet[Job]:
    """Failed jobs first, then those at work, then those waiting."""
    shown = Job.objects.filter(state__in=[JobState.FAILED, JobState.RUNNING, JobState.WAITING])
    return shown.order_by("state", "run_at", "pk")
