"""Uploads under way at the hand-in and at the close: what counts, is waited for, is dropped, by the second."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cases import queries, tasks
from cases.actions import completing, handing_in, receiving
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState, SupportingFile, Upload
from cases.readiness import readiness
from cases.reading import reading_of
from kernel import clock, jobs
from kernel.models import Job, Letter, Message
from reviews.views.screening import _findings
from tests.cases.files_for_tests import docx
from tests.cases.uploads.browser import Sender, refusal
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(give_files: Any, now: datetime) -> Any:
    """`ready(document=…, files=…)`: a case that may be handed in, its window open for some days."""

    def make(**states: Any) -> Case:
        return give_files(make_case(call=make_call(now=now)), **states)

    return make


def found(case: Case) -> Any:
    return readiness(queries.with_parts(queries.visible_to_author(case.submitter)).get(pk=case.pk))


def hand_in(case: Case, at: datetime) -> Case:
    handing_in.hand_in(case_id=case.pk, actor=case.submitter, now=at)
    case.refresh_from_db()
    return case


def complete(sender: Sender, at: datetime) -> None:
    rows = Upload.objects.select_related("case__call", "case__province")
    receiving.complete(upload=rows.get(pk=sender.said["id"]), now=at)


def told(case: Case) -> list[str]:
    return list(Message.objects.filter(user=case.submitter).order_by("id").values_list("text", flat=True))


def test_a_case_whose_only_material_is_on_its_way_may_be_handed_in(ready: Any, now: datetime) -> None:
    case = ready(files=())
    assert not found(case).ready
    sender = Sender(case)
    sender.begin()
    seen = found(case)
    assert (seen.ready, seen.uploading, seen.pending) == (True, 1, 1)
    assert hand_in(case, now).completed_at is None
    entry = case.receipts.get().contents["files"][0]
    assert (entry["upload"], entry["sha256"], entry["state"]) == (sender.said["id"], "", "open")


def test_a_document_that_is_still_being_sent_is_no_document(ready: Any, now: datetime) -> None:
    case = make_case(call=make_call(now=now))
    sender = Sender(case, docx(), "案例.docx")
    sender.begin(target="document")
    words = [lack.words for lack in found(case).lacks]
    assert "案例介绍文档“案例.docx”还没有传完" in words


def test_beside_a_document_that_stands_a_new_one_being_sent_is_advice(ready: Any, now: datetime) -> None:
    case = ready()
    Sender(case, docx(), "二稿.docx").begin(target="document")
    seen = found(case)
    assert seen.ready
    assert [lack.words for lack in seen.advice] == ["案例介绍文档“二稿.docx”还没有传完"]
    assert hand_in(case, now).completed_at == now


def test_a_document_that_has_arrived_whole_counts_without_any_worker(give_files: Any, join: Any) -> None:
    case = give_files(make_case())
    CaseDocument.objects.all().delete()
    sender = Sender(case, docx(), "案例.docx")
    sender.send(target="document")
    now = clock.now()
    hand_in(case, now)
    assert case.receipts.get().contents["document"]["upload"] == sender.said["id"]
    assert not completing.complete(case_id=case.pk, now=now)
    join()
    assert CaseDocument.objects.get().state == FileState.INSPECTING
    assert not completing.complete(case_id=case.pk, now=now)


def test_the_case_is_complete_when_the_upload_has_been_inspected(ready: Any, now: datetime, join: Any) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    hand_in(case, now)
    assert completing.incomplete(now) == []
    assert not completing.complete(case_id=case.pk, now=now)
    sender.put_all()
    sender.complete()
    join()
    assert not completing.complete(case_id=case.pk, now=now)
    SupportingFile.objects.filter(name=sender.name).update(state=FileState.ACCEPTED, kind="mp4")
    assert completing.incomplete(now) == [case.pk]
    assert completing.complete(case_id=case.pk, now=now)


def test_a_cancelled_upload_is_not_waited_for(ready: Any, now: datetime) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    hand_in(case, now)
    assert sender.cancel().status_code == 204
    assert completing.complete(case_id=case.pk, now=now)


@pytest.mark.parametrize(("seconds", "dropped"), [(-1, False), (0, True), (1, True)])
def test_what_is_still_being_sent_goes_at_the_end_of_the_grace(
    seconds: int, dropped: bool, ready: Any, now: datetime, join: Any
) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    sender.put(1)
    close = case.call.submission_closes_at
    hand_in(case, close - timedelta(seconds=1))
    end = close + timedelta(minutes=30, seconds=seconds)
    assert completing.drop_unaccepted(case_id=case.pk, now=end) is dropped
    assert completing.complete(case_id=case.pk, now=end) is dropped
    upload = Upload.objects.get()
    assert (upload.state, upload.code) == (("expired", "grace_over") if dropped else ("open", ""))
    case.refresh_from_db()
    assert case.supporting_bytes == (2048 if dropped else 2048 + upload.size)
    words = f"以下材料没有传完或没有被接收，已从案例 {case.number} 中移除，其余材料不受影响：“活动实录”"
    assert [text for text in told(case) if "移除" in text] == [words] * dropped
    join()
    assert dropped or sender.now()["parts"] == [{"n": 1, "size": sender.said["partSize"]}]


def test_joining_that_the_portal_owes_is_waited_for(ready: Any, now: datetime) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    sender.put_all()
    close = case.call.submission_closes_at
    hand_in(case, close - timedelta(seconds=1))
    complete(sender, close + timedelta(minutes=29))
    late = close + timedelta(hours=2)
    assert not completing.drop_unaccepted(case_id=case.pk, now=late)
    Job.objects.filter(kind="cases.assemble_upload").update(created_at=timezone.now() - timedelta(minutes=31))
    assert completing.drop_unaccepted(case_id=case.pk, now=late)


@pytest.fixture
def relied_on(give_files: Any, now: datetime) -> Sender:
    """A document that has arrived whole and is not joined yet, in a case handed in on the strength of it."""
    case = give_files(make_case(call=make_call(now=now)))
    CaseDocument.objects.all().delete()
    sender = Sender(case, docx(), "案例.docx")
    sender.send(target="document")
    hand_in(case, clock.now())
    return sender


def test_a_document_that_a_hand_in_relies_on_is_not_cancelled(relied_on: Sender, join: Any) -> None:
    assert refusal(relied_on.cancel()) == (409, "document_stands")
    join()
    assert CaseDocument.objects.get().name == "案例.docx"


def test_a_document_that_has_arrived_is_cancelled_once_the_case_is_the_authors_again(
    relied_on: Sender, now: datetime
) -> None:
    handing_in.withdraw(case_id=relied_on.case.pk, actor=relied_on.case.submitter, now=now)
    assert relied_on.cancel().status_code == 204
    assert relied_on.now()["state"] == "cancelled"


def test_a_handed_in_case_without_any_document_goes_back(relied_on: Sender, now: datetime) -> None:
    case = relied_on.case
    Upload.objects.update(state="cancelled")
    assert completing.incomplete(now) == [case.pk]
    assert not completing.complete(case_id=case.pk, now=now)
    case.refresh_from_db()
    assert (case.state, case.return_reason) == (State.RETURNED, "平台没有收到案例介绍文档，请重新上传。")
    assert "已退回修改" in told(case)[-1]


def test_a_document_that_arrived_in_time_is_joined_however_late(relied_on: Sender, now: datetime, join: Any) -> None:
    Job.objects.filter(kind="cases.assemble_upload").update(created_at=timezone.now() - timedelta(hours=9))
    late = relied_on.case.call.submission_closes_at + timedelta(hours=9)
    assert not completing.drop_unaccepted(case_id=relied_on.case.pk, now=late)
    assert not completing.complete(case_id=relied_on.case.pk, now=late)
    assert relied_on.now()["state"] == "assembling"
    join()
    assert CaseDocument.objects.get().name == "案例.docx"


def test_cases_that_cannot_be_completed_yet_keep_no_other_from_its_turn(
    ready: Any, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(completing, "MOST_AT_ONCE", 1)
    cases = [ready(), ready()]
    for case in cases:
        hand_in(case, now)
    Case.objects.update(completed_at=None)
    turns = {pk for _ in range(60) for pk in completing.incomplete(now)}
    assert turns == {case.pk for case in cases}


def test_a_handed_in_case_left_without_any_material_is_told_of(ready: Any, now: datetime) -> None:
    case = ready(files=())
    sender = Sender(case)
    sender.begin()
    hand_in(case, now)
    sender.cancel()
    assert completing.complete(case_id=case.pk, now=now)
    assert "这件案例现在没有支撑材料" in told(case)[-1]
    case = queries.with_parts(Case.objects.all()).get()
    assert ("bad", "没有支撑材料：报送时列出的都没有传完或没有被接收") in _findings(
        case, reading_of(case, link=lambda *_: "")
    )


@pytest.mark.parametrize("sent", [True, False], ids=["arrived", "being sent"])
def test_the_letter_says_not_whole_of_what_is_still_being_sent_alone(sent: bool, ready: Any, now: datetime) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    if sent:
        sender.put_all()
        sender.complete()
    hand_in(case, clock.now())
    letter = Letter.objects.get(purpose="receipt")
    assert ("还没有传完" in letter.body) is not sent
    assert "仍在检查" in letter.body


def test_after_the_grace_the_page_offers_nothing_to_go_on_with(ready: Any, now: datetime, travel: Any) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    close = case.call.submission_closes_at
    hand_in(case, travel(close - timedelta(minutes=1)))
    page = f"/my/{case.pk}/materials/"
    travel(close + timedelta(minutes=29))
    assert "请在这一页接着传完" in sender.client.get(page).content.decode()
    travel(close + timedelta(minutes=30))
    assert "请在这一页接着传完" not in sender.client.get(page).content.decode()


def test_a_document_lost_after_the_hand_in_sends_the_case_back(give_files: Any, now: datetime) -> None:
    case = give_files(make_case(call=make_call(now=now)))
    CaseDocument.objects.all().delete()
    sender = Sender(case, docx(), "案例.docx")
    sender.send(target="document")
    hand_in(case, now)
    Job.objects.filter(kind="cases.assemble_upload").update(state="failed")
    tasks.settle_files()
    case.refresh_from_db()
    assert case.state == State.RETURNED
    assert "“案例.docx”没有收好" in case.return_reason
    assert sender.now()["state"] == "failed"


def test_a_joining_that_failed_for_good_ends_with_a_sentence_and_gives_the_room_back(now: datetime) -> None:
    sender = Sender(make_case())
    sender.send()
    Job.objects.filter(kind="cases.assemble_upload").update(state="failed")
    tasks.settle_files()
    said = sender.now()
    assert (said["state"], said["code"]) == ("failed", "not_joined")
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == 0
    assert told(sender.case) == [f"“活动实录”没有收好：{said['message']}"]


def test_what_failed_for_good_is_looked_for_though_no_case_was_handed_in(now: datetime) -> None:
    Sender(make_case()).send()
    completing.ask_to_settle(now=now)
    assert Job.objects.filter(kind="cases.settle_files").exists()


def test_the_receipt_follows_an_upload_to_its_end(ready: Any, now: datetime, join: Any) -> None:
    case = ready()
    sender, stopped = Sender(case), Sender(case, b"z" * 10, "会议.pdf")
    for one in (sender, stopped):
        one.begin()
    hand_in(case, now)
    digest = case.receipts.get().digest
    page = sender.client.get(f"/my/{case.pk}/receipt/").content.decode()
    assert "还有 2 个文件没有传完" in page
    assert page.count("还在上传") == 2
    stopped.cancel()
    sender.put_all()
    sender.complete()
    join()
    page = sender.client.get(f"/my/{case.pk}/receipt/").content.decode()
    file = SupportingFile.objects.get(name=sender.name)
    assert "没有传完" not in page
    assert file.sha256[:16] in page
    assert "已移除" in page
    receipt = case.receipts.get()
    assert receipt.digest == digest == handing_in.digest_of(receipt.contents, receipt.at)


def test_the_check_page_and_the_task_list_tell_of_uploads(ready: Any, now: datetime) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    assert "1 个还在上传" in sender.client.get(f"/my/{case.pk}/check/").content.decode()
    assert "1 个正在上传" in sender.client.get(f"/my/{case.pk}/").content.decode()


def test_those_who_screen_are_told_what_came_within_the_grace(ready: Any, now: datetime, join: Any) -> None:
    case = ready()
    sender = Sender(case)
    sender.begin()
    sender.put_all()
    close = case.call.submission_closes_at
    hand_in(case, close - timedelta(seconds=1))
    complete(sender, close + timedelta(minutes=1))
    join()
    reading = reading_of(case, link=lambda *_: "")
    assert [one.late for one in reading.materials] == [False, True]
    assert ("wait", "在报送截止后的宽限时间内传完：“活动实录”") in _findings(case, reading)


# Running out.


def test_after_two_days_an_upload_gives_its_room_back_and_its_author_is_told(
    now: datetime, travel: Any, join: Any
) -> None:
    sender = Sender(make_case())
    sender.begin()
    sender.put(1)
    travel(now + timedelta(hours=47, minutes=59))
    tasks.ask_to_clear_uploads()
    assert not Job.objects.filter(kind="cases.expire_uploads").exists()
    travel(now + timedelta(hours=48, minutes=1))
    tasks.ask_to_clear_uploads()
    tasks.ask_to_clear_uploads()
    jobs.run(Job.objects.get(kind="cases.expire_uploads").pk)
    join()
    sender.case.refresh_from_db()
    assert (sender.now()["state"], sender.case.supporting_bytes) == ("expired", 0)
    assert told(sender.case) == [
        "“活动实录”上传开始后 48 小时没有传完，已经取消，占用的空间已释放。需要的话请重新上传。"
    ]
    tasks.expire_uploads()
    assert len(told(sender.case)) == 1


def test_deleting_a_draft_takes_its_uploads_along(join: Any) -> None:
    sender = Sender(make_case())
    sender.begin()
    sender.put(1)
    assert sender.client.post(f"/my/{sender.case.pk}/delete/").status_code == 302
    assert not Upload.objects.exists()
    assert Job.objects.filter(kind="cases.discard_parts").count() == 1
