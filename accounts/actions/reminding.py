"""Provinces that have not sent their contact sheet are reminded before the call's date for it (R12)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.letters import write_to
from accounts.models import CentreStaff, ContactSheet, Province, ProvinceAdmin, SheetState
from accounts.overview import without_sheet
from calls.actions import reach
from calls.models import Call
from kernel import audit
from kernel.jobs import enqueue
from kernel.letters import post_letter, tell
from kernel.models import Channel

DAYS_BEFORE = (7, 2)
"""So many days before the sheets are due, the earlier reminder first."""


def moment(days: int) -> str:
    return f"contact_sheet_{days}_days"


@transaction.atomic(durable=True)
def ask_to_remind(*, call_id: int, days: int, now: datetime) -> None:
    """Promise, once a call, the reminder that goes out `days` before its sheets are due."""
    if reach(call_id=call_id, moment=moment(days), now=now):
        enqueue("accounts.remind_of_sheets", key=f"{moment(days)}:{call_id}", call_id=call_id, days=days)


@transaction.atomic(durable=True)
def remind_of_sheets(*, call_id: int, days: int, now: datetime) -> int:
    """Write to each province without a sheet, once; how many. The centre is told, also of those it has to call.

    Written to are the administrators of earlier calls, otherwise the contact of the last accepted sheet. Does nothing
    once the sheets are due, and nothing for an earlier reminder when the later one is due as well.
    """
    call = Call.objects.get(pk=call_id)
    left = call.contact_sheet_due_at - now
    later = max((other for other in DAYS_BEFORE if other < days), default=0)
    if left <= timedelta(days=later) or not reach(call_id=call_id, moment=f"{moment(days)}_told", now=now):
        return 0
    missing = list(without_sheet(call))
    unreached = [province for province in missing if not _remind(province, call)]
    if missing:
        _tell_centre(call, missing, unreached, now)
        audit.record(
            verb="sheet.remind", subject=call, actor=None, now=now, call_id=call.pk,
            count=len(missing), provinces=[province.code for province in missing],
        )  # fmt: skip
    return len(missing) - len(unreached)


def _remind(province: Province, call: Call) -> bool:
    """Write to whoever the portal knows of the province; whether there was anybody."""
    subject = f"请提交{call.short}征集的联系人信息表"
    body = (
        f"您好：\n\n{province.name}还没有提交“{call.title}”的联系人信息表（附表 2）。"
        f"请尽快打开 {settings.BASE_URL}{reverse('contact_sheet')} 填写；如有疑问，请拨打 {call.hotline}。"
    )
    admins = ProvinceAdmin.objects.filter(province=province, active=True).select_related("user").order_by("pk")
    for admin in admins:
        write_to(admin.user, purpose="sheet_reminder", subject=subject, body=body)
    if admins:
        return True
    accepted = ContactSheet.objects.filter(province=province, state=SheetState.ACCEPTED).exclude(email="")
    earlier = accepted.order_by("-sent_at").first()
    if earlier is None:
        return False
    post_letter(channel=Channel.MAIL, recipient=earlier.email, purpose="sheet_reminder", subject=subject, body=body)
    return True


def _tell_centre(call: Call, missing: list[Province], unreached: list[Province], now: datetime) -> None:
    words = f"{call.short}征集还有 {len(missing)} 个单位没有提交联系人信息表，已写信提醒。"
    if unreached:
        names = "、".join(province.short for province in unreached)
        words += f"其中 {len(unreached)} 个没有可用的邮箱，请电话联系：{names}。"
    for staff in CentreStaff.objects.filter(active=True).select_related("user").order_by("pk"):
        tell(user=staff.user, text=words[:500], now=now, link=reverse("centre_provinces"))
