"""Rows of files as they come to stand in a case, however their bytes came. The caller holds the case's lock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import User
from calls.models import Call
from cases import caps
from cases.models import UNDER_WAY, BlindCopy, Case, CaseDocument, Category, FileState, SupportingFile, Target, Upload
from cases.naming import BadCategory, check_kind, check_name
from cases.quota import EmptyFile, FileTooBig
from cases.storing import Stored
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue


class FileGone(Refusal):
    code = "file_gone"
    sentence = "这个文件已经不在列表里了。请刷新页面查看最新内容。"


class StillInspecting(Refusal):
    code = "still_inspecting"
    sentence = "这个文件还在检查，通常只要几秒。请等检查完成后再替换。"


class StillUploading(Refusal):
    code = "still_uploading"
    sentence = "已有一个新文件正在上传，用来替换它。请等它传完，或先取消它。"


@dataclass(frozen=True)
class Arrival:
    """Bytes that lie in the storage: their name, who sent them, when, and whether within the grace alone."""

    name: str
    stored: Stored
    actor: User
    now: datetime
    late: bool = False

    def row(self) -> dict[str, Any]:
        """The fields of a row about these bytes."""
        stored = self.stored
        return {
            "name": self.name, "size": stored.size, "sha256": stored.sha256, "key": stored.key,
            "uploaded_at": self.now, "uploaded_by": self.actor, "late": self.late,
        }  # fmt: skip

    def same_as(self, standing: CaseDocument | SupportingFile) -> bool:
        """Whether these are the bytes of a row that stands, sent once more."""
        waits = standing.state in {FileState.INSPECTING, FileState.ACCEPTED}
        return waits and (standing.name, standing.sha256) == (self.name, self.stored.sha256)


def check_file(*, name: str, size: int, target: str, call: Call) -> None:
    """What can be said of a file before its bytes come. Refuses: BadName, WrongKind, EmptyFile, FileTooBig (R7, R8)."""
    document = target == Target.DOCUMENT
    check_name(name)
    check_kind(name, "document" if document else "supporting")
    if size == 0:
        raise EmptyFile
    what, limit = ("案例文档", call.document_bytes) if document else ("支撑材料合计", call.supporting_bytes)
    if size > limit:
        raise FileTooBig(what=what, size=size, limit=limit)


def check_count(case: Case, target: str) -> None:
    """Whether the case may have one more of these. Refuses: TooManyVersions, TooManyFiles."""
    if target == Target.DOCUMENT and case.documents.count() >= caps.VERSIONS_A_CASE:
        raise caps.TooManyVersions
    if target == Target.SUPPORTING and case.files.count() >= caps.FILES_A_CASE:
        raise caps.TooManyFiles


def check_category(category: str) -> str:
    """One of R8's categories. Refuses: BadCategory."""
    if category not in Category.values:
        raise BadCategory
    return category


def add_document(case: Case, arrival: Arrival) -> CaseDocument:
    """A version of the case's document, its inspection promised; the newest version sent again is that version."""
    newest = case.documents.exclude(state=FileState.DROPPED).order_by("pk").last()
    if newest is not None and arrival.same_as(newest):
        return newest
    document = CaseDocument.objects.create(case=case, **arrival.row())
    enqueue("cases.inspect_document", key=inspection_key(document), document_id=document.pk)
    note("document.upload", document, case, arrival.actor, arrival.now, size=document.size)
    return document


def standing_twin(case: Case, arrival: Arrival, *, title: str, category: str) -> SupportingFile | None:
    """The file that stands under this name and category with these very bytes, as after an answer that got lost."""
    standing = case.files.filter(title=title, category=category, replaces=None)
    return next((one for one in standing if arrival.same_as(one)), None)


def add_supporting(case: Case, arrival: Arrival, *, title: str, category: str) -> SupportingFile:
    """A new supporting file, its inspection promised. Its room is the caller's business."""
    file = SupportingFile.objects.create(case=case, title=title, category=category, **arrival.row())
    enqueue("cases.inspect_supporting", key=inspection_key(file), file_id=file.pk)
    note("file.upload", file, case, arrival.actor, arrival.now, size=file.size, category=category)
    return file


def find_place(case: Case, file_id: int, *, upload: Upload | None = None) -> tuple[SupportingFile, int | None]:
    """The file that is to be replaced, locked, and whose room its successor takes as well.

    Refuses: FileGone; StillInspecting and StillUploading where another successor than `upload` is on its way.
    """
    row = get_file(case, file_id)
    place = row.place_id
    rivals = Q(pk=row.pk) | Q(replaces_id=place) if place else Q(pk=row.pk)
    if case.files.filter(rivals, state=FileState.INSPECTING).exists():
        raise StillInspecting
    under_way = case.uploads.filter(state__in=UNDER_WAY, replaces__in=case.files.filter(rivals | Q(pk=place)))
    if upload is not None:
        under_way = under_way.exclude(pk=upload.pk)
    if under_way.exists():
        raise StillUploading
    return row, place


def put_in_place(case: Case, arrival: Arrival, row: SupportingFile, place: int | None) -> SupportingFile:
    """A successor under the name and category of `row`; refused files that stood there before go at once."""
    file = SupportingFile.objects.create(
        case=case, title=row.title, category=row.category, replaces_id=place, **arrival.row()
    )
    done_with = list(case.files.filter(replaces=place).exclude(pk=file.pk)) if place else [row]
    for one in done_with:
        drop_row(one, case, arrival.actor, arrival.now, "file.remove")
    enqueue("cases.inspect_supporting", key=inspection_key(file), file_id=file.pk)
    note("file.replace", file, case, arrival.actor, arrival.now, size=file.size, replaced=row.pk)
    return file


def get_file(case: Case, file_id: int) -> SupportingFile:
    """A supporting file of the case, locked. Refuses: FileGone."""
    file = case.files.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise FileGone
    return file


def rename_file(case: Case, file_id: int, *, title: str, category: str, actor: User, now: datetime) -> SupportingFile:
    """Another name and category for a file, and for the one that waits for its place. Refuses: FileGone."""
    file = get_file(case, file_id)
    case.files.filter(Q(pk=file.pk) | Q(replaces_id=file.pk)).update(title=title, category=category)
    file.title, file.category = title, category
    note("file.rename", file, case, actor, now, category=category)
    return file


def inspection_key(row: CaseDocument | SupportingFile) -> str:
    """The key of the job that inspects a file, by which its failure is found again."""
    return f"inspect:{row._meta.model_name}:{row.pk}"


def discard_row(row: CaseDocument | SupportingFile | BlindCopy) -> None:
    """Delete a row; its bytes go by a job, which no failure forgets, and those of its blind copy with them."""
    enqueue("cases.discard_bytes", storage_key=row.key)
    for copy in BlindCopy.objects.filter(document=row) if isinstance(row, CaseDocument) else ():
        enqueue("cases.discard_bytes", storage_key=copy.key)
    row.delete()


def drop_row(row: CaseDocument | SupportingFile, case: Case, actor: User, now: datetime, verb: str) -> None:
    note(verb, row, case, actor, now, state=row.state, size=row.size)
    discard_row(row)


def note(verb: str, subject: models.Model, case: Case, actor: User | None, now: datetime, **facts: Any) -> None:
    """The audit entry of something that happened to a file of the case."""
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
