"""What nobody goes on with: uploads that ran out, their parts, and what killed processes left behind."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions.ending import end_upload
from cases.actions.moving import lock
from cases.actions.reserving import recount
from cases.models import UNDER_WAY, Target, Upload, UploadState
from cases.staging import staging
from cases.storing import sweep_folder
from kernel.jobs import enqueue
from kernel.letters import tell

logger = logging.getLogger(__name__)

LEFT_PARTS = 3600
"""Seconds after which a half-written part, or a folder without an upload, is nobody's: no request lasts so long."""
LEFT_FILES = 24 * 3600
FORGOTTEN_AFTER = timedelta(days=90)


@transaction.atomic(durable=True)
def ask_to_clear(*, now: datetime) -> None:
    """Promise the end of uploads that have run out, and once an hour (the machine's) a sweep."""
    minute = int(timezone.now().timestamp()) // 60
    if Upload.objects.filter(state=UploadState.OPEN, expires_at__lte=now).exists():
        enqueue("cases.expire_uploads", key=f"expire-uploads:{minute}")
    enqueue("cases.sweep_parts", key=f"sweep-parts:{minute // 60}")


def expire_all(*, now: datetime) -> None:
    """End every upload that has run out."""
    for pk in list(Upload.objects.filter(state=UploadState.OPEN, expires_at__lte=now).values_list("pk", flat=True)):
        try:
            expire(upload_id=str(pk), now=now)
        except Exception:  # one upload must not keep the others
            logger.exception("upload %s could not be ended", pk)


@transaction.atomic(durable=True)
def expire(*, upload_id: str, now: datetime) -> None:
    """End an upload that has run out, give its room back and tell its author. Locks the case, then the upload."""
    case_id = Upload.objects.filter(pk=upload_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return
    case = lock(case_id)
    rows = Upload.objects.select_for_update().filter(state=UploadState.OPEN, expires_at__lte=now)
    upload = rows.filter(pk=upload_id).first()
    if upload is None:
        return
    words = "上传开始后 48 小时没有传完，已经取消，占用的空间已释放。需要的话请重新上传。"
    end_upload(upload, case, UploadState.EXPIRED, actor=None, now=now, code="expired", message=words)
    recount(case)
    page = "my_document" if upload.target == Target.DOCUMENT else "my_materials"
    text = f"“{upload.title or upload.name}”{words}"
    tell(user=case.submitter, text=text[:500], now=now, link=reverse(page, args=[case.pk]))


def sweep(*, now: datetime) -> None:
    """Delete what killed processes left where parts and files arrive, and rows of uploads that came to nothing."""
    living = {str(pk) for pk in Upload.objects.filter(state__in=UNDER_WAY).values_list("pk", flat=True)}
    swept = staging().sweep(living, older_than=LEFT_PARTS)
    swept += sweep_folder(settings.FILE_UPLOAD_TEMP_DIR, older_than=LEFT_FILES)
    if swept:
        logger.warning("%s things were swept that killed processes had left", swept)
    came_to_nothing = (UploadState.CANCELLED, UploadState.FAILED, UploadState.EXPIRED)
    Upload.objects.filter(state__in=came_to_nothing, settled_at__lt=now - FORGOTTEN_AFTER).delete()
