"""What a province may do with a case before it recommends, and what each act leaves behind."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.policy import WindowClosed, latest_return_due
from cases.lifecycle import IllegalMove, State
from kernel.audit import history
from kernel.models import Letter, Message
from reviews import policy
from reviews.actions import screening
from reviews.models import Screening
from tests import factories

ALL = dict.fromkeys(policy.CHECKLIST, True)
NONE = dict.fromkeys(policy.CHECKLIST, False)


# ---- policy -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "cap", "place"), [([], 200, 1), ([1, 2, 3], 200, 4), ([1, 3], 3, 2), ([2], 2, 1), (range(2, 201), 200, 1)]
)
def test_the_lowest_free_place_is_given(taken: Any, cap: int, place: int) -> None:
    assert policy.lowest_free_place(list(taken), cap) == place


def test_the_201st_place_is_refused_in_a_plain_sentence() -> None:
    with pytest.raises(policy.PlacesSpent) as refusal:
        policy.lowest_free_place(list(range(1, 201)), 200)
    assert refusal.value.sentence == "名额已用完，请先撤回一项推荐。"


@given(st.integers(0, 30), st.lists(st.booleans(), max_size=60))
def test_places_stay_unique_and_within_the_cap_whatever_is_spent_and_freed(cap: int, acts: list[bool]) -> None:
    taken: list[int] = []
    for spend in acts:
        if not spend:
            taken = taken[1:]
        elif len(taken) >= cap:
            with pytest.raises(policy.PlacesSpent):
                policy.lowest_free_place(taken, cap)
        else:
            place = policy.lowest_free_place(taken, cap)
            assert place not in taken and 1 <= place <= cap
            taken.append(place)


def test_every_open_item_of_the_checklist_is_counted() -> None:
    assert policy.open_items({}) == list(policy.CHECKLIST)
    assert policy.open_items({**ALL, "sources": False}) == ["sources"]
    with pytest.raises(policy.ChecklistOpen, match="政治性") as refusal:
        policy.require_checklist({**ALL, "political": False})
    assert refusal.value.field == "checks"


# ---- actions ------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(now: datetime) -> Any:
    return factories.make_call(phase="recommendation", now=now)


@pytest.fixture
def admin() -> Any:
    return factories.make_admin()


@pytest.fixture
def case(call: Any, now: datetime) -> Any:
    moment = now - timedelta(days=1)
    return factories.make_case(call=call, state=State.HANDED_IN, handed_in_at=moment, completed_at=moment)


def verbs(case: Any) -> list[str]:
    return [entry.verb for entry in history(case)]


def test_reading_is_remembered(case: Any, admin: Any, now: datetime) -> None:
    screening.open_for_reading(case_id=case.pk, actor=admin, now=now)
    assert Screening.objects.get(case=case).read_at == now
    assert verbs(case) == ["screening.read"]


def test_checklist_and_note_are_kept_without_a_decision(case: Any, admin: Any, now: datetime) -> None:
    screening.save_screening(case_id=case.pk, checks={"political": True}, note="数据扎实", actor=admin, now=now)
    row = Screening.objects.get(case=case)
    assert (row.checks, row.note, row.by, row.at) == ({**NONE, "political": True}, "数据扎实", admin, now)
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    entry = history(case).get()
    assert (entry.verb, entry.actor_id, entry.province_code) == ("screening.save", admin.pk, "42")
    assert "数据扎实" not in str(entry.facts)


def test_a_case_is_eligible_when_every_item_is_answered(case: Any, admin: Any, now: datetime) -> None:
    screening.mark_eligible(case_id=case.pk, checks=ALL, note="", actor=admin, now=now)
    case.refresh_from_db()
    assert case.state == State.ELIGIBLE
    assert Screening.objects.get(case=case).checks == ALL
    entry = history(case).get()
    assert (entry.verb, entry.facts) == ("case.mark_eligible", {"before": "handed_in", "after": "eligible"})


def test_a_case_is_not_eligible_while_an_item_is_open(case: Any, admin: Any, now: datetime) -> None:
    with pytest.raises(policy.ChecklistOpen):
        screening.mark_eligible(case_id=case.pk, checks={**ALL, "genuine": False}, actor=admin, now=now)
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    assert not Screening.objects.filter(case=case).exists()
    assert verbs(case) == []


def test_checks_of_the_version_before_a_new_hand_in_do_not_count(case: Any, admin: Any, now: datetime) -> None:
    earlier = case.handed_in_at - timedelta(days=1)
    Screening.objects.create(case=case, checks=ALL, by=admin, at=earlier)
    with pytest.raises(policy.ChecklistOpen):
        screening.mark_eligible(case_id=case.pk, actor=admin, now=now)


def test_a_returned_case_has_reason_and_date_and_its_author_is_told(case: Any, admin: Any, now: datetime) -> None:
    Screening.objects.create(case=case, checks=ALL, by=admin, at=now)
    due = now + timedelta(days=1)
    screening.return_for_changes(case_id=case.pk, reason=" 请补上成效数据 ", due_at=due, actor=admin, now=now)
    case.refresh_from_db()
    assert (case.state, case.return_reason, case.return_due_at) == (State.RETURNED, "请补上成效数据", due)
    assert Screening.objects.get(case=case).checks == {}
    assert [message.user for message in Message.objects.all()] == [case.submitter]
    letter = Letter.objects.get()
    assert (letter.recipient, letter.purpose) == (case.submitter.email, "case_returned")
    assert "请补上成效数据" in letter.body and case.number in letter.body
    entry = history(case).get()
    assert entry.verb == "case.return"
    assert "成效" not in str(entry.facts)


def test_an_author_without_mail_is_told_by_sms(call: Any, admin: Any, now: datetime) -> None:
    author = factories.make_user(email=None, mobile="+8619900001111")
    case = factories.make_case(call=call, author=author, state=State.HANDED_IN)
    screening.return_for_changes(
        case_id=case.pk, reason="请补上出处", due_at=now + timedelta(hours=5), actor=admin, now=now
    )
    letter = Letter.objects.get()
    assert (letter.channel, letter.recipient) == ("sms", "+8619900001111")


def test_a_case_is_returned_at_latest_three_days_before_recommending_ends(
    case: Any, call: Any, admin: Any, now: datetime
) -> None:
    latest = latest_return_due(call.dates, call.return_margin_days)
    assert latest == call.recommendation_closes_at - timedelta(days=3)
    for due in (latest + timedelta(seconds=1), now):
        with pytest.raises(policy.DueUnfit):
            screening.return_for_changes(case_id=case.pk, reason="请改", due_at=due, actor=admin, now=now)
    with pytest.raises(policy.DueUnfit, match="来不及"):
        screening.return_for_changes(case_id=case.pk, reason="请改", due_at=latest, actor=admin, now=latest)
    screening.return_for_changes(case_id=case.pk, reason="请改", due_at=latest, actor=admin, now=now)
    case.refresh_from_db()
    assert case.return_due_at == latest


@pytest.mark.parametrize("reason", ["", "  "])
def test_returning_and_declining_ask_for_a_reason(case: Any, admin: Any, now: datetime, reason: str) -> None:
    with pytest.raises(policy.ReasonMissing):
        screening.decline(case_id=case.pk, reason=reason, actor=admin, now=now)
    with pytest.raises(policy.ReasonMissing):
        screening.return_for_changes(
            case_id=case.pk, reason=reason, due_at=now + timedelta(days=1), actor=admin, now=now
        )


def test_a_declined_case_can_be_reopened(case: Any, admin: Any, now: datetime) -> None:
    screening.decline(case_id=case.pk, reason="与主题不符", actor=admin, now=now)
    case.refresh_from_db()
    assert case.state == State.DECLINED
    assert Screening.objects.get(case=case).reason == "与主题不符"
    screening.reopen(case_id=case.pk, actor=admin, now=now)
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    assert Screening.objects.get(case=case).reason == ""
    assert verbs(case) == ["case.decline", "case.reopen"]
    assert ["与主题不符" in told.text for told in Message.objects.filter(user=case.submitter).order_by("pk")] == [
        True,
        False,
    ]


def test_moves_that_the_table_does_not_list_are_refused(call: Any, admin: Any, now: datetime) -> None:
    case = factories.make_case(call=call, state=State.RECOMMENDED)
    with pytest.raises(IllegalMove):
        screening.decline(case_id=case.pk, reason="换一件", actor=admin, now=now)
    assert verbs(case) == []


def acts(case: Any, actor: Any, now: datetime) -> list[Any]:
    said = {"case_id": case.pk, "actor": actor, "now": now}
    return [
        lambda: screening.open_for_reading(**said),
        lambda: screening.save_screening(**said, checks={}, note=""),
        lambda: screening.mark_eligible(**said, checks=ALL),
        lambda: screening.decline(**said, reason="不符"),
        lambda: screening.return_for_changes(**said, reason="请改", due_at=now + timedelta(hours=1)),
        lambda: screening.reopen(**said),
    ]


def test_nobody_screens_the_cases_of_another_province(case: Any, now: datetime) -> None:
    strangers = [factories.make_admin("51"), factories.make_user(), factories.make_centre()]
    gone = factories.make_admin()
    gone.province_admin.active = False
    gone.province_admin.save()
    for actor in [*strangers, gone]:
        for act in acts(case, actor, now):
            with pytest.raises(policy.NotYourProvince):
                act()
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    assert verbs(case) == []


def test_screening_begins_with_the_first_hand_in(admin: Any, now: datetime) -> None:
    call = factories.make_call(phase="submission", now=now)
    case = factories.make_case(call=call, state=State.HANDED_IN)
    screening.mark_eligible(case_id=case.pk, checks=ALL, actor=admin, now=call.submission_opens_at)
    case.refresh_from_db()
    assert case.state == State.ELIGIBLE


def test_screening_ends_the_moment_recommending_ends(case: Any, call: Any, admin: Any) -> None:
    for act in acts(case, admin, call.recommendation_closes_at):
        with pytest.raises(WindowClosed):
            act()
    last = call.recommendation_closes_at - timedelta(microseconds=1)
    screening.mark_eligible(case_id=case.pk, checks=ALL, actor=admin, now=last)
    case.refresh_from_db()
    assert case.state == State.ELIGIBLE


def test_a_decided_case_keeps_its_checklist_as_it_was_answered(case: Any, admin: Any, now: datetime) -> None:
    screening.mark_eligible(case_id=case.pk, checks=ALL, actor=admin, now=now)
    screening.save_screening(case_id=case.pk, checks=NONE, note="备注照常保存", actor=admin, now=now)
    row = Screening.objects.get(case=case)
    assert (row.checks, row.note) == (ALL, "备注照常保存")
