"""The scanner's part of an inspection: files held back while it is away, and what it finds."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import adding, completing, inspecting
from cases.files import malware
from cases.lifecycle import State
from cases.models import CaseDocument, FileState
from kernel import jobs
from kernel.models import Job, JobState
from tests.cases.uploaded import document_of, file_of, folder, hand_in, told
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db


def test_a_file_waits_unscanned_while_the_scanner_is_away(now: datetime, settings: Any, do_jobs: Any) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    case = make_case()
    file = file_of(case, now)
    do_jobs()
    file.refresh_from_db()
    assert (file.state, file.code) == (FileState.INSPECTING, "unscanned")
    assert "不用重新上传" in file.message and told(case) == []
    job = Job.objects.get(key=adding.inspection_key(file))
    assert (job.state, job.attempts) == (JobState.WAITING, 0), "waiting costs no attempt"
    assert folder(file) == {"original"}


def test_the_author_reads_why_a_file_waits(now: datetime, settings: Any, do_jobs: Any, client: Any) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    case = make_case()
    file = file_of(case, now)
    client.force_login(case.submitter)
    pages = [reverse("my_materials", args=[case.pk]), reverse("my_material", args=[case.pk, file.pk])]
    assert [inspecting.HELD_BACK in client.get(page).content.decode() for page in pages] == [False, False]
    do_jobs()
    assert [inspecting.HELD_BACK in client.get(page).content.decode() for page in pages] == [True, True]


def test_a_file_held_back_goes_on_when_the_scanner_is_back(
    now: datetime, settings: Any, do_jobs: Any, monkeypatch: Any
) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    file = file_of(make_case(), now)
    do_jobs()
    monkeypatch.setattr(malware, "ping", lambda address: None)
    monkeypatch.setattr(malware, "scan", lambda path, address: "")
    Job.objects.update(run_at=timezone.now())
    do_jobs()
    file.refresh_from_db()
    assert (file.state, file.code, file.message, file.facts["scanned"]) == (FileState.ACCEPTED, "", "", True)


def test_while_it_is_away_a_file_held_back_is_not_opened_again(
    now: datetime, settings: Any, do_jobs: Any, monkeypatch: Any
) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    file_of(make_case(), now)
    do_jobs()
    monkeypatch.setattr(inspecting, "inspect_in_child", lambda *args, **more: pytest.fail("opened again"))
    Job.objects.update(run_at=timezone.now())
    do_jobs()
    assert Job.objects.get(kind="cases.inspect_supporting").state == JobState.WAITING


def test_a_file_that_the_scanner_cannot_scan_is_not_asked_about_for_ever(
    now: datetime, settings: Any, do_jobs: Any, monkeypatch: Any
) -> None:
    settings.CLAMD = "/run/clamd.sock"

    def scan(path: Path, address: str) -> str:
        raise malware.NoVerdict("INSTREAM size limit exceeded. ERROR")

    monkeypatch.setattr(malware, "scan", scan)
    file = file_of(make_case(), now)
    for _ in range(jobs.MAX_ATTEMPTS):
        Job.objects.update(run_at=timezone.now())
        do_jobs()
    job = Job.objects.get(kind="cases.inspect_supporting")
    assert job.state == JobState.FAILED and "size limit" in job.error, "visible on the centre's page of jobs"
    inspecting.give_up_failed(now=now)
    file.refresh_from_db()
    assert (file.state, file.code) == (FileState.REFUSED, "not_inspected")


@pytest.mark.parametrize("kind", ["document", "file"])
def test_what_the_scanner_finds_is_refused_with_its_own_sentence(
    kind: str, now: datetime, settings: Any, do_jobs: Any, monkeypatch: Any
) -> None:
    settings.CLAMD = "/run/clamd.sock"
    monkeypatch.setattr(malware, "scan", lambda path, address: "Test.Signature")
    row = document_of(make_case(), now) if kind == "document" else file_of(make_case(), now)
    do_jobs()
    row.refresh_from_db()
    assert (row.state, row.code) == (FileState.REFUSED, "malware")
    assert row.message.startswith(f"“{row.name}”") and "Test.Signature" not in row.message
    assert folder(row) == set()


def test_a_refusal_of_the_inspectors_needs_no_scanner(now: datetime, settings: Any, do_jobs: Any) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    file = file_of(make_case(), now, data=b"MZ not a picture")
    do_jobs()
    file.refresh_from_db()
    assert file.state == FileState.REFUSED


def test_a_file_held_back_outlasts_the_grace(now: datetime, settings: Any, do_jobs: Any) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    call = make_call(phase="recommendation")
    case = make_case(call=call, state=State.RETURNED, return_due_at=now + timedelta(days=1))
    document, file = document_of(case, now), file_of(case, now)
    CaseDocument.objects.filter(pk=document.pk).update(state=FileState.ACCEPTED, fit=True)
    do_jobs()
    hand_in(case, now)
    Job.objects.update(created_at=timezone.now() - timedelta(hours=5))
    late = now + timedelta(hours=5)
    assert completing.drop_unaccepted(case_id=case.pk, now=late) is False
    file.refresh_from_db()
    assert file.state == FileState.INSPECTING
