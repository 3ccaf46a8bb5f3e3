"""Activation codes on their way: made, mailed, sent anew, revoked (R13)."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import ActivationCode, ContactSheet, Province, SheetState, User
from accounts.policy import CODE_DAYS, hash_secret, make_code, show_code
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter
from kernel.models import Channel


class NotAccepted(Refusal):
    code = "not_accepted"

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(f"{'、'.join(names)}的信息表还没有通过核实，不能发送激活码。请先核实，或取消勾选后再发送。")


class NothingToSend(Refusal):
    code = "nothing_to_send"
    sentence = "还没有勾选单位。请勾选要发送激活码的单位。"


def note(verb: str, code: ActivationCode, actor: User | None, now: datetime, **facts: Any) -> None:
    """Write what became of a code into the record: of its sheet, or of itself where an administrator invited."""
    audit.record(
        verb=verb,
        subject=code.sheet or code,
        actor=actor,
        now=now,
        call_id=code.sheet.call_id if code.sheet else None,
        province_code=code.province.code,
        public_id=code.public_id,
        **facts,
    )


def make(*, province: Province, days: int, now: datetime, **origin: Any) -> tuple[ActivationCode, str]:
    """A new code in the open transaction and, once, how it reads."""
    public_id, secret = make_code()
    salt = secrets.token_hex(16)
    code = ActivationCode.objects.create(
        province=province,
        public_id=public_id,
        salt=salt,
        digest=hash_secret(secret, salt),
        created_at=now,
        expires_at=now + timedelta(days=min(days, CODE_DAYS)),
        **origin,
    )
    return code, show_code(public_id, secret)


def mail(code: ActivationCode, *, recipient: str, subject: str, body: str) -> None:
    """Post the letter that carries a code; whether it has left is read from the letter."""
    code.letter = post_letter(
        channel=Channel.MAIL, recipient=recipient, purpose="activation_code", subject=subject, body=body
    )
    code.save(update_fields=["letter"])


@transaction.atomic(durable=True)
def send_codes(*, sheet_ids: Collection[int], actor: User, now: datetime) -> list[ActivationCode]:
    """Mail a new code for each of these accepted sheets, all or none; every older code of a sheet dies at once.

    Locks the sheets in order of their ids. Refuses: NothingToSend, NotAccepted.
    """
    rows = ContactSheet.objects.select_for_update(of=("self",)).select_related("province", "call")
    sheets = list(rows.filter(pk__in=sheet_ids).order_by("pk"))
    if not sheets:
        raise NothingToSend
    if refused := [sheet.province.short for sheet in sheets if sheet.state != SheetState.ACCEPTED]:
        raise NotAccepted(refused)
    return [send_code(sheet, actor, now) for sheet in sheets]


def send_code(sheet: ContactSheet, actor: User, now: datetime) -> ActivationCode:
    """The same for one sheet that the caller has locked."""
    kill_codes(sheet, now)
    code, shown = make(province=sheet.province, days=sheet.call.activation_days, now=now, sheet=sheet)
    days = (code.expires_at - code.created_at).days
    body = (
        f"{sheet.contact}您好：\n\n{sheet.province.name}的管理员账号激活码是：\n\n{shown}\n\n"
        f"请在 {days} 日内打开 {settings.BASE_URL}/activate/ 填写激活码，设置密码后即可登录。"
        f"激活码只能使用一次。如有疑问，请拨打 {sheet.call.hotline}。"
    )
    mail(code, recipient=sheet.email, subject="省级管理员账号激活码", body=body)
    note("code.send", code, actor, now)
    return code


def kill_codes(sheet: ContactSheet, now: datetime) -> int:
    """Make all unused codes of a sheet worthless; how many."""
    return sheet.codes.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)


@transaction.atomic(durable=True)
def revoke_code(*, code_id: int, actor: User, now: datetime) -> ActivationCode:
    """Make an unused code worthless. Revoking twice is harmless."""
    rows = ActivationCode.objects.select_for_update(of=("self",)).select_related("sheet", "province")
    code = rows.get(pk=code_id)
    if code.used_at is None and code.revoked_at is None:
        code.revoked_at = now
        code.save(update_fields=["revoked_at"])
        note("code.revoke", code, actor, now)
    return code
