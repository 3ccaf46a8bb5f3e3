"""Files of a case as the author hands them over in plain forms, names, replaces and takes away."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.files import File
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from cases.actions.adding import (
    Arrival,
    FileGone,
    add_document,
    add_supporting,
    check_category,
    check_count,
    check_file,
    drop_row,
    find_place,
    get_file,
    put_in_place,
    rename_file,
    standing_twin,
)
from cases.actions.ending import end_documents, end_upload
from cases.actions.moving import lock
from cases.actions.reserving import held, recount, take_room, touch
from cases.editing import require_editable
from cases.models import UNDER_WAY, Case, CaseDocument, SupportingFile, Target, UploadState
from cases.naming import check_title
from cases.quota import reserve
from cases.storing import Stored, discard, store

Row = TypeVar("Row", CaseDocument, SupportingFile)


def upload_document(*, case_id: int, name: str, content: File, actor: User, now: datetime) -> CaseDocument:
    """Add a version of the case's Word document (R7) and promise its inspection.

    The newest version sent again, as after an answer that got lost on the line, is that version.
    Refuses: what `check_file` and `require_editable` refuse; then no bytes are left behind.
    """
    case = _readable(case_id, actor, now)
    check_file(name=name, size=content.size, target=Target.DOCUMENT, call=case.call)
    return _with_bytes(
        content, lambda stored: _add_document(case_id, Arrival(name=name, stored=stored, actor=actor, now=now))
    )


def upload_supporting(
    *, case_id: int, title: str, category: str, name: str, content: File, actor: User, now: datetime
) -> SupportingFile:
    """Add one named supporting file (R8), take its room and promise its inspection.

    The same bytes under the same name and category, sent again, are the file that stands.
    Refuses: BadTitle, BadCategory, QuotaSpent, and what `check_file` and `require_editable` refuse.
    """
    title, category = check_title(title), check_category(category)
    case = _readable(case_id, actor, now)
    check_file(name=name, size=content.size, target=Target.SUPPORTING, call=case.call)
    # Asked once without the lock, so that what cannot fit is not written to the storage first.
    reserve(held(case), size=content.size, limit=case.call.supporting_bytes)
    return _with_bytes(
        content,
        lambda stored: _add_supporting(
            case_id, Arrival(name=name, stored=stored, actor=actor, now=now), title=title, category=category
        ),
    )


def replace_supporting(
    *, case_id: int, file_id: int, name: str, content: File, actor: User, now: datetime
) -> SupportingFile:
    """Bring a new file for the place of another, under its name and category.

    An accepted file stays until the new one is accepted; a refused one goes at once. Reserves max(0, new − old).
    Refuses: QuotaSpent, and what `check_file`, `find_place` and `require_editable` refuse.
    """
    case = _readable(case_id, actor, now)
    check_file(name=name, size=content.size, target=Target.SUPPORTING, call=case.call)
    return _with_bytes(
        content, lambda stored: _replace(case_id, file_id, Arrival(name=name, stored=stored, actor=actor, now=now))
    )


@transaction.atomic(durable=True)
def rename_supporting(
    *, case_id: int, file_id: int, title: str, category: str, actor: User, now: datetime
) -> SupportingFile:
    """Give a file another name and category. Locks the case.

    Refuses: BadTitle, BadCategory, FileGone, and what `require_editable` refuses.
    """
    title, category = check_title(title), check_category(category)
    case = lock(case_id)
    require_editable(case, actor, now)
    file = rename_file(case, file_id, title=title, category=category, actor=actor, now=now)
    touch(case, now=now)
    return file


@transaction.atomic(durable=True)
def remove_supporting(*, case_id: int, file_id: int, actor: User, now: datetime) -> None:
    """Take a file away, with a replacement that waits for its place or is on its way, and give their room back.

    Locks the case. Refuses: FileGone, and what `require_editable` refuses.
    """
    case = lock(case_id)
    require_editable(case, actor, now)
    file = get_file(case, file_id)
    going = list(case.files.filter(Q(pk=file.pk) | Q(replaces_id=file.pk)))
    for upload in case.uploads.filter(state__in=UNDER_WAY, replaces__in=going):
        end_upload(upload, case, UploadState.CANCELLED, actor=actor, now=now)
    for one in going:
        drop_row(one, case, actor, now, "file.remove")
    recount(case)
    touch(case, now=now)


@transaction.atomic(durable=True)
def remove_document(*, case_id: int, document_id: int, actor: User, now: datetime) -> None:
    """Take a version of the document away; the newest that is left counts. Locks the case. Refuses as above."""
    case = lock(case_id)
    require_editable(case, actor, now)
    document = case.documents.filter(pk=document_id).first()
    if document is None:
        raise FileGone
    drop_row(document, case, actor, now, "document.remove")
    touch(case, now=now)


def _readable(case_id: int, actor: User, now: datetime) -> Case:
    """The case, asked without a lock before any byte is stored; the transaction that writes asks again."""
    case = Case.objects.select_related("call").get(pk=case_id)
    require_editable(case, actor, now)
    return case


def _with_bytes(content: File, write: Callable[[Stored], Row]) -> Row:
    """Store the bytes outside the transaction that writes their row; where no row is about them they go again."""
    stored = store(content)
    try:
        row = write(stored)
    except BaseException:
        discard(stored.key)
        raise
    if row.key != stored.key:
        discard(stored.key)
    return row


@transaction.atomic(durable=True)
def _add_document(case_id: int, arrival: Arrival) -> CaseDocument:
    case = _locked(case_id, arrival, Target.DOCUMENT)
    document = add_document(case, arrival)
    end_documents(case, actor=arrival.actor, now=arrival.now)
    if document.key == arrival.stored.key:
        touch(case, now=arrival.now)
    return document


@transaction.atomic(durable=True)
def _add_supporting(case_id: int, arrival: Arrival, *, title: str, category: str) -> SupportingFile:
    case = _locked(case_id, arrival, Target.SUPPORTING)
    standing = standing_twin(case, arrival, title=title, category=category)
    if standing is not None:
        return standing
    take_room(case, size=arrival.stored.size)
    touch(case, now=arrival.now)
    return add_supporting(case, arrival, title=title, category=category)


@transaction.atomic(durable=True)
def _replace(case_id: int, file_id: int, arrival: Arrival) -> SupportingFile:
    case = _locked(case_id, arrival, Target.SUPPORTING)
    row, place = find_place(case, file_id)
    take_room(case, size=arrival.stored.size, replaces=place)
    touch(case, now=arrival.now)
    return put_in_place(case, arrival, row, place)


def _locked(case_id: int, arrival: Arrival, target: Target) -> Case:
    """The case under its lock, everything asked again of what has now been stored."""
    case = lock(case_id)
    require_editable(case, arrival.actor, arrival.now)
    check_file(name=arrival.name, size=arrival.stored.size, target=target, call=case.call)
    check_count(case, target)
    return case
