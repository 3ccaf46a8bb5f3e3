"""Spending and freeing the places of a province (R10, R11), and what happens when recommending ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from calls.models import Reached
from calls.policy import WindowClosed
from cases.lifecycle import IllegalMove, State
from kernel.audit import history
from kernel.errors import Refusal
from kernel.models import Job, Message
from reviews import policy, tasks
from reviews.actions import closing, recommending
from reviews.models import Allowance, Recommendation
from tests import factories

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(policy.CHECKLIST, True)


@pytest.fixture
def call(now: datetime) -> Any:
    return factories.make_call(phase="recommendation", now=now, places=3)


@pytest.fixture
def admin() -> Any:
    return factories.make_admin()


@pytest.fixture
def make(call: Any, now: datetime) -> Any:
    """Complete cases of the call, eligible unless told otherwise."""

    def cases(count: int, **fields: Any) -> list[Any]:
        values = {"call": call, "state": State.ELIGIBLE, "completed_at": now, **fields}
        author = values.pop("author", None) or factories.make_user()
        return [factories.make_case(author=author, **values) for _ in range(count)]

    return cases


def states(cases: list[Any]) -> list[str]:
    for case in cases:
        case.refresh_from_db()
    return [str(case.state) for case in cases]


def test_a_recommended_case_holds_a_place(make: Any, call: Any, admin: Any, now: datetime) -> None:
    (case,) = make(1)
    made = recommending.recommend(case_id=case.pk, actor=admin, now=now)
    case.refresh_from_db()
    assert case.state == State.RECOMMENDED
    allowance = Allowance.objects.get()
    assert (allowance.call, allowance.province, allowance.places) == (call, case.province, 3)
    assert (made.allowance, made.case, made.place, made.cap, made.rank) == (allowance, case, 1, 3, 1)
    assert (made.by, made.at) == (admin, now)
    entry = history(case).get()
    assert (entry.verb, entry.facts) == ("case.recommend", {"before": "eligible", "after": "recommended", "place": 1})
    assert (entry.actor_id, entry.call_id, entry.province_code) == (admin.pk, call.pk, "42")


def test_recommendation_is_refused_when_the_places_are_spent(make: Any, admin: Any, now: datetime) -> None:
    cases = make(4, type="region")[:2] + make(2, type="studio")
    for case in cases[:3]:
        recommending.recommend(case_id=case.pk, actor=admin, now=now)
    with pytest.raises(policy.PlacesSpent) as refusal:
        recommending.recommend(case_id=cases[3].pk, actor=admin, now=now)
    assert refusal.value.sentence == "名额已用完，请先撤回一项推荐。"
    assert states(cases) == ["recommended"] * 3 + ["eligible"]
    assert Recommendation.objects.count() == 3
    assert list(history(cases[3])) == []


def test_each_province_has_its_own_places(make: Any, admin: Any, call: Any, now: datetime) -> None:
    for case in make(3):
        recommending.recommend(case_id=case.pk, actor=admin, now=now)
    (other,) = make(1, author=factories.make_user(province_code="51"))
    recommending.recommend(case_id=other.pk, actor=factories.make_admin("51"), now=now)
    assert sorted(Allowance.objects.values_list("province__code", "recommendations__place")) == [
        ("42", 1),
        ("42", 2),
        ("42", 3),
        ("51", 1),
    ]


def test_the_database_refuses_a_place_beyond_the_cap_or_spent_twice(make: Any, admin: Any, now: datetime) -> None:
    first, second = make(2)
    made = recommending.recommend(case_id=first.pk, actor=admin, now=now)
    for place in (0, 4, made.place):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recommendation.objects.create(allowance=made.allowance, case=second, place=place, cap=3, by=admin, at=now)


def test_a_place_taken_back_is_given_again(make: Any, admin: Any, now: datetime) -> None:
    cases = make(4)
    for case in cases[:3]:
        recommending.recommend(case_id=case.pk, actor=admin, now=now)
    recommending.take_back(case_id=cases[1].pk, actor=admin, now=now)
    assert states(cases) == ["recommended", "eligible", "recommended", "eligible"]
    made = recommending.recommend(case_id=cases[3].pk, actor=admin, now=now)
    assert (made.place, made.rank) == (2, 4)
    assert [entry.verb for entry in history(cases[1])] == ["case.recommend", "case.take_back"]


def test_marking_and_recommending_in_one_step_is_both_or_neither(make: Any, admin: Any, now: datetime) -> None:
    cases = make(4, state=State.HANDED_IN)
    for case in cases[:3]:
        recommending.mark_and_recommend(case_id=case.pk, checks=ALL, note="好", actor=admin, now=now)
    assert [entry.verb for entry in history(cases[0])] == ["case.mark_eligible", "case.recommend"]
    with pytest.raises(policy.PlacesSpent):
        recommending.mark_and_recommend(case_id=cases[3].pk, checks=ALL, note="好", actor=admin, now=now)
    assert states(cases) == ["recommended"] * 3 + ["handed_in"]
    assert list(history(cases[3])) == []
    recommending.take_back(case_id=cases[0].pk, actor=admin, now=now)
    with pytest.raises(policy.ChecklistOpen):
        recommending.mark_and_recommend(case_id=cases[3].pk, checks={}, note="", actor=admin, now=now)


def test_a_case_that_is_not_eligible_or_not_complete_is_not_recommended(make: Any, admin: Any, now: datetime) -> None:
    (handed_in,) = make(1, state=State.HANDED_IN)
    (waiting,) = make(1, completed_at=None)
    with pytest.raises(IllegalMove):
        recommending.recommend(case_id=handed_in.pk, actor=admin, now=now)
    with pytest.raises(policy.NotComplete):
        recommending.recommend(case_id=waiting.pk, actor=admin, now=now)
    assert Recommendation.objects.count() == 0


def test_nobody_recommends_for_another_province(make: Any, admin: Any, now: datetime) -> None:
    first, second = make(2)
    recommending.recommend(case_id=first.pk, actor=admin, now=now)
    for actor in (factories.make_admin("51"), factories.make_user(), factories.make_centre()):
        for act, case in (
            (recommending.recommend, second),
            (recommending.take_back, first),
            (recommending.withdraw_for_author, first),
        ):
            with pytest.raises(policy.NotYourProvince):
                act(case_id=case.pk, actor=actor, now=now)
        with pytest.raises(policy.NotYourProvince):
            recommending.recommend_many(case_ids=[second.pk], actor=actor, now=now)
        with pytest.raises(policy.NotYourProvince):
            recommending.reorder(case_id=first.pk, to=1, actor=actor, now=now)
    assert states([first, second]) == ["recommended", "eligible"]


def test_recommending_begins_and_ends_with_its_phase(make: Any, call: Any, admin: Any) -> None:
    first, second = make(2)
    opens, closes, tiny = call.recommendation_opens_at, call.recommendation_closes_at, timedelta(microseconds=1)
    for moment in (opens - tiny, closes):
        with pytest.raises(WindowClosed):
            recommending.recommend(case_id=first.pk, actor=admin, now=moment)
        with pytest.raises(WindowClosed):
            recommending.recommend_many(case_ids=[first.pk], actor=admin, now=moment)
    recommending.recommend(case_id=first.pk, actor=admin, now=opens)
    recommending.recommend(case_id=second.pk, actor=admin, now=closes - tiny)
    for act in (recommending.take_back, recommending.withdraw_for_author):
        with pytest.raises(WindowClosed):
            act(case_id=first.pk, actor=admin, now=closes)
    assert states([first, second]) == ["recommended", "recommended"]


def test_many_are_recommended_in_the_order_given(make: Any, admin: Any, now: datetime) -> None:
    a, b, c = make(3)
    made = recommending.recommend_many(case_ids=[c.pk, a.pk, b.pk, c.pk], actor=admin, now=now)
    assert [(row.case_id, row.place, row.rank) for row in made] == [(c.pk, 1, 1), (a.pk, 2, 2), (b.pk, 3, 3)]
    assert states([a, b, c]) == ["recommended"] * 3


def test_many_beyond_the_places_left_are_refused_as_a_whole(make: Any, admin: Any, now: datetime) -> None:
    first, *rest = make(4)
    recommending.recommend(case_id=first.pk, actor=admin, now=now)
    with pytest.raises(policy.PlacesSpent, match="所选 3 件超过剩余的 2 个名额"):
        recommending.recommend_many(case_ids=[case.pk for case in rest], actor=admin, now=now)
    assert states(rest) == ["eligible"] * 3
    assert Recommendation.objects.count() == 1


def test_one_unfit_case_stops_all_and_is_named(make: Any, admin: Any, now: datetime) -> None:
    fit, unfit = make(1)[0], make(1, state=State.HANDED_IN)[0]
    with pytest.raises(recommending.OneOfMany) as refusal:
        recommending.recommend_many(case_ids=[fit.pk, unfit.pk], actor=admin, now=now)
    assert unfit.title in refusal.value.sentence
    assert states([fit, unfit]) == ["eligible", "handed_in"]


def test_cases_of_two_calls_are_not_recommended_together(make: Any, admin: Any, now: datetime) -> None:
    (case,) = make(1)
    (other,) = make(1, call=factories.make_call(phase="recommendation", now=now))
    with pytest.raises(Refusal, match="同一届次"):
        recommending.recommend_many(case_ids=[case.pk, other.pk], actor=admin, now=now)
    with pytest.raises(Refusal, match="先勾选"):
        recommending.recommend_many(case_ids=[], actor=admin, now=now)


def test_a_recommended_case_is_withdrawn_through_the_province(make: Any, admin: Any, now: datetime) -> None:
    case, eligible = make(2)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    recommending.withdraw_for_author(case_id=case.pk, actor=admin, now=now)
    assert states([case]) == ["withdrawn"]
    assert Recommendation.objects.count() == 0
    assert Message.objects.filter(user=case.submitter).count() == 1
    with pytest.raises(Refusal, match="自行撤回"):
        recommending.withdraw_for_author(case_id=eligible.pk, actor=admin, now=now)


def test_the_list_is_put_in_order(make: Any, admin: Any, now: datetime) -> None:
    a, b, c = make(3)
    recommending.recommend_many(case_ids=[a.pk, b.pk, c.pk], actor=admin, now=now)

    def order() -> list[int]:
        return list(Recommendation.objects.order_by("rank").values_list("case_id", flat=True))

    assert recommending.reorder(case_id=c.pk, to=1, actor=admin, now=now) == 1
    assert order() == [c.pk, a.pk, b.pk]
    assert recommending.reorder(case_id=c.pk, by=1, actor=admin, now=now) == 2
    assert order() == [a.pk, c.pk, b.pk]
    assert recommending.reorder(case_id=a.pk, by=-1, actor=admin, now=now) == 1
    assert recommending.reorder(case_id=a.pk, to=99, actor=admin, now=now) == 3
    assert order() == [c.pk, b.pk, a.pk]
    assert history(a).last().facts == {"before": 1, "after": 3}
    (outside,) = make(1)
    with pytest.raises(Refusal, match="不在推荐名单"):
        recommending.reorder(case_id=outside.pk, to=1, actor=admin, now=now)


# ---- closing ------------------------------------------------------------------------------------------------------


@pytest.fixture
def pile(make: Any, admin: Any, now: datetime) -> dict[str, Any]:
    """A case in each state that may stand at the end of recommending."""
    found = {str(state): make(1, state=state)[0] for state in State if state != State.RECOMMENDED}
    (found["recommended"],) = make(1)
    recommending.recommend(case_id=found["recommended"].pk, actor=admin, now=now)
    return found


AFTER = {
    "recommended": "in_review",
    "handed_in": "not_recommended",
    "eligible": "not_recommended",
    "returned": "not_recommended",
}


def test_the_end_of_recommending_moves_every_case_on(
    pile: dict[str, Any], call: Any, travel: Any, do_jobs: Any
) -> None:
    travel(call.recommendation_closes_at)
    tasks.ask_to_close_recommendations()
    do_jobs()
    assert {name: states([case])[0] for name, case in pile.items()} == {name: AFTER.get(name, name) for name in pile}
    for name in AFTER:
        assert history(pile[name]).last().actor_id is None
        assert Message.objects.filter(user=pile[name].submitter).count() == 1
    assert Recommendation.objects.count() == 1


def test_closing_is_asked_for_once_and_is_harmless_again(
    pile: dict[str, Any], call: Any, travel: Any, do_jobs: Any
) -> None:
    travel(call.recommendation_closes_at)
    tasks.ask_to_close_recommendations()
    tasks.ask_to_close_recommendations()
    assert Reached.objects.filter(call=call).count() == 1
    assert Job.objects.filter(kind="reviews.close_recommendation").count() == 1
    do_jobs()
    trail = [entry.pk for case in pile.values() for entry in history(case)]
    tasks.close_recommendation(call_id=call.pk)
    assert [entry.pk for case in pile.values() for entry in history(case)] == trail
    assert Message.objects.count() == len(AFTER)


def test_nothing_closes_before_the_end(pile: dict[str, Any], call: Any, travel: Any) -> None:
    moment = travel(call.recommendation_closes_at - timedelta(seconds=5))
    tasks.ask_to_close_recommendations()
    assert not Job.objects.filter(kind="reviews.close_recommendation").exists()
    assert closing.ask_to_close(call_id=call.pk, now=moment) is False
    tasks.close_recommendation(call_id=call.pk)
    assert states([pile["recommended"]]) == ["recommended"]


def test_closing_goes_on_batch_by_batch(make: Any, call: Any, monkeypatch: Any) -> None:
    cases = make(5, state=State.HANDED_IN)
    monkeypatch.setattr(closing, "BATCH", 2)
    done = [closing.close_batch(call_id=call.pk, now=call.recommendation_closes_at) for _ in range(4)]
    assert done == [2, 2, 1, 0]
    assert set(states(cases)) == {"not_recommended"}
