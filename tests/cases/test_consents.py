"""Consents: each for itself, in the words that were read, and taken back with the effect that was said."""

from datetime import datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.actions.consenting import ShowingWithdrawn, note_consent, set_showing, standing
from accounts.consents import EFFECTS, OF_ACCOUNT, TEXTS, Purpose
from accounts.models import Consent, ConsentText, User
from cases.actions.handing_in import hand_in
from cases.actions.leaving import HasDuties, close_account
from cases.lifecycle import State
from cases.models import Case, CaseAuthor
from kernel import audit
from kernel.models import Message
from tests.accounts.test_registering import form
from tests.factories import make_admin, make_call, make_case, make_centre, make_user

pytestmark = pytest.mark.django_db


def answers(user: User) -> list[tuple[str, bool]]:
    return [(row.text.purpose, row.given) for row in Consent.objects.filter(user=user).order_by("id")]


def test_registering_asks_for_two_things_and_keeps_the_words(client: Client) -> None:
    for missing, sentence in (("agreed", "请先阅读并同意"), ("showing", "不交审看就无法参加")):
        answer = client.post("/accounts/signup/", form(email="a@test.example", **{missing: ""}))
        assert sentence in answer.content.decode() and not User.objects.exists()
    client.post("/accounts/signup/", form(email="a@test.example"))
    rows = Consent.objects.order_by("id").select_related("text")
    assert [(row.text.purpose, row.text.text, row.given) for row in rows] == [
        (str(purpose), TEXTS[purpose], True) for purpose in OF_ACCOUNT
    ]


def test_another_wording_is_another_version(now: datetime) -> None:
    user = make_user()
    for words in ("同意甲", "同意甲", "同意乙"):
        note_consent(user=user, purpose=Purpose.PLATFORM, given=True, now=now, words=words, case_id=7)
    assert list(ConsentText.objects.order_by("id").values_list("text", flat=True)) == ["同意甲", "同意乙"]
    assert standing(user)[Purpose.PLATFORM, 7].text.text == "同意乙"


def test_handing_in_keeps_every_answer_with_the_calls_words(now: datetime, give_files: Any) -> None:
    case = give_files(make_case(call=make_call(now=now, consent_platform_text="同意乙"), **GIVEN))
    hand_in(case_id=case.pk, actor=case.submitter, now=now)
    assert answers(case.submitter) == [
        ("showing", True), ("third_party", True), ("publishing", True), ("platform", False),
    ]  # fmt: skip
    assert standing(case.submitter)[Purpose.PLATFORM, case.pk].text.text == "同意乙"


GIVEN: dict[str, Any] = {"consent_publication": True, "consent_platform": False}


def test_without_the_consent_to_be_read_nothing_is_handed_in_until_it_is_given_again(
    now: datetime, give_files: Any
) -> None:
    case = give_files(make_case(call=make_call(now=now), **GIVEN))
    set_showing(user=case.submitter, given=False, now=now)
    with pytest.raises(ShowingWithdrawn):
        hand_in(case_id=case.pk, actor=case.submitter, now=now)
    set_showing(user=case.submitter, given=True, now=now)
    assert hand_in(case_id=case.pk, actor=case.submitter, now=now).case_id == case.pk


def test_taking_back_showing_withdraws_what_is_under_way_and_nothing_else(
    client: Client, now: datetime, do_jobs: Any
) -> None:
    author, call = make_user(), make_call(phase="recommendation", now=now)
    states = (State.HANDED_IN, State.ELIGIBLE, State.IN_REVIEW, State.DECLINED)
    cases = [make_case(call=call, author=author, state=state) for state in states]
    other = make_case(call=call, state=State.HANDED_IN)
    client.force_login(author)
    page = client.get("/my/privacy/").content.decode()
    assert EFFECTS[Purpose.SHOWING] in page
    client.post("/my/privacy/", {"purpose": "showing", "given": "0"})
    do_jobs()
    found = [Case.objects.get(pk=case.pk).state for case in cases]
    assert found == [State.WITHDRAWN, State.WITHDRAWN, State.WITHDRAWN, State.DECLINED]
    assert Case.objects.get(pk=other.pk).state == State.HANDED_IN
    assert [entry.verb for entry in audit.history(author)] == ["user.withdraw_consent"]


def test_the_centre_hears_that_a_selected_case_may_not_be_passed_on(client: Client, now: datetime) -> None:
    staff, author = make_centre(), make_user()
    case = make_case(author=author, state=State.TYPICAL, consent_platform=True, consent_publication=True)
    client.force_login(author)
    client.post("/my/privacy/", {"purpose": "platform", "case": case.number, "given": "0"})
    case.refresh_from_db()
    assert (case.consent_platform, case.consent_publication) == (False, True)
    assert case.number in Message.objects.get(user=staff).text  # type: ignore[operator]
    assert answers(author) == [("platform", False)] and audit.history(case).get().verb == "case.withdraw_platform"


def test_nobody_answers_for_anothers_case(client: Client) -> None:
    case = make_case(state=State.TYPICAL, consent_publication=True)
    client.force_login(make_user())
    answer = client.post("/my/privacy/", {"purpose": "publishing", "case": case.number, "given": "0"})
    assert answer.status_code == 404 and Case.objects.get().consent_publication is True


def test_closing_an_account_deletes_what_it_says(client: Client, now: datetime, do_jobs: Any) -> None:
    author = make_user(mobile="19900001234")
    EmailAddress.objects.create(user=author, email=str(author.email), verified=True, primary=True)
    call = make_call(now=now)
    draft = make_case(call=call, author=author)
    handed = make_case(call=call, author=author, state=State.HANDED_IN)
    shown = make_case(call=call, author=author, state=State.TYPICAL, consent_publication=True)
    client.force_login(author)
    assert (
        "请先勾选" in client.post("/my/privacy/", {"purpose": "processing", "given": "0"}, follow=True).content.decode()
    )
    assert User.objects.get(pk=author.pk).is_active
    client.post("/my/privacy/", {"purpose": "processing", "given": "0", "sure": "1"})
    do_jobs()
    closed = User.objects.get(pk=author.pk)
    assert (closed.is_active, closed.mobile, closed.email) == (False, None, f"closed-{author.pk}@closed.invalid")
    assert client.get("/my/").status_code == 302 and not EmailAddress.objects.exists()
    assert not Case.objects.filter(pk=draft.pk).exists()
    assert Case.objects.get(pk=handed.pk).state == State.WITHDRAWN
    assert Case.objects.get(pk=shown.pk).consent_publication is False
    assert set(CaseAuthor.objects.values_list("mobile", flat=True)) == {""}
    assert audit.history(author).get().verb == "user.close"


@pytest.mark.parametrize("make", [make_admin, make_centre])
def test_who_has_duties_hands_over_first(make: Any, now: datetime) -> None:
    user = make()
    with pytest.raises(HasDuties):
        close_account(user=user, now=now)
    assert User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_cases(
    count: int, client: Client, django_assert_max_num_queries: Any
) -> None:
    author = make_user()
    for _ in range(count):
        make_case(author=author, state=State.HANDED_IN)
    client.force_login(author)
    with django_assert_max_num_queries(7):
        assert client.get("/my/privacy/").status_code == 200
