"""The last place of a province, asked for on real connections at the same moment (R10)."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.actions.moving import move
from cases.lifecycle import State, Verb
from cases.models import Case
from kernel.errors import Refusal
from reviews import policy
from reviews.actions.recommending import recommend, take_back
from reviews.models import Allowance, Recommendation
from tests import factories

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PLACES = 3


@pytest.fixture
def ground(now: datetime) -> Callable[[int, int], tuple[list[Any], list[Case]]]:
    """`ground(spent, wanting)`: two administrators, and eligible cases after `spent` places have been spent."""

    def make(spent: int, wanting: int, places: int = PLACES) -> tuple[list[Any], list[Case]]:
        call = factories.make_call(phase="recommendation", now=now, places=places)
        admins, author = [factories.make_admin(), factories.make_admin()], factories.make_user()
        values = {"call": call, "author": author, "state": State.ELIGIBLE, "completed_at": now}
        for _ in range(spent):
            recommend(case_id=factories.make_case(**values).pk, actor=admins[0], now=now)
        return admins, [factories.make_case(**values) for _ in range(wanting)]

    return make


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Start every act on a thread with a connection of its own; the result or the exception of each."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            results[index] = acts[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def recommended() -> int:
    return Case.objects.filter(state=State.RECOMMENDED).count()


def naive(case: Case, actor: Any, now: datetime, meet: threading.Barrier) -> None:
    """How it must not be done: count, then write, with nothing held in between."""
    with transaction.atomic():
        if Case.objects.filter(call_id=case.call_id, state=State.RECOMMENDED).count() >= PLACES:
            raise policy.PlacesSpent
        meet.wait(timeout=30)
        move(case, Verb.RECOMMEND, actor=actor, now=now)


def test_control_the_naive_way_overshoots(ground: Any, now: datetime) -> None:
    admins, cases = ground(2, 2)
    meet = threading.Barrier(2)
    results = at_once([lambda c=c, a=a: naive(c, a, now, meet) for c, a in zip(cases, admins, strict=True)])
    assert results == [None, None]
    assert recommended() == PLACES + 1


def test_two_administrators_on_the_last_place(ground: Any, now: datetime) -> None:
    admins, cases = ground(2, 2)
    results = at_once(
        [lambda c=c, a=a: recommend(case_id=c.pk, actor=a, now=now) for c, a in zip(cases, admins, strict=True)]
    )
    assert sorted(type(result).__name__ for result in results) == ["PlacesSpent", "Recommendation"]
    assert recommended() == PLACES
    assert sorted(Recommendation.objects.values_list("place", flat=True)) == [1, 2, 3]


def test_the_200th_place_goes_to_one_of_two_administrators(ground: Any, now: datetime) -> None:
    admins, cases = ground(199, 2, places=200)
    results = at_once(
        [lambda c=c, a=a: recommend(case_id=c.pk, actor=a, now=now) for c, a in zip(cases, admins, strict=True)]
    )
    assert sorted(type(result).__name__ for result in results) == ["PlacesSpent", "Recommendation"]
    assert recommended() == 200
    late = Case.objects.get(pk__in=[case.pk for case in cases], state=State.ELIGIBLE)
    with pytest.raises(policy.PlacesSpent) as refused:
        recommend(case_id=late.pk, actor=admins[0], now=now)
    assert refused.value.sentence == "名额已用完，请先撤回一项推荐。"


def test_twenty_at_once_from_an_empty_list(ground: Any, now: datetime) -> None:
    admins, cases = ground(0, 20)
    assert not Allowance.objects.exists()
    results = at_once(
        [lambda c=c, i=i: recommend(case_id=c.pk, actor=admins[i % 2], now=now) for i, c in enumerate(cases)]
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["PlacesSpent"] * 17 + ["Recommendation"] * PLACES
    assert recommended() == PLACES
    assert Allowance.objects.count() == 1


def test_two_administrators_on_the_same_case(ground: Any, now: datetime) -> None:
    admins, (case,) = ground(0, 1)
    results = at_once([lambda a=a: recommend(case_id=case.pk, actor=a, now=now) for a in admins])
    assert sorted(type(result).__name__ for result in results) == ["IllegalMove", "Recommendation"]
    assert Recommendation.objects.count() == 1


def test_taking_back_and_recommending_at_once_never_overshoots(ground: Any, now: datetime) -> None:
    admins, cases = ground(3, 4)
    held = list(Recommendation.objects.values_list("case_id", flat=True))
    acts = [lambda pk=pk: take_back(case_id=pk, actor=admins[0], now=now) for pk in held]
    acts += [lambda c=c: recommend(case_id=c.pk, actor=admins[1], now=now) for c in cases]
    results = at_once(acts)
    assert all(isinstance(result, Case | Recommendation | Refusal) for result in results), results
    assert recommended() == Recommendation.objects.count() <= PLACES


def test_behind_the_lock_stands_the_database(ground: Any, now: datetime) -> None:
    """Two that reckoned the same place without a lock: one of the rows is refused."""
    admins, cases = ground(2, 2)
    allowance = Allowance.objects.get()

    def insert(case: Case) -> None:
        row = {"allowance": allowance, "place": PLACES, "cap": PLACES, "by": admins[0], "at": now}
        Recommendation.objects.create(case=case, **row)

    results = at_once([lambda c=c: insert(c) for c in cases])
    assert sorted(type(result).__name__ for result in results) == [IntegrityError.__name__, "NoneType"]
    assert Recommendation.objects.count() == PLACES
