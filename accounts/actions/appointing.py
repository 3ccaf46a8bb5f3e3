"""Appointing people to a role: experts by the centre, the centre's own staff by the operator (R14)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.actions.registering import confirm_email
from accounts.models import CentreStaff, Expert, Province, User
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter
from kernel.models import Channel


class AlreadyAppointed(Refusal):
    code = "already_appointed"
    sentence = "这个邮箱的账号已经登记过。请在名单里查看，停用的可以重新启用。"


@transaction.atomic(durable=True)
def appoint_expert(
    *, name: str, email: str, province: Province, unit: str, types: Sequence[str], actor: User, now: datetime
) -> Expert:
    """Make somebody an expert and invite them by mail; an account with the address is used, otherwise one is made.

    Province and unit keep the expert from cases of their own. Refuses: AlreadyAppointed.
    """
    return _appoint(name=name, email=email, province=province, unit=unit, types=types, actor=actor, now=now)


@transaction.atomic(durable=True)
def import_experts(*, people: Sequence[Mapping[str, Any]], actor: User, now: datetime) -> tuple[int, int]:
    """Appoint all of a list, each described as for `appoint_expert`, or none; (appointed, already on the register)."""
    known = 0
    for person in people:
        try:
            _appoint(**person, actor=actor, now=now)
        except AlreadyAppointed:
            known += 1
    return len(people) - known, known


def _appoint(
    *, name: str, email: str, province: Province, unit: str, types: Sequence[str], actor: User, now: datetime
) -> Expert:
    if Expert.objects.filter(user__email__iexact=email).exists():
        raise AlreadyAppointed(field="email")
    user = _account(name=name, email=email, province=province)
    expert = Expert.objects.create(
        user=user, alias=_next_alias(), types=list(types), province=province, unit_name=unit.strip()
    )
    _invite(user, "评审专家", "/experts/")
    audit.record(
        verb="expert.add",
        subject=expert,
        actor=actor,
        now=now,
        province_code=province.code,
        alias=expert.alias,
        types=expert.types,
    )
    return expert


@transaction.atomic(durable=True)
def set_expert_active(*, expert_id: int, active: bool, actor: User, now: datetime) -> Expert:
    """Switch an expert off or on again; from the next request on they have no desk, and no draw gives them cases."""
    expert = Expert.objects.select_for_update(of=("self",)).get(pk=expert_id)
    if expert.active != active:
        expert.active = active
        expert.save(update_fields=["active"])
        verb = "expert.open" if active else "expert.close"
        audit.record(verb=verb, subject=expert, actor=actor, now=now, alias=expert.alias)
    return expert


@transaction.atomic(durable=True)
def appoint_centre_staff(*, name: str, email: str, now: datetime) -> CentreStaff:
    """Make somebody staff of the centre and invite them by mail; the operator's act. Refuses: AlreadyAppointed."""
    user = _account(name=name, email=email, province=None)
    staff, made = CentreStaff.objects.get_or_create(user=user)
    if not made and staff.active:
        raise AlreadyAppointed
    staff.active = True
    staff.save(update_fields=["active"])
    _invite(user, "中心工作人员", "/centre/")
    audit.record(verb="staff.add", subject=staff, actor=None, now=now)
    return staff


def _account(*, name: str, email: str, province: Province | None) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(name=name.strip(), email=email.lower(), province=province)
        confirm_email(user)
    return user


def _next_alias() -> str:
    """P01, P02, …; the lock lets two appointments at once take different ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x0A11A5])
    taken = set(Expert.objects.values_list("alias", flat=True))
    return next(alias for n in range(1, len(taken) + 2) if (alias := f"P{n:02d}") not in taken)


def _invite(user: User, role: str, desk: str) -> None:
    body = (
        f"{user.name}您好：\n\n您已登记为{role}。请打开 {settings.BASE_URL}/accounts/login/code/ ，"
        f"填写这个邮箱，用收到的验证码登录，再打开 {settings.BASE_URL}{desk} 开始工作。"
    )
    post_letter(
        channel=Channel.MAIL, recipient=user.email or "", purpose="invitation", subject=f"邀请您担任{role}", body=body
    )
