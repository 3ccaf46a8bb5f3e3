"""Joining the parts of an upload, and what comes of it: a row like that of a plain form, or a sentence why not."""

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from cases.actions.adding import Arrival, add_document, add_supporting, find_place, put_in_place, standing_twin
from cases.actions.completing import send_back
from cases.actions.ending import discard_parts, end_upload
from cases.actions.moving import CaseGone, lock
from cases.actions.receiving import assembly_key
from cases.actions.reserving import recount
from cases.finishing import require_finishable
from cases.lifecycle import EDITABLE
from cases.models import Case, CaseDocument, SupportingFile, Target, Upload, UploadState
from cases.repeats import hint_of
from cases.staging import staging
from cases.staging.lost import PartsLost
from cases.storing import Stored, discard
from kernel.errors import Refusal
from kernel.jobs import enqueue
from kernel.letters import tell
from kernel.models import Job, JobState

logger = logging.getLogger(__name__)


class NotJoined(Refusal):
    code = "not_joined"
    sentence = "平台没能收好这个文件，不是您的操作有误。请再选同一个文件重新上传；若仍不行，请联系我们。"


def assemble(*, upload_id: str, now: datetime) -> int | None:
    """Join the parts of an upload that waits for it, and settle it. Returns its case, or None when there was nothing to
    do: run twice, the second run finds that."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.ASSEMBLING).first()
    if upload is None:
        return None
    try:
        stored = staging().join(upload)
    except PartsLost:
        logger.exception("upload %s has lost parts", upload_id)
        fail(upload_id=upload_id, refusal=NotJoined(), now=now)
        return upload.case_id
    try:
        settle(upload_id=upload_id, stored=stored, now=now)
    except CaseGone:  # a draft that its author deleted meanwhile
        discard(stored.key)
        return None
    except Refusal as refusal:
        fail(upload_id=upload_id, refusal=refusal, now=now)
    if not Upload.objects.filter(pk=upload_id, state__in=(UploadState.ASSEMBLING, UploadState.DONE)).exists():
        discard(stored.key)  # it ended while its parts were joined
    return upload.case_id


@transaction.atomic(durable=True)
def settle(*, upload_id: str, stored: Stored, now: datetime) -> None:
    """Make the row of what has been joined; on an upload that does not wait for it nothing happens.

    Locks the case, then the upload. Judged by the arrival of the request that completed it, in the case's state of
    now. Refuses: what `require_finishable` and `find_place` refuse.
    """
    found = _locked(upload_id)
    if found is None:
        return
    case, upload = found
    assert upload.finished_at is not None
    require_finishable(case, upload.target, upload.finished_at)
    arrival = Arrival(name=upload.name, stored=stored, actor=upload.owner, now=upload.finished_at, late=upload.late)
    row = _stand(case, upload, arrival)
    if row.key != stored.key:
        enqueue("cases.discard_bytes", storage_key=stored.key)
    if isinstance(row, CaseDocument):
        upload.document = row
    else:
        upload.file = row
        upload.code, upload.message = hint_of(case, row)
    upload.state, upload.settled_at = UploadState.DONE, now
    upload.save(update_fields=["document", "file", "state", "settled_at", "code", "message"])
    discard_parts(upload)
    # Its room passes from the upload to the file: nothing is reserved anew, whatever the limit has become since.
    recount(case)


def _stand(case: Case, upload: Upload, arrival: Arrival) -> CaseDocument | SupportingFile:
    if upload.target == Target.DOCUMENT:
        return add_document(case, arrival)
    if upload.replaces_id is not None:
        row, place = find_place(case, upload.replaces_id, upload=upload)
        return put_in_place(case, arrival, row, place)
    title, category = upload.title, upload.category
    standing = standing_twin(case, arrival, title=title, category=category)
    return standing or add_supporting(case, arrival, title=title, category=category)


@transaction.atomic(durable=True)
def fail(*, upload_id: str, refusal: Refusal, now: datetime) -> None:
    """End an upload that cannot become a file and tell its author why; its room comes back. Locks case and upload.

    A document on which a hand-in relied sends the case back, as one that fails its inspection does (R7).
    """
    found = _locked(upload_id)
    if found is None:
        return
    case, upload = found
    end_upload(upload, case, UploadState.FAILED, actor=None, now=now, code=refusal.code, message=refusal.sentence)
    recount(case)
    document = upload.target == Target.DOCUMENT
    reason = f"“{upload.title or upload.name}”没有收好：{refusal.sentence}"
    if document and case.state not in EDITABLE and send_back(case, reason=reason, now=now):
        return
    page = reverse("my_document" if document else "my_materials", args=[case.pk])
    tell(user=case.submitter, text=reason[:500], now=now, link=page)


def give_up_failed(*, now: datetime) -> set[int]:
    """End every upload whose joining failed for good, so that none stays “合并中” for ever. Returns their cases."""
    waiting = {assembly_key(one): one for one in Upload.objects.filter(state=UploadState.ASSEMBLING)}
    failed = Job.objects.filter(key__in=list(waiting), state=JobState.FAILED).values_list("key", flat=True)
    given_up = [waiting[key] for key in failed if key]
    for upload in given_up:
        fail(upload_id=str(upload.pk), refusal=NotJoined(), now=now)
    return {upload.case_id for upload in given_up}


def _locked(upload_id: str) -> tuple[Case, Upload] | None:
    """The case and then the upload, both locked, while it waits to be joined."""
    case_id = Upload.objects.filter(pk=upload_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    case = lock(case_id)
    rows = Upload.objects.select_for_update(of=("self",)).select_related("owner")
    upload = rows.filter(pk=upload_id, state=UploadState.ASSEMBLING).first()
    return None if upload is None else (case, upload)
