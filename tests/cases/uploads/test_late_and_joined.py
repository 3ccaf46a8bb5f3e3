"""Uploads around the hand-in and the close, and the joining of what has arrived."""

import errno
import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from cases.actions import handing_in, receiving
from cases.models import Case, FileState, SupportingFile
from cases.staging.disk import DiskStaging
from kernel import jobs
from kernel.models import Job
from tests.cases.files_for_tests import docx
from tests.cases.uploads.browser import Sender, refusal, stored
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(give_files: Any) -> Any:
    """`ready(call)`: a case that may be handed in."""

    def make(**fields: Any) -> Case:
        return give_files(make_case(**fields))

    return make


def hand_in(case: Case, now: datetime) -> None:
    handing_in.hand_in(case_id=case.pk, actor=case.submitter, now=now)


def test_an_upload_begun_before_the_hand_in_is_finished_after_it(ready: Any, now: datetime, join: Any) -> None:
    sender = Sender(ready())
    sender.begin()
    hand_in(sender.case, now)
    sender.put_all()
    assert sender.complete().status_code == 202
    join()
    file = SupportingFile.objects.get(name=sender.name)
    assert (file.state, file.late) == (FileState.INSPECTING, False)


@pytest.mark.parametrize(
    ("seconds", "expected", "late"),
    [(-1, 202, False), (0, 202, True), (1, 202, True), (30 * 60 - 1, 202, True), (30 * 60, 409, None)],
)
def test_the_grace_by_the_second(
    seconds: int, expected: int, late: bool | None, ready: Any, now: datetime, travel: Any, join: Any
) -> None:
    sender = Sender(ready(call=make_call(now=now)))
    sender.begin()
    sender.put_all()
    close = sender.case.call.submission_closes_at
    hand_in(sender.case, travel(close - timedelta(seconds=1)))
    # The moment is the request's own, so it is set rather than waited for.
    upload = receiving.Upload.objects.select_related("case__call", "case__province").get()
    moment = close + timedelta(seconds=seconds)
    if expected == 202:
        assert receiving.complete(upload=upload, now=moment).late is late
        join()
        assert SupportingFile.objects.get(name=sender.name).late is late
    else:
        travel(moment)
        assert refusal(sender.complete()) == (409, "closed")
        assert refusal(sender.sign(1)) == (409, "closed")
        assert refusal(sender.begin()) == (409, "closed")


def test_within_the_grace_the_same_file_goes_on_and_a_new_one_does_not_begin(
    ready: Any, now: datetime, travel: Any
) -> None:
    sender = Sender(ready(call=make_call(now=now)))
    sender.begin()
    close = sender.case.call.submission_closes_at
    hand_in(sender.case, close - timedelta(minutes=1))
    travel(close + timedelta(minutes=5))
    assert sender.begin().status_code == 200
    assert refusal(sender.begin(key="1" * 64)) == (409, "not_editable")


def test_after_a_withdrawal_when_the_window_has_closed_nothing_comes_in(
    ready: Any, now: datetime, travel: Any, join: Any
) -> None:
    sender = Sender(ready(call=make_call(now=now)))
    sender.begin()
    sender.put_all()
    close = sender.case.call.submission_closes_at
    hand_in(sender.case, close - timedelta(minutes=1))
    handing_in.withdraw(case_id=sender.case.pk, actor=sender.case.submitter, now=close + timedelta(minutes=1))
    travel(close + timedelta(minutes=2))
    assert refusal(sender.complete()) == (409, "withdrawn")


def test_withdrawn_between_the_completion_and_the_joining_the_upload_fails_with_its_sentence(
    ready: Any, now: datetime, join: Any
) -> None:
    sender = Sender(ready(call=make_call(now=now)))
    sender.begin()
    sender.put_all()
    close = sender.case.call.submission_closes_at
    hand_in(sender.case, close - timedelta(minutes=1))
    upload = receiving.Upload.objects.select_related("case__call", "case__province").get()
    receiving.complete(upload=upload, now=close + timedelta(minutes=1))
    handing_in.withdraw(case_id=sender.case.pk, actor=sender.case.submitter, now=close + timedelta(minutes=2))
    join()
    said = sender.now()
    assert (said["state"], said["code"]) == ("failed", "withdrawn")
    assert "已撤回" in said["message"]
    assert not SupportingFile.objects.filter(name=sender.name).exists()
    assert [name for name in stored() if "uploads" in name or "original" in name] == []


def test_a_document_still_being_sent_at_the_hand_in_does_not_come_after_it(ready: Any, now: datetime) -> None:
    sender = Sender(ready(), docx(), "二稿.docx")
    sender.begin(target="document")
    sender.put_all()
    hand_in(sender.case, now)
    assert refusal(sender.complete()) == (409, "document_stands")


# Joining.


def test_parts_that_vanished_end_the_upload_with_a_sentence(sender: Sender, join: Any) -> None:
    sender.send()
    next(Path(default_storage.location).glob("uploads/*/*/2")).unlink()
    join()
    said = sender.now()
    assert (said["state"], said["code"]) == ("failed", "not_joined")
    sender.case.refresh_from_db()
    assert (sender.case.supporting_bytes, stored()) == (0, [])


def test_the_same_bytes_under_the_same_name_are_the_file_that_stands(sender: Sender, join: Any) -> None:
    sender.send()
    join()
    twin = Sender(sender.case)
    twin.send(key="2" * 64)
    join()
    file = SupportingFile.objects.get()
    assert twin.now()["file"] == file.pk
    assert stored() == [file.key]
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == file.size


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_in_trouble_costs_no_upload(trouble: int, sender: Sender, monkeypatch: Any, join: Any) -> None:
    sender.send()

    def ailing(self: DiskStaging, joined: Path, final: Path) -> None:
        raise OSError(trouble, os.strerror(trouble))

    with monkeypatch.context() as patched:
        patched.setattr(DiskStaging, "_move", ailing)
        job = Job.objects.get(kind="cases.assemble_upload")
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, sender.now()["state"]) == ("waiting", 0, "assembling")
    join()
    assert SupportingFile.objects.get().sha256 == hashlib.sha256(sender.data).hexdigest()


def test_a_disk_that_is_not_there_has_lost_no_part(sender: Sender, join: Any) -> None:
    sender.send()
    root = Path(default_storage.path("uploads"))
    root.rename(root.with_name("elsewhere"))
    job = Job.objects.get(kind="cases.assemble_upload")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    root.with_name("elsewhere").rename(root)
    join()
    assert sender.now()["state"] == "done"
