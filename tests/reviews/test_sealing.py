"""A province's ranked list is sealed by one person and confirmed by a second; the centre can open it again."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import ProvinceAdmin
from calls.policy import WindowClosed
from cases.lifecycle import State
from kernel.models import AuditEntry, Message
from reviews import policy
from reviews.actions import disqualifying, recommending, sealing
from reviews.models import Allowance, ListSeal, Recommendation
from reviews.queries.progress import progress_of_provinces
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(make: Any, admin: Any, now: datetime) -> list[Any]:
    cases = [make(State.ELIGIBLE) for _ in range(2)]
    for case in cases:
        recommending.recommend(case_id=case.pk, actor=admin, now=now)
    return cases


@pytest.fixture
def colleague(admin: Any) -> Any:
    return factories.make_admin()


def place(case: Any) -> dict[str, int]:
    return {"call_id": case.call_id, "province_id": case.province_id}


def seal(case: Any, actor: Any, now: datetime, *, count: int = 2, resolved: bool = True) -> ListSeal:
    return sealing.seal_list(**place(case), count=count, resolved=resolved, actor=actor, now=now)


def recorded() -> list[str]:
    verbs = AuditEntry.objects.filter(subject="reviews.allowance").order_by("id").values_list("verb", flat=True)
    return [verb.removeprefix("recommendation.") for verb in verbs][-3:]


def test_a_list_is_sealed_by_one_and_confirmed_by_another(
    listed: list[Any], admin: Any, colleague: Any, now: datetime
) -> None:
    made = seal(listed[0], admin, now)
    assert (made.count, made.sealed_by, made.sealed_at, made.confirmed_at) == (2, admin, now, None)
    assert made.digest == sealing.digest_of(case.number for case in listed)
    (told,) = Message.objects.filter(text__contains="请核对后确认")
    assert told.user_id == colleague.pk and told.link.startswith("/screening/recommendations/")
    done = sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=colleague, now=now)
    assert (done.confirmed_by, done.confirmed_at) == (colleague, now)
    assert recorded()[-2:] == ["seal", "confirm_seal"]
    entry = AuditEntry.objects.filter(verb="recommendation.confirm_seal").latest("id")
    assert (entry.actor_id, entry.province_code, entry.facts) == (
        colleague.pk,
        "42",
        {"count": 2, "digest": made.digest},
    )


def test_who_sealed_cannot_confirm_and_the_database_stands_behind_it(
    listed: list[Any], admin: Any, colleague: Any, now: datetime
) -> None:
    made = seal(listed[0], admin, now)
    outsider, centre = factories.make_admin(province_code="51"), factories.make_centre()
    for actor in (admin, outsider, centre, listed[0].submitter):
        with pytest.raises(sealing.SecondPersonNeeded):
            sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=actor, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListSeal.objects.update(confirmed_by=admin)


def test_the_centre_is_the_second_where_a_province_has_one_administrator(
    listed: list[Any], admin: Any, now: datetime
) -> None:
    gone = factories.make_admin()
    ProvinceAdmin.objects.filter(user=gone).update(active=False)
    centre = factories.make_centre()
    made = seal(listed[0], admin, now)
    told = Message.objects.get(text__contains="请核对后确认")
    assert told.user_id == centre.pk and told.link == f"/centre/progress/{listed[0].call.slug}/42/"
    with pytest.raises(sealing.SecondPersonNeeded):
        sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=gone, now=now)
    sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=centre, now=now)
    assert ListSeal.objects.get().confirmed_by == centre


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"count": 3}, sealing.CountDiffers),
        ({"count": 0}, sealing.CountDiffers),
        ({"resolved": False}, sealing.NotResolved),
    ],
)
def test_a_seal_wants_the_right_count_and_a_resolution(
    listed: list[Any], admin: Any, now: datetime, given: Any, refusal: Any
) -> None:
    with pytest.raises(refusal):
        seal(listed[0], admin, now, **given)
    assert not ListSeal.objects.exists()


def test_an_empty_list_a_stranger_and_a_second_seal_are_refused(
    make: Any, call: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    case = make(State.ELIGIBLE)
    with pytest.raises(sealing.NothingToSeal):
        seal(case, admin, now, count=0)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    for stranger in (factories.make_admin(province_code="51"), factories.make_centre(), case.submitter):
        with pytest.raises(policy.NotYourProvince):
            seal(case, stranger, now, count=1)
    seal(case, admin, now, count=1)
    with pytest.raises(policy.ListSealed):
        seal(case, colleague, now, count=1)
    with pytest.raises(sealing.AnotherSeen):
        sealing.confirm_list(**place(case), digest="0" * 64, actor=colleague, now=now)
    with pytest.raises(WindowClosed):
        sealing.undo_seal(**place(case), actor=admin, now=call.recommendation_closes_at)


def test_nothing_of_a_sealed_list_can_be_changed(
    listed: list[Any], make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    other = make(State.ELIGIBLE)
    made = seal(listed[0], admin, now)
    before = list(Recommendation.objects.values_list("case_id", "rank"))
    common: dict[str, Any] = {"actor": colleague, "now": now}
    for confirmed in (False, True):
        if confirmed:
            sealing.confirm_list(**place(listed[0]), digest=made.digest, **common)
        for act in (
            lambda: recommending.recommend(case_id=other.pk, **common),
            lambda: recommending.recommend_many(case_ids=[other.pk], **common),
            lambda: recommending.mark_and_recommend(case_id=other.pk, checks={}, note=None, **common),
            lambda: recommending.take_back(case_id=listed[0].pk, **common),
            lambda: recommending.withdraw_for_author(case_id=listed[0].pk, **common),
            lambda: recommending.reorder(case_id=listed[1].pk, to=1, **common),
        ):
            with pytest.raises(policy.ListSealed):
                act()
    assert list(Recommendation.objects.values_list("case_id", "rank")) == before


def test_a_seal_not_yet_confirmed_can_be_undone_and_a_confirmed_one_only_by_the_centre(
    listed: list[Any], admin: Any, colleague: Any, now: datetime
) -> None:
    seal(listed[0], admin, now)
    sealing.undo_seal(**place(listed[0]), actor=colleague, now=now)
    recommending.reorder(case_id=listed[1].pk, to=1, actor=admin, now=now)
    made = seal(listed[0], admin, now)
    assert made.digest == sealing.digest_of([listed[1].number, listed[0].number])
    sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=colleague, now=now)
    for act in (sealing.undo_seal, lambda **given: sealing.confirm_list(digest=made.digest, **given)):
        with pytest.raises(sealing.AlreadyConfirmed):
            act(**place(listed[0]), actor=admin, now=now)
    centre = factories.make_centre()
    sealing.open_list(**place(listed[0]), reason="本省来函要求调整", actor=centre, now=now)
    assert recorded() == ["seal", "confirm_seal", "open_seal"]
    assert Message.objects.filter(text__contains="本省来函要求调整").count() == 2
    recommending.take_back(case_id=listed[0].pk, actor=admin, now=now)
    with pytest.raises(sealing.NotSealed):
        sealing.open_list(**place(listed[0]), reason="再来一次", actor=centre, now=now)


@pytest.mark.parametrize("act", [disqualifying.disqualify, disqualifying.withdraw_case])
def test_a_case_taken_out_breaks_the_seal_and_its_place_can_be_filled(
    listed: list[Any], make: Any, admin: Any, colleague: Any, now: datetime, act: Any
) -> None:
    made = seal(listed[0], admin, now)
    sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=colleague, now=now)
    act(case_id=listed[0].pk, reason="抄袭", actor=factories.make_centre(), now=now)
    assert not ListSeal.objects.exists()
    assert recorded()[-1] == "break_seal"
    assert Message.objects.filter(user=admin, text__contains="请重新封存").count() == 1
    filled = recommending.recommend(case_id=make(State.ELIGIBLE).pk, actor=admin, now=now)
    assert filled.place == 1
    assert seal(listed[0], admin, now).count == 2


def test_the_province_seals_confirms_and_prints_in_its_pages(
    client: Any, listed: list[Any], admin: Any, colleague: Any
) -> None:
    address, letter = reverse("screening_recommendations"), reverse("screening_letter")
    page = client.get(address).content.decode()
    assert "封存，请同事" in page and "截止时未封存的名单" in page
    refused = client.post(reverse("screening_seal"), {"act": "seal", "count": "9", "resolved": "1"}, follow=True)
    assert "名单现在共 2 件" in refused.content.decode()
    sealed = client.post(reverse("screening_seal"), {"act": "seal", "count": "２", "resolved": "1"}, follow=True)
    page = sealed.content.decode()
    assert "等待同事确认" in page and "核对无误，确认封存" not in page
    assert 'name="move"' not in page and ">撤回<" not in page
    assert "名单还没有封存" in client.get(letter).content.decode()
    assert "等第二个人确认" in client.get(reverse("screening_home")).content.decode()
    client.force_login(colleague)
    assert "推荐名单 2 件已封存" in client.get(reverse("screening_home")).content.decode()
    page = client.get(address).content.decode()
    assert "核对无误，确认封存" in page
    digest = ListSeal.objects.get().digest
    page = client.post(reverse("screening_seal"), {"act": "confirm", "digest": digest}, follow=True).content.decode()
    assert "名单已由两人封存" in page and "撤销封存" not in page
    page = client.get(letter).content.decode()
    assert "seal-todo" not in page and digest[:16] in page


def test_the_centre_reads_confirms_and_opens_a_list(client: Any, listed: list[Any], admin: Any, now: datetime) -> None:
    made = seal(listed[0], admin, now)
    client.force_login(factories.make_centre())
    for name, words in (("centre_progress", "待复核"), ("centre_home", "1 个单位的推荐名单待复核")):
        assert words in client.get(reverse(name), {"call": listed[0].call.slug}).content.decode()
    address = reverse("centre_list", args=[listed[0].call.slug, "42"])
    page = client.get(address).content.decode()
    assert listed[0].title in page and "请中心复核" in page and "湖北推荐名单" in page
    client.post(address, {"act": "confirm", "digest": made.digest})
    assert ListSeal.objects.get().confirmed_at
    page = client.post(address, {"act": "open", "reason": " "}).content.decode()
    assert "请写明解封的原因" in page and ListSeal.objects.exists()
    page = client.post(address, {"act": "open", "reason": "来函"}, follow=True).content.decode()
    assert "名单已解封" in page and not ListSeal.objects.exists()


def test_a_list_waits_for_the_centre_exactly_where_the_centre_may_confirm_it(
    listed: list[Any], admin: Any, now: datetime
) -> None:
    def waits() -> bool:
        (row,) = (row for row in progress_of_provinces(listed[0].call, now) if row.province.code == "42")
        return row.for_the_centre

    made = seal(listed[0], admin, now)
    assert waits()
    colleague, centre = factories.make_admin(), factories.make_centre()
    ProvinceAdmin.objects.filter(user=admin).update(active=False)
    assert not waits(), "the one who is left did not seal"
    with pytest.raises(sealing.SecondPersonNeeded):
        sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=centre, now=now)
    ProvinceAdmin.objects.filter(user=colleague).update(active=False)
    assert waits()
    sealing.confirm_list(**place(listed[0]), digest=made.digest, actor=centre, now=now)
    assert not waits()


@pytest.mark.parametrize("act", [{}, {"act": ""}, {"act": "destroy"}])
def test_what_is_no_act_seals_nothing(client: Any, listed: list[Any], admin: Any, act: dict[str, str]) -> None:
    given = {"count": "2", "resolved": "1"}
    page = client.post(reverse("screening_seal"), given | act, follow=True).content.decode()
    assert "没有收到您要做的操作" in page and not ListSeal.objects.exists()


def test_a_list_nobody_sealed_goes_as_it_stands(
    client: Any, listed: list[Any], admin: Any, call: Any, travel: Any
) -> None:
    travel(call.recommendation_closes_at)
    page = client.get(reverse("screening_recommendations")).content.decode()
    assert "推荐已经截止" in page and "封存，请" not in page
    assert Allowance.objects.get().recommendations.count() == 2
