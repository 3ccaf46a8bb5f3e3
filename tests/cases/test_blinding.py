"""Asking for a blind copy, seeing what was hidden, and confirming it: rules as tables, then the whole way."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from cases import blinding, tasks
from cases.actions import blinding as acts
from cases.actions import drafting, uploading
from cases.actions.confirming import AnotherVersion
from cases.editing import NotYours
from cases.lifecycle import State
from cases.models import BlindCopy, Case, CaseDocument, ConversionState, FileState
from cases.storing import beside
from kernel.audit import history
from kernel.errors import Refusal
from kernel.models import Job, JobState
from tests.cases.files.test_blinding import contents, telling
from tests.cases.files_for_tests import content
from tests.factories import make_call, make_case, make_user

SECRET = "青牛"


@pytest.mark.parametrize("state", list(State))
def test_a_copy_may_be_made_until_experts_read(state: State) -> None:
    before = {"draft", "returned", "withdrawn", "handed_in", "eligible", "recommended"}
    if state in before:
        blinding.require_open(state)
    else:
        with pytest.raises(blinding.NotNow):
            blinding.require_open(state)


@pytest.mark.parametrize(
    ("made", "drawing", "left", "current", "refusal"),
    [
        (True, False, [], True, None),
        (False, False, [], True, blinding.NotReady),
        (True, True, [], True, blinding.NotReady),
        (True, False, [{"kind": "author"}], True, blinding.StillTells),
        (True, False, [], False, blinding.Outdated),
    ],
)
def test_what_may_be_confirmed(made: bool, drawing: bool, left: list, current: bool, refusal: type | None) -> None:
    found = None
    try:
        blinding.require_confirmable(made=made, drawing=drawing, left=left, current=current)
    except Refusal as refused:
        found = type(refused)
    assert found == refusal


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        ("青牛\n云岭，老槐树、 Lab 7 ", ["青牛", "云岭", "老槐树", "Lab 7"]),
        ("青牛;青牛；青牛", ["青牛"]),
        ("牛", None),
        ("长" * 41, None),
        ("，".join(f"词{number}" for number in range(41)), None),
    ],
)
def test_words_as_they_are_typed(typed: str, words: list[str] | None) -> None:
    if words is None:
        with pytest.raises(blinding.BadWords):
            blinding.words_of(typed)
    else:
        assert blinding.words_of(typed) == words


@pytest.mark.parametrize(
    ("known", "names", "current"),
    [(["甲", "乙"], ["甲"], True), (["甲"], ["甲", None, ""], True), (["甲"], ["甲", "乙"], False), ([], [], True)],
)
def test_a_name_that_came_later_makes_a_copy_old(known: list, names: list, current: bool) -> None:
    assert blinding.is_current(known, names) == current


pytestmark = pytest.mark.django_db


@pytest.fixture
def document(now: datetime, do_jobs: Any, tmp_path: Path, settings: Any) -> CaseDocument:
    settings.SOFFICE = ""
    author = make_user("张三丰", mobile="13800012345")
    case = make_case(call=make_call(now=now), author=author, authors=2)
    case.authors.filter(position=2).update(name="欧阳书瑶")
    row = uploading.upload_document(
        case_id=case.pk,
        name="a.docx",
        content=content(telling(tmp_path / "a.docx").read_bytes()),
        actor=author,
        now=now,
    )
    do_jobs()
    row.refresh_from_db()
    assert row.state == FileState.ACCEPTED
    return row


def ask(
    document: CaseDocument, now: datetime, words: tuple[str, ...] = (SECRET,), out: tuple[str, ...] = ()
) -> BlindCopy:
    return acts.ask(
        case_id=document.case_id,
        document_id=document.pk,
        words=list(words),
        left_out=list(out),
        actor=document.case.submitter,
        now=now,
    )


def confirm(copy: BlindCopy, now: datetime) -> BlindCopy:
    case = copy.document.case
    return acts.confirm(case_id=case.pk, document_id=copy.document_id, blind_id=copy.pk, actor=case.submitter, now=now)


def test_from_a_click_to_a_copy_that_stands(
    document: CaseDocument, now: datetime, do_jobs: Any, tmp_path: Path
) -> None:
    copy = ask(document, now)
    assert copy.state == FileState.INSPECTING and Job.objects.get(key=acts.making_key(copy)).queue == "inspect"
    with pytest.raises(blinding.NotReady):
        confirm(copy, now)
    do_jobs()
    copy.refresh_from_db()
    assert copy.state == FileState.ACCEPTED and copy.facts["left"] == [] and copy.confirmed_at is None
    (tmp_path / "copy.docx").write_bytes(default_storage.open(copy.key).read())
    whole = "".join(contents(tmp_path / "copy.docx").values())
    for name in ("张三丰", "欧阳书瑶", "云岭镇中心小学", "13800012345", SECRET, "湖北"):
        assert name not in whole
    assert {one["kind"] for one in copy.facts["replaced"]} >= {"author", "unit", "mobile", "id_number", "word"}
    assert confirm(copy, now).confirmed_at == now
    verbs = [entry.verb for entry in history(document)]
    assert verbs[-2:] == ["document.ask_blind", "document.confirm_blind"]
    facts = " ".join(str(entry.facts) for entry in history(document))
    assert SECRET not in facts and "张三丰" not in facts


def test_asked_for_anew_it_is_to_be_confirmed_anew(document: CaseDocument, now: datetime, do_jobs: Any) -> None:
    first = ask(document, now)
    do_jobs()
    confirm(BlindCopy.objects.get(), now)
    second = ask(document, now, out=("word/media/image2.png",))
    do_jobs()
    assert not default_storage.exists(first.key) and BlindCopy.objects.get().pk == second.pk
    second.refresh_from_db()
    assert second.confirmed_at is None
    assert [one["out"] for one in second.facts["pictures"]] == [False, True, True]
    with pytest.raises(AnotherVersion):
        confirm(first, now)
    confirm(second, now)
    acts.withdraw(case_id=document.case_id, document_id=document.pk, actor=document.case.submitter, now=now)
    second.refresh_from_db()
    assert second.confirmed_at is None


def test_only_its_author_and_only_before_the_review(document: CaseDocument, now: datetime, do_jobs: Any) -> None:
    given = {"case_id": document.case_id, "document_id": document.pk, "words": [], "left_out": [], "now": now}
    with pytest.raises(NotYours):
        acts.ask(**given, actor=make_user("旁人"))
    ask(document, now)
    do_jobs()
    Case.objects.filter(pk=document.case_id).update(state=State.IN_REVIEW, number="2024-42-000001")
    with pytest.raises(blinding.NotNow):
        confirm(BlindCopy.objects.get(), now)


def test_a_name_changed_after_it_was_made_wants_another(document: CaseDocument, now: datetime, do_jobs: Any) -> None:
    ask(document, now)
    do_jobs()
    document.case.authors.filter(position=2).update(name="上官云")
    with pytest.raises(blinding.Outdated):
        confirm(BlindCopy.objects.get(), now)


def test_with_the_version_goes_its_copy(document: CaseDocument, now: datetime, do_jobs: Any) -> None:
    copy = ask(document, now)
    do_jobs()
    drafting.delete_draft(case_id=document.case_id, actor=document.case.submitter, now=now)
    do_jobs()
    assert not BlindCopy.objects.exists()
    assert not default_storage.exists(copy.key) and not default_storage.exists(beside(copy.key, "document.html"))


def test_a_copy_whose_job_failed_can_be_asked_for_again(document: CaseDocument, now: datetime) -> None:
    copy = ask(document, now)
    Job.objects.filter(key=acts.making_key(copy)).update(state=JobState.FAILED)
    tasks.settle_files()
    copy.refresh_from_db()
    assert copy.state == FileState.REFUSED and "再试一次" in copy.message


def test_pages_are_waited_for_and_drawn(document: CaseDocument, now: datetime, settings: Any, do_jobs: Any) -> None:
    settings.SOFFICE = "/nonexistent/soffice"
    copy = ask(document, now)
    acts.make(blind_id=copy.pk, now=now)
    copy.refresh_from_db()
    assert copy.conversion == ConversionState.WAITING
    assert Job.objects.get(key=acts.drawing_key(copy)).queue == "convert"
    with pytest.raises(blinding.NotReady):
        confirm(copy, now)
    acts.draw(blind_id=copy.pk)
    copy.refresh_from_db()
    assert copy.conversion == ConversionState.FAILED, "there is no such program; the text alone is read"
    confirm(copy, now)


def test_the_page_in_one_click(document: CaseDocument, client: Any, do_jobs: Any) -> None:
    client.force_login(document.case.submitter)
    address = reverse("my_blind", args=[document.case_id])
    assert address in client.get(reverse("my_document", args=[document.case_id])).content.decode()
    assert "一键生成匿名稿" in client.get(address).content.decode()
    given = {"document": document.pk}
    client.post(address, {**given, "act": "make"})
    assert "data-poll" in client.get(address).content.decode()
    do_jobs()
    page = client.get(address).content.decode()
    assert (
        "data-poll" not in page
        and "页眉" in page
        and "第 1 张图片" in page
        and "张三丰" not in page.split("专家会读到")[1]
    )
    copy = BlindCopy.objects.get()
    client.post(address, {**given, "act": "make", "words": SECRET, "left_out": "word/media/image1.jpg"})
    do_jobs()
    copy = BlindCopy.objects.get()
    assert (copy.words, copy.left_out) == ([SECRET], ["word/media/image1.jpg"])
    client.post(address, {**given, "act": "confirm", "blind": copy.pk})
    assert "专家看这一份" in client.get(address).content.decode()
    download = client.get(reverse("my_file", args=["blind", copy.pk, "original"]))
    assert download.status_code == 200 and "attachment" in download["Content-Disposition"]
    assert client.get(reverse("my_file", args=["blind", copy.pk, "choice-1.jpg"])).status_code == 200
    client.force_login(make_user("旁人"))
    assert client.get(reverse("my_file", args=["blind", copy.pk, "original"])).status_code == 404
    assert client.post(address, {**given, "act": "withdraw"}).status_code == 404
