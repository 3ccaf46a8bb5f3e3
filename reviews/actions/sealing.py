"""Sealing a province's ranked list (封存): one administrator seals, a second person confirms, the centre can open."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.models import CentreStaff, ProvinceAdmin, User
from calls.models import Call
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import tell
from reviews import policy
from reviews.models import Allowance, ListSeal, Recommendation
from reviews.queries.sealing import administrators


class NothingToSeal(Refusal):
    code = "nothing_to_seal"
    sentence = "名单还是空的，没有可以封存的案例。请先推荐。"


class CountDiffers(Refusal):
    code = "count_differs"

    def __init__(self, count: int) -> None:
        super().__init__(f"名单现在共 {count} 件，与您填写的件数不同。请核对名单后再封存。", field="count")


class NotResolved(Refusal):
    code = "not_resolved"
    sentence = "名单须经本单位集体研究确定。请先研究，再勾选确认。"


class NotSealed(Refusal):
    code = "not_sealed"
    sentence = "名单现在没有封存，可能刚被撤销。请刷新页面再看。"


class AnotherSeen(Refusal):
    """What the second person read is not what stands sealed now."""

    code = "another_seen"
    sentence = "您打开页面之后，名单被重新封存过。请刷新页面，核对后再确认。"


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    sentence = "封存须由两人完成：请本省另一位管理员登录后确认；本省只有一位管理员时，由项目组织中心复核。"


class AlreadyConfirmed(Refusal):
    code = "already_confirmed"
    sentence = "名单已经两人确认封存。如确需更改，请联系项目组织中心解封。"


def _hold(call_id: int, province_id: int, now: datetime) -> tuple[Allowance, ListSeal | None]:
    """The allowance, locked: while it is held nobody changes the list. Refuses: WindowClosed, NothingToSeal."""
    policy.require_recommending(Call.objects.get(pk=call_id).dates, now)
    allowance = (
        Allowance.objects.select_for_update(of=("self",))
        .select_related("province")
        .filter(call_id=call_id, province_id=province_id)
        .first()
    )
    if allowance is None:
        raise NothingToSeal
    return allowance, ListSeal.objects.filter(allowance=allowance).first()


def _record(verb: str, seal: ListSeal, allowance: Allowance, actor: User, now: datetime) -> None:
    audit.record(
        verb=f"recommendation.{verb}",
        subject=allowance,
        actor=actor,
        now=now,
        call_id=allowance.call_id,
        province_code=allowance.province.code,
        count=seal.count,
        digest=seal.digest,
    )


def digest_of(numbers: Iterable[str]) -> str:
    """The list's fingerprint: SHA-256 over its case numbers in their order, one a line."""
    return hashlib.sha256("\n".join(numbers).encode()).hexdigest()


@transaction.atomic(durable=True)
def seal_list(*, call_id: int, province_id: int, count: int, resolved: bool, actor: User, now: datetime) -> ListSeal:
    """Freeze the list and ask a second person to confirm it: a colleague, or the centre where there is none.

    `count` is how many cases its administrator believes it to hold; `resolved`, that the body has decided on it.
    Locks the allowance. Refuses: WindowClosed, NotYourProvince, NothingToSeal, ListSealed, CountDiffers, NotResolved.
    """
    allowance, seal = _hold(call_id, province_id, now)
    admins = administrators(province_id)
    if actor.pk not in {admin.user_id for admin in admins}:
        raise policy.NotYourProvince
    if seal is not None:
        raise policy.ListSealed
    listed = Recommendation.objects.filter(allowance=allowance).order_by("rank", "place")
    numbers = [number or "" for number in listed.values_list("case__number", flat=True)]
    if not numbers:
        raise NothingToSeal
    if count != len(numbers):
        raise CountDiffers(len(numbers))
    if not resolved:
        raise NotResolved
    seal = ListSeal.objects.create(
        allowance=allowance, count=len(numbers), digest=digest_of(numbers), sealed_by=actor, sealed_at=now
    )
    _record("seal", seal, allowance, actor, now)
    _ask(seal, allowance, admins, actor, now)
    return seal


def _ask(seal: ListSeal, allowance: Allowance, admins: list[ProvinceAdmin], actor: User, now: datetime) -> None:
    """Tell those who can be the second person."""
    words = f"{allowance.province.short}推荐名单 {seal.count} 件已封存，请核对后确认。"
    link = f"{reverse('screening_recommendations')}?call={allowance.call.slug}"
    second = [admin.user for admin in admins if admin.user_id != actor.pk]
    if not second:
        link = reverse("centre_list", args=[allowance.call.slug, allowance.province.code])
        staff = CentreStaff.objects.filter(active=True).exclude(user=actor).select_related("user").order_by("pk")
        second = [member.user for member in staff]
    for user in second:
        tell(user=user, text=words, now=now, link=link)


@transaction.atomic(durable=True)
def confirm_list(*, call_id: int, province_id: int, digest: str, actor: User, now: datetime) -> ListSeal:
    """Confirm, as the second person, the list that was read; `digest` is the fingerprint that stood beside it.

    Locks the allowance. Refuses: WindowClosed, NotSealed, AlreadyConfirmed, AnotherSeen, SecondPersonNeeded.
    """
    allowance, seal = _hold(call_id, province_id, now)
    if seal is None:
        raise NotSealed
    if seal.confirmed_at is not None:
        raise AlreadyConfirmed
    if digest != seal.digest:
        raise AnotherSeen
    if not _may_confirm(seal, province_id, actor):
        raise SecondPersonNeeded
    seal.confirmed_by, seal.confirmed_at = actor, now
    seal.save(update_fields=["confirmed_by", "confirmed_at"])
    _record("confirm_seal", seal, allowance, actor, now)
    return seal


def _may_confirm(seal: ListSeal, province_id: int, actor: User) -> bool:
    admins = {admin.user_id for admin in administrators(province_id)}
    if actor.pk == seal.sealed_by_id:
        return False
    alone = policy.nobody_besides(seal.sealed_by_id, admins)
    return actor.pk in admins or (alone and CentreStaff.objects.filter(user=actor, active=True).exists())


@transaction.atomic(durable=True)
def undo_seal(*, call_id: int, province_id: int, actor: User, now: datetime) -> None:
    """Take a seal away that nobody has confirmed yet: the list can be changed again.

    Locks the allowance. Refuses: WindowClosed, NotYourProvince, NotSealed, AlreadyConfirmed.
    """
    allowance, seal = _hold(call_id, province_id, now)
    if actor.pk not in {admin.user_id for admin in administrators(province_id)}:
        raise policy.NotYourProvince
    if seal is None:
        raise NotSealed
    if seal.confirmed_at is not None:
        raise AlreadyConfirmed
    _record("undo_seal", seal, allowance, actor, now)
    seal.delete()


@transaction.atomic(durable=True)
def open_list(*, call_id: int, province_id: int, reason: str, actor: User, now: datetime) -> None:
    """The centre opens a sealed list again, at the province's wish; its administrators are told, with the reason.

    Locks the allowance. Refuses: WindowClosed, NotSealed.
    """
    allowance, seal = _hold(call_id, province_id, now)
    if seal is None:
        raise NotSealed
    _record("open_seal", seal, allowance, actor, now)
    seal.delete()
    for admin in administrators(province_id):
        text = f"推荐名单已由项目组织中心解封，改好以后请重新封存。原因：{reason}"
        tell(user=admin.user, text=text[:500], now=now, link=reverse("screening_recommendations"))


def break_seal(allowance: Allowance, *, actor: User, now: datetime) -> bool:
    """Take away the seal of a list that loses a case; whether there was one. The caller holds the allowance."""
    seal = ListSeal.objects.filter(allowance=allowance).first()
    if seal is None:
        return False
    _record("break_seal", seal, allowance, actor, now)
    seal.delete()
    return True
