"""What a province's desk reads: its calls, its pile of cases, its places, its recommendations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Province, ProvinceAdmin, User
from calls.models import Call
from calls.policy import CaseType
from cases.lifecycle import State, Verb
from cases.models import Case, CaseAuthor, SupportingFile, UploadedFile
from cases.queries import current_documents, visible_to_province
from kernel.models import AuditEntry
from reviews.models import Allowance, Recommendation

PAGE = 30
UNREAD = Q(screening__isnull=True) | Q(screening__read_at__isnull=True) | Q(screening__read_at__lt=F("handed_in_at"))
"""Nobody of the province has opened the case since it was last handed in."""
SPENT = (State.RECOMMENDED, State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED)


def administers(user: User, province_id: int) -> bool:
    """Whether the user is an active administrator of the province (R13)."""
    return ProvinceAdmin.objects.filter(user_id=user.pk, province_id=province_id, active=True).exists()


def colleagues(province: Province) -> QuerySet[ProvinceAdmin]:
    """The province's administrators, the longest serving first."""
    members = ProvinceAdmin.objects.filter(province_id=province.pk).select_related("user")
    return members.order_by("-active", "since", "pk")


def desk_calls(now: datetime) -> list[Call]:
    """The calls a desk may work on: begun and not yet published, newest first."""
    begun = Call.objects.filter(submission_opens_at__lte=now)
    return list(begun.filter(Q(published_at__isnull=True) | Q(published_at__gt=now)))


def on_the_desk(province: Province, call: Call) -> QuerySet[Case]:
    """The province's cases of one call, in the order they came in."""
    return visible_to_province(province).filter(call_id=call.pk).order_by("handed_in_at", "pk")


def opened(province: Province) -> QuerySet[Case]:
    """The province's cases with all that the reader and the decision beside it show."""
    joined = visible_to_province(province).select_related("submitter", "screening__by", "recommendation__by")
    return joined.prefetch_related("authors", "documents", "files")


def file_for_province(province: Province, kind: str, pk: int) -> UploadedFile:
    """A file of the province's own cases; Http404 for everything else. `kind` is "document" or "file"."""
    own = visible_to_province(province).values("pk")
    if kind == "document":
        return get_object_or_404(current_documents().filter(case__in=own), pk=pk)
    if kind == "file":
        return get_object_or_404(SupportingFile.objects.filter(case__in=own), pk=pk)
    raise Http404


@dataclass(frozen=True)
class Wanted:
    """What the filters over the pile ask for; empty means all."""

    q: str = ""
    type: str = ""
    state: str = ""
    place: str = ""
    unread: bool = False


def choose(cases: QuerySet[Case], wanted: Wanted, *, keep: int | None = None) -> QuerySet[Case]:
    """The cases that pass the filters; `place` is a city or county of the unit.

    `keep` is the open case: opening it made it read, yet it stays in the list of the unread until it is left.
    """
    if wanted.type:
        cases = cases.filter(type=wanted.type)
    if wanted.state:
        cases = cases.filter(state=wanted.state)
    if wanted.place:
        cases = cases.filter(Q(unit__city=wanted.place) | Q(unit__county=wanted.place))
    if wanted.unread:
        cases = cases.filter(UNREAD | Q(pk=keep)) if keep else cases.filter(UNREAD)
    if wanted.q:
        named = CaseAuthor.objects.filter(case_id=OuterRef("pk"), name__icontains=wanted.q)
        words = Q(title__icontains=wanted.q) | Q(number__icontains=wanted.q) | Q(unit__name__icontains=wanted.q)
        cases = cases.filter(words | Exists(named))
    return cases


@dataclass(frozen=True)
class Pile:
    """One page of the list beside the reader, and where the open case stands in the whole of it."""

    rows: list[dict[str, Any]]
    total: int
    first: int
    last: int
    page: int
    pages: int
    position: int | None
    before: int | None
    after: int | None
    next_unread: int | None


def pile(cases: QuerySet[Case], *, page: int | None, opened_id: int | None) -> Pile:
    """Two queries, however long the list: the order of all ids, then the rows of one page.

    Without `page` it is the one that holds the open case. `position` counts from 1; None when the filters hide it.
    """
    order = list(cases.annotate(fresh=Q(UNREAD)).values_list("pk", "fresh"))
    ids = [pk for pk, _ in order]
    index = ids.index(opened_id) if opened_id in ids else None
    pages = max(-(-len(ids) // PAGE), 1)
    at = min(max(page if page is not None else (index or 0) // PAGE + 1, 1), pages)
    shown = ids[(at - 1) * PAGE : at * PAGE]
    fields = ("pk", "title", "type", "state", "number", "unit__name", "unit__city", "unit__county", "fresh")
    found = {row["pk"]: row for row in cases.filter(pk__in=shown).annotate(fresh=Q(UNREAD)).values(*fields)}
    ahead = order[index + 1 :] + order[:index] if index is not None else order
    return Pile(
        rows=[found[pk] for pk in shown if pk in found],
        total=len(ids),
        first=(at - 1) * PAGE + 1 if shown else 0,
        last=(at - 1) * PAGE + len(shown),
        page=at,
        pages=pages,
        position=None if index is None else index + 1,
        before=ids[index - 1] if index else None,
        after=ids[index + 1] if index is not None and index + 1 < len(ids) else None,
        next_unread=next((pk for pk, fresh in ahead if fresh), None),
    )


def first_to_read(cases: QuerySet[Case]) -> int | None:
    """The case with which to begin: the first unread, else the first of all."""
    return cases.filter(UNREAD).values_list("pk", flat=True).first() or cases.values_list("pk", flat=True).first()


def places_of_units(province: Province, call: Call) -> list[str]:
    """The cities and counties from which the province's cases of a call come, for the filter."""
    pairs = on_the_desk(province, call).order_by().values_list("unit__city", "unit__county").distinct()
    return sorted({name for pair in pairs for name in pair if name})


@dataclass(frozen=True)
class Places:
    """The places of a province in a call (R10)."""

    counts: dict[str, int]
    total: int

    @property
    def spent(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return max(self.total - self.spent, 0)


def places(province: Province, call: Call) -> Places:
    """How many places are spent, by type, and how many there are in all."""
    held = Recommendation.objects.filter(allowance__call_id=call.pk, allowance__province_id=province.pk)
    spent = dict(held.values_list("case__type").annotate(n=Count("pk")).order_by())
    kept = Allowance.objects.filter(call_id=call.pk, province_id=province.pk).values_list("places", flat=True).first()
    counts = {str(kind): spent.get(str(kind), 0) for kind in CaseType}
    return Places(counts, max(call.places if kept is None else kept, sum(counts.values())))


def numbers(province: Province, call: Call) -> dict[str, int]:
    """How many cases came, were read, and lie in which state."""
    cases = on_the_desk(province, call).order_by()
    return cases.aggregate(
        received=Count("pk"),
        unread=Count("pk", filter=UNREAD & Q(state=State.HANDED_IN)),
        read=Count("pk", filter=~UNREAD),
        again=Count("pk", filter=Q(state=State.HANDED_IN) & ~Q(return_reason="") & UNREAD),
        waiting=Count("pk", filter=Q(state=State.HANDED_IN)),
        eligible=Count("pk", filter=Q(state=State.ELIGIBLE)),
        returned=Count("pk", filter=Q(state=State.RETURNED)),
        recommended=Count("pk", filter=Q(state__in=SPENT)),
        incomplete=Count("pk", filter=Q(state=State.ELIGIBLE, completed_at__isnull=True)),
    )


def by_city(province: Province, call: Call) -> list[dict[str, Any]]:
    """City by city: received, read and recommended; the most first."""
    grouped = on_the_desk(province, call).order_by().values("unit__city")
    counted = grouped.annotate(
        received=Count("pk"),
        read=Count("pk", filter=~UNREAD),
        recommended=Count("pk", filter=Q(state__in=SPENT)),
    )
    return [dict(row) for row in counted.order_by("-received", "unit__city")]


def recent(province: Province, call: Call, limit: int = 8) -> list[tuple[AuditEntry, str, str]]:
    """The newest moves of the province's cases, each with the name of who made it (empty: the portal) and the title."""
    verbs = [f"case.{verb}" for verb in Verb]
    moves = AuditEntry.objects.filter(call_id=call.pk, province_code=province.code, verb__in=verbs)
    entries = list(moves.order_by("-id")[:limit])
    people = {entry.actor_id for entry in entries if entry.actor_id is not None}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    moved = visible_to_province(province).filter(pk__in={int(entry.subject_id) for entry in entries})
    titles = {str(pk): title for pk, title in moved.values_list("pk", "title")}
    return [(entry, names.get(entry.actor_id or 0, ""), titles.get(entry.subject_id, "")) for entry in entries]


RANKED = (
    "pk",
    "case_id",
    "place",
    "rank",
    "at",
    "by__name",
    "case__number",
    "case__title",
    "case__type",
    "case__state",
    "case__unit__name",
    "case__unit__city",
)


def ranked(province: Province, call: Call) -> list[dict[str, Any]]:
    """The province's recommendations by rank, each with its number in the list."""
    held = Recommendation.objects.filter(allowance__call_id=call.pk, allowance__province_id=province.pk)
    rows = held.order_by("rank", "place").values(*RANKED)
    return [{**row, "number": number} for number, row in enumerate(rows, 1)]


def authors_of(case_ids: list[int]) -> dict[int, list[CaseAuthor]]:
    """The authors of many cases, in their order: one query."""
    found: dict[int, list[CaseAuthor]] = {}
    for author in CaseAuthor.objects.filter(case_id__in=case_ids).order_by("case_id", "position"):
        found.setdefault(author.case_id, []).append(author)
    return found


def waiting_by_province(call: Call) -> dict[int, int]:
    """{province id: cases handed in or found eligible, not yet recommended}."""
    cases = Case.objects.filter(call=call, state__in=(State.HANDED_IN, State.ELIGIBLE)).order_by()
    return dict(cases.values_list("province_id").annotate(n=Count("pk")))
