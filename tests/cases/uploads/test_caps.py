"""The ends of what one author may pile up, each a refusal with its sentence."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import caps
from cases.actions import uploading
from cases.actions.drafting import open_case
from cases.models import CaseDocument, SupportingFile
from tests.cases.files_for_tests import docx
from tests.cases.uploads.browser import Sender, refusal
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db


def test_a_case_has_so_many_versions_of_its_document(now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(caps, "VERSIONS_A_CASE", 1)
    case = make_case()

    def by_form(words: str) -> CaseDocument:
        file = SimpleUploadedFile("案例.docx", docx(words))
        return uploading.upload_document(case_id=case.pk, name="案例.docx", content=file, actor=case.submitter, now=now)

    first = by_form("基本情况")
    with pytest.raises(caps.TooManyVersions):
        by_form("主要做法")
    sender = Sender(case, docx(), "二稿.docx")
    assert refusal(sender.begin(target="document")) == (409, "too_many_versions")
    uploading.remove_document(case_id=case.pk, document_id=first.pk, actor=case.submitter, now=now)
    assert sender.begin(target="document").status_code == 201


def test_a_case_has_so_many_files(now: datetime, monkeypatch: Any, join: Any) -> None:
    monkeypatch.setattr(caps, "FILES_A_CASE", 1)
    sender = Sender(make_case(), b"a", "一.pdf")
    sender.send()
    join()
    other = Sender(sender.case, b"b", "二.pdf")
    assert refusal(other.begin()) == (409, "too_many_files")
    with pytest.raises(caps.TooManyFiles):
        uploading.upload_supporting(
            case_id=sender.case.pk, title="二", category="notice", name="二.pdf",
            content=SimpleUploadedFile("二.pdf", b"b"), actor=sender.case.submitter, now=now,
        )  # fmt: skip
    file = SupportingFile.objects.get()
    uploading.remove_supporting(case_id=sender.case.pk, file_id=file.pk, actor=sender.case.submitter, now=now)
    assert other.begin().status_code == 201


def test_an_account_begins_so_many_uploads_in_an_hour(now: datetime, monkeypatch: Any, travel: Any) -> None:
    monkeypatch.setattr(caps, "UPLOADS_AN_HOUR", 1)
    case = make_case()
    first, second = Sender(case, b"a", "一.pdf"), Sender(case, b"b", "二.pdf")
    travel(now)
    assert first.begin().status_code == 201
    first.cancel()
    assert refusal(second.begin()) == (409, "too_often")
    travel(now + timedelta(minutes=61))
    assert second.begin().status_code == 201
    assert second.begin().status_code == 200, "going on is no beginning"


def test_an_account_has_so_many_drafts_in_a_call(now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(caps, "DRAFTS_A_CALL", 1)
    case = make_case(call=make_call(now=now))
    with pytest.raises(caps.TooManyDrafts):
        open_case(call_id=case.call_id, type=case.type, actor=case.submitter, now=now)
