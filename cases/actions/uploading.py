"""Files of a case as the author hands them over, names, replaces and takes away."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.files import File
from django.db import models, transaction
from django.db.models import Q

from accounts.models import User
from cases.actions.moving import lock
from cases.actions.reserving import held, recount, take_room, touch
from cases.editing import require_editable
from cases.models import Case, CaseDocument, Category, FileState, SupportingFile, UploadedFile
from cases.naming import BadTitle, check_name, check_title
from cases.quota import EmptyFile, FileTooBig, reserve
from cases.storing import Stored, discard, store
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue

Row = TypeVar("Row", CaseDocument, SupportingFile)


class FileGone(Refusal):
    code = "file_gone"
    sentence = "这个文件已经不在列表里了。请刷新页面查看最新内容。"


class StillInspecting(Refusal):
    code = "still_inspecting"
    sentence = "这个文件还在检查，通常只要几秒。请等检查完成后再替换。"


def upload_document(*, case_id: int, name: str, content: File, actor: User, now: datetime) -> CaseDocument:
    """Add a version of the case's Word document (R7) and promise its inspection.

    The newest version sent again, as after an answer that got lost on the line, is that version.
    Refuses: BadName, EmptyFile, FileTooBig, and what `require_editable` refuses; then no bytes are left behind.
    """
    check_name(name)
    case = _readable(case_id, actor, now)
    _check_size(content.size, limit=case.call.document_bytes, what="案例文档")
    return _with_bytes(
        content, lambda stored: _add_document(case_id=case_id, name=name, stored=stored, actor=actor, now=now)
    )


def upload_supporting(
    *, case_id: int, title: str, category: str, name: str, content: File, actor: User, now: datetime
) -> SupportingFile:
    """Add one named supporting file (R8), take its room and promise its inspection.

    The same bytes under the same name and category, sent again, are the file that stands.
    Refuses: BadName, BadTitle, EmptyFile, QuotaSpent, and what `require_editable` refuses.
    """
    check_name(name)
    title, category = check_title(title), check_category(category)
    case = _readable(case_id, actor, now)
    _check_size(content.size)
    # Asked once without the lock, so that what cannot fit is not written to the storage first.
    reserve(held(case.files.all()), size=content.size, limit=case.call.supporting_bytes)
    return _with_bytes(
        content,
        lambda stored: _add_supporting(
            case_id=case_id, title=title, category=category, name=name, stored=stored, actor=actor, now=now
        ),
    )


def replace_supporting(
    *, case_id: int, file_id: int, name: str, content: File, actor: User, now: datetime
) -> SupportingFile:
    """Bring a new file for the place of another, under its name and category.

    An accepted file stays until the new one is accepted; a refused one goes at once. Reserves max(0, new − old).
    Refuses: BadName, EmptyFile, FileGone, StillInspecting, QuotaSpent, and what `require_editable` refuses.
    """
    check_name(name)
    _readable(case_id, actor, now)
    _check_size(content.size)
    return _with_bytes(
        content,
        lambda stored: _put_in_place(case_id=case_id, file_id=file_id, name=name, stored=stored, actor=actor, now=now),
    )


@transaction.atomic(durable=True)
def rename_supporting(
    *, case_id: int, file_id: int, title: str, category: str, actor: User, now: datetime
) -> SupportingFile:
    """Give a file another name and category. Locks the case. Refuses: BadTitle, FileGone, and as `require_editable`."""
    title, category = check_title(title), check_category(category)
    case = lock(case_id)
    require_editable(case, actor, now)
    file = _file(case, file_id)
    case.files.filter(Q(pk=file.pk) | Q(replaces_id=file.pk)).update(title=title, category=category)
    file.title, file.category = title, category
    touch(case, now=now)
    _note("file.rename", file, case, actor, now, category=category)
    return file


@transaction.atomic(durable=True)
def remove_supporting(*, case_id: int, file_id: int, actor: User, now: datetime) -> None:
    """Take a file away, with a replacement that waits for its place, and give their room back.

    Locks the case. Refuses: FileGone, and what `require_editable` refuses.
    """
    case = lock(case_id)
    require_editable(case, actor, now)
    file = _file(case, file_id)
    for one in case.files.filter(Q(pk=file.pk) | Q(replaces_id=file.pk)):
        _drop_row(one, case, actor, now, "file.remove")
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
    _drop_row(document, case, actor, now, "document.remove")
    touch(case, now=now)


def check_category(category: str) -> str:
    """One of R8's categories. Refuses: BadTitle on its field."""
    if category not in Category.values:
        refusal = BadTitle("请选择材料的类别。")
        refusal.field = "category"
        raise refusal
    return category


def _readable(case_id: int, actor: User, now: datetime) -> Case:
    """The case, asked without a lock before any byte is stored; the transaction that writes asks again."""
    case = Case.objects.select_related("call").get(pk=case_id)
    require_editable(case, actor, now)
    return case


def _check_size(size: int, *, limit: int | None = None, what: str = "") -> None:
    if size == 0:
        raise EmptyFile
    if limit is not None and size > limit:
        raise FileTooBig(what=what, size=size, limit=limit)


def _with_bytes(content: File, write: Callable[[Stored], Row]) -> Row:
    """Store the bytes outside the transaction that writes their row; where that fails they go again."""
    stored = store(content)
    try:
        return write(stored)
    except BaseException:
        discard(stored.key)
        raise


@transaction.atomic(durable=True)
def _add_document(*, case_id: int, name: str, stored: Stored, actor: User, now: datetime) -> CaseDocument:
    case = lock(case_id)
    require_editable(case, actor, now)
    _check_size(stored.size, limit=case.call.document_bytes, what="案例文档")
    newest = case.documents.exclude(state=FileState.DROPPED).order_by("pk").last()
    if newest is not None and _same(newest, name, stored):
        discard(stored.key)
        return newest
    document = CaseDocument.objects.create(case=case, **_row(name, stored, actor, now))
    enqueue("cases.inspect_document", key=inspection_key(document), document_id=document.pk)
    touch(case, now=now)
    _note("document.upload", document, case, actor, now, size=stored.size)
    return document


@transaction.atomic(durable=True)
def _add_supporting(
    *, case_id: int, title: str, category: str, name: str, stored: Stored, actor: User, now: datetime
) -> SupportingFile:
    case = lock(case_id)
    require_editable(case, actor, now)
    for standing in case.files.filter(title=title, category=category, replaces=None):
        if _same(standing, name, stored):
            discard(stored.key)
            return standing
    take_room(case, size=stored.size, now=now)
    file = SupportingFile.objects.create(case=case, title=title, category=category, **_row(name, stored, actor, now))
    enqueue("cases.inspect_supporting", key=inspection_key(file), file_id=file.pk)
    _note("file.upload", file, case, actor, now, size=stored.size, category=category)
    return file


@transaction.atomic(durable=True)
def _put_in_place(
    *, case_id: int, file_id: int, name: str, stored: Stored, actor: User, now: datetime
) -> SupportingFile:
    case = lock(case_id)
    require_editable(case, actor, now)
    row = _file(case, file_id)
    # The place of a refused file is its own, or that of the accepted file it was to replace.
    place = row if row.state == FileState.ACCEPTED else row.replaces
    busy = place is not None and place.replacements.filter(state=FileState.INSPECTING).exists()
    if busy or row.state == FileState.INSPECTING:
        raise StillInspecting
    take_room(case, size=stored.size, now=now, replaces=place.pk if place else None)
    file = SupportingFile.objects.create(
        case=case, title=row.title, category=row.category, replaces=place, **_row(name, stored, actor, now)
    )
    done_with = list(place.replacements.exclude(pk=file.pk)) if place else [row]
    for one in done_with:
        _drop_row(one, case, actor, now, "file.remove")
    enqueue("cases.inspect_supporting", key=inspection_key(file), file_id=file.pk)
    _note("file.replace", file, case, actor, now, size=stored.size, replaced=file_id)
    return file


def _same(standing: CaseDocument | SupportingFile, name: str, stored: Stored) -> bool:
    """Whether the bytes stored now are those of a row that stands."""
    waits = standing.state in {FileState.INSPECTING, FileState.ACCEPTED}
    return waits and (standing.name, standing.sha256) == (name, stored.sha256)


def inspection_key(row: CaseDocument | SupportingFile) -> str:
    """The key of the job that inspects a file, by which its failure is found again."""
    return f"inspect:{row._meta.model_name}:{row.pk}"


def discard_row(row: UploadedFile) -> None:
    """Delete a row; its bytes go by a job, which no failure forgets."""
    enqueue("cases.discard_bytes", storage_key=row.key)
    row.delete()


def _drop_row(row: CaseDocument | SupportingFile, case: Case, actor: User, now: datetime, verb: str) -> None:
    _note(verb, row, case, actor, now, state=row.state, size=row.size)
    discard_row(row)


def _file(case: Case, file_id: int) -> SupportingFile:
    file = case.files.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise FileGone
    return file


def _row(name: str, stored: Stored, actor: User, now: datetime) -> dict[str, Any]:
    return {
        "name": name,
        "size": stored.size,
        "sha256": stored.sha256,
        "key": stored.key,
        "uploaded_at": now,
        "uploaded_by": actor,
    }


def _note(verb: str, subject: models.Model, case: Case, actor: User, now: datetime, **facts: Any) -> None:
    audit.record(
        verb=verb,
        subject=subject,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        **facts,
    )
