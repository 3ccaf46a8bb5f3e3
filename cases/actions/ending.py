"""How an upload ends without a file: cancelled, expired or failed. The caller holds the case's lock and recounts."""

from datetime import datetime

from accounts.models import User
from cases.actions.adding import note
from cases.models import UNDER_WAY, Case, Target, Upload, UploadState
from kernel.jobs import enqueue


def end_upload(
    upload: Upload,
    case: Case,
    state: UploadState,
    *,
    actor: User | None,
    now: datetime,
    code: str = "",
    message: str = "",
) -> None:
    """Close an upload that is under way; its parts, and what was joined of them, go by jobs, which nothing forgets."""
    upload.state, upload.settled_at, upload.code, upload.message = state, now, code, message
    upload.save(update_fields=["state", "settled_at", "code", "message"])
    discard_parts(upload)
    if upload.object_key:
        enqueue("cases.discard_bytes", storage_key=upload.object_key)
    note(f"upload.{state}", upload, case, actor, now, size=upload.size, code=code)


def end_documents(case: Case, *, actor: User, now: datetime) -> None:
    """Cancel every document on its way, those being joined too: whatever the author brings next is to be the newest.

    For a case that its author may edit; a hand-in relies on a document that has arrived.
    """
    for older in case.uploads.select_for_update().filter(target=Target.DOCUMENT, state__in=UNDER_WAY):
        end_upload(older, case, UploadState.CANCELLED, actor=actor, now=now)


def discard_parts(upload: Upload) -> None:
    """Promise that the parts go."""
    enqueue("cases.discard_parts", upload=str(upload.pk), multipart=upload.multipart)
