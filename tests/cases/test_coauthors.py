"""Co-authors are asked to confirm name, order and consents, and a no has an effect."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.consents import Purpose
from accounts.models import User
from cases.actions.asking import NotAsked, ReasonWanted, answer, ask_coauthors
from cases.actions.consenting import CoauthorRefused, set_consent
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, CoauthorAsk
from kernel import audit
from kernel.models import Letter, Message
from tests.factories import make_admin, make_call, make_case, make_user

pytestmark = pytest.mark.django_db
MOBILES = ("19900000001", "19900000002", "19900000003")


def handed_in(now: datetime, **fields: Any) -> Case:
    author = make_user("韦秋棠", mobile=MOBILES[0], mobile_verified=True)
    both = {"consent_publication": True, "consent_platform": True}
    case = make_case(call=make_call(now=now), author=author, state=State.HANDED_IN, authors=3, **{**both, **fields})
    for position, mobile in enumerate(MOBILES, 1):
        CaseAuthor.objects.filter(case=case, position=position).update(mobile=mobile)
    return asked(case, now)


def asked(case: Case, now: datetime) -> Case:
    case = Case.objects.get(pk=case.pk)
    ask_coauthors(case, now)
    return case


def coauthor(n: int = 2) -> User:
    return make_user(f"合作者{n}", mobile=MOBILES[n - 1], mobile_verified=True)


def ask_of(case: Case, position: int = 2) -> CoauthorAsk:
    return CoauthorAsk.objects.get(case=case, position=position)


def says(case: Case, now: datetime, *, confirmed: bool, by: User | None = None, reason: str = "没有参与") -> None:
    answer(ask_id=ask_of(case).pk, confirmed=confirmed, reason=reason, actor=by or coauthor(), now=now)


def test_everybody_but_the_one_who_hands_in_is_asked_once(now: datetime) -> None:
    known = coauthor(2)
    case = handed_in(now)
    assert list(case.asks.values_list("position", "confirmed")) == [(2, None), (3, None)]
    assert Message.objects.get(user=known).link == f"/my/coauthor/{ask_of(case).pk}/"
    assert sorted(Letter.objects.filter(purpose="coauthor").values_list("recipient", flat=True)) == sorted(
        [known.email or "", MOBILES[2]]
    )
    asked(case, now)
    assert Letter.objects.filter(purpose="coauthor").count() == 2


@pytest.mark.parametrize("position", [1, 2])
def test_who_hands_in_is_known_by_mobile_wherever_they_stand(position: int, now: datetime) -> None:
    case = handed_in(now)
    own, other = CaseAuthor.objects.filter(case=case, position__in=(1, 2)).order_by("position")
    if position == 2:
        CaseAuthor.objects.filter(pk=own.pk).update(mobile=MOBILES[1])
        CaseAuthor.objects.filter(pk=other.pk).update(mobile=MOBILES[0])
    asked(case, now)
    assert position not in case.asks.values_list("position", flat=True)


def test_what_changed_is_asked_anew_and_an_older_answer_is_gone(now: datetime) -> None:
    case = handed_in(now)
    says(case, now, confirmed=True)
    Case.objects.filter(pk=case.pk).update(title="换了名称")
    asked(case, now)
    assert ask_of(case).confirmed is None
    CaseAuthor.objects.filter(case=case, position=3).delete()
    asked(case, now)
    assert list(case.asks.values_list("position", flat=True)) == [2]


def test_a_yes_is_kept_with_the_wording_of_the_consents(now: datetime) -> None:
    case, second = handed_in(now), coauthor()
    says(case, now, confirmed=True, by=second)
    assert ask_of(case).confirmed is True
    given = second.consents.filter(case_id=case.pk).values_list("text__purpose", "given")
    assert sorted(given) == sorted([(Purpose.PUBLISHING, True), (Purpose.PLATFORM, True)])
    assert audit.history(case).filter(verb="case.coauthor_confirm").get().facts == {"position": 2}


def test_a_no_takes_the_case_out_of_public_view_until_it_is_a_yes(now: datetime) -> None:
    case, second = handed_in(now), coauthor()
    with pytest.raises(ReasonWanted):
        says(case, now, confirmed=False, by=second, reason=" ")
    says(case, now, confirmed=False, by=second)
    case.refresh_from_db()
    assert (case.state, case.consent_publication, case.consent_platform) == (State.HANDED_IN, False, False)
    assert "没有确认署名：没有参与" in Message.objects.filter(user=case.submitter).latest("id").text
    submitter = case.submitter
    with pytest.raises(CoauthorRefused):
        set_consent(case_id=case.pk, purpose=Purpose.PUBLISHING, given=True, actor=submitter, now=now)
    says(case, now, confirmed=True, by=second)
    assert set_consent(
        case_id=case.pk, purpose=Purpose.PUBLISHING, given=True, actor=submitter, now=now
    ).consent_publication


def test_only_the_confirmed_mobile_that_was_asked_answers(now: datetime) -> None:
    case = handed_in(now)
    strangers = [
        make_user(mobile=MOBILES[1], mobile_verified=False), make_user(mobile="19900000009", mobile_verified=True),
        make_user(),
    ]  # fmt: skip
    for stranger in strangers:
        with pytest.raises(NotAsked):
            says(case, now, confirmed=True, by=stranger)
        browser = Client()
        browser.force_login(stranger)
        assert browser.get(f"/my/coauthor/{ask_of(case).pk}/").status_code == 404


def test_a_case_withdrawn_asks_nobody(now: datetime, client: Client) -> None:
    case, second = handed_in(now), coauthor()
    Case.objects.filter(pk=case.pk).update(state=State.WITHDRAWN)
    with pytest.raises(NotAsked):
        says(case, now, confirmed=True, by=second)
    client.force_login(second)
    assert "请您确认的署名" not in client.get("/my/").content.decode()


def test_the_desk_asks_and_the_page_keeps_the_answer(now: datetime, client: Client) -> None:
    case, second = handed_in(now), coauthor()
    client.force_login(second)
    page = f"/my/coauthor/{ask_of(case).pk}/"
    assert page in client.get("/my/").content.decode()
    shown = client.get(page).content.decode()
    assert case.title in shown and MOBILES[0] not in shown
    assert client.post(page, {"confirmed": "False"}).status_code == 422
    assert client.post(page, {"confirmed": "True"})["Location"] == "/my/"
    assert page not in client.get("/my/").content.decode()


def test_author_and_province_see_who_has_confirmed(now: datetime, client: Client) -> None:
    case = handed_in(now)
    says(case, now, confirmed=False)
    client.force_login(case.submitter)
    mine = client.get(f"/my/{case.pk}/").content.decode()
    assert "第 2 作者合作者2没有确认署名：没有参与" in mine and "第 3 作者合作者3还没有确认署名" in mine
    browser = Client()
    browser.force_login(make_admin("42"))
    assert "第 2 作者合作者2没有确认署名：没有参与" in browser.get(f"/screening/cases/{case.pk}/").content.decode()
