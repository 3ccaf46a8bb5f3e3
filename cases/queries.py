"""Reading cases: `visible_to_…` is the only road from an address to a case."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import Province, User
from calls.models import Call
from cases.coauthors import spoken
from cases.lifecycle import State
from cases.models import (
    AWAITED,
    UNDER_WAY,
    BlindCopy,
    Case,
    CaseAuthor,
    CaseDocument,
    CoauthorAsk,
    FileFault,
    FileState,
    SupportingFile,
    Upload,
    Verification,
)
from kernel.rows import Table, fetch, remember_many


def visible_to_author(user: User) -> QuerySet[Case]:
    """The user's own cases."""
    return Case.objects.filter(submitter_id=user.pk).select_related("call", "province", "unit")


def asks_of(user: User) -> QuerySet[CoauthorAsk]:
    """What a co-author is asked to confirm: under their own confirmed mobile, of cases that take part."""
    asks = CoauthorAsk.objects.select_related("case__call", "case__submitter", "case__province")
    if not (user.mobile and user.mobile_verified):
        return asks.none()
    gone = (State.DRAFT, State.WITHDRAWN)
    return asks.filter(mobile=user.mobile).exclude(case__state__in=gone).exclude(case__submitter_id=user.pk)


def coauthors_of(case: Case) -> list[tuple[str, str]]:
    """(tone, words) of what each co-author of a handed-in case has said; a query where there are any."""
    authors = {author.position: author for author in case.authors.all()}
    if len(authors) < 2 or case.number is None:
        return []
    return [spoken(authors[ask.position], ask) for ask in case.asks.all() if ask.position in authors]


def uploads_of(user: User) -> QuerySet[Upload]:
    """The user's own uploads, with what decides about them."""
    mine = Upload.objects.filter(owner_id=user.pk, case__submitter_id=user.pk)
    return mine.select_related("case__call", "case__province")


def visible_to_province(province: Province) -> QuerySet[Case]:
    """The province's cases that were handed in at least once; a draft or a withdrawn case is the author's alone."""
    hidden = (State.DRAFT, State.WITHDRAWN)
    cases = Case.objects.filter(province_id=province.pk).exclude(state__in=hidden)
    return cases.select_related("call", "province", "unit")


def visible_to_centre() -> QuerySet[Case]:
    """Every case that was handed in at least once."""
    return Case.objects.filter(number__isnull=False).select_related("call", "province", "unit")


def current_documents() -> QuerySet[CaseDocument]:
    """Of each case the version that counts: all that readers may open, older ones are the author's alone."""
    newer = CaseDocument.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk")).exclude(state=FileState.DROPPED)
    return CaseDocument.objects.exclude(state=FileState.DROPPED).filter(~Exists(newer))


def blind_copy_of(document: CaseDocument) -> BlindCopy | None:
    """The blind copy of a version, in whatever state it is."""
    return BlindCopy.objects.filter(document=document).first()


def confirmed_blind_copies() -> QuerySet[BlindCopy]:
    """Those that experts read: confirmed by the author, of the version that counts."""
    return BlindCopy.objects.filter(confirmed_at__isnull=False, document__in=current_documents())


def with_parts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with all that `cases.readiness` judges read along; of uploads those under way. Four more queries."""
    under_way = Prefetch("uploads", Upload.objects.filter(state__in=UNDER_WAY))
    return cases.prefetch_related("authors", "documents", "files", under_way)


PARTS: dict[str, tuple[Table[Any], str]] = {
    "authors": (Table(CaseAuthor, "t"), "t.position"),
    "documents": (Table(CaseDocument, "t"), "t.id DESC"),
    "files": (Table(SupportingFile, "t"), "t.id"),
}


def read_parts(case: Case, *names: str) -> None:
    """The same for one case that has been fetched, uploads aside: a query for each of the names, all three for none."""
    for name in names or tuple(PARTS):
        table, order = PARTS[name]
        sql = f"SELECT {table.columns} FROM {table.model._meta.db_table} t WHERE t.case_id = %s ORDER BY {order}"
        remember_many(case, name, [row for (row,) in fetch(sql, [case.pk], table)], table.model)


def read_uploads(case: Case, *, any_awaited: bool) -> None:
    """The case's uploads that it waits for: a query only where the caller has seen that there are any."""
    found = list(Upload.objects.filter(AWAITED, case=case)) if any_awaited else []
    remember_many(case, "uploads", found, Upload)


def open_to_authors(now: datetime) -> QuerySet[Call]:
    """The calls in which cases may be handed in now (R11), the one that closes first in front."""
    return Call.objects.filter(submission_opens_at__lte=now, submission_closes_at__gt=now).order_by(
        "submission_closes_at"
    )


def open_faults() -> QuerySet[FileFault]:
    """What the verifier found wrong in the storage and is not right again, with file and case; the newest first."""
    return FileFault.objects.filter(resolved_at__isnull=True).select_related("document__case", "file__case")


def last_verification() -> Verification | None:
    """The newest walk of the verifier, finished or under way."""
    return Verification.objects.order_by("-night").first()
