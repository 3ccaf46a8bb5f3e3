"""Handing in and taking back: the window to the second, one number for life, one receipt however often one clicks."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from calls.models import Call
from calls.policy import WindowClosed
from cases.actions import drafting, handing_in
from cases.actions.handing_in import digest_of, hand_in, may_withdraw, withdraw
from cases.editing import NotYours
from cases.lifecycle import IllegalMove, State
from cases.models import Case, FileState, Receipt
from kernel import audit
from kernel.errors import Stale
from kernel.models import Letter, Message
from tests.factories import make_admin, make_call, make_case, make_user

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
NUMBER = re.compile(r"2024-42-[2-9A-HJKMNP-Z]{6}")


@pytest.fixture
def call(now: datetime) -> Call:
    return make_call(phase="submission", now=now)


@pytest.fixture
def case(call: Call, give_files: Any) -> Case:
    return give_files(make_case(call=call, authors=2))


def verbs(case: Case) -> list[str]:
    return [entry.verb for entry in audit.history(case)]


def test_a_case_is_handed_in_with_number_receipt_message_and_audit(case: Case, now: datetime) -> None:
    receipt = hand_in(case_id=case.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.state, case.handed_in_at, case.completed_at) == (State.HANDED_IN, now, now)
    assert NUMBER.fullmatch(case.number)
    document, file = case.documents.get(), case.files.get()
    contents = {
        "number": case.number,
        "title": case.title,
        "type": "school",
        "authors": 2,
        "document": {
            "id": document.pk, "name": "定稿.docx", "title": "", "size": 1024, "sha256": document.sha256,
            "state": "accepted",
        },
        "files": [
            {
                "id": file.pk, "name": "通知2.pdf", "title": "通知2", "size": 2048, "sha256": file.sha256,
                "state": "accepted",
            }
        ],
    }  # fmt: skip
    assert (receipt.at, receipt.contents, receipt.digest) == (now, contents, digest_of(contents, now))
    entry, asked = audit.history(case)
    assert (asked.verb, asked.facts) == ("case.ask_coauthors", {"positions": [2]})
    assert (entry.verb, entry.at, entry.actor_id, entry.province_code) == (
        "case.hand_in", now, case.submitter_id, "42",
    )  # fmt: skip
    assert entry.facts == {"before": "draft", "after": "handed_in", "number": case.number, "inspecting": 0}
    (message,) = Message.objects.all()
    assert (message.user, message.at, message.link) == (case.submitter, now, f"/my/{case.pk}/receipt/")
    assert message.text == f"案例“{case.title}”已报送，编号 {case.number}。"
    letter = Letter.objects.get(purpose="receipt")
    assert (letter.channel, letter.recipient) == ("mail", case.submitter.email)
    assert letter.subject == f"报送回执 {case.number}"
    assert receipt.digest in letter.body and f"/my/{case.pk}/receipt/" in letter.body


def test_an_author_without_mail_gets_the_receipt_by_sms(call: Call, now: datetime, give_files: Any) -> None:
    author = make_user(email=None, mobile="+8613812345678")
    case = give_files(make_case(call=call, author=author))
    hand_in(case_id=case.pk, actor=author, now=now)
    (letter,) = Letter.objects.all()
    assert (letter.channel, letter.recipient) == ("sms", "+8613812345678")


def test_fifty_equal_requests_give_one_number_and_one_receipt(case: Case, now: datetime) -> None:
    version = case.version
    receipts = {hand_in(case_id=case.pk, actor=case.submitter, now=now, version=version).pk for _ in range(50)}
    case.refresh_from_db()
    assert len(receipts) == Receipt.objects.count() == Message.objects.count() == 1
    assert sorted(Letter.objects.values_list("purpose", flat=True)) == ["coauthor", "receipt"]
    assert verbs(case) == ["case.hand_in", "case.ask_coauthors"]


@pytest.mark.parametrize(("shift", "allowed"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_the_window_closes_to_the_second(case: Case, call: Call, shift: timedelta, allowed: bool) -> None:
    moment = call.submission_closes_at + shift
    if allowed:
        hand_in(case_id=case.pk, actor=case.submitter, now=moment)
    else:
        with pytest.raises(WindowClosed, match="已经截止"):
            hand_in(case_id=case.pk, actor=case.submitter, now=moment)
    case.refresh_from_db()
    assert (case.state == State.HANDED_IN) is allowed
    assert (case.number is not None) is allowed


@pytest.mark.parametrize(("shift", "allowed"), [(-SECOND, False), (timedelta(), True), (SECOND, True)])
def test_the_window_opens_to_the_second(case: Case, call: Call, shift: timedelta, allowed: bool) -> None:
    moment = call.submission_opens_at + shift
    if allowed:
        hand_in(case_id=case.pk, actor=case.submitter, now=moment)
    else:
        with pytest.raises(WindowClosed, match="尚未开始"):
            hand_in(case_id=case.pk, actor=case.submitter, now=moment)


@pytest.mark.parametrize(("shift", "allowed"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_a_returned_case_comes_back_until_its_due_date(
    call: Call, give_files: Any, shift: timedelta, allowed: bool
) -> None:
    due = call.submission_closes_at + timedelta(days=3)
    case = give_files(make_case(call=call, state=State.RETURNED, return_due_at=due, return_reason="请补充制度文档。"))
    number = case.number
    if allowed:
        hand_in(case_id=case.pk, actor=case.submitter, now=due + shift)
        case.refresh_from_db()
        assert (case.state, case.number, case.return_due_at) == (State.HANDED_IN, number, None)
    else:
        with pytest.raises(handing_in.ReturnOverdue):
            hand_in(case_id=case.pk, actor=case.submitter, now=due + shift)


def test_what_is_under_inspection_holds_nothing_up(call: Call, now: datetime, give_files: Any) -> None:
    case = give_files(make_case(call=call), document=FileState.INSPECTING, files=("inspecting", "refused", "dropped"))
    receipt = hand_in(case_id=case.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.state, case.completed_at) == (State.HANDED_IN, None)
    assert receipt.contents["document"]["state"] == "inspecting"
    assert [one["state"] for one in receipt.contents["files"]] == ["inspecting"]
    assert "仍在检查" in Letter.objects.get(purpose="receipt").body


def test_an_incomplete_case_is_refused_and_gets_no_number(call: Call, now: datetime, give_files: Any) -> None:
    case = give_files(make_case(call=call, title="", signature=""), files=())
    with pytest.raises(handing_in.NotReady, match="还差 3 项"):
        hand_in(case_id=case.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.state, case.number, verbs(case)) == (State.DRAFT, None, [])


def test_what_was_checked_is_what_is_handed_in(case: Case, now: datetime) -> None:
    checked = case.version
    drafting.save_sheet(
        case_id=case.pk, values={"title": "另一台设备改的"}, authors=None, actor=case.submitter, now=now
    )
    with pytest.raises(Stale, match="再核对一遍"):
        hand_in(case_id=case.pk, actor=case.submitter, now=now, version=checked)


def test_nobody_else_hands_in_or_withdraws(case: Case, now: datetime) -> None:
    for act in (hand_in, withdraw):
        with pytest.raises(NotYours):
            act(case_id=case.pk, actor=make_user("别人"), now=now)


def test_one_account_hands_in_one_type(case: Case, call: Call, now: datetime, give_files: Any) -> None:
    hand_in(case_id=case.pk, actor=case.submitter, now=now)
    other = give_files(make_case(call=call, author=case.submitter, type="region", state=State.WITHDRAWN))
    with pytest.raises(drafting.AnotherType):
        hand_in(case_id=other.pk, actor=case.submitter, now=now)


@pytest.mark.parametrize("state", [s for s in State if s not in {"draft", "handed_in", "returned", "withdrawn"}])
def test_a_case_further_on_is_not_handed_in_again(call: Call, now: datetime, state: State) -> None:
    case = make_case(call=call, state=state)
    with pytest.raises(IllegalMove):
        hand_in(case_id=case.pk, actor=case.submitter, now=now)


def test_a_number_that_is_taken_is_drawn_again(
    case: Case, call: Call, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = make_case(call=call, state=State.HANDED_IN).number
    draws = iter([taken, taken, "2024-42-7K3M9Q"])
    monkeypatch.setattr(handing_in, "draw_number", lambda year, code: next(draws))
    hand_in(case_id=case.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert case.number == "2024-42-7K3M9Q"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_connections_at_once_give_one_number(case: Case, now: datetime) -> None:
    def click(_: int) -> int:
        try:
            return hand_in(case_id=case.pk, actor=case.submitter, now=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        receipts = set(pool.map(click, range(50)))
    assert len(receipts) == Receipt.objects.count() == 1
    assert sorted(Letter.objects.values_list("purpose", flat=True)) == ["coauthor", "receipt"]
    assert verbs(case) == ["case.hand_in", "case.ask_coauthors"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_types_opened_at_once_leave_one(call: Call, now: datetime) -> None:
    author = make_user()

    def open_one(kind: str) -> None:
        try:
            drafting.open_case(call_id=call.pk, type=kind, actor=author, now=now)
        except drafting.AnotherType:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(open_one, ["school", "region"] * 6))
    assert Case.objects.values("type").distinct().count() == 1


# Withdrawing


def test_the_number_outlives_a_withdrawal(case: Case, now: datetime) -> None:
    first = hand_in(case_id=case.pk, actor=case.submitter, now=now)
    withdraw(case_id=case.pk, actor=case.submitter, now=now + SECOND)
    second = hand_in(case_id=case.pk, actor=case.submitter, now=now + 2 * SECOND)
    case.refresh_from_db()
    assert case.number == first.contents["number"] == second.contents["number"]
    assert first.pk != second.pk and first.digest != second.digest
    assert verbs(case) == ["case.hand_in", "case.ask_coauthors", "case.withdraw", "case.hand_in"]


def test_a_withdrawal_in_the_window_is_nobody_elses_business(case: Case, now: datetime) -> None:
    make_admin("42")
    hand_in(case_id=case.pk, actor=case.submitter, now=now)
    Message.objects.all().delete()
    for _ in range(2):
        withdraw(case_id=case.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.state, verbs(case)) == (State.WITHDRAWN, ["case.hand_in", "case.ask_coauthors", "case.withdraw"])
    assert not Message.objects.exists()


def told(*users: User) -> bool:
    return set(Message.objects.values_list("user_id", flat=True)) == {user.pk for user in users}


def test_after_the_window_the_province_is_told(call: Call) -> None:
    admins = [make_admin("42"), make_admin("42")]
    make_admin("51")
    case = make_case(call=call, state=State.ELIGIBLE)
    withdraw(case_id=case.pk, actor=case.submitter, now=call.submission_closes_at)
    assert told(*admins)
    assert Message.objects.first().text == f"作者撤回了案例 {case.number}“{case.title}”。"


@pytest.mark.parametrize("state", [State.RECOMMENDED, State.IN_REVIEW])
def test_a_recommended_case_is_not_withdrawn_by_its_author(call: Call, state: State) -> None:
    case = make_case(call=call, state=state)
    with pytest.raises(handing_in.RecommendedStays, match="请联系湖北的组织单位"):
        withdraw(case_id=case.pk, actor=case.submitter, now=call.submission_closes_at)
    assert not may_withdraw(case, call.submission_closes_at)


def test_once_recommending_has_ended_nothing_is_withdrawn(call: Call) -> None:
    case, end = make_case(call=call, state=State.ELIGIBLE), call.recommendation_closes_at
    assert (may_withdraw(case, end - SECOND), may_withdraw(case, end)) == (True, False)
    with pytest.raises(WindowClosed, match="推荐已经结束"):
        withdraw(case_id=case.pk, actor=case.submitter, now=end)


def test_a_draft_has_nothing_to_withdraw(case: Case, now: datetime) -> None:
    with pytest.raises(IllegalMove):
        withdraw(case_id=case.pk, actor=case.submitter, now=now)


def test_a_withdrawn_case_stays_out_after_the_window(call: Call, give_files: Any) -> None:
    case = give_files(make_case(call=call, state=State.HANDED_IN))
    withdraw(case_id=case.pk, actor=case.submitter, now=call.submission_closes_at)
    with pytest.raises(WindowClosed):
        hand_in(case_id=case.pk, actor=case.submitter, now=call.submission_closes_at)


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_the_calls_limit_holds_at_the_hand_in_too(state: State, give_files: Any, now: datetime) -> None:
    """A limit that was lowered, or a withdrawn case beside a newer one, must not bring one case too many (R2)."""
    call = make_call(now=now, cases_per_author=1)
    first = make_case(call=call, state=State.HANDED_IN)
    second = give_files(make_case(call=call, author=first.submitter, state=state))
    with pytest.raises(drafting.NoMoreCases, match="最多报送 1 件"):
        hand_in(case_id=second.pk, actor=second.submitter, now=now)
    withdraw(case_id=first.pk, actor=first.submitter, now=now)
    assert hand_in(case_id=second.pk, actor=second.submitter, now=now).case == second


def test_a_returned_case_is_handed_in_again_whatever_the_limit_has_become(give_files: Any, now: datetime) -> None:
    call = make_call(now=now, cases_per_author=1)
    first = make_case(call=call, state=State.ELIGIBLE)
    second = give_files(make_case(call=call, author=first.submitter, state=State.RETURNED))
    assert hand_in(case_id=second.pk, actor=second.submitter, now=now).case == second
