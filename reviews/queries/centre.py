"""What the centre's desk reads: counts, cases with their scores, assignments, jobs, the audit trail."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import ContactSheet, Expert, SheetState, User
from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, CaseDocument, SupportingFile, UploadedFile
from cases.queries import visible_to_centre
from kernel.models import AuditEntry, Job, JobState
from reviews.models import Assignment, Draw, Grade, Recommendation, ScoreSheet
from reviews.queries.drawing import JUDGED, ON_DUTY, in_review

ZONE = ZoneInfo("Asia/Shanghai")
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
REVIEWED = (State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED)


def chosen_call(slug: str, now: datetime, *phases: Phase) -> Call | None:
    """The call of a centre's page: the one asked for, else one in the phases, else the newest begun."""
    calls = list(Call.objects.order_by("-submission_opens_at", "-pk")[:50])
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


def to_decide(call: Call, wanted: Wanted) -> QuerySet[Any]:
    """The cases in review by their mean, the best first; ties by the lowest score, never by time of hand-in."""
    cases = with_scores(choose(in_review(call), wanted)).select_related("province", "decision")
    if wanted.grade == "open":
        cases = cases.filter(decision__isnull=True)
    elif wanted.grade:
        cases = cases.filter(decision__grade=wanted.grade)
    if wanted.mark == "doubt":
        cases = cases.filter(doubts__gt=0)
    elif wanted.mark == "complete":
        cases = cases.filter(scored__gte=call.experts_per_case, on_duty=F("scored"))
    elif wanted.mark == "waiting":
        cases = cases.exclude(scored__gte=call.experts_per_case, on_duty=F("scored"))
    return cases.order_by(F("mean").desc(nulls_last=True), F("low").desc(nulls_last=True), "number")


@dataclass(frozen=True)
class Mark:
    """One submitted sheet of a case, as the centre reads it."""

    alias: str
    total: Decimal | None
    vote: str
    vote_name: str
    remark: str
    doubts: list[str]


def marks_of(case_ids: list[int]) -> dict[int, list[Mark]]:
    """The submitted sheets of many cases: one query."""
    found: dict[int, list[Mark]] = {}
    sheets = ScoreSheet.objects.filter(
        assignment__case_id__in=case_ids, assignment__recused_at__isnull=True, submitted_at__isnull=False
    ).select_related("assignment__expert")
    for sheet in sheets.order_by("assignment_id"):
        doubts = [
            words
            for up, words in ((sheet.doubts_originality, "原创性存疑"), (sheet.doubts_eligibility, "资格存疑"))
            if up
        ]
        mark = Mark(
            sheet.assignment.expert.alias, sheet.total, sheet.vote, sheet.get_vote_display(), sheet.remark, doubts
        )
        found.setdefault(sheet.assignment.case_id, []).append(mark)
    return found


def decided(call: Call) -> dict[str, dict[str, int]]:
    """{type: {grade: cases}} of the decisions on cases in review; "open" counts those without one."""
    rows = in_review(call).order_by().values_list("type", "decision__grade").annotate(n=Count("pk"))
    table: dict[str, dict[str, int]] = {}
    for kind, grade, n in rows:
        table.setdefault(kind, {})[grade or "open"] = n
    return table


def decided_by_province(call: Call) -> list[Any]:
    """Province by province, in code order: cases in review, decided typical, decided showcase."""
    return list(
        in_review(call)
        .order_by("province__position")
        .values("province__short", "province__code")
        .annotate(
            n=Count("pk"),
            typical=Count("pk", filter=Q(decision__grade=Grade.TYPICAL)),
            showcase=Count("pk", filter=Q(decision__grade=Grade.SHOWCASE)),
        )
    )


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
    """The counts of the overview: seven queries."""
    states = dict(Case.objects.filter(call_id=call.pk).order_by().values_list("state").annotate(n=Count("pk")))
    assignments = Assignment.objects.filter(case__call_id=call.pk)
    counts = with_scores(in_review(call).order_by()).values("on_duty", "scored", "doubts", "decision__id")
    rows = list(counts)
    wanted = call.experts_per_case
    return Overview(
        begun=sum(states.values()),
        states=states,
        recommended=Recommendation.objects.filter(allowance__call_id=call.pk).count(),
        scored=sum(row["scored"] >= wanted and row["scored"] == row["on_duty"] for row in rows),
        lacking=sum(row["on_duty"] < wanted for row in rows),
        doubts=sum(row["doubts"] > 0 for row in rows),
        hidden=assignments.filter(released_at__isnull=True, recused_at__isnull=True).count(),
        sheets=ContactSheet.objects.filter(call_id=call.pk, state=SheetState.NEW).count(),
        failed=Job.objects.filter(state=JobState.FAILED).count(),
        recused=assignments.filter(recused_at__isnull=False).count(),
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


def lacking(call: Call) -> QuerySet[Any]:
    """Cases in review with fewer experts than the call asks for."""
    cases = with_scores(in_review(call)).select_related("province")
    return cases.filter(on_duty__lt=call.experts_per_case).order_by("on_duty", "number")


def last_draw(call: Call) -> Draw | None:
    return Draw.objects.filter(call_id=call.pk).defer("snapshot").select_related("asked_by").first()


def job_of(draw: Draw) -> Job | None:
    return Job.objects.filter(key=f"draw:{draw.pk}").first()


# Jobs and audit


def jobs_to_show() -> QuerySet[Job]:
    """Failed jobs first, then those at work, then those waiting."""
    shown = Job.objects.filter(state__in=[JobState.FAILED, JobState.RUNNING, JobState.WAITING])
    return shown.order_by("state", "run_at", "pk")


def trail(*, verb: str = "", subject: str = "", province: str = "", day: date | None = None) -> QuerySet[AuditEntry]:
    """The audit trail, newest first. `subject` is an id or a case number; `day` one of Asia/Shanghai."""
    entries = AuditEntry.objects.order_by("-id")
    if verb:
        entries = entries.filter(verb__startswith=verb)
    if subject:
        cases = [str(pk) for pk in Case.objects.filter(number__iexact=subject).values_list("pk", flat=True)]
        of_case = Q(subject="cases.case", subject_id__in=cases) | Q(facts__case_id__in=[int(pk) for pk in cases])
        entries = entries.filter(of_case) if cases else entries.filter(subject_id=subject)
    if province:
        entries = entries.filter(province_code=province)
    if day:
        begin = datetime.combine(day, time(), ZONE)
        entries = entries.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return entries


def names_of(entries: list[AuditEntry]) -> dict[int, str]:
    """The names of those who acted: one query."""
    return dict(User.objects.filter(pk__in={entry.actor_id for entry in entries}).values_list("pk", "name"))
