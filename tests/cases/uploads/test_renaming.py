"""The name and category of a file may change while its bytes travel, and a failure is put away once it was seen."""

from typing import Any

import pytest

from cases.actions.handing_in import withdraw
from cases.actions.receiving import rename as rename_upload
from cases.lifecycle import State
from cases.models import SupportingFile, Upload
from kernel import clock
from tests.cases.uploads.browser import JSON, Sender
from tests.factories import make_case

pytestmark = pytest.mark.django_db

NAMES = {"title": "研修现场", "category": "publicity"}


@pytest.fixture
def sender() -> Sender:
    return Sender(make_case())


def rename(sender: Sender, **names: str) -> Any:
    return sender.client.patch(sender.address, names or NAMES, content_type=JSON)


def named() -> tuple[str, str]:
    file = SupportingFile.objects.get()
    return file.title, file.category


def test_a_file_becomes_what_it_was_called_last(sender: Sender, join: Any) -> None:
    sender.begin()
    assert rename(sender).json()["title"] == "研修现场"
    sender.put_all()
    sender.complete()
    assert rename(sender, title="研修现场录像").status_code == 200  # while it is joined
    join()
    assert named() == ("研修现场录像", "publicity")
    assert rename(sender, category="notice").json()["category"] == "notice"  # once it is a file
    assert named() == ("研修现场录像", "notice")


@pytest.mark.parametrize(
    ("names", "word"),
    [({"title": " "}, "bad_title"), ({"title": "长" * 61}, "bad_title"), ({"category": "photo"}, "bad_category")],
)
def test_a_name_that_no_file_may_have_is_refused(sender: Sender, names: dict[str, str], word: str) -> None:
    sender.begin()
    answer = rename(sender, **names)
    assert (answer.status_code, answer.json()["error"]) == (400, word)
    assert Upload.objects.get().title == "活动实录"


def test_an_upload_that_has_ended_has_no_name_to_change(sender: Sender) -> None:
    sender.begin()
    sender.cancel()
    answer = rename(sender)
    assert (answer.status_code, answer.json()["error"]) == (409, "wrong_state")


def test_a_case_that_is_handed_in_keeps_its_names(sender: Sender) -> None:
    sender.begin()
    sender.case.__class__.objects.update(state=State.HANDED_IN, number="2024-11-000001", handed_in_at=clock.now())
    answer = rename(sender)
    assert (answer.status_code, answer.json()["error"]) == (409, "not_editable")
    withdraw(case_id=sender.case.pk, actor=sender.case.submitter, now=clock.now())
    assert rename(sender).status_code == 200


def test_a_failure_that_was_seen_is_told_no_more(sender: Sender) -> None:
    sender.begin()
    Upload.objects.update(state="failed", settled_at=clock.now(), message="没有收好。")
    listed = f"/api/uploads?case={sender.case.pk}"
    assert [one["message"] for one in sender.client.get(listed).json()["uploads"]] == ["没有收好。"]
    assert sender.cancel().status_code == 204
    assert sender.client.get(listed).json()["uploads"] == []


def test_a_name_that_comes_while_the_file_is_being_written_is_the_files_too(sender: Sender, join: Any) -> None:
    sender.send()
    before = Upload.objects.get()  # as the request reads it, just before the job is done
    join()
    rename_upload(upload=before, actor=sender.case.submitter, now=clock.now(), **NAMES)
    assert named() == ("研修现场", "publicity")
