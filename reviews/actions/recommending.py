"""Spending and freeing the places of a province (R10)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from accounts.models import User
from calls.models import Call
from cases.actions.moving import move
from cases.lifecycle import State, Verb
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import tell
from reviews import policy
from reviews.actions.screening import Checks, lock_own, make_eligible, record_checks
from reviews.models import Allowance, ListSeal, Recommendation


def hold_places(call: Call, province_id: int) -> Allowance:
    """The allowance, its row locked: from here on nobody else spends or frees a place of the province.

    It comes first in the lock order: Allowance → Case.
    """
    Allowance.objects.get_or_create(call_id=call.pk, province_id=province_id, defaults={"places": call.places})
    return Allowance.objects.select_for_update().get(call_id=call.pk, province_id=province_id)


def hold_list(call: Call, province_id: int) -> Allowance:
    """The same, for whoever changes the list. Refuses: ListSealed."""
    allowance = hold_places(call, province_id)
    if ListSeal.objects.filter(allowance=allowance).exists():
        raise policy.ListSealed
    return allowance


def free_place(case: Case) -> None:
    """Give back the place a case held, if it held one. The caller holds the allowance and the case."""
    Recommendation.objects.filter(case_id=case.pk).delete()


def _hold(case_id: int, actor: User, now: datetime) -> tuple[Allowance, Case]:
    """Allowance, then case, both locked, in the recommendation phase, the list not sealed."""
    unlocked = Case.objects.select_related("call").get(pk=case_id)
    policy.require_recommending(unlocked.call.dates, now)
    allowance = hold_list(unlocked.call, unlocked.province_id)
    return allowance, lock_own(case_id, actor)


def _spend(allowance: Allowance, case: Case, *, actor: User, now: datetime) -> Recommendation:
    if case.state == State.ELIGIBLE and case.completed_at is None:
        raise policy.NotComplete
    spent = Recommendation.objects.filter(allowance=allowance)
    place = policy.lowest_free_place(list(spent.values_list("place", flat=True)), allowance.places)
    move(case, Verb.RECOMMEND, actor=actor, now=now, place=place)
    rank = (spent.aggregate(last=Max("rank"))["last"] or 0) + 1
    return Recommendation.objects.create(
        allowance=allowance, case=case, place=place, cap=allowance.places, rank=rank, by=actor, at=now
    )


@transaction.atomic(durable=True)
def recommend(*, case_id: int, actor: User, now: datetime) -> Recommendation:
    """Spend one of the province's places on an eligible case.

    Locks the allowance, then the case. Refuses: WindowClosed, ListSealed, NotYourProvince, NotComplete, PlacesSpent,
    IllegalMove (R10, R11).
    """
    allowance, case = _hold(case_id, actor, now)
    return _spend(allowance, case, actor=actor, now=now)


@transaction.atomic(durable=True)
def mark_and_recommend(
    *, case_id: int, checks: Checks, note: str | None, actor: User, now: datetime, edition: str | None = None
) -> Recommendation:
    """合格并推荐: mark a case eligible, where it is not yet, and spend a place on it; both or neither.

    Refuses what `mark_eligible` and `recommend` refuse.
    """
    allowance, case = _hold(case_id, actor, now)
    if case.state == State.HANDED_IN:
        make_eligible(case, actor=actor, now=now, checks=checks, note=note, edition=edition)
    else:
        record_checks(case, actor=actor, now=now, note=note, edition=edition)
    return _spend(allowance, case, actor=actor, now=now)


class OneOfMany(Refusal):
    """A refusal of a bulk action, naming the case that stopped it."""

    code = "one_of_many"


@transaction.atomic(durable=True)
def recommend_many(*, case_ids: Collection[int], actor: User, now: datetime) -> list[Recommendation]:
    """Spend a place on each of the cases, in the order given, all or none. They belong to one call.

    Locks the allowance, then the cases by id. Refuses: OneOfMany around what `recommend` refuses; PlacesSpent.
    """
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        raise Refusal("请先勾选要推荐的案例。")
    first = Case.objects.select_related("call").get(pk=wanted[0])
    policy.require_recommending(first.call.dates, now)
    allowance = hold_list(first.call, first.province_id)
    locked = {case_id: lock_own(case_id, actor) for case_id in sorted(wanted)}
    if any((case.call_id, case.province_id) != (first.call_id, first.province_id) for case in locked.values()):
        raise Refusal("所选案例不属于同一届次，请分开推荐。")
    made = []
    for case_id in wanted:
        try:
            made.append(_spend(allowance, locked[case_id], actor=actor, now=now))
        except policy.PlacesSpent:
            left = allowance.places - Recommendation.objects.filter(allowance=allowance).count() + len(made)
            raise policy.PlacesSpent(
                f"所选 {len(wanted)} 件超过剩余的 {left} 个名额，一件也没有推荐。请少选一些，或先撤回一项推荐。"
            ) from None
        except Refusal as refusal:
            raise OneOfMany(f"“{locked[case_id].title}”：{refusal.sentence}所选案例都没有推荐。") from refusal
    return made


@transaction.atomic(durable=True)
def take_back(*, case_id: int, actor: User, now: datetime) -> Case:
    """Free the place of a recommended case; it stays eligible.

    Locks the allowance, then the case. Refuses: WindowClosed, ListSealed, NotYourProvince, IllegalMove.
    """
    _, case = _hold(case_id, actor, now)
    move(case, Verb.TAKE_BACK, actor=actor, now=now)
    free_place(case)
    return case


@transaction.atomic(durable=True)
def withdraw_for_author(*, case_id: int, actor: User, now: datetime) -> Case:
    """Withdraw a recommended case at its author's wish; its place is free again.

    Locks the allowance, then the case. Refuses: WindowClosed, ListSealed, NotYourProvince, IllegalMove
    (only a recommended case: before that the author withdraws in person).
    """
    _, case = _hold(case_id, actor, now)
    if case.state != State.RECOMMENDED:
        raise Refusal("这件案例还没有推荐，请作者在“我的案例”中自行撤回。")
    move(case, Verb.WITHDRAW, actor=actor, now=now)
    free_place(case)
    tell(
        user=case.submitter,
        text=f"“{case.title}”已由省级管理员按您的意愿撤回。",
        now=now,
        link=reverse("my_case", args=[case.pk]),
    )
    return case


@transaction.atomic(durable=True)
def reorder(*, case_id: int, actor: User, now: datetime, to: int | None = None, by: int = 0) -> int:
    """Put a recommended case on rank `to` (from 1), or move it `by` ranks; the others close up. An end is the end.

    Returns the rank it has now. Locks the allowance, then the case. Refuses: WindowClosed, ListSealed, NotYourProvince,
    and a case that is not recommended.
    """
    allowance, case = _hold(case_id, actor, now)
    rows = list(Recommendation.objects.filter(allowance=allowance).order_by("rank", "place"))
    row = next((row for row in rows if row.case_id == case.pk), None)
    if row is None:
        raise Refusal("这件案例不在推荐名单中。请刷新页面。")
    before = rows.index(row) + 1
    rows.remove(row)
    rows.insert(max(to if to is not None else before + by, 1) - 1, row)
    for rank, each in enumerate(rows, 1):
        each.rank = rank
    Recommendation.objects.bulk_update(rows, ["rank"])
    audit.record(
        verb="recommendation.reorder",
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        before=before,
        after=row.rank,
    )
    return row.rank
