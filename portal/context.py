"""What every page's frame needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.queries import roles_of
from calls.queries import current
from kernel import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """The current call, the server's time, the user's roles, unread messages; lazy where it can be."""
    now = getattr(request, "now", None) or clock.now()
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    return {
        "user": user,
        "now": now,
        "call": SimpleLazyObject(lambda: current(now)),
        "roles": {str(role) for role in roles_of(request)} if known else set(),
        "unread": SimpleLazyObject(lambda: user.inbox.filter(read_at__isnull=True).count() if known else 0),
        "province": user.province_admin.province if known and "province" in roles_of(request) else None,
        "demo": settings.DEMO,
    }
