"""Reading people and organisations; roles are read afresh on each request, so a role taken away ends at once."""

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import ActivationCode, ContactSheet, Expert, Province, ProvinceAdmin, User
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


def experts() -> QuerySet[Expert]:
    """The register of experts, those on duty first."""
    return Expert.objects.select_related("user", "province").order_by("-active", "alias")
