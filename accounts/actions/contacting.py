"""Contact sheets (附表2): sent by a province, then corrected, accepted or rejected by the centre (R12)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.codes import kill_codes, send_code
from accounts.models import ContactSheet, SheetState, User
from calls.models import Call
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter
from kernel.models import Channel

WHOM = frozenset({"province", "unit", "contact", "telephone", "mobile", "email"})
"""Fields that say who the sender is: where the centre changes one of them, it has to make sure again."""


class SheetDecided(Refusal):
    code = "sheet_decided"
    sentence = "这份信息表已经处理过了。请刷新页面查看结果。"


class NotMadeSure(Refusal):
    code = "not_made_sure"
    sentence = "请先写明怎样核实了发件人，例如“收到盖章扫描件”或“已电话回拨”。"


@transaction.atomic(durable=True)
def send_contact_sheet(*, call: Call, data: dict[str, Any], now: datetime) -> ContactSheet:
    """Put a province's contact sheet into the centre's inbox. Anyone may; nothing is given on it yet."""
    sheet = ContactSheet.objects.create(call=call, sent_at=now, **data)
    _note("sheet.send", sheet, None, now)
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
def reveal_sheet(*, sheet: ContactSheet, actor: User, now: datetime) -> None:
    """Record that somebody at the centre looks at the whole contact details of a sheet, to make sure of its sender."""
    _note("sheet.reveal", sheet, actor, now)


@transaction.atomic(durable=True)
def accept_sheet(*, sheet_id: int, assurance: str, actor: User, now: datetime, send: bool = True) -> ContactSheet:
    """Accept a sheet once the centre has recorded how it made sure, and mail the activation code unless `send` is off.

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
    if send:
        send_code(sheet, actor, now)
    return sheet


@transaction.atomic(durable=True)
def correct_sheet(*, sheet_id: int, data: dict[str, Any], actor: User, now: datetime) -> ContactSheet:
    """Put right what a sheet says, as its sender told the centre; the record names the fields and no value.

    An accepted sheet that now names somebody else goes back into the inbox and its unused codes die: whom the centre
    had made sure of is no longer who stands there. Locks the sheet. Refuses: SheetDecided (a rejected one).
    """
    sheet = _lock(sheet_id)
    if sheet.state == SheetState.REJECTED:
        raise SheetDecided("这份信息表已经退回，不能再更正。请对方重新提交。")
    changed = sorted(name for name, value in data.items() if getattr(sheet, name) != value)
    if not changed:
        return sheet
    for name in changed:
        setattr(sheet, name, data[name])
    again = sheet.state == SheetState.ACCEPTED and bool(WHOM.intersection(changed))
    if again:
        sheet.state, sheet.assurance, sheet.decided_at, sheet.decided_by = SheetState.NEW, "", None, None
        kill_codes(sheet, now)
    sheet.save()
    _note("sheet.correct", sheet, actor, now, fields=changed, again=again)
    return sheet


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
