"""What a province's desk reads: its calls, its pile of cases, its places, its recommendations."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Province, ProvinceAdmin, Unit, User
from calls.models import Call
from calls.policy import CaseType
from calls.queries import every_call
from cases.alike import COUNTED
from cases.lifecycle import State
from cases.likeness import Alike
from cases.models import Case, CaseAuthor, CoauthorAsk, SupportingFile, UploadedFile
from cases.queries import current_documents, read_parts, read_uploads, visible_to_province
from kernel.rows import Rule, Table, fetch, remember, remember_many
from reviews.models import Recommendation, Screening

UNREAD = Q(screening__isnull=True) | Q(screening__read_at__isnull=True) | Q(screening__read_at__lt=F("handed_in_at"))
"""Nobody of the province has opened the case since it was last handed in."""
UNDECIDED, AGAIN = "undecided", "again"
"""Beside the states: read and not yet decided upon; handed in again after a return and not yet read."""
ORDERS = {
    "": ("handed_in_at", "pk"),
    "latest": ("-handed_in_at", "pk"),
    "number": ("number", "pk"),
    "unit": ("unit__name", "pk"),
}
SPENT = (State.RECOMMENDED, State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED)


def administers(user: User, province_id: int) -> bool:
    """Whether the user is an active administrator of the province (R13)."""
    return ProvinceAdmin.objects.filter(user_id=user.pk, province_id=province_id, active=True).exists()


def desk_calls(now: datetime) -> list[Call]:
    """The calls a desk may work on: begun and not yet published, newest first."""
    begun = (call for call in every_call() if call.submission_opens_at <= now)
    return [call for call in begun if call.published_at is None or call.published_at > now]


def on_the_desk(province: Province, call: Call) -> QuerySet[Case]:
    """The province's cases of one call, in the order they came in."""
    return visible_to_province(province).filter(call_id=call.pk).order_by("handed_in_at", "pk")


def opened(province: Province) -> QuerySet[Case]:
    """The province's cases with all that the reader and the decision beside it show."""
    joined = visible_to_province(province).select_related("submitter", "screening__by", "recommendation__by")
    return joined.prefetch_related("authors", "documents", "files")


READ = (
    Table(Case, "c"),
    Table(Call, "k"),
    Table(Province, "p"),
    Table(Unit, "n"),
    Table(User, "u"),
    Table(Screening, "s"),
    Table(User, "su"),
    Table(Recommendation, "r"),
    Table(User, "ru"),
)
MAY_READ = Rule(lambda province, pk: visible_to_province(Province(pk=province)).filter(pk=pk), "province", "pk")
TO_READ = f"""
SELECT {", ".join(table.columns for table in READ)},
       EXISTS(SELECT 1 FROM cases_upload w WHERE w.case_id = c.id AND w.state IN ('open', 'assembling')),
       (SELECT jsonb_agg(jsonb_build_array(q.position, q.confirmed, q.reason) ORDER BY q.position)
        FROM cases_coauthorask q WHERE q.case_id = c.id)::text,
       {COUNTED}
FROM cases_case c
JOIN calls_call k ON k.id = c.call_id
JOIN accounts_province p ON p.id = c.province_id
JOIN accounts_user u ON u.id = c.submitter_id
LEFT JOIN accounts_unit n ON n.id = c.unit_id
LEFT JOIN reviews_screening s ON s.case_id = c.id
LEFT JOIN accounts_user su ON su.id = s.by_id
LEFT JOIN reviews_recommendation r ON r.case_id = c.id
LEFT JOIN accounts_user ru ON ru.id = r.by_id
WHERE c.id IN ({{rule}})
"""


def to_read(province: Province, pk: int) -> Case:
    """One of `opened`, with all its parts. Four queries, one more while files are being sent; raises Http404."""
    sql, values = TO_READ.format(rule=MAY_READ.sql), MAY_READ.parameters(province=province.pk, pk=pk)
    for case, call, own, unit, submitter, screening, screener, held, by, sent, asks, *alike in fetch(
        sql, values, *READ
    ):
        case.alike = Alike(*alike)
        remember(case, call=call, province=own, unit=unit, submitter=submitter, screening=screening)
        remember(case, recommendation=held)
        if screening is not None:
            remember(screening, by=screener, case=case)
        if held is not None:
            remember(held, by=by, case=case)
        said = [CoauthorAsk(position=at, confirmed=yes, reason=why) for at, yes, why in json.loads(asks or "[]")]
        remember_many(case, "asks", said, CoauthorAsk)
        read_parts(case)
        read_uploads(case, any_awaited=sent)
        return case
    raise Http404


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
    order: str = ""


def choose(cases: QuerySet[Case], wanted: Wanted, *, keep: int | None = None) -> QuerySet[Case]:
    """The cases that pass the filters; `place` is a city or county of the unit.

    `keep` is the open case: opening it made it read, yet it stays in the list of the unread until it is left.
    """
    if wanted.type:
        cases = cases.filter(type=wanted.type)
    if wanted.state == UNDECIDED:
        cases = cases.filter(Q(state=State.HANDED_IN) & ~UNREAD | Q(pk=keep))
    elif wanted.state == AGAIN:
        cases = cases.filter(UNREAD & Q(state=State.HANDED_IN) & ~Q(return_reason="") | Q(pk=keep))
    elif wanted.state:
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


DESK_ROWS = (
    "pk",
    "number",
    "title",
    "type",
    "state",
    "handed_in_at",
    "return_reason",
    "verdict_reason",
    "unit__name",
    "unit__city",
    "screening__note",
    "screening__by__name",
)


def desk_rows(province: Province, call: Call, wanted: Wanted) -> QuerySet[Case, dict[str, Any]]:
    """All cases that pass the filters, in the order asked for, to be counted or read: one query each."""
    return choose(on_the_desk(province, call), wanted).order_by(*ORDERS[wanted.order]).values(*DESK_ROWS)


def first_to_read(cases: QuerySet[Case], order: str = "") -> int | None:
    """The case with which to begin: the first unread in the order asked for, else the first of all."""
    cases = cases.order_by(*ORDERS[order])
    return cases.filter(UNREAD).values_list("pk", flat=True).first() or cases.values_list("pk", flat=True).first()


@dataclass(frozen=True)
class Places:
    """The places of a province in a call (R10)."""

    counts: dict[str, int]
    total: int
    sealed: bool = False

    @property
    def spent(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return max(self.total - self.spent, 0)


SPENT_PLACES = """
SELECT a.places, c.type, count(r.id), count(s.id) > 0
FROM reviews_allowance a
LEFT JOIN reviews_listseal s ON s.allowance_id = a.id
LEFT JOIN reviews_recommendation r ON r.allowance_id = a.id
LEFT JOIN cases_case c ON c.id = r.case_id
WHERE a.call_id = %s AND a.province_id = %s
GROUP BY a.places, c.type
"""


def places(province: Province, call: Call) -> Places:
    """How many places are spent, by type, how many there are in all, whether the list is sealed. One query."""
    rows = fetch(SPENT_PLACES, [call.pk, province.pk])
    spent = {kind: n for _, kind, n, _ in rows}
    counts = {str(kind): spent.get(str(kind), 0) for kind in CaseType}
    total = max(rows[0][0] if rows else call.places, sum(counts.values()))
    return Places(counts, total, sealed=bool(rows and rows[0][3]))


def numbers(province: Province, call: Call, *, since: datetime | None = None) -> dict[str, Any]:
    """How many cases came (`lately`: after `since`), were read, and lie in which state; `back_at`: the next return."""
    cases = on_the_desk(province, call).order_by()
    return cases.aggregate(
        received=Count("pk"),
        lately=Count("pk", filter=Q(handed_in_at__gte=since) if since else Q(pk=None)),
        back_at=Min("return_due_at", filter=Q(state=State.RETURNED)),
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
