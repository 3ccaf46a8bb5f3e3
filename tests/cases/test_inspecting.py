"""Inspection: from “检查中” to a verdict, and what it means for a case that was handed in meanwhile."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases import tasks
from cases.actions import adding, completing, inspecting, uploading
from cases.files.inspection import refused
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState
from cases.naming import WrongKind
from cases.storing import beside
from kernel.audit import history
from kernel.models import Job, JobState
from tests.cases.files_for_tests import content, docx, png
from tests.cases.uploaded import document_of, file_of, folder, hand_in, told
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db


def test_a_good_document_is_accepted_with_its_reading_view_beside_it(now: datetime, do_jobs: Any) -> None:
    document = document_of(make_case(), now)
    do_jobs()
    document.refresh_from_db()
    assert (document.state, document.code, document.message) == (FileState.ACCEPTED, "", "")
    assert document.facts["ready"] is True
    assert [section["found"] for section in document.facts["sections"]] == [True] * 4
    assert document.html_key == beside(document.key, "document.html")
    assert folder(document) == {"original", "document.html"}
    assert [entry.verb for entry in history(document)] == ["document.upload", "document.accept"]
    assert document.inspected_at is not None


def test_the_limits_are_those_of_the_call(now: datetime, do_jobs: Any) -> None:
    call = make_call(document_limit=10, document_tolerance_percent=0)
    document = document_of(make_case(call=call), now)
    do_jobs()
    document.refresh_from_db()
    assert document.state == FileState.ACCEPTED
    assert document.facts["ready"] is False
    assert "too_long" in [finding["code"] for finding in document.facts["findings"]]


def test_a_good_picture_is_accepted_with_its_derived_files(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    file = file_of(case, now)
    do_jobs()
    file.refresh_from_db()
    case.refresh_from_db()
    assert (file.state, file.kind) == (FileState.ACCEPTED, "png")
    assert folder(file) == {"original", "thumb.jpg", "view.jpg"}
    assert case.supporting_bytes == file.size


def test_a_bad_file_is_refused_its_room_comes_back_and_the_author_is_told(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    file = file_of(case, now, data=b"MZ\x90\x00 not a picture", name="照片.png")
    do_jobs()
    file.refresh_from_db()
    case.refresh_from_db()
    assert file.state == FileState.REFUSED
    assert file.message.startswith("“照片.png”")
    assert case.supporting_bytes == 0
    assert told(case) == [f"有文件没有被接收：{file.message}"]
    assert folder(file) == set()
    assert [entry.verb for entry in history(file)] == ["file.upload", "file.refuse"]


def test_an_old_word_file_is_refused_with_what_to_do_before_it_is_stored(now: datetime) -> None:
    with pytest.raises(WrongKind, match=r"“案例.doc”不是 \.docx 文档。.*另存为"):
        document_of(make_case(), now, data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, name="案例.doc")
    assert not CaseDocument.objects.exists()


def test_a_replacement_takes_the_place_of_the_old_file_when_it_is_accepted(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    old = file_of(case, now, data=png(300, 300))
    do_jobs()
    new = uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.png", content=content(png()), actor=case.submitter, now=now
    )
    do_jobs()
    new.refresh_from_db()
    case.refresh_from_db()
    assert list(case.files.all()) == [new]
    assert (new.state, new.replaces_id, case.supporting_bytes) == (FileState.ACCEPTED, None, new.size)
    assert folder(old) == set()


def test_a_refused_replacement_leaves_the_old_file_in_place(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    old = file_of(case, now)
    do_jobs()
    uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.png", content=content(b"x" * 999), actor=case.submitter, now=now
    )
    do_jobs()
    old.refresh_from_db()
    case.refresh_from_db()
    assert (old.state, case.supporting_bytes) == (FileState.ACCEPTED, old.size)


def test_inspecting_twice_changes_nothing(now: datetime, do_jobs: Any) -> None:
    file = file_of(make_case(), now)
    do_jobs()
    tasks.inspect_supporting(file_id=file.pk)
    assert [entry.verb for entry in history(file)] == ["file.upload", "file.accept"]


def test_a_second_worker_that_comes_late_changes_nothing(now: datetime, do_jobs: Any) -> None:
    file = file_of(make_case(), now)
    do_jobs()
    inspecting.settle_supporting(file_id=file.pk, inspection=refused(file.name, "late", "…"), now=now)
    file.refresh_from_db()
    assert file.state == FileState.ACCEPTED


def test_a_file_removed_while_it_was_inspected_leaves_no_bytes(now: datetime, monkeypatch: Any) -> None:
    case = make_case()
    file = file_of(case, now)
    inspect = inspecting.inspect_in_child

    def remove_meanwhile(*args: Any, **more: Any) -> Any:
        uploading.remove_supporting(case_id=case.pk, file_id=file.pk, actor=case.submitter, now=now)
        return inspect(*args, **more)

    monkeypatch.setattr(inspecting, "inspect_in_child", remove_meanwhile)
    inspecting.inspect_supporting(file_id=file.pk, now=now)
    assert folder(file) == set()
    case.refresh_from_db()
    assert case.supporting_bytes == 0


def test_a_file_whose_inspection_failed_for_good_does_not_stay_under_inspection(now: datetime) -> None:
    case = make_case()
    file, document = file_of(case, now), document_of(case, now)
    Job.objects.filter(kind__startswith="cases.inspect").update(state=JobState.FAILED)
    tasks.settle_files()
    for row in (file, document):
        row.refresh_from_db()
        assert (row.state, row.code) == (FileState.REFUSED, "not_inspected")
    case.refresh_from_db()
    assert case.supporting_bytes == 0
    assert len(told(case)) == 2


def test_a_handed_in_case_is_complete_when_its_last_file_is_settled(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now)
    file_of(case, now)
    hand_in(case, now)
    assert completing.complete(case_id=case.pk, now=now) is False
    do_jobs()
    case.refresh_from_db()
    assert case.completed_at is not None
    assert [entry.verb for entry in history(case)] == ["case.complete"]


def test_a_draft_is_never_complete(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now)
    do_jobs()
    assert completing.complete(case_id=case.pk, now=now) is False


@pytest.mark.parametrize("data", [docx("基本情况"), b"not a document at all"], ids=["not ready", "refused"])
def test_a_document_that_fails_after_the_hand_in_sends_the_case_back(data: bytes, now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now, data=data)
    hand_in(case, now)
    do_jobs()
    case.refresh_from_db()
    call = case.call
    assert case.state == State.RETURNED
    assert case.return_reason.startswith("案例介绍文档")
    assert case.return_due_at == call.recommendation_closes_at - timedelta(days=call.return_margin_days)
    assert case.completed_at is None
    assert "已退回修改" in told(case)[0]
    assert [entry.verb for entry in history(case)] == ["case.return"]


@pytest.mark.parametrize("data", [docx("基本情况"), b"not a document at all"], ids=["not ready", "refused"])
def test_a_case_that_could_not_go_back_does_when_it_is_reopened(data: bytes, now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now, data=data)
    hand_in(case, now)
    Case.objects.filter(pk=case.pk).update(state=State.DECLINED)
    do_jobs()
    case.refresh_from_db()
    assert (case.state, case.completed_at) == (State.DECLINED, None)
    assert len(told(case)) == (0 if data.startswith(b"PK") else 1)  # a refused file is told of whatever the state
    Case.objects.filter(pk=case.pk).update(state=State.HANDED_IN)
    tasks.settle_files()
    case.refresh_from_db()
    assert (case.state, case.completed_at) == (State.RETURNED, None)


def test_one_row_that_cannot_be_given_up_does_not_hold_up_the_others(now: datetime, monkeypatch: Any) -> None:
    case = make_case()
    document, file = document_of(case, now), file_of(case, now)
    Job.objects.filter(kind__startswith="cases.inspect").update(state=JobState.FAILED)

    def broken(**kwargs: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(inspecting, "settle_document", broken)
    tasks.settle_files()
    for row, state in ((document, FileState.INSPECTING), (file, FileState.REFUSED)):
        row.refresh_from_db()
        assert row.state == state


def test_after_the_grace_files_not_accepted_are_dropped(now: datetime) -> None:
    call = make_call(phase="recommendation")
    case = make_case(call=call, state=State.RETURNED, return_due_at=now + timedelta(days=1))
    document, file = document_of(case, now), file_of(case, now)
    CaseDocument.objects.filter(pk=document.pk).update(state=FileState.ACCEPTED, fit=True)
    hand_in(case, now)
    Job.objects.filter(key=adding.inspection_key(file)).update(created_at=timezone.now() - timedelta(hours=1))

    early = now + timedelta(minutes=call.grace_minutes - 1)
    assert completing.drop_unaccepted(case_id=case.pk, now=early) is False
    late = now + timedelta(minutes=call.grace_minutes)
    assert completing.drop_unaccepted(case_id=case.pk, now=late) is True
    assert completing.complete(case_id=case.pk, now=late) is True

    file.refresh_from_db()
    case.refresh_from_db()
    assert (file.state, case.supporting_bytes, case.completed_at) == (FileState.DROPPED, 0, late)
    assert "集体备课照片" in told(case)[0]
    inspecting.inspect_supporting(file_id=file.pk, now=late)
    file.refresh_from_db()
    assert file.state == FileState.DROPPED


def test_within_the_window_the_grace_ends_after_the_close(now: datetime) -> None:
    case = make_case(state=State.HANDED_IN, handed_in_at=now)
    assert completing.grace_ends_at(case) == case.call.submission_closes_at + timedelta(minutes=30)


def test_a_clock_set_ahead_drops_nothing_that_the_portal_still_owes(now: datetime, travel: Any, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now)
    file = file_of(case, now)
    hand_in(case, now)
    travel(case.call.submission_closes_at + timedelta(days=1))
    tasks.settle_files()
    file.refresh_from_db()
    assert file.state == FileState.INSPECTING
    do_jobs()
    case.refresh_from_db()
    file.refresh_from_db()
    assert (file.state, case.completed_at is not None) == (FileState.ACCEPTED, True)


def test_the_tick_completes_a_case_that_nothing_holds_up(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    document_of(case, now)
    do_jobs()
    hand_in(case, now)
    tasks.settle_files()
    case.refresh_from_db()
    assert case.completed_at is not None


def test_what_waits_is_settled_by_a_job_asked_for_once(give_files: Any, do_jobs: Any) -> None:
    case = give_files(make_case(state=State.HANDED_IN, completed_at=None))
    for _ in range(5):
        tasks.ask_to_settle_files()
    asked = Job.objects.filter(kind="cases.settle_files")
    assert 1 <= asked.count() <= 2  # two where a quarter of a minute ended between
    do_jobs()
    case.refresh_from_db()
    assert case.completed_at is not None
    asked.delete()
    tasks.ask_to_settle_files()  # nothing waits any more
    assert not asked.exists()


def test_a_document_is_searched_for_the_names_of_its_authors(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    author = case.authors.first()
    document = document_of(case, now, docx(words=f"本文作者{author.name}，来自{author.unit}。"))
    do_jobs()
    document.refresh_from_db()
    found = {(one["kind"], one["where"]) for one in document.facts["personal_data"]}
    assert {("author", "“基本情况”部分"), ("unit", "“基本情况”部分")} <= found
    assert author.name not in str(document.facts["personal_data"])
