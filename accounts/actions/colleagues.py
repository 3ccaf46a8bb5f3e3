"""A province's administrators among themselves: who is invited, who hands over, who leaves (R13)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actions.codes import mail, make, note
from accounts.models import ActivationCode, Province, ProvinceAdmin, User
from accounts.overview import open_invitations
from accounts.policy import CODE_DAYS
from kernel import audit
from kernel.errors import Refusal

MOST_INVITATIONS = 10
"""Invitations of one province that may wait at a time: a desk is no place to send mail from."""


class NotAdministrator(Refusal):
    code = "not_administrator"
    sentence = "您现在不是这个省的管理员，不能这样做。请刷新页面。"


class AlreadyColleague(Refusal):
    code = "already_colleague"
    sentence = "这个邮箱的账号已经是本省管理员，不用再邀请。"


class TooManyInvitations(Refusal):
    code = "too_many_invitations"
    sentence = f"还有 {MOST_INVITATIONS} 份邀请没有激活。请先作废不用的，再邀请新的同事。"


class LastAdministrator(Refusal):
    code = "last_administrator"
    sentence = "您是本省唯一的管理员，退出后就没有人能初筛和推荐。请先邀请一位同事，或把工作交接给对方。"


@transaction.atomic(durable=True)
def invite_colleague(*, name: str, email: str, hands_over: bool, actor: User, now: datetime) -> ActivationCode:
    """Mail an activation code to a colleague, or, with `hands_over`, to the one who takes the actor's place.

    An older unused invitation to the address dies. Locks the province.
    Refuses: NotAdministrator, AlreadyColleague, TooManyInvitations.
    """
    province = _own_province(actor)
    if ProvinceAdmin.objects.filter(province=province, active=True, user__email__iexact=email).exists():
        raise AlreadyColleague(field="email")
    waiting = open_invitations(province)
    waiting.filter(email__iexact=email).update(revoked_at=now)
    if waiting.filter(expires_at__gt=now).count() >= MOST_INVITATIONS:
        raise TooManyInvitations
    code, shown = make(
        province=province, days=CODE_DAYS, now=now, invited_by=actor, name=name, email=email, hands_over=hands_over
    )
    asks = "请您接替他的工作，担任" if hands_over else "邀请您担任"
    body = (
        f"{name}您好：\n\n{province.name}的管理员{actor.name}{asks}本省管理员，一起初筛和推荐案例。激活码是：\n\n{shown}\n\n"
        f"请在 {CODE_DAYS} 日内打开 {settings.BASE_URL}/activate/ 填写激活码；已有账号的请先登录，再填写。"
        "激活码只能使用一次。如果您不认识发件人，请不要理会这封邮件。"
    )
    mail(code, recipient=email, subject="邀请您担任省级管理员", body=body)
    note("admin.invite", code, actor, now, hands_over=hands_over)
    return code


@transaction.atomic(durable=True)
def revoke_invitation(*, code_id: int, actor: User, now: datetime) -> None:
    """Make an invitation of the actor's province worthless; again is harmless.

    Locks the province. Refuses: NotAdministrator (also for what is no invitation of it).
    """
    province = _own_province(actor)
    rows = ActivationCode.objects.select_related("province").filter(province=province, invited_by__isnull=False)
    code = rows.filter(pk=code_id).first()
    if code is None:
        raise NotAdministrator
    if code.used_at is None and code.revoked_at is None:
        code.revoked_at = now
        code.save(update_fields=["revoked_at"])
        note("code.revoke", code, actor, now)


@transaction.atomic(durable=True)
def leave(*, actor: User, now: datetime) -> None:
    """Give up administering one's province. Locks the province. Refuses: NotAdministrator, LastAdministrator."""
    province = _own_province(actor)
    if not ProvinceAdmin.objects.filter(province=province, active=True).exclude(user=actor).exists():
        raise LastAdministrator
    end_membership(user=actor, province=province, verb="admin.leave", actor=actor, now=now)


@transaction.atomic(durable=True)
def set_admin_active(*, admin_id: int, active: bool, actor: User, now: datetime) -> ProvinceAdmin:
    """The centre switches an administrator off or on again; it holds from the next request on."""
    admin = ProvinceAdmin.objects.select_for_update(of=("self",)).select_related("province", "user").get(pk=admin_id)
    if admin.active == active:
        return admin
    if not active:
        end_membership(user=admin.user, province=admin.province, verb="admin.close", actor=actor, now=now)
        admin.active = False
        return admin
    admin.active = True
    admin.save(update_fields=["active"])
    audit.record(verb="admin.open", subject=admin, actor=actor, now=now, province_code=admin.province.code)
    return admin


def end_membership(*, user: User, province: Province, verb: str, actor: User, now: datetime) -> None:
    """End what a user may do for a province, in the open transaction; their unused invitations die with it."""
    admin = ProvinceAdmin.objects.filter(user=user, province=province, active=True).first()
    if admin is None:
        return
    admin.active = False
    admin.save(update_fields=["active"])
    ActivationCode.objects.filter(invited_by=user, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    audit.record(verb=verb, subject=admin, actor=actor, now=now, province_code=province.code)


def _own_province(actor: User) -> Province:
    """The province that the actor administers, locked: its administrators change one after another."""
    admin = ProvinceAdmin.objects.filter(user_id=actor.pk, active=True).first()
    if admin is None:
        raise NotAdministrator
    province = Province.objects.select_for_update(no_key=True).get(pk=admin.province_id)
    if not ProvinceAdmin.objects.filter(user_id=actor.pk, province=province, active=True).exists():
        raise NotAdministrator
    return province
