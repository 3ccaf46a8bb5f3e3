"""Taking a case out of the call by the centre (R9), and what becomes of its place (R10)."""

from datetime import datetime
from typing import Any

import pytest

from cases.lifecycle import IllegalMove, State
from kernel.audit import history
from kernel.models import Letter, Message
from reviews.actions import disqualifying
from reviews.models import Allowance, Disqualification, Recommendation
from tests import factories

pytestmark = pytest.mark.django_db
REASON = "主要段落与公开文章相同，未注明出处"


def recommended(now: datetime, *, phase: str = "recommendation", state: str = "recommended") -> Any:
    case = factories.make_case(call=factories.make_call(phase=phase, now=now), state=state)
    allowance = Allowance.objects.create(call=case.call, province=case.province, places=200)
    Recommendation.objects.create(allowance=allowance, case=case, place=1, cap=200, by=factories.make_admin(), at=now)
    return case


@pytest.mark.parametrize("act", [disqualifying.disqualify, disqualifying.withdraw_case])
def test_the_place_is_free_again_while_the_list_is_open(now: datetime, act: Any) -> None:
    case = recommended(now)
    act(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)
    assert not Recommendation.objects.exists()
    assert history(case).last().facts["place_freed"] is True


def test_a_disqualification_before_recommending_fixes_no_number_of_places(now: datetime) -> None:
    case = factories.make_case(call=factories.make_call(phase="submission", now=now), state="handed_in")
    disqualifying.disqualify(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)
    assert not Allowance.objects.exists()


@pytest.mark.parametrize("act", [disqualifying.disqualify, disqualifying.withdraw_case])
def test_the_place_stays_spent_once_the_list_is_closed(now: datetime, act: Any) -> None:
    case = recommended(now, phase="review", state="in_review")
    act(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)
    assert Recommendation.objects.count() == 1
    assert history(case).last().facts["place_freed"] is False


def test_author_and_province_are_told_and_the_state_it_had_is_kept(now: datetime) -> None:
    case, centre = recommended(now, phase="review", state="in_review"), factories.make_centre()
    row = disqualifying.disqualify(case_id=case.pk, reason=f" {REASON} ", actor=centre, now=now)
    case.refresh_from_db()
    assert (case.state, row.reason, row.from_state, row.by) == (State.DISQUALIFIED, REASON, "in_review", centre)
    told = {message.user_id: message.text for message in Message.objects.all()}
    admin = case.recommendation.by
    assert set(told) == {case.submitter_id, admin.pk}
    assert all(REASON in text for text in told.values())
    assert Letter.objects.get().recipient == case.submitter.email
    assert REASON not in str(history(case).last().facts)


@pytest.mark.parametrize("state", [s for s in State if s not in (State.DRAFT, State.WITHDRAWN, State.DISQUALIFIED)])
def test_a_case_can_be_disqualified_at_any_stage_after_hand_in(now: datetime, state: State) -> None:
    case = factories.make_case(call=factories.make_call(phase="decision", now=now), state=state)
    disqualifying.disqualify(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)
    assert Disqualification.objects.get().from_state == state


@pytest.mark.parametrize("state", ["draft", "withdrawn", "disqualified"])
def test_what_is_not_handed_in_cannot_be_disqualified(now: datetime, state: str) -> None:
    case = factories.make_case(call=factories.make_call(phase="review", now=now), state=state)
    with pytest.raises(IllegalMove):
        disqualifying.disqualify(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)


@pytest.mark.parametrize("act", [disqualifying.disqualify, disqualifying.withdraw_case])
def test_a_reason_is_needed(now: datetime, act: Any) -> None:
    case = recommended(now)
    with pytest.raises(disqualifying.ReasonWanted) as refused:
        act(case_id=case.pk, reason="  ", actor=factories.make_centre(), now=now)
    assert refused.value.field == "reason"


def test_before_recommendation_the_author_withdraws_in_person(now: datetime) -> None:
    case = factories.make_case(state="handed_in")
    with pytest.raises(disqualifying.NotThroughCentre):
        disqualifying.withdraw_case(case_id=case.pk, reason=REASON, actor=factories.make_centre(), now=now)
