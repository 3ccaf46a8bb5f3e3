"""Reading people and organisations; roles are read afresh on each request, so a role taken away ends at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import ActivationCode, ContactSheet, Expert, Province, ProvinceAdmin, SheetState, User
from accounts.policy import Role
from kernel.models import Message

MEMBERSHIPS = ("province_admin", "centre_staff", "expert")


def with_memberships() -> QuerySet[User]:
    """Users with memberships joined."""
    return User.objects.select_related("province_admin__province", "centre_staff", "expert").order_by()


def roles_of(request: HttpRequest) -> set[Role]:
    """The roles of the request's user, read once a request."""
    kept = getattr(request, "_roles", None)
    if kept is None:
        kept = _roles(request.user) if request.user.is_authenticated else set()
        request._roles = kept  # type: ignore[attr-defined]
    return kept


def _roles(user: User) -> set[Role]:
    if not all(name in user._state.fields_cache for name in MEMBERSHIPS):
        # Not read by accounts.backend: just registered, or put there by a test.
        user._state.fields_cache.update(with_memberships().get(pk=user.pk)._state.fields_cache)
    found = {Role.AUTHOR}
    for name, role in (("province_admin", Role.PROVINCE), ("centre_staff", Role.CENTRE), ("expert", Role.EXPERT)):
        membership = getattr(user, name, None)
        if membership is not None and membership.active:
            found.add(role)
    return found


def provinces() -> QuerySet[Province]:
    """The provincial units switched on, in code order."""
    return Province.objects.filter(enabled=True)


def sheets() -> QuerySet[ContactSheet]:
    """Contact sheets with their province and call, newest first."""
    return ContactSheet.objects.select_related("province", "call", "decided_by")


@dataclass(frozen=True)
class ProvinceRow:
    """One province at a glance: its latest sheet, its latest code and its administrators."""

    province: Province
    sheet: ContactSheet | None
    code: ActivationCode | None
    admins: list[User]

    def state(self, now: datetime) -> tuple[str, str]:
        """(words, tone)."""
        if self.admins:
            return "已激活", "done"
        if self.code is not None:
            return ("激活码已过期", "bad") if now >= self.code.expires_at else ("已发码", "wait")
        if self.sheet is not None and self.sheet.state == SheetState.NEW:
            return "待核实", "act"
        return ("未通过", "bad") if self.sheet is not None else ("未收到", "")


def overview_of_provinces(now: datetime) -> list[tuple[ProvinceRow, tuple[str, str]]]:
    """Every province with its state, in code order: four queries however many there are."""
    latest: dict[int, ContactSheet] = {sheet.province_id: sheet for sheet in reversed(sheets())}
    live = ActivationCode.objects.filter(used_at__isnull=True, revoked_at__isnull=True)
    codes: dict[int, ActivationCode] = {code.province_id: code for code in reversed(live)}
    admins: dict[int, list[User]] = {}
    for admin in ProvinceAdmin.objects.filter(active=True).select_related("user").order_by("since"):
        admins.setdefault(admin.province_id, []).append(admin.user)
    rows = [ProvinceRow(p, latest.get(p.pk), codes.get(p.pk), admins.get(p.pk, [])) for p in provinces()]
    return [(row, row.state(now)) for row in rows]


def unread(user: User) -> int:
    """How many of the user's messages wait to be read."""
    if user.unread is not None:
        return user.unread
    return Message.objects.filter(user=user, read_at__isnull=True).count()


def experts() -> QuerySet[Expert]:
    """The register of experts, those on duty first."""
    return Expert.objects.select_related("user", "province").order_by("-active", "alias")
