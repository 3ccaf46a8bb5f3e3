"""Reading what the public may see: only cases of published calls, and contents only of those that are shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case as DbCase
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from accounts.models import Province, User
from calls.models import Call
from cases.lifecycle import SELECTED, State
from cases.models import Case, CaseAuthor
from kernel.models import Job, JobState
from publishing import words
from publishing.models import MIXED, Certificate, Notice, Publication, SelectedCase

ZONE = ZoneInfo("Asia/Shanghai")
NO_LONGER_MAKING = Q(made_at__isnull=False) | Q(revoked_at__isnull=False)
CERTIFICATE_JOB = Q(kind="publishing.certificate")
CARD = ("number", "type", "title", "grade", "authors", "unit", "province__short")
"""What a card needs, for `values()`: a row loop must not build models."""


COMPARED = 500
"""Among how many of the newest cases of a type those like another are looked for."""


class Lexemes(SearchQuery):
    """A `tsquery` written out by `publishing.words`; the database only casts it."""

    template = "%(expressions)s::tsquery"


@dataclass(frozen=True)
class Filters:
    """What a reader of the gallery asked for; empty means all. `calls` are slugs, `province` is a code."""

    text: str = ""
    types: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    province: str = ""
    newest: bool = False


def selected(now: datetime) -> QuerySet[SelectedCase]:
    """The results list: selected cases of published calls, without those disqualified since (R9)."""
    cases = SelectedCase.objects.filter(call__published_at__lte=now, case__state__in=SELECTED)
    return cases.defer("words").select_related("province", "call")


def shown(now: datetime) -> QuerySet[SelectedCase]:
    """The gallery: selected cases whose authors let their contents be shown."""
    return selected(now).filter(shown=True, case__consent_publication=True)


def newest(now: datetime) -> QuerySet[SelectedCase]:
    """The shown cases in the order in which they are met without a question: an index holds it (selected_mixed)."""
    return shown(now).order_by(*MIXED)


def front(now: datetime) -> QuerySet[SelectedCase]:
    """What the front page shows: the beginning of the gallery, of the last publication alone."""
    last = shown(now).order_by("-published_at").values("published_at")[:1]
    return newest(now).filter(published_at=last)


def gallery(now: datetime, filters: Filters) -> QuerySet[SelectedCase]:
    """The shown cases that answer the filters: by likeness of title and overview where words are looked for."""
    cases = _filtered(newest(now), filters)
    asked = words.query(filters.text)
    if filters.text and not asked:
        return cases.none()
    if asked and not filters.newest:
        # D, where names and the body lie, weighs nothing: they only match.
        rank = SearchRank(F("words"), Lexemes(asked), weights=[0.0, 0.0, 0.4, 1.0])
        return cases.annotate(rank=rank).order_by("-rank", "-published_at", "number")
    return cases


def _filtered(cases: QuerySet[SelectedCase], filters: Filters) -> QuerySet[SelectedCase]:
    if asked := words.query(filters.text):
        cases = cases.filter(words=Lexemes(asked))
    for field, values in (("type", filters.types), ("grade", filters.grades), ("call__slug", filters.calls)):
        if values:
            cases = cases.filter(**{f"{field}__in": values})
    return cases.filter(province__code=filters.province) if filters.province else cases


def facets(now: datetime, filters: Filters) -> dict[str, dict[str, int]]:
    """How many cases each choice would show: {types, grades, calls, provinces: {value: count}}. Four queries.

    A facet's own choice is left out of its counts, so that they say what choosing another would bring.
    """
    rests = {
        "type": replace(filters, types=()),
        "grade": replace(filters, grades=()),
        "call__slug": replace(filters, calls=()),
        "province__code": replace(filters, province=""),
    }
    found = {}
    for (field, rest), name in zip(rests.items(), ("types", "grades", "calls", "provinces"), strict=True):
        rows = _filtered(shown(now), rest).order_by().values_list(field).annotate(n=Count("pk"))
        found[name] = dict(rows)
    return found


def cards(cases: QuerySet[SelectedCase]) -> QuerySet[SelectedCase, dict[str, Any]]:
    return cases.values(*CARD)


def neighbours(one: SelectedCase, now: datetime, count: int = 4) -> QuerySet[SelectedCase, dict[str, Any]]:
    """Cards of shown cases of the same type, those whose titles and overviews are most like this one's first.

    Only the newest are compared: every pair of characters meets thousands of cases, and each costs 20 µs to rank.
    """
    newest_ids = SelectedCase.objects.filter(type=one.type).order_by(*MIXED).values("pk")
    alike = shown(now).filter(pk__in=newest_ids[:COMPARED]).exclude(pk=one.pk)
    if asked := words.likeness(one.title):
        alike = alike.annotate(rank=SearchRank(F("words"), Lexemes(asked), weights=[0.0, 0.0, 0.4, 1.0]))
        alike = alike.order_by("-rank", "-published_at", "number")
    return cards(alike)[:count]


def results(call: Call, now: datetime, filters: Filters) -> QuerySet[SelectedCase]:
    """The results list of a call in the order of the provinces, typical before showcase."""
    cases = _filtered(selected(now).filter(call=call), replace(filters, text=""))
    if asked := filters.text.strip():
        hits = Q(title__icontains=asked) | Q(unit__icontains=asked) | Q(authors__icontains=asked) | Q(number=asked)
        cases = cases.filter(hits)
    return cases.order_by("province__position", "-grade", "number")


def counts_of(call: Call, now: datetime) -> dict[str, int]:
    """{grade: cases} of a call's results list."""
    rows = selected(now).filter(call=call).order_by().values_list("grade").annotate(n=Count("pk"))
    return {"typical": 0, "showcase": 0, **dict(rows)}


def certificates(now: datetime) -> QuerySet[Certificate]:
    """Certificates of published calls, the revoked among them: whoever holds one must learn that it was revoked."""
    rows = Certificate.objects.filter(selected__call__published_at__lte=now)
    return rows.select_related("selected__call", "selected__province", "selected__case").defer("selected__words")


def certificate_of(now: datetime, *, name: str, number: str) -> Certificate | None:
    """The certificate with this number that bears this name (as `plain_name` has it), else None."""
    row = certificates(now).filter(number=number).first()
    if row is None or name not in [words.plain_name(author["name"]) for author in row.selected.authors]:
        return None
    return row


def notices(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(published_at__lte=now).select_related("call")


@dataclass(frozen=True)
class Standing:
    """Where hand-in stands in a call: {province's short name: cases}, and three totals."""

    by_province: dict[str, int]
    cases: int
    authors: int
    today: int


def standing(call: Call, now: datetime) -> Standing:
    """Counted over the cases handed in and not withdrawn; a city unit counts for its province. Three queries."""
    cases = Case.objects.filter(call=call, number__isnull=False).exclude(state__in=(State.DRAFT, State.WITHDRAWN))
    place = Coalesce("province__parent__short", "province__short")
    by_province = dict(cases.order_by().values_list(place).annotate(n=Count("pk")))
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    today = cases.filter(handed_in_at__gte=midnight).count()
    authors = CaseAuthor.objects.filter(case__in=cases).count()
    return Standing(by_province, sum(by_province.values()), authors, today)


def provinces_of(call: Call, now: datetime) -> QuerySet[Province]:
    """The provinces that have selected cases in a call."""
    return Province.objects.filter(selected__in=selected(now).filter(call=call)).distinct()


def of_author(user: User) -> QuerySet[Case]:
    """The user's own cases, for the page of their certificate."""
    return Case.objects.filter(submitter=user).select_related("call")


# The centre's desk


@dataclass(frozen=True)
class Progress:
    """How far a confirmed publication has come: cases made ready, certificates made, jobs given up."""

    cases: int
    moved: int
    certificates: int
    made: int
    failed: int
    done: bool

    @property
    def finished(self) -> bool:
        return self.done and self.made >= self.certificates


def progress_of(publication: Publication) -> Progress:
    """Counted afresh; three queries. Before the results are public `certificates` are those that will be made."""
    ids = [int(pk) for pk in publication.decisions]
    chosen = [int(pk) for pk, grade in publication.decisions.items() if grade in ("typical", "showcase")]
    waiting = Case.objects.filter(pk__in=chosen, state=State.IN_REVIEW, selected__isnull=True).count()
    rows = Certificate.objects.filter(selected__call_id=publication.call_id)
    counts = rows.aggregate(made=Count("pk", filter=NO_LONGER_MAKING), all=Count("pk"))
    failed = Job.objects.filter(Q(key=f"publish-{publication.call_id}") | CERTIFICATE_JOB & Q(args__case_id__in=ids))
    return Progress(
        cases=len(ids),
        moved=len(ids) - waiting,
        certificates=counts["all"] if publication.done_at else len(chosen),
        made=counts["made"],
        failed=failed.filter(state=JobState.FAILED).count(),
        done=publication.done_at is not None,
    )


def decided(call: Call) -> QuerySet[Case]:
    """The cases of a call with a decision and not yet published, as the two people look them over."""
    cases = Case.objects.filter(call=call, state=State.IN_REVIEW, decision__isnull=False)
    grade = DbCase(When(decision__grade="typical", then=0), When(decision__grade="showcase", then=1), default=2)
    cases = cases.select_related("province", "unit", "decision").annotate(place=grade)
    return cases.order_by("place", "province__position", "number")


def published_cases(call: Call, q: str = "") -> QuerySet[SelectedCase]:
    """Everything that was published of a call, whatever became of it since.

    `q` are words of the title, of an author's name or a unit, or the number of the case or of its certificate.
    """
    rows = SelectedCase.objects.filter(call=call).defer("words").select_related("province", "certificate", "case")
    if q:
        authors = CaseAuthor.objects.filter(Q(name__icontains=q) | Q(unit__icontains=q), case_id=OuterRef("case_id"))
        named = Q(title__icontains=q) | Q(number__icontains=q) | Q(certificate__number__icontains=q)
        rows = rows.filter(named | Exists(authors))
    return rows.order_by("-grade", "province__position", "number")
