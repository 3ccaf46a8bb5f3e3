"""Uploads in parts as the author begins them, goes on with them, and ends them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cases import caps
from cases.actions.adding import check_category, check_count, check_file, find_place, note, rename_file
from cases.actions.ending import end_documents, end_upload
from cases.actions.moving import lock
from cases.actions.reserving import recount, take_room, touch
from cases.editing import require_editable
from cases.finishing import DocumentStands, is_late, require_finishable
from cases.lifecycle import EDITABLE
from cases.models import UNDER_WAY, Case, Target, Upload, UploadState
from cases.naming import check_name, check_title
from cases.parts import MissingParts, part_size
from cases.staging import staging
from cases.storing import fresh_key
from kernel.errors import Refusal
from kernel.jobs import enqueue

EXPIRES_AFTER = timedelta(hours=48)
HOUR = timedelta(hours=1)
MOST_UNDER_WAY = 50
"""How many uploads a case may have at once: more than a person handles, fewer than would be a burden."""


class TooMany(Refusal):
    code = "too_many"
    sentence = f"同时上传的文件不能超过 {MOST_UNDER_WAY} 个。请等前面的传完，或取消不需要的，再选。"


class NotOpen(Refusal):
    """The upload takes no parts any more, or not at the moment."""

    code = "wrong_state"

    def __init__(self, state: UploadState) -> None:
        super().__init__(f"这个上传目前是“{state.label}”，不再接收分片。请刷新页面查看最新状态。")


@dataclass(frozen=True)
class Wanted:
    """What the browser says of a file that it is about to send; `speed` in bytes a second, None where not measured."""

    target: str
    name: str
    size: int
    fingerprint: str
    title: str = ""
    category: str = ""
    replaces: int | None = None
    speed: float | None = None


@transaction.atomic(durable=True)
def begin(*, case_id: int, wanted: Wanted, actor: User, now: datetime) -> tuple[Upload, bool]:
    """Reserve the room of a file and plan its parts; True when it is new, False when the same file goes on.

    Locks the case. A new document takes the place of one on its way. What goes on keeps the title and category that it
    has: its author may have changed them since, and the browser only proposes.
    Refuses: BadTitle, BadCategory, QuotaSpent, TooMany, TooOften, and what `check_file`, `check_count`, `find_place`
    and `require_editable` refuse; going on: what `require_finishable` refuses.
    """
    supporting = wanted.target == Target.SUPPORTING
    check_name(wanted.name)
    title, category = (check_title(wanted.title), check_category(wanted.category)) if supporting else ("", "")
    case = lock(case_id)
    standing = _same(case, wanted, actor).first()
    if standing is not None:
        require_finishable(case, standing.target, now)
        return standing, False
    require_editable(case, actor, now)
    check_file(name=wanted.name, size=wanted.size, target=wanted.target, call=case.call)
    check_count(case, wanted.target)
    if Upload.objects.filter(owner=actor, created_at__gt=now - HOUR).count() >= caps.UPLOADS_AN_HOUR:
        raise caps.TooOften
    if supporting:
        _, place = find_place(case, wanted.replaces) if wanted.replaces is not None else (None, None)
        take_room(case, size=wanted.size, replaces=place)
    else:
        end_documents(case, actor=actor, now=now)
    if case.uploads.filter(state__in=UNDER_WAY).count() >= MOST_UNDER_WAY:
        raise TooMany
    upload = Upload.objects.create(
        case=case, owner=actor, target=wanted.target, category=category, title=title, name=wanted.name,
        replaces_id=wanted.replaces if supporting else None, size=wanted.size, fingerprint=wanted.fingerprint,
        part_size=part_size(wanted.speed, least=staging().least_part), created_at=now, expires_at=now + EXPIRES_AFTER,
    )  # fmt: skip
    touch(case, now=now)
    note("upload.begin", upload, case, actor, now, size=upload.size, target=upload.target)
    return upload, True


def addresses(*, upload: Upload, numbers: list[int], now: datetime) -> list[tuple[int, str]]:
    """(number, address) for each of these parts, good for a quarter of an hour.

    Refuses: NotOpen, BadPart, and what `require_finishable` refuses. Asks the store outside of any transaction.
    """
    _require_open(upload)
    require_finishable(upload.case, upload.target, now)
    for number in numbers:
        upload.plan.length(number)
    area = staging()
    if not upload.multipart and (multipart := area.begin(upload)):
        if not Upload.objects.filter(pk=upload.pk, multipart="").update(multipart=multipart):
            area.discard(str(upload.pk), multipart)  # another request was first
        upload.refresh_from_db(fields=["multipart"])
    return [(number, area.address(upload, number, now=now)) for number in numbers]


@transaction.atomic(durable=True)
def keep_part(*, upload: Upload, keep: Callable[[], None]) -> None:
    """Let a part that has been written count. Locks the upload, so that none counts after `complete` has counted them.

    Refuses: NotOpen.
    """
    row = Upload.objects.select_for_update().only("state").filter(pk=upload.pk).first()
    if row is None:  # the draft was deleted while the part came in
        raise NotOpen(UploadState.CANCELLED)
    _require_open(row)
    keep()


def complete(*, upload: Upload, now: datetime) -> Upload:
    """All parts have been sent: let a job join them. Asked again, nothing more happens.

    Judged by the arrival of the request. Refuses: NotOpen (it has ended otherwise), MissingParts, and what
    `require_finishable` refuses.
    """
    if upload.state in (UploadState.ASSEMBLING, UploadState.DONE):
        return upload
    _require_open(upload)
    require_finishable(upload.case, upload.target, now)
    if missing := upload.plan.missing(staging().sizes(upload)):
        raise MissingParts(missing)
    return _close(upload_id=upload.pk, case_id=upload.case_id, now=now)


@transaction.atomic(durable=True)
def _close(*, upload_id: UUID, case_id: int, now: datetime) -> Upload:
    """Locks the case, then the upload: from the commit on no part is taken any more."""
    case = lock(case_id)
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    require_finishable(case, upload.target, now)
    if upload.state == UploadState.OPEN:
        upload.state, upload.object_key = UploadState.ASSEMBLING, fresh_key()
        upload.finished_at, upload.late = now, is_late(case, now)
        upload.save(update_fields=["state", "object_key", "finished_at", "late"])
        enqueue("cases.assemble_upload", key=assembly_key(upload), upload_id=str(upload.pk))
    elif upload.state not in (UploadState.ASSEMBLING, UploadState.DONE):
        raise NotOpen(UploadState(upload.state))
    return upload


@transaction.atomic(durable=True)
def rename(*, upload: Upload, title: str, category: str, actor: User, now: datetime) -> Upload:
    """Another name and category for a supporting file on its way, or for the file that it has become meanwhile.

    Locks the case, then the upload. Refuses: BadTitle, BadCategory, NotOpen, FileGone, and what `require_editable`
    refuses.
    """
    title, category = check_title(title), check_category(category)
    case = lock(upload.case_id)
    require_editable(case, actor, now)
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    if row.file_id is not None:
        rename_file(case, row.file_id, title=title, category=category, actor=actor, now=now)
    elif row.state not in UNDER_WAY:
        raise NotOpen(UploadState(row.state))
    row.title, row.category = title, category
    row.save(update_fields=["title", "category"])
    touch(case, now=now)
    return row


@transaction.atomic(durable=True)
def cancel(*, upload: Upload, now: datetime) -> None:
    """End an upload and give its room back; one that has ended already stays as it is. Locks the case, the upload.

    One that failed is put away: its author has seen why, and no list tells of it any more.
    Refuses: DocumentStands, where a hand-in relied on this document having arrived.
    """
    case = lock(upload.case_id)
    row = Upload.objects.select_for_update().filter(pk=upload.pk, state__in=UNDER_WAY).first()
    if row is None:
        Upload.objects.filter(pk=upload.pk, state=UploadState.FAILED).update(state=UploadState.CANCELLED)
        return
    if row.target == Target.DOCUMENT and row.awaited and case.state not in EDITABLE:
        raise DocumentStands
    end_upload(row, case, UploadState.CANCELLED, actor=row.owner, now=now)
    recount(case)
    touch(case, now=now)


def assembly_key(upload: Upload) -> str:
    """The key of the job that joins an upload's parts, by which its failure is found again."""
    return f"assemble:{upload.pk}"


def _require_open(upload: Upload) -> None:
    if upload.state != UploadState.OPEN:
        raise NotOpen(UploadState(upload.state))


def _same(case: Case, wanted: Wanted, actor: User) -> QuerySet[Upload]:
    """The upload under way of this very file for this very place."""
    return case.uploads.select_for_update().filter(
        owner=actor, target=wanted.target, fingerprint=wanted.fingerprint, name=wanted.name, size=wanted.size,
        replaces=wanted.replaces, state__in=UNDER_WAY,
    )  # fmt: skip
