"""Reading people and organisations; roles are read afresh on each request, so a role taken away ends at once."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import ActivationCode, ContactSheet, Expert, Province, ProvinceAdmin, Session, User
from accounts.policy import GUARDED, STAFF, Role, session_ended
from accounts.sessions import BEGUN, SessionStore
from kernel.models import Message

MEMBERSHIPS = ("province_admin", "centre_staff", "expert")


def with_memberships() -> QuerySet[User]:
    """Users with memberships joined."""
    return User.objects.select_related("province_admin__province", "centre_staff", "expert").order_by()


def roles_of(request: HttpRequest) -> set[Role]:
    """The roles that the request may act in, read once a request: those of its user, as far as they are unlocked."""
    kept = getattr(request, "_roles", None)
    if kept is None:
        kept = roles_held(request.user) - roles_locked(request) if request.user.is_authenticated else set()
        request._roles = kept  # type: ignore[attr-defined]
    return kept


def roles_locked(request: HttpRequest) -> set[Role]:
    """The roles of a logged-in user that wait for the second step of the login (ASVS 6.3.3)."""
    locked = GUARDED & roles_held(cast(User, request.user)) if settings.MFA_REQUIRED else set()
    return set() if locked and took_second_step(request) else set(locked)


def took_second_step(request: HttpRequest) -> bool:
    """Whether a code of the app or a recovery code was given in this session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def proved_by_code(request: HttpRequest) -> bool:
    """Whether a code or link that was sent to its owner has come back in this session."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "code" for record in records)


def shown_lately(request: HttpRequest) -> bool:
    """Whether its owner has shown once more who they are, a few minutes ago in this session."""
    since = time.time() - REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record.get("reauthenticated") and record["at"] > since for record in records)


def roles_held(user: User) -> set[Role]:
    """The roles that the user's memberships give."""
    if not all(name in user._state.fields_cache for name in MEMBERSHIPS):
        # Not read by accounts.backend: just registered, or put there by a test.
        user._state.fields_cache.update(with_memberships().get(pk=user.pk)._state.fields_cache)
    found = {Role.AUTHOR}
    for name, role in (("province_admin", Role.PROVINCE), ("centre_staff", Role.CENTRE), ("expert", Role.EXPERT)):
        membership = getattr(user, name, None)
        if membership is not None and membership.active:
            found.add(role)
    return found


def number_of(session_key: str) -> str:
    """What a list may call a session: its key is what a thief would want."""
    return salted_hmac("accounts.sessions", session_key, algorithm="sha256").hexdigest()[:24]


@dataclass(frozen=True)
class SessionRow:
    """One place where an account is logged in, in words that its owner knows it by."""

    number: str
    device: str
    place: str
    begun_at: datetime
    seen_at: datetime
    current: bool


def sessions_of(user: User, current: str) -> list[SessionRow]:
    """Where the user is logged in: this session first, then the one last used. One query."""
    now, staff = timezone.now(), STAFF & roles_held(user)
    found = []
    for row in Session.objects.filter(user=user, expire_date__gt=now).order_by("-seen_at"):
        store = SessionStore(row.session_key)
        data = store.decode(row.session_data)
        begun = datetime.fromtimestamp(data.get(BEGUN, 0), UTC)
        here = row.session_key == current
        if here or not (staff and session_ended(begun=begun, seen=row.seen_at, now=now)):
            words = data.get("device", "未知设备"), data.get("place", "")
            found.append(SessionRow(number_of(row.session_key), *words, begun, row.seen_at, here))
    return sorted(found, key=lambda one: not one.current)


def provinces() -> QuerySet[Province]:
    """The provincial units switched on, in code order."""
    return Province.objects.filter(enabled=True)


def sheets() -> QuerySet[ContactSheet]:
    """Contact sheets with their province and call, newest first."""
    return ContactSheet.objects.select_related("province", "call", "decided_by")


def administrators(province: Province) -> QuerySet[ProvinceAdmin]:
    """The province's administrators, those on duty first, the longest serving before the others."""
    members = ProvinceAdmin.objects.filter(province_id=province.pk).select_related("user")
    return members.order_by("-active", "since", "pk")


def every_code() -> QuerySet[ActivationCode]:
    """All activation codes: the centre's alone."""
    return ActivationCode.objects.all()


def every_admin() -> QuerySet[ProvinceAdmin]:
    """All administrators of provinces, also those switched off: the centre's alone."""
    return ProvinceAdmin.objects.select_related("user", "province")


def unread(user: User) -> int:
    """How many of the user's messages wait to be read."""
    if user.unread is not None:
        return user.unread
    return Message.objects.filter(user=user, read_at__isnull=True).count()


def registered_mails(emails: Collection[str]) -> set[str]:
    """Those of the addresses, in small letters, that belong to an expert on the register."""
    lowered = Expert.objects.annotate(mail=Lower("user__email")).filter(mail__in=[one.lower() for one in emails])
    return set(lowered.values_list("mail", flat=True))


def experts() -> QuerySet[Expert]:
    """The register of experts, those on duty first."""
    return Expert.objects.select_related("user", "province").order_by("-active", "alias")
