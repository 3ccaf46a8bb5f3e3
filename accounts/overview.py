"""Every province at a glance: its contact sheet, its activation code, its administrators (R12, R13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import ActivationCode, ContactSheet, Province, ProvinceAdmin, SheetState
from accounts.queries import provinces, sheets
from calls.models import Call
from kernel.models import Job, JobState

FRESH = timedelta(minutes=10)
"""So long a run of letters that has left is still spoken of."""


def code_state(code: ActivationCode, now: datetime) -> tuple[str, str]:
    """(words, tone) of a code that was read with its letter."""
    if code.used_at is not None:
        return "已激活", "done"
    if code.revoked_at is not None:
        return "已失效", ""
    if now >= code.expires_at:
        return "已过期", "bad"
    if code.letter is not None and code.letter.sent_at is None:
        return "正在发送", "wait"
    return "待激活", "wait"


@dataclass(frozen=True)
class ProvinceRow:
    """One province: the sheet that counts, its live or expired code, its administrators and when one was last here.

    The sheet that counts is of the newest call: there the newest accepted one, otherwise the newest that waits.
    """

    province: Province
    sheet: ContactSheet | None
    code: ActivationCode | None
    admins: list[ProvinceAdmin]
    now: datetime

    @property
    def may_send(self) -> bool:
        """Whether a code can be sent and somebody waits for one."""
        return not self.admins and self.sheet is not None and self.sheet.state == SheetState.ACCEPTED

    @property
    def last_seen(self) -> datetime | None:
        return max((one.user.last_login for one in self.admins if one.user.last_login), default=None)

    @property
    def state(self) -> tuple[str, str]:
        """(words, tone)."""
        if self.admins:
            return "已激活", "done"
        if self.code is not None:
            return ("激活码已过期", "bad") if self.now >= self.code.expires_at else ("已发码", "wait")
        if self.sheet is None:
            return "未收到", ""
        return {
            SheetState.NEW: ("待核实", "act"),
            SheetState.ACCEPTED: ("待发码", "act"),
            SheetState.REJECTED: ("未通过", "bad"),
        }[SheetState(self.sheet.state)]


def _weight(sheet: ContactSheet) -> tuple[datetime, int, datetime]:
    standing = [SheetState.REJECTED, SheetState.NEW, SheetState.ACCEPTED].index(SheetState(sheet.state))
    return sheet.call.submission_opens_at, standing, sheet.sent_at


def overview_of_provinces(now: datetime) -> list[ProvinceRow]:
    """Every province, in code order: four queries however many there are."""
    counting: dict[int, ContactSheet] = {sheet.province_id: sheet for sheet in sorted(sheets(), key=_weight)}
    unused = ActivationCode.objects.filter(sheet__isnull=False, used_at__isnull=True, revoked_at__isnull=True)
    codes = {code.province_id: code for code in reversed(unused.select_related("letter"))}
    admins: dict[int, list[ProvinceAdmin]] = {}
    for admin in ProvinceAdmin.objects.filter(active=True).select_related("user").order_by("since", "pk"):
        admins.setdefault(admin.province_id, []).append(admin)
    return [ProvinceRow(p, counting.get(p.pk), codes.get(p.pk), admins.get(p.pk, []), now) for p in provinces()]


def without_sheet(call: Call) -> QuerySet[Province]:
    """The provinces that have sent no sheet in the call, or only one that was rejected."""
    sent = ContactSheet.objects.filter(call_id=call.pk).exclude(state=SheetState.REJECTED)
    return provinces().exclude(pk__in=sent.values("province_id"))


def codes_of(province: Province) -> QuerySet[ActivationCode]:
    """All codes ever made for the province, of sheets and of invitations, the newest first."""
    return ActivationCode.objects.filter(province_id=province.pk).select_related("letter", "used_by", "invited_by")


def open_invitations(province: Province) -> QuerySet[ActivationCode]:
    """Invitations of the province that nobody has used or revoked, the newest first."""
    return codes_of(province).filter(invited_by__isnull=False, used_at__isnull=True, revoked_at__isnull=True)


@dataclass(frozen=True)
class Sending:
    """The newest run of letters that carry codes: how many, how many have left, how many failed for good."""

    total: int
    sent: int
    failed: int

    @property
    def over(self) -> bool:
        return self.sent + self.failed >= self.total


def sending(now: datetime) -> Sending | None:
    """How the newest run of codes is going, None once all have left a while ago. At most three queries."""
    newest = ActivationCode.objects.filter(sheet__isnull=False).values_list("created_at", flat=True).first()
    if newest is None:
        return None
    run = ActivationCode.objects.filter(sheet__isnull=False, created_at=newest).values_list("letter", "letter__sent_at")
    waiting = [letter for letter, sent_at in run if sent_at is None]
    if not waiting and now - newest > FRESH:
        return None
    failed = 0
    if waiting:
        jobs = Job.objects.filter(kind="kernel.send_letter", state=JobState.FAILED)
        failed = jobs.filter(args__letter_id__in=waiting).count()
    return Sending(total=len(run), sent=len(run) - len(waiting), failed=failed)
