"""Cases as uploads and the hand-in leave them, for the tests of what happens to their files afterwards."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from cases.actions import uploading
from cases.lifecycle import State
from cases.models import Case, CaseDocument, SupportingFile
from kernel.models import Message
from tests.cases.files_for_tests import content, docx, png


def document_of(case: Case, now: datetime, data: bytes | None = None, name: str = "案例.docx") -> CaseDocument:
    return uploading.upload_document(
        case_id=case.pk, name=name, content=content(data or docx()), actor=case.submitter, now=now
    )


def file_of(case: Case, now: datetime, data: bytes | None = None, name: str = "照片.png") -> SupportingFile:
    return uploading.upload_supporting(
        case_id=case.pk,
        title="集体备课照片",
        category="exchange",
        name=name,
        content=content(data or png()),
        actor=case.submitter,
        now=now,
    )


def hand_in(case: Case, now: datetime) -> None:
    """As the hand-in leaves a case whose files are still being inspected."""
    Case.objects.filter(pk=case.pk).update(
        state=State.HANDED_IN, number=f"2024-42-{case.pk:06d}", handed_in_at=now, completed_at=None
    )
    case.refresh_from_db()


def folder(row: Any) -> set[str]:
    place = Path(default_storage.path(row.key)).parent
    return {path.name for path in place.iterdir()} if place.exists() else set()


def told(case: Case) -> list[str]:
    return list(Message.objects.filter(user=case.submitter).order_by("id").values_list("text", flat=True))
