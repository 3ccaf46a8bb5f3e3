"""Two windows of one case, and a request that is sent again: nothing written is lost, nothing is there twice."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case, FileState
from tests.cases.test_author_pages import AUTOSAVE, DECLARATION, sheet
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(now: datetime) -> Case:
    return make_case(call=make_call(phase="submission", now=now), author=make_user(mobile="13812345678"))


@pytest.fixture
def page(client: Client, case: Case) -> Client:
    client.force_login(case.submitter)
    return client


def edition(page: Client, address: str) -> str:
    found = re.search(r'name="edition" value="(\w+)"', page.get(address).text)
    assert found
    return found[1]


def test_a_second_window_does_not_write_over_the_first_unseen(page: Client, case: Case) -> None:
    address = f"/my/{case.pk}/sheet/"
    read = edition(page, address)
    first = page.post(address, sheet({}, title="甲窗口", edition=read), headers=AUTOSAVE).json()
    again = page.post(address, sheet({}, title="甲窗口再改", edition=first["edition"]), headers=AUTOSAVE)
    assert again.status_code == 200
    late = page.post(address, sheet({}, title="乙窗口", edition=read), headers=AUTOSAVE)
    assert (late.status_code, late.json()["edition"]) == (409, again.json()["edition"])
    assert "另一个窗口" in late.json()["message"]
    case.refresh_from_db()
    assert case.title == "甲窗口再改"
    insisted = page.post(address, sheet({}, title="乙窗口", edition=late.json()["edition"]), headers=AUTOSAVE)
    assert insisted.status_code == 200
    case.refresh_from_db()
    assert case.title == "乙窗口"


def test_without_script_the_second_window_keeps_its_words_and_may_insist(page: Client, case: Case) -> None:
    address = f"/my/{case.pk}/sheet/"
    read = edition(page, address)
    page.post(address, sheet({}, title="甲窗口", edition=read))
    answer = page.post(address, sheet({}, title="乙窗口", edition=read))
    assert answer.status_code == 200
    assert "另一个窗口或设备上改过" in answer.text and 'value="乙窗口"' in answer.text
    insist = re.search(r'name="edition" value="(\w+)"', answer.text)
    assert insist
    assert page.post(address, sheet({}, title="乙窗口", edition=insist[1])).status_code == 302


def test_a_window_that_brings_nothing_new_conflicts_with_nothing(page: Client, case: Case) -> None:
    address = f"/my/{case.pk}/sheet/"
    read = edition(page, address)
    page.post(address, sheet({}, edition=read), headers=AUTOSAVE)
    assert page.post(address, sheet({}, edition=read), headers=AUTOSAVE).status_code == 200


def test_the_declaration_is_not_written_over_unseen_either(page: Client, case: Case) -> None:
    address = f"/my/{case.pk}/declaration/"
    read = edition(page, address)
    assert page.post(address, {**DECLARATION, "edition": read}, headers=AUTOSAVE).status_code == 200
    late = page.post(address, {**DECLARATION, "consent_platform": "yes", "edition": read}, headers=AUTOSAVE)
    assert late.status_code == 409 and late.json()["edition"] == edition(page, address)
    case.refresh_from_db()
    assert case.consent_platform is False


def picture(content: bytes = b"\x89PNG same bytes") -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.png", content)


def test_a_file_sent_again_after_a_broken_line_is_there_once(page: Client, case: Case) -> None:
    address, named = f"/my/{case.pk}/materials/", {"category": "exchange", "title": "教研日现场"}
    for _ in range(2):
        assert page.post(address, {**named, "file": picture()}).status_code == 302
    file = case.files.get()
    case.refresh_from_db()
    assert case.supporting_bytes == file.size
    page.post(address, {**named, "title": "另一个名称", "file": picture()})
    page.post(address, {**named, "file": picture(b"other bytes")})
    assert case.files.count() == 3


def test_a_refused_file_sent_again_is_inspected_again(page: Client, case: Case) -> None:
    address, named = f"/my/{case.pk}/materials/", {"category": "exchange", "title": "教研日现场"}
    page.post(address, {**named, "file": picture()})
    case.files.update(state=FileState.REFUSED)
    page.post(address, {**named, "file": picture()})
    assert sorted(case.files.values_list("state", flat=True)) == ["inspecting", "refused"]


def test_a_document_sent_again_is_no_second_version(page: Client, case: Case, give_files: Any) -> None:
    address = f"/my/{case.pk}/document/"
    for content in (b"one", b"one", b"two", b"one"):
        page.post(address, {"file": SimpleUploadedFile("定稿.docx", content)})
    assert case.documents.count() == 3
