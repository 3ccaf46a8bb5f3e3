"""Contact sheets and activation codes: from 附表2 to a province's administrator (R12, R13)."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.actions.registering import confirm_email
from accounts.models import ActivationCode, ContactSheet, ProvinceAdmin, SheetState, User
from accounts.policy import CodeRefused, hash_secret, make_code, read_code, secret_matches, show_code
from calls.models import Call
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter
from kernel.models import Channel

MAX_TRIES = 10


class SheetDecided(Refusal):
    code = "sheet_decided"
    sentence = "这份信息表已经处理过了。请刷新页面查看结果。"


class NotMadeSure(Refusal):
    code = "not_made_sure"
    sentence = "请先写明怎样核实了发件人，例如“收到盖章扫描件”或“已电话回拨”。"


class LogInFirst(Refusal):
    code = "log_in_first"
    sentence = "信息表上的邮箱已有账号。请先用该账号登录，再打开本页填写激活码。"


class AnotherProvince(Refusal):
    """An account administers one province: a code of another must not move it there unasked."""

    code = "another_province"

    def __init__(self, name: str) -> None:
        super().__init__(f"您现在登录的账号是{name}的管理员。请先退出，再打开本页填写激活码。")


@transaction.atomic(durable=True)
def send_contact_sheet(*, call: Call, data: dict[str, Any], now: datetime) -> ContactSheet:
    """Put a province's contact sheet into the centre's inbox. Anyone may; nothing is given on it yet."""
    sheet = ContactSheet.objects.create(call=call, sent_at=now, **data)
    audit.record(
        verb="sheet.send", subject=sheet, actor=None, now=now, call_id=call.pk, province_code=sheet.province.code
    )
    return sheet


def _lock(sheet_id: int) -> ContactSheet:
    return ContactSheet.objects.select_for_update(of=("self",)).select_related("province", "call").get(pk=sheet_id)


def _note(verb: str, sheet: ContactSheet, actor: User | None, now: datetime, **facts: Any) -> None:
    audit.record(
        verb=verb,
        subject=sheet,
        actor=actor,
        now=now,
        call_id=sheet.call_id,
        province_code=sheet.province.code,
        **facts,
    )


@transaction.atomic(durable=True)
def accept_sheet(*, sheet_id: int, assurance: str, actor: User, now: datetime) -> ActivationCode:
    """Accept a sheet once the centre has recorded how it made sure, and mail the activation code.

    Locks the sheet. Refuses: SheetDecided, NotMadeSure.
    """
    sheet = _lock(sheet_id)
    if sheet.state != SheetState.NEW:
        raise SheetDecided
    if not assurance.strip():
        raise NotMadeSure(field="assurance")
    sheet.state, sheet.assurance = SheetState.ACCEPTED, assurance.strip()
    sheet.decided_at, sheet.decided_by = now, actor
    sheet.save(update_fields=["state", "assurance", "decided_at", "decided_by"])
    _note("sheet.accept", sheet, actor, now)
    return _issue(sheet, actor, now)


@transaction.atomic(durable=True)
def reject_sheet(*, sheet_id: int, reason: str, actor: User, now: datetime) -> ContactSheet:
    """Reject a sheet with a reason, which is mailed to the address on it. Refuses: SheetDecided."""
    sheet = _lock(sheet_id)
    if sheet.state != SheetState.NEW:
        raise SheetDecided
    sheet.state, sheet.reason, sheet.decided_at, sheet.decided_by = SheetState.REJECTED, reason, now, actor
    sheet.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    body = (
        f"{sheet.contact}您好：\n\n您提交的联系人信息表未能通过核实：{reason}\n\n"
        f"请修改后重新提交，或拨打 {sheet.call.hotline}。"
    )
    post_letter(
        channel=Channel.MAIL,
        recipient=sheet.email,
        purpose="sheet_rejected",
        subject="联系人信息表未通过核实",
        body=body,
    )
    _note("sheet.reject", sheet, actor, now)
    return sheet


@transaction.atomic(durable=True)
def reveal_sheet(*, sheet: ContactSheet, actor: User, now: datetime) -> None:
    """Record that somebody at the centre looks at the whole contact details of a sheet, to make sure of its sender."""
    _note("sheet.reveal", sheet, actor, now)


@transaction.atomic(durable=True)
def resend_code(*, sheet_id: int, actor: User, now: datetime) -> ActivationCode:
    """Mail a new code for an accepted sheet; every older one dies at once. Refuses: SheetDecided."""
    sheet = _lock(sheet_id)
    if sheet.state != SheetState.ACCEPTED:
        raise SheetDecided("这份信息表还没有通过核实，不能发送激活码。")
    return _issue(sheet, actor, now)


def _issue(sheet: ContactSheet, actor: User, now: datetime) -> ActivationCode:
    sheet.codes.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    public_id, secret = make_code()
    salt = secrets.token_hex(16)
    code = ActivationCode.objects.create(
        sheet=sheet,
        province=sheet.province,
        public_id=public_id,
        salt=salt,
        digest=hash_secret(secret, salt),
        created_at=now,
        expires_at=now + timedelta(days=sheet.call.activation_days),
    )
    body = (
        f"{sheet.contact}您好：\n\n{sheet.province.name}的管理员账号激活码是：\n\n{show_code(public_id, secret)}\n\n"
        f"请在 {sheet.call.activation_days} 日内打开 {settings.BASE_URL}/activate/ 填写激活码，设置密码后即可登录。"
        f"激活码只能使用一次。如有疑问，请拨打 {sheet.call.hotline}。"
    )
    post_letter(
        channel=Channel.MAIL,
        recipient=sheet.email,
        purpose="activation_code",
        subject="省级管理员账号激活码",
        body=body,
    )
    _note("code.send", sheet, actor, now, public_id=public_id)
    return code


@transaction.atomic(durable=True)
def revoke_code(*, code_id: int, actor: User, now: datetime) -> ActivationCode:
    """Make an unused code worthless. Revoking twice is harmless."""
    code = ActivationCode.objects.select_for_update(of=("self",)).select_related("sheet__province").get(pk=code_id)
    if code.used_at is None and code.revoked_at is None:
        code.revoked_at = now
        code.save(update_fields=["revoked_at"])
        _note("code.revoke", code.sheet, actor, now, public_id=code.public_id)
    return code


def activate(*, typed: str, name: str, password: str, actor: User | None, now: datetime) -> ProvinceAdmin:
    """Turn a code into an administrator account, once.

    A logged-in `actor` becomes the administrator; otherwise a new account is made for the sheet's e-mail.
    Refuses: CodeRefused (wrong, expired, used, revoked alike), LogInFirst, AnotherProvince. A failed try is counted
    and kept.
    """
    try:
        return _activate(typed=typed, name=name, password=password, actor=actor, now=now)
    except CodeRefused as refusal:
        _count_try(typed, str(refusal.__cause__ or "wrong"), now)
        raise


@transaction.atomic(durable=True)
def _count_try(typed: str, why: str, now: datetime) -> None:
    """What must survive the refusal: the try, and which kind it was."""
    try:
        public_id, _ = read_code(typed)
    except CodeRefused:
        return
    code = ActivationCode.objects.select_for_update().filter(public_id=public_id).first()
    if code is not None:
        code.tries += 1
        code.save(update_fields=["tries"])
        _note("code.refuse", code.sheet, None, now, public_id=public_id, why=why)


@transaction.atomic(durable=True)
def _activate(*, typed: str, name: str, password: str, actor: User | None, now: datetime) -> ProvinceAdmin:
    code = check_code(typed, now, lock=True)
    sheet = code.sheet
    user = actor
    if user is None:
        if User.objects.filter(email__iexact=sheet.email).exists():
            raise LogInFirst
        user = User.objects.create_user(
            name=name or sheet.contact, email=sheet.email.lower(), password=password, province=code.province
        )
        confirm_email(user)
    elsewhere = ProvinceAdmin.objects.filter(user=user, active=True).exclude(province=code.province)
    if (standing := elsewhere.select_related("province").first()) is not None:
        raise AnotherProvince(standing.province.name)
    admin, _ = ProvinceAdmin.objects.update_or_create(
        user=user, defaults={"province": code.province, "active": True, "since": now}
    )
    code.used_at, code.used_by = now, user
    code.save(update_fields=["used_at", "used_by"])
    _note("code.activate", sheet, user, now, public_id=code.public_id)
    return admin


def check_code(typed: str, now: datetime, *, lock: bool = False) -> ActivationCode:
    """The live code that was typed. Refuses (CodeRefused) with the true reason only as its cause, for the record."""
    public_id, secret = read_code(typed)
    rows = ActivationCode.objects.select_related("sheet__province", "sheet__call", "province")
    code = (rows.select_for_update(of=("self",)) if lock else rows).filter(public_id=public_id).first()
    if code is None or not secret_matches(secret, code.salt, code.digest):
        raise CodeRefused from ValueError("wrong")
    for spent, why in (
        (code.tries >= MAX_TRIES, "too many tries"),
        (code.used_at is not None, "used"),
        (code.revoked_at is not None, "revoked"),
        (now >= code.expires_at, "expired"),
    ):
        if spent:
            raise CodeRefused from ValueError(why)
    return code
