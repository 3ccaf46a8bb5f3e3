"""A document's blind copy: its author asks for it, a job makes it, the author confirms it for the experts (R14)."""

import logging
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from cases import blinding
from cases.actions.adding import discard_row, note
from cases.actions.confirming import AnotherVersion
from cases.actions.moving import lock
from cases.editing import NotYours
from cases.files.blindcopy import COPY, Blinded, blind_in_child
from cases.files.conversion import Conversion, convert_office
from cases.lifecycle import State
from cases.makers import makers_of, names_of
from cases.models import BlindCopy, Case, CaseDocument, ConversionState, FileState
from cases.readiness import counting_document
from cases.storing import ORIGINAL, beside, digest, discard, fetch, fresh_key, keep_derived, size
from kernel.jobs import enqueue
from kernel.models import Job, JobState

logger = logging.getLogger(__name__)

NAME = "匿名稿.docx"
NOT_MADE = "没能生成匿名稿，是平台的问题，不是您的操作有误。请再试一次；若仍不行，请联系我们。"


@transaction.atomic(durable=True)
def ask(
    *, case_id: int, document_id: int, words: list[str], left_out: list[str], actor: User, now: datetime
) -> BlindCopy:
    """Promise a blind copy of the version that counts, in place of one there is; that one is no longer confirmed.

    Locks the case. Refuses: NotYours, NotNow, AnotherVersion.
    """
    case, document = _standing(case_id, document_id, actor)
    for old in BlindCopy.objects.filter(document=document):
        discard_row(old)
    copy = BlindCopy.objects.create(
        document=document, name=NAME, size=0, key=fresh_key(), uploaded_at=now, uploaded_by=actor,
        known=names_of(case), words=words, left_out=left_out,
    )  # fmt: skip
    enqueue("cases.make_blind_copy", key=making_key(copy), blind_id=copy.pk)
    note("document.ask_blind", document, case, actor, now, words=len(words), pictures=len(left_out))
    return copy


@transaction.atomic(durable=True)
def confirm(*, case_id: int, document_id: int, blind_id: int, actor: User, now: datetime) -> BlindCopy:
    """The author has read the copy: from now on experts read it in place of the document.

    Locks the case. Refuses as above, and what `blinding.require_confirmable` refuses.
    """
    case, document = _standing(case_id, document_id, actor)
    copy = BlindCopy.objects.filter(document=document, pk=blind_id).first()
    if copy is None:
        raise AnotherVersion
    blinding.require_confirmable(
        made=copy.state == FileState.ACCEPTED and bool(copy.html_key),
        drawing=copy.conversion == ConversionState.WAITING,
        left=copy.facts.get("left", []),
        current=blinding.is_current(copy.known, names_of(case)),
    )
    return _keep(copy, now, "document.confirm_blind", case, actor, now)


@transaction.atomic(durable=True)
def withdraw(*, case_id: int, document_id: int, actor: User, now: datetime) -> None:
    """Take the confirmation back; the copy stays. Locks the case. Refuses: NotYours, NotNow, AnotherVersion."""
    case, document = _standing(case_id, document_id, actor)
    for copy in BlindCopy.objects.filter(document=document, confirmed_at__isnull=False):
        _keep(copy, None, "document.withdraw_blind", case, actor, now)


def making_key(copy: BlindCopy) -> str:
    """The key of the job that makes a copy."""
    return f"blind:{copy.pk}"


def make(*, blind_id: int, now: datetime) -> None:
    """Make a copy that was asked for and settle it; one that is made or gone stays as it is."""
    waiting = BlindCopy.objects.filter(pk=blind_id, state=FileState.INSPECTING)
    copy = waiting.select_related("document__case__province", "document__case__submitter").first()
    if copy is None:
        return
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="blind-") as place:
        path, made = Path(place) / "file", Path(place) / "made"
        fetch(copy.document.key, path)
        blinded = blind_in_child(path, known=_known(copy), left_out=copy.left_out, derive_to=made)
        if not blinded.code:
            (made / COPY).rename(made / ORIGINAL)
            keep_derived(copy.key, made, [ORIGINAL, *(derived["name"] for derived in blinded.derived)])
    settle(blind_id=blind_id, blinded=blinded, now=now)
    _clean_up(copy)


def _known(copy: BlindCopy) -> dict[str, list[str]]:
    """What is hidden: the makers' names, and as other words their contacts, the province and what the author added."""
    case = copy.document.case
    contacts = [case.submitter.mobile, case.submitter.email, *(one.mobile for one in case.authors.all())]
    words = {case.province.name, case.province.short, case.number, *contacts, *copy.words}
    return {**makers_of(case), "words": sorted(word for word in words if word)}


@transaction.atomic(durable=True)
def settle(*, blind_id: int, blinded: Blinded, now: datetime) -> None:
    """Write what came of the making onto a copy that waits for it, and promise its pages where they can be drawn."""
    copy = BlindCopy.objects.select_for_update().filter(pk=blind_id, state=FileState.INSPECTING).first()
    if copy is None:
        return
    copy.inspected_at = now
    if blinded.code:
        copy.state, copy.code, copy.message = FileState.REFUSED, blinded.code, NOT_MADE
        copy.save()
        return
    copy.state, copy.html_key = FileState.ACCEPTED, beside(copy.key, "document.html")
    copy.size, copy.sha256 = size(copy.key), digest(copy.key)
    copy.facts = {
        "kind": "docx", "derived": blinded.derived, "replaced": blinded.replaced, "left": blinded.left,
        "pictures": blinded.pictures,
    }  # fmt: skip
    if settings.SOFFICE:
        copy.conversion = ConversionState.WAITING
        enqueue("cases.draw_blind_copy", key=drawing_key(copy), blind_id=copy.pk)
    copy.save()


def drawing_key(copy: BlindCopy) -> str:
    """The key of the job that draws a copy's pages."""
    return f"blind-pages:{copy.pk}"


def draw(*, blind_id: int) -> None:
    """Draw the pages of a copy that waits for them."""
    copy = BlindCopy.objects.filter(pk=blind_id, conversion=ConversionState.WAITING).first()
    if copy is None:
        return
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="blind-") as place:
        path, made = Path(place) / "file", Path(place) / "made"
        fetch(copy.key, path)
        conversion = convert_office(path, kind="docx", program=settings.SOFFICE, derive_to=made)
        keep_derived(copy.key, made, [derived["name"] for derived in conversion.derived])
    settle_pages(blind_id=blind_id, conversion=conversion)
    _clean_up(copy)


@transaction.atomic(durable=True)
def settle_pages(*, blind_id: int, conversion: Conversion) -> None:
    """Write the pages drawn onto a copy that waits for them; without them its text is what is read."""
    waiting = BlindCopy.objects.select_for_update().filter(pk=blind_id, conversion=ConversionState.WAITING)
    for copy in waiting:
        copy.conversion = ConversionState.DONE if conversion.derived else ConversionState.FAILED
        copy.facts = {**copy.facts, "derived": copy.facts["derived"] + conversion.derived, "pages": conversion.pages}
        copy.save(update_fields=["conversion", "facts"])


def waiting() -> bool:
    """Whether any copy is being made or drawn."""
    return _waiting().exists()


def _waiting() -> QuerySet[BlindCopy]:
    return BlindCopy.objects.filter(Q(state=FileState.INSPECTING) | Q(conversion=ConversionState.WAITING))


def give_up_failed(*, now: datetime) -> None:
    """Let no copy stay in the making for ever whose job failed for good: it can be asked for again."""
    copies = {making_key(one): one for one in _waiting()} | {drawing_key(one): one for one in _waiting()}
    for key in Job.objects.filter(key__in=list(copies), state=JobState.FAILED).values_list("key", flat=True):
        copy = copies[key or ""]
        try:
            settle(blind_id=copy.pk, blinded=Blinded("given_up"), now=now)
            settle_pages(blind_id=copy.pk, conversion=Conversion("failed", "given_up"))
        except Exception:  # one copy must not keep the others
            logger.exception("%s could not be given up", key)


def _clean_up(copy: BlindCopy) -> None:
    """Leave nothing in the storage of a copy that was replaced or taken away while it was made."""
    if not BlindCopy.objects.filter(pk=copy.pk).exists():
        discard(copy.key)


def _standing(case_id: int, document_id: int, actor: User) -> tuple[Case, CaseDocument]:
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    blinding.require_open(State(case.state))
    document = counting_document(list(case.documents.all()))
    if document is None or document.pk != document_id or document.state != FileState.ACCEPTED:
        raise AnotherVersion
    return case, document


def _keep(copy: BlindCopy, at: datetime | None, verb: str, case: Case, actor: User, now: datetime) -> BlindCopy:
    copy.confirmed_at = at
    copy.save(update_fields=["confirmed_at"])
    note(verb, copy.document, case, actor, now)
    return copy
