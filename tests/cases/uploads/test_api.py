"""Uploading in parts by its addresses: begin, go on, send, complete, cancel, and what is refused at each step."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.actions import receiving, uploading
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState, SupportingFile, Upload
from cases.parts import MIB
from cases.staging.disk import DiskStaging
from cases.storing import Stored
from kernel.audit import history
from kernel.models import Job
from tests.cases.files_for_tests import docx
from tests.cases.uploads.browser import JSON, Sender, client_of, digest_of, refusal, stored
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db


def test_a_file_goes_from_begin_to_a_row_under_inspection(sender: Sender, join: Any) -> None:
    begun = sender.begin()
    assert begun.status_code == 201
    said = begun.json()
    assert (said["state"], said["partSize"], said["partCount"], said["parts"]) == ("open", MIB, 3, [])
    sender.put_all()
    assert [part["size"] for part in sender.now()["parts"]] == [MIB, MIB, 5]
    answer = sender.complete()
    assert (answer.status_code, answer.json()["state"]) == (202, "assembling")
    join()
    file = SupportingFile.objects.get()
    assert (file.name, file.title, file.category, file.size) == ("活动实录.mp4", "活动实录", "exchange", 2 * MIB + 5)
    assert (file.state, file.late) == (FileState.INSPECTING, False)
    assert file.sha256 == hashlib.sha256(sender.data).hexdigest()
    assert Path(default_storage.path(file.key)).read_bytes() == sender.data
    assert stored() == [file.key]
    assert (sender.now()["state"], sender.now()["file"]) == ("done", file.pk)
    assert Job.objects.get(kind="cases.inspect_supporting").args == {"file_id": file.pk}
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == file.size
    assert [one.verb for one in history(Upload.objects.get())] == ["upload.begin"]
    assert [one.verb for one in history(file)] == ["file.upload"]


def test_a_word_document_goes_the_same_way(join: Any) -> None:
    data = docx()
    sender = Sender(make_case(), data, "案例.docx")
    sender.send(target="document", title="", category="")
    join()
    document = CaseDocument.objects.get()
    assert (document.name, document.size, document.state) == ("案例.docx", len(data), FileState.INSPECTING)
    assert Job.objects.get(kind="cases.inspect_document").args == {"document_id": document.pk}
    assert sender.now()["file"] == document.pk
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == 0


def test_the_same_file_picked_again_goes_on(sender: Sender, join: Any) -> None:
    first = sender.begin().json()
    sender.put(2)
    again = sender.begin(title="浏览器提议的名称", category="policy")
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["parts"]) == (first["id"], [{"n": 2, "size": MIB}])
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == len(sender.data)
    sender.put_all()
    sender.complete()
    join()
    file = SupportingFile.objects.get()
    assert (file.title, file.category) == ("活动实录", "exchange"), "what its author called it stays"


@pytest.mark.parametrize(
    "changed", [{"key": "0" * 64}, {"target": "document", "name": "a.docx"}], ids=["another file", "another target"]
)
def test_another_file_is_another_upload(changed: dict[str, Any], sender: Sender) -> None:
    first = sender.begin().json()
    second = sender.begin(**changed)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


def test_parts_may_come_in_any_order_and_twice(sender: Sender, join: Any) -> None:
    sender.data = bytes(range(256)) * 8192 + b"end"
    sender.begin()
    for number in (3, 1, 1, 2, 3):
        assert sender.put(number).status_code == 200
    sender.put(1, b"z" * MIB)
    sender.put(1)
    sender.complete()
    join()
    assert SupportingFile.objects.get().sha256 == hashlib.sha256(sender.data).hexdigest()


def test_the_answer_to_a_part_is_its_fingerprint(sender: Sender) -> None:
    sender.begin()
    answer = sender.put(3, headers={"Content-Digest": digest_of(b"x" * 5)})
    assert answer["ETag"] == f'"{hashlib.sha256(b"x" * 5).hexdigest()}"'
    assert "Set-Cookie" not in answer


def test_a_fast_line_gets_larger_parts(sender: Sender) -> None:
    assert sender.begin(speed=10_000_000).json()["partSize"] == 8 * MIB


def test_completing_twice_makes_one_file(sender: Sender, join: Any) -> None:
    sender.send()
    assert sender.complete().status_code == 202
    join()
    assert sender.complete().status_code == 202
    join()
    assert SupportingFile.objects.count() == 1
    assert Job.objects.filter(kind="cases.assemble_upload").count() == 1


def test_completing_too_soon_names_what_is_missing(sender: Sender) -> None:
    sender.begin()
    sender.put(2)
    answer = sender.complete()
    assert refusal(answer) == (409, "missing_parts")
    assert answer.json()["parts"] == [1, 3]


def test_cancelling_gives_the_room_and_the_disk_back_and_twice_is_once(sender: Sender, join: Any) -> None:
    sender.begin()
    sender.put_all()
    assert sender.cancel().status_code == 204
    join()
    sender.case.refresh_from_db()
    assert (sender.case.supporting_bytes, stored(), sender.now()["state"]) == (0, [], "cancelled")
    assert sender.cancel().status_code == 204
    assert [one.verb for one in history(Upload.objects.get())] == ["upload.begin", "upload.cancelled"]
    assert refusal(sender.complete()) == (409, "wrong_state")
    assert refusal(sender.sign(1)) == (409, "wrong_state")


def test_cancelled_while_it_is_joined_nothing_stays(sender: Sender, join: Any, monkeypatch: Any) -> None:
    sender.send()
    joined = DiskStaging.join

    def slow(self: DiskStaging, upload: Upload) -> Stored:
        stored = joined(self, upload)
        assert sender.cancel().status_code == 204
        return stored

    monkeypatch.setattr(DiskStaging, "join", slow)
    join()
    assert (stored(), SupportingFile.objects.count()) == ([], 0)
    sender.case.refresh_from_db()
    assert sender.case.supporting_bytes == 0


def test_the_list_shows_what_is_under_way_and_what_failed_lately(now: datetime) -> None:
    case = make_case()
    senders = [Sender(case, b"a" * 10, f"{n}.pdf") for n in range(4)]
    for one in senders:
        one.begin()
    senders[1].cancel()
    Upload.objects.filter(pk=senders[2].said["id"]).update(state="failed", settled_at=now - timedelta(minutes=59))
    Upload.objects.filter(pk=senders[3].said["id"]).update(state="failed", settled_at=now - timedelta(minutes=61))
    listed = senders[0].client.get("/api/uploads", {"case": case.pk}).json()["uploads"]
    assert [one["id"] for one in listed] == [senders[0].said["id"], senders[2].said["id"]]


# What is refused at the beginning.


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"size": 0}, (400, "empty")),
        ({"size": 100 * MIB + 1}, (413, "too_large")),
        ({"size": 2**62}, (413, "too_large")),
        ({"target": "document", "name": "案例.docx", "size": 20 * MIB + 1}, (413, "too_large")),
        ({"name": ""}, (400, "bad_name")),
        ({"name": "长" * 300 + ".mp4"}, (400, "bad_name")),
        ({"name": "../../etc/passwd.pdf"}, (400, "bad_name")),
        ({"name": "a\0.pdf"}, (400, "bad_name")),
        ({"name": "a\r\nSet-Cookie: x.pdf"}, (400, "bad_name")),
        ({"name": "a\u202efdp.exe"}, (400, "bad_name")),
        ({"name": "a\u2066.pdf"}, (400, "bad_name")),
        ({"name": "木马.exe"}, (400, "wrong_kind")),
        ({"name": "没有扩展名"}, (400, "wrong_kind")),
        ({"name": "课件.pptm"}, (400, "wrong_kind")),
        ({"name": "旧稿.doc"}, (400, "wrong_kind")),
        ({"target": "document", "name": "旧稿.doc"}, (400, "wrong_kind")),
        ({"target": "document", "name": "案例.pdf"}, (400, "wrong_kind")),
        ({"title": "  "}, (400, "bad_title")),
        ({"title": "长" * 61}, (400, "bad_title")),
        ({"title": "通知\u202e"}, (400, "bad_title")),
        ({"title": "通\0知"}, (400, "bad_title")),
        ({"category": "secret"}, (400, "bad_category")),
        ({"category": ""}, (400, "bad_category")),
        ({"replaces": 999_999}, (409, "file_gone")),
        ({"case": 999_999}, (404, "not_found")),
        ({"case": 2**62}, (404, "not_found")),
        ({"target": "cover"}, (400, "bad_request")),
        ({"size": "12"}, (400, "bad_request")),
        ({"size": -1}, (400, "bad_request")),
        ({"size": True}, (400, "bad_request")),
        ({"size": 2**63}, (400, "bad_request")),
        ({"case": None}, (400, "bad_request")),
        ({"key": "x"}, (400, "bad_request")),
        ({"name": ["a.pdf"]}, (400, "bad_request")),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    changed: dict[str, Any], expected: tuple[int, str], sender: Sender
) -> None:
    assert refusal(sender.begin(**changed)) == expected
    sender.case.refresh_from_db()
    assert (Upload.objects.count(), sender.case.supporting_bytes) == (0, 0)


def test_each_refusal_at_the_beginning_has_its_own_sentence(sender: Sender) -> None:
    asked: list[dict[str, Any]] = [
        {"size": 0}, {"size": 100 * MIB + 1}, {"name": "a\0.pdf"}, {"name": "../a.pdf"}, {"name": "a\n.pdf"},
        {"name": "a\u202e.pdf"}, {"name": "长" * 300}, {"name": "a.exe"}, {"name": "a.pptm"}, {"name": "a.doc"},
        {"title": ""}, {"category": ""}, {"replaces": 999_999}, {"case": 999_999},
    ]  # fmt: skip
    sentences = {sender.begin(**changed).json()["detail"] for changed in asked}
    assert len(sentences) == len(asked)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"size": ' + b"9" * 5000 + b"}"]
)
def test_a_body_that_is_no_object_is_a_bad_request(body: bytes, sender: Sender) -> None:
    answer = sender.client.generic("POST", "/api/uploads", body, content_type=JSON)
    assert refusal(answer) == (400, "bad_request")


@pytest.mark.parametrize("speed", ["fast", True, {}, -1, 1e308, 10**400])
def test_a_speed_that_says_nothing_is_no_reason_to_refuse(speed: Any, sender: Sender) -> None:
    assert sender.begin(speed=speed).status_code == 201


def test_over_the_quota_the_answer_says_how_much_room_is_left_and_what_is_largest() -> None:
    case = make_case(call=make_call(supporting_bytes=10 * MIB))
    Sender(case, b"a" * 6 * MIB, "大.mp4").begin(title="大的录像")
    Sender(case, b"a" * 3 * MIB, "小.mp4").begin(title="小的录像")
    answer = Sender(case, b"b" * 2 * MIB, "新.pdf").begin()
    assert refusal(answer) == (409, "quota")
    said = answer.json()
    assert (said["used"], said["limit"], said["room"]) == (9 * MIB, 10 * MIB, MIB)
    assert said["largest"] == {"title": "大的录像", "size": 6 * MIB, "words": "6 MB"}
    assert "还可上传 1 MB" in said["detail"]
    assert "大的录像" in said["detail"]


def test_there_is_an_end_to_how_many_at_once(monkeypatch: Any) -> None:
    monkeypatch.setattr(receiving, "MOST_UNDER_WAY", 2)
    case = make_case()
    answers = [Sender(case, b"a", f"{n}.pdf").begin() for n in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 409]
    assert refusal(answers[2]) == (409, "too_many")


def test_a_new_document_takes_the_place_of_one_still_being_sent(join: Any) -> None:
    case = make_case()
    old, new = Sender(case, docx("基本情况"), "一稿.docx"), Sender(case, docx(), "二稿.docx")
    for one in (old, new):
        one.begin(target="document")
    assert (old.now()["state"], new.now()["state"]) == ("cancelled", "open")


@pytest.mark.parametrize("plain", [False, True], ids=["in parts", "by the form"])
def test_a_newer_document_wins_over_one_that_waits_to_be_joined(plain: bool, now: datetime, join: Any) -> None:
    case = make_case()
    old, new = Sender(case, docx("基本情况"), "一稿.docx"), Sender(case, docx(), "二稿.docx")
    old.send(target="document")
    if plain:
        file = SimpleUploadedFile("二稿.docx", new.data)
        uploading.upload_document(case_id=case.pk, name="二稿.docx", content=file, actor=case.submitter, now=now)
    else:
        new.send(target="document")
    join()
    assert old.now()["state"] == "cancelled"
    assert [one.name for one in CaseDocument.objects.all()] == ["二稿.docx"]


@pytest.mark.parametrize("state", [State.HANDED_IN, State.ELIGIBLE, State.DISQUALIFIED])
def test_a_case_that_is_handed_in_takes_no_new_file(state: State) -> None:
    assert refusal(Sender(make_case(state=state)).begin()) == (409, "not_editable")


def test_after_the_close_nothing_new_is_begun() -> None:
    assert refusal(Sender(make_case(call=make_call(phase="recommendation"))).begin()) == (409, "closed")


# Replacing.


def accepted(case: Case, now: datetime, size: int = 60) -> SupportingFile:
    file = SupportingFile.objects.create(
        case=case, name="旧.pdf", title="旧的", category="notice", size=size, sha256="0" * 64, key="cases/0/original",
        state=FileState.ACCEPTED, kind="pdf", uploaded_at=now, uploaded_by=case.submitter,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(supporting_bytes=size)
    return file


def test_a_replacement_reserves_what_is_more_and_keeps_the_old_file(now: datetime, join: Any) -> None:
    case = make_case(call=make_call(supporting_bytes=100))
    old = accepted(case, now)
    sender = Sender(case, b"y" * 100, "新.pdf")
    assert sender.begin(replaces=old.pk).status_code == 201
    case.refresh_from_db()
    assert case.supporting_bytes == 100
    sender.put_all()
    sender.complete()
    join()
    new = SupportingFile.objects.exclude(pk=old.pk).get()
    assert (new.replaces_id, new.title, new.category) == (old.pk, "旧的", "notice")
    case.refresh_from_db()
    assert case.supporting_bytes == 100
    assert SupportingFile.objects.filter(pk=old.pk, state=FileState.ACCEPTED).exists()


def test_one_place_waits_for_one_successor(now: datetime) -> None:
    case = make_case()
    old = accepted(case, now)
    Sender(case, b"1", "一.pdf").begin(replaces=old.pk)
    assert refusal(Sender(case, b"2", "二.pdf").begin(replaces=old.pk)) == (409, "still_uploading")
    SupportingFile.objects.filter(pk=old.pk).update(state=FileState.INSPECTING)
    assert refusal(Sender(case, b"3", "三.pdf").begin(replaces=old.pk)) == (409, "still_inspecting")


# Whose it is.


def test_nobody_else_sees_or_touches_an_upload(sender: Sender) -> None:
    sender.begin()
    stranger = Sender(sender.case, client=client_of(make_user("莫清越")), said=sender.said)
    answers = [stranger.begin(), stranger.sign(1), stranger.complete(), stranger.cancel()]
    answers.append(stranger.client.get(sender.address))
    answers.append(stranger.client.get("/api/uploads", {"case": sender.case.pk}))
    assert [refusal(one) for one in answers] == [(404, "not_found")] * 6
    assert sender.now()["state"] == "open"


def test_who_is_not_logged_in_is_told_so_in_json(sender: Sender) -> None:
    sender.begin()
    nobody = Sender(sender.case, client=Client(), said=sender.said)
    answers = [nobody.begin(), nobody.sign(1), nobody.complete(), nobody.cancel(), Client().get(sender.address)]
    assert [refusal(one) for one in answers] == [(401, "login")] * 5


def test_without_a_token_nothing_is_done(sender: Sender) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sender.client.cookies
    nobody = Sender(sender.case, client=strict)
    assert refusal(nobody.begin()) == (403, "csrf")
