"""What holds of every row of a filled portal, whoever wrote it: asked of the database, a sentence for each breach."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from cases.actions.handing_in import digest_of
from cases.characters import count
from cases.lifecycle import EDITABLE, MOVES, SELECTED, State, Verb
from cases.models import Case, CaseDocument, FileState, Receipt, SupportingFile
from kernel.models import AuditEntry
from publishing.actions.publishing import digest_of as digest_of_grades
from publishing.models import Certificate, Publication, SelectedCase
from reviews import assigning, rubric
from reviews.models import Allowance, Assignment, Decision, Draw, Recommendation, ScoreSheet, Screening

REVIEWED = {State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED}


def breaches(**of: Any) -> list[str]:
    """Every breach found among the cases with these field values (`call__slug="2024"`), or among all."""
    cases = Case.objects.filter(**of)
    return [f"{check.__name__}: {found}" for check in checks() for found in check(cases)]


def checks() -> tuple[Callable[[QuerySet[Case]], Iterator[str]], ...]:
    """The questions, each answered by sentences; silence is good."""
    author_and_province = (numbers, bytes_held, moves, windows, documents, receipts, places, screenings)
    return (*author_and_province, reviews, sheets, draws, results)


def numbers(cases: QuerySet[Case]) -> Iterator[str]:
    """Handed in at least once means a number that names year and province, and one of its own."""
    rows = cases.values_list("pk", "number", "state", "call__year", "province__code", "submitter__province__code")
    for pk, number, state, year, code, home in rows:
        if number is None:
            if state != State.DRAFT:
                yield f"{pk} {state} has no number"
        elif not number.startswith(f"{year}-{code}-") or code != home:
            yield f"{pk} {number} is not of {year} {code} {home}"
    pairs = cases.values("call", "submitter").annotate(types=Count("type", distinct=True)).filter(types__gt=1)
    yield from (f"{row} hands in several types" for row in pairs)


def bytes_held(cases: QuerySet[Case]) -> Iterator[str]:
    counted = Q(files__state__in=(FileState.ACCEPTED, FileState.INSPECTING))
    rows = cases.annotate(held=Coalesce(Sum("files__size", filter=counted), 0)).exclude(held=F("supporting_bytes"))
    yield from (f"{pk} says {said}, holds {held}" for pk, said, held in
                rows.values_list("pk", "supporting_bytes", "held"))  # fmt: skip
    for model in (CaseDocument, SupportingFile):
        keys = model.objects.filter(case__in=cases)
        if keys.count() != keys.values("key").distinct().count():
            yield f"{model.__name__} rows share a key"


def moves(cases: QuerySet[Case]) -> Iterator[str]:
    """The audit trail leads from draft to the state there is, in the order of time, by legal moves alone."""
    states = dict(cases.values_list("pk", "state"))
    reached: dict[int, str] = dict.fromkeys(states, State.DRAFT)
    seen: dict[int, Any] = {}
    opened: Counter[int] = Counter()
    entries = AuditEntry.objects.filter(subject="cases.case").order_by("id")
    for pk_text, at, verb, facts in entries.values_list("subject_id", "at", "verb", "facts").iterator():
        pk = int(pk_text)
        if pk not in states:
            continue
        if pk in seen and at < seen[pk]:
            yield f"{pk} {verb} comes before what was written first"
        seen[pk] = at
        opened[pk] += verb == "case.open"
        if "after" in facts and verb.startswith("case."):
            move = (State(reached[pk]), Verb(verb.removeprefix("case.")))
            if facts["before"] != reached[pk] or MOVES.get(move) != facts["after"]:
                yield f"{pk} {verb} from {reached[pk]}"
            reached[pk] = facts["after"]
    for pk, state in states.items():
        if reached[pk] != state or opened[pk] != 1:
            yield f"{pk} is {state}, its history ends at {reached[pk]}, opened {opened[pk]} times"


def windows(cases: QuerySet[Case]) -> Iterator[str]:
    """First hand-in within the window (R11); recommending and screening within theirs; nothing before the opening."""
    opens, closes = F("call__submission_opens_at"), F("call__submission_closes_at")
    yield from (f"{one} begun early" for one in cases.filter(created_at__lt=opens))
    yield from (f"{one} saved before it was begun" for one in cases.filter(saved_at__lt=F("created_at")))
    yield from (f"{one} handed in late" for one in cases.filter(
        Q(handed_in_at__gte=closes) & ~Q(return_reason__gt=""), number__isnull=False))  # fmt: skip
    yield from (f"{one} not complete" for one in cases.filter(handed_in_at__isnull=False).exclude(
        completed_at=F("handed_in_at")))  # fmt: skip
    chosen = Recommendation.objects.filter(case__in=cases)
    early, late = F("case__call__recommendation_opens_at"), F("case__call__recommendation_closes_at")
    yield from (f"{one} recommended out of time" for one in chosen.filter(Q(at__lt=early) | Q(at__gte=late)))
    for row in Screening.objects.filter(case__in=cases, at__isnull=False).select_related("case__call"):
        if row.read_at is None or row.at < row.read_at or row.at >= row.case.call.recommendation_closes_at:
            yield f"{row} out of time"
    scored = ScoreSheet.objects.filter(assignment__case__in=cases)
    yield from (f"{one} out of time" for one in scored.filter(
        Q(saved_at__gte=F("assignment__case__call__scoring_closes_at")) | Q(saved_at__lt=F("assignment__released_at"))
    ))  # fmt: skip
    yield from (f"{one} decided early" for one in Decision.objects.filter(
        case__in=cases, at__lt=F("case__call__recommendation_closes_at")))  # fmt: skip


def documents(cases: QuerySet[Case]) -> Iterator[str]:
    """What was handed in has a fit document, a sheet within its limits, one to three authors and its files."""
    rows = cases.exclude(state__in=EDITABLE).annotate(
        fit=Count("documents", filter=Q(documents__fit=True, documents__state="accepted"), distinct=True),
        good=Count("files", filter=Q(files__state="accepted"), distinct=True),
        named=Count("authors", distinct=True),
    )
    for pk, overview, used, fit, good, named, title, declared in rows.values_list(
        "pk", "overview", "overview_characters", "fit", "good", "named", "title", "declared"
    ):
        if not (fit and good and 1 <= named <= 3 and title and declared) or not 0 < used == count(overview) <= 300:
            yield f"{pk}: document {fit}, files {good}, authors {named}, overview {used}"


def receipts(cases: QuerySet[Case]) -> Iterator[str]:
    """A receipt says what stood when it was written, under a digest that can be checked."""
    last = dict(cases.annotate(at=Max("receipts__at")).values_list("pk", "at"))
    for pk, at in cases.filter(number__isnull=False).values_list("pk", "handed_in_at"):
        if last[pk] != at:
            yield f"{pk} has no receipt of its last hand-in"
    for row in Receipt.objects.filter(case__in=cases).select_related("case"):
        if row.digest != digest_of(row.contents, row.at) or row.contents["number"] != row.case.number:
            yield f"{row} does not agree with its digest"


def places(cases: QuerySet[Case]) -> Iterator[str]:
    """R10: the places are 1 to n within the cap, the ranks an order, and who spent them administered the province."""
    held: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Recommendation.objects.filter(case__in=cases).select_related("by__province_admin", "case", "allowance")
    for row in rows:
        held[row.allowance_id].append((row.place, row.rank))
        home = (row.allowance.province_id, row.allowance.call_id)
        if home != (row.case.province_id, row.case.call_id) or row.by.province_admin.province_id != home[0]:
            yield f"{row} is of another province or call"
    for allowance in Allowance.objects.filter(pk__in=held):
        spent = sorted(place for place, _ in held[allowance.pk])
        if spent != list(range(1, len(spent) + 1)) or len(spent) > allowance.places:
            yield f"{allowance} has the places {spent}"
        if len({rank for _, rank in held[allowance.pk]}) != len(spent):
            yield f"{allowance} has a rank twice"
    chosen = set(rows.values_list("case_id", flat=True))
    passed = set(cases.filter(state__in=(*REVIEWED, State.RECOMMENDED)).values_list("pk", flat=True))
    if passed - chosen:
        yield f"without a place: {sorted(passed - chosen)[:9]}"


def screenings(cases: QuerySet[Case]) -> Iterator[str]:
    judged = {*REVIEWED, State.RECOMMENDED, State.ELIGIBLE}
    rows = {row.case_id: row for row in Screening.objects.filter(case__in=cases)}
    for case in cases.filter(state__in=judged | {State.DECLINED, State.RETURNED}):
        row = rows.get(case.pk)
        if row is None or row.by_id is None:
            yield f"{case} was not screened"
        elif case.state in judged and not (all(row.checks.values()) and row.checks and row.note):
            yield f"{case} has an open checklist"
        elif case.state == State.DECLINED and not row.reason == case.verdict_reason != "":
            yield f"{case} was declined without a reason"
        elif case.state == State.RETURNED and not (case.return_reason and case.return_due_at):
            yield f"{case} was returned without a reason"


def reviews(cases: QuerySet[Case]) -> Iterator[str]:
    """As many experts a case as the call wants, none of the case's province, each only of their own types."""
    duty = Assignment.objects.filter(case__in=cases).select_related("case__call", "expert")
    on: Counter[int] = Counter()
    gone = set(ScoreSheet.objects.filter(vote="cannot").values_list("assignment_id", flat=True))
    for row in duty:
        on[row.case_id] += row.recused_at is None and row.pk not in gone
        if row.expert.province_id == row.case.province_id or row.case.type not in row.expert.types:
            yield f"{row} must not be"
    for pk, wanted in cases.filter(state__in=REVIEWED).values_list("pk", "call__experts_per_case"):
        if on[pk] and on[pk] != wanted:
            yield f"{pk} has {on[pk]} experts"


def sheets(cases: QuerySet[Case]) -> Iterator[str]:
    """Totals are the rubric's; what was submitted could be submitted, and rests on a released assignment."""
    for sheet in ScoreSheet.objects.filter(assignment__case__in=cases).select_related("assignment__case__call"):
        case = sheet.assignment.case
        given = rubric.Sheet(
            case.type, sheet.scores, sheet.comments, sheet.remark, sheet.vote,
            sheet.doubts_originality, sheet.doubts_eligibility,
        )  # fmt: skip
        total = rubric.total(sheet.scores, rubric.weights_of(case.call.weights, case.type))
        if sheet.total != total or sheet.assignment.released_at is None:
            yield f"{sheet} says {sheet.total}, not {total}"
        if sheet.submitted_at and rubric.problems_of(given):
            yield f"{sheet} lacks {rubric.problems_of(given)}"


def draws(cases: QuerySet[Case]) -> Iterator[str]:
    for draw in Draw.objects.filter(call__in=cases.values("call"), done_at__isnull=False):
        pairs = assigning.plan(assigning.from_json(draw.snapshot), draw.seed).pairs
        if draw.seed_hash != hashlib.sha256(draw.seed.encode()).hexdigest():
            yield f"{draw} hides another seed"
        if sorted(draw.assignments.values_list("case_id", "expert_id")) != pairs:
            yield f"{draw} cannot be run again"


def results(cases: QuerySet[Case]) -> Iterator[str]:
    """What is public is what two people vouched for: decisions, states, selected cases and certificates agree."""
    for publication in Publication.objects.filter(call__in=cases.values("call"), done_at__isnull=False):
        own = cases.filter(call=publication.call_id)
        decided = {str(pk): grade for pk, grade in Decision.objects.filter(case__in=own).values_list("case", "grade")}
        if publication.digest != digest_of_grades(publication.decisions) or publication.decisions != decided:
            yield f"{publication} vouches for other decisions"
        grades = dict(own.filter(state__in=SELECTED).values_list("pk", "state"))
        shown = dict(SelectedCase.objects.filter(call=publication.call_id).values_list("case", "grade"))
        if grades != shown or any(decided[str(pk)] != grade for pk, grade in shown.items()):
            yield f"{publication}: the list does not agree with the states"
    certificates = Certificate.objects.filter(selected__case__in=cases).select_related("selected__call")
    made = defaultdict(list)
    for row in certificates:
        year, sign, serial = row.number.split("-")
        made[year, sign].append(int(serial))
        if sign != {"typical": "典", "showcase": "展"}[row.selected.grade] or year != str(row.selected.call.year):
            yield f"{row} is of another grade or year"
    for series, serials in made.items():
        if len(set(serials)) != len(serials):
            yield f"{series} has a number twice"
    if certificates.count() != SelectedCase.objects.filter(case__in=cases).count():
        yield "a selected case has no certificate"
    unsearchable = SelectedCase.objects.filter(case__in=cases, words__isnull=True)
    yield from (f"{one} cannot be found" for one in unsearchable)
