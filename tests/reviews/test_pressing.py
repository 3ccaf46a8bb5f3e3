"""Pressing on where a call lags: reminders, and the cases taken from an expert who does not come to them (R13, R14)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from calls.policy import WindowClosed
from kernel.models import AuditEntry, Job, Letter, Message
from reviews.actions import pressing
from reviews.models import Assignment, ScoreSheet
from reviews.queries.progress import progress_of_provinces
from tests import factories

pytestmark = pytest.mark.django_db


def given(call: Any, expert: Any, now: datetime, *, submitted: bool = False, released: bool = True) -> Assignment:
    case = factories.make_case(call=call, state="in_review")
    row = Assignment.objects.create(case=case, expert=expert, at=now, released_at=now if released else None)
    if submitted:
        ScoreSheet.objects.create(assignment=row, vote="typical", total=88, saved_at=now, submitted_at=now)
    return row


@pytest.fixture
def call(now: datetime) -> Any:
    return factories.make_call(phase="review", now=now)


def test_only_experts_who_owe_sheets_are_reminded_and_once_a_day(call: Any, now: datetime) -> None:
    slow, done, hidden = (factories.make_expert() for _ in range(3))
    given(call, slow, now)
    given(call, slow, now, submitted=True)
    given(call, done, now, submitted=True)
    given(call, hidden, now, released=False)
    ids, centre = [slow.pk, done.pk, hidden.pk], factories.make_centre()
    assert pressing.remind_experts(call_id=call.pk, expert_ids=ids, actor=centre, now=now) == 1
    assert "还有 1 件" in Message.objects.get(user=slow.user).text
    assert Letter.objects.filter(purpose="pile_reminder").count() == (1 if slow.user.email else 0)
    later = now + timedelta(hours=1)
    with pytest.raises(pressing.NobodyToRemind):
        pressing.remind_experts(call_id=call.pk, expert_ids=ids, actor=centre, now=later)
    tomorrow = now + timedelta(hours=21)
    assert pressing.remind_experts(call_id=call.pk, expert_ids=ids, actor=centre, now=tomorrow) == 1


def test_experts_are_not_reminded_once_scoring_has_closed(now: datetime) -> None:
    call = factories.make_call(phase="decision", now=now)
    with pytest.raises(WindowClosed):
        pressing.remind_experts(call_id=call.pk, expert_ids=[1], actor=factories.make_centre(), now=now)


def test_what_an_expert_has_not_submitted_goes_to_others(call: Any, now: datetime) -> None:
    slow, centre = factories.make_expert(), factories.make_centre()
    open_row, done_row = given(call, slow, now), given(call, slow, now, submitted=True)
    assert pressing.take_cases_back(call_id=call.pk, expert_id=slow.pk, actor=centre, now=now) == 1
    open_row.refresh_from_db()
    done_row.refresh_from_db()
    assert open_row.recused_at == now and "中心收回" in open_row.recusal_reason
    assert done_row.recused_at is None
    assert Job.objects.get(kind="reviews.repair").args == {"case_id": open_row.case_id}
    assert AuditEntry.objects.filter(verb="expert.relieve", subject_id=str(slow.pk)).exists()
    with pytest.raises(pressing.NothingToTake):
        pressing.take_cases_back(call_id=call.pk, expert_id=slow.pk, actor=centre, now=now)


def test_the_centre_reminds_and_relieves_from_its_page(client: Any, call: Any, now: datetime) -> None:
    slow = factories.make_expert()
    given(call, slow, now)
    client.force_login(factories.make_centre())
    address = f"{reverse('centre_assignment')}?call={call.slug}&show=idle"
    page = client.get(address).content.decode()
    assert "还没开始 1" in page and f'name="expert" value="{slow.pk}"' in page
    answer = client.post(address, {"act": "remind", "expert": [slow.pk]})
    assert "show=idle" in answer["Location"]
    assert "提醒过" in client.get(address).content.decode()
    assert "请过一天再提醒" in client.post(address, {"act": "remind"}, follow=True).content.decode()
    assert "已收回 1 件" in client.post(address, {"relieve": slow.pk}, follow=True).content.decode()


def test_provinces_are_reminded_through_their_administrators_once_a_day(client: Any, now: datetime) -> None:
    call = factories.make_call(phase="recommendation", now=now)
    admin = factories.make_admin("42")
    client.force_login(factories.make_centre())
    address = f"{reverse('centre_progress')}?call={call.slug}"
    page = client.post(address, {"province": ["42", "51"]}, follow=True).content.decode()
    assert "已提醒 1 个单位" in page and "提醒过" in page
    assert Message.objects.get(user=admin).link == reverse("screening_home")
    assert (
        "还没有管理员，或今天已经提醒过"
        in client.post(address, {"province": ["42", "51"]}, follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("phase", "states", "lag"),
    [
        ("submission", [], "no_cases"),
        ("submission", ["handed_in"], "unscreened"),
        ("recommendation", ["handed_in", "eligible"], "unrecommended"),
        ("recommendation", ["handed_in", "recommended"], "going"),
        ("recommendation", ["declined", "recommended"], ""),
        ("review", [], ""),
    ],
)
def test_how_a_province_lags(now: datetime, phase: str, states: list[str], lag: str) -> None:
    call = factories.make_call(phase=phase, now=now)
    factories.make_admin("42")
    for state in states:
        factories.make_case(call=call, state=state)
    factories.make_case(call=call)  # a draft is nobody's business
    row = next(row for row in progress_of_provinces(call, now) if row.province.code == "42")
    assert (row.lag, row.handed_in) == (lag, len(states))


def test_a_province_without_an_administrator_lags_first(now: datetime) -> None:
    call = factories.make_call(phase="submission", now=now)
    assert {row.lag for row in progress_of_provinces(call, now)} == {"nobody"}


def test_the_page_of_progress_filters_and_sorts(client: Any, now: datetime) -> None:
    call = factories.make_call(phase="submission", now=now)
    factories.make_admin("42")
    factories.make_case(call=call, state="handed_in")
    client.force_login(factories.make_centre())
    page = client.get(reverse("centre_progress"), {"call": call.slug, "sort": "handed_in"}).content.decode()
    assert page.index(">湖北</a>") < page.index("北京</th>")
    page = client.get(reverse("centre_progress"), {"call": call.slug, "show": "no_cases"}).content.decode()
    assert "没有这样的单位" in page
