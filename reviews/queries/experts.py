"""What an expert may see: their own released assignments of cases in review, without who made them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import User
from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import State
from cases.models import Case, CaseDocument, SupportingFile, UploadedFile
from cases.queries import current_documents
from reviews.anonymity import Veil
from reviews.models import Assignment

OPEN = Phase.REVIEW
FILE_KINDS: dict[str, Callable[[], QuerySet[Any]]] = {
    "document": current_documents,
    "file": SupportingFile.objects.all,
}


def visible_to_expert(user: User) -> QuerySet[Assignment]:
    """Released, not recused, and the case still in review."""
    return Assignment.objects.filter(
        expert__user_id=user.pk,
        expert__active=True,
        released_at__isnull=False,
        recused_at__isnull=True,
        case__state=State.IN_REVIEW,
    ).select_related("case__call", "sheet")


def opened(user: User) -> QuerySet[Assignment]:
    """With all that the score page shows; the authors' words are read only to be hidden."""
    return (
        visible_to_expert(user)
        .select_related("case__unit", "case__province", "case__submitter__unit", "expert")
        .prefetch_related(
            "case__authors",
            Prefetch("case__documents", CaseDocument.objects.order_by("-id")),
            Prefetch("case__files", SupportingFile.objects.order_by("id")),
        )
    )


def veil_of(case: Case) -> Veil:
    """Hides whoever made the case: names, units, mobiles, and the province."""
    words = [case.submitter.name, case.signature, case.province.name, case.province.short]
    words += [unit.name for unit in (case.unit, case.submitter.unit) if unit]
    words += [case.submitter.mobile or "", case.submitter.email or "", case.number or ""]
    for author in case.authors.all():
        words += [author.name, author.unit, author.mobile]
    return Veil(words)


def veiled_titles(user: User, call: Call) -> dict[int, str]:
    """{assignment: title} of the pile, without the names a title may hold: two queries."""
    rows = visible_to_expert(user).filter(case__call_id=call.pk)
    joined = rows.select_related("case__unit", "case__province", "case__submitter__unit")
    return {row.pk: veil_of(row.case).text(row.case.title) for row in joined.prefetch_related("case__authors")}


def calls_of(user: User) -> list[Call]:
    """The calls in which the expert has cases, the one whose scoring ends first in front."""
    ids = visible_to_expert(user).values("case__call_id")
    return list(Call.objects.filter(pk__in=ids).order_by("scoring_closes_at", "pk"))


def call_to_work_on(calls: list[Call], now: datetime, wanted: str = "") -> Call | None:
    """The call asked for, else the first that is open for scoring, else the last."""
    chosen = [call for call in calls if call.slug == wanted] or [call for call in calls if call.phase(now) == OPEN]
    return next(iter(chosen or calls[-1:]), None)


@dataclass(frozen=True)
class Entry:
    """One line of the pile. `tone`: done, act (begun), skip (cannot be judged) or empty."""

    pk: int
    position: int
    type: str
    total: Any
    vote: str
    tone: str


def pile_of(user: User, call: Call) -> list[Entry]:
    """The expert's whole pile of one call, in the order it was given: one query."""
    rows = (
        visible_to_expert(user)
        .filter(case__call_id=call.pk)
        .order_by("pk")
        .values_list("pk", "case__type", "sheet__total", "sheet__vote", "sheet__submitted_at", "sheet__id")
    )
    return [
        Entry(pk, position, kind, total, vote or "", _tone(vote, submitted, begun))
        for position, (pk, kind, total, vote, submitted, begun) in enumerate(rows, 1)
    ]


def _tone(vote: str | None, submitted: datetime | None, begun: int | None) -> str:
    if submitted is not None:
        return "skip" if vote == "cannot" else "done"
    return "act" if begun else ""


def recused_count(user: User, call: Call) -> int:
    return Assignment.objects.filter(expert__user_id=user.pk, case__call_id=call.pk, recused_at__isnull=False).count()


def next_open(pile: list[Entry], after: int | None = None) -> Entry | None:
    """The next case still to be submitted, beginning behind the one with the id `after`, then from the start."""
    index = next((i for i, entry in enumerate(pile) if entry.pk == after), -1)
    order = pile[index + 1 :] + pile[: index + 1]
    return next((entry for entry in order if entry.tone in ("", "act") and entry.pk != after), None)


def file_for_expert(user: User, kind: str, pk: int) -> UploadedFile:
    """A file of a case on the expert's pile. Raises Http404."""
    cases = visible_to_expert(user).values("case_id")
    rows = FILE_KINDS.get(kind)
    file = rows().filter(pk=pk, case_id__in=cases).first() if rows else None
    if file is None:
        raise Http404
    return file
