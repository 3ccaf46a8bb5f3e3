"""What every page's frame needs to know."""

from typing import Any

from django.conf import settings
from django.template.backends.utils import csrf_input
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.http import Request
from accounts.models import User
from accounts.policy import STAFF, Role
from accounts.queries import roles_of, unread
from kernel import clock
from publishing.figures import current_call


def frame(request: Request) -> dict[str, Any]:
    """The current call, the server's time, the user's roles, unread messages; lazy where it can be."""
    now = getattr(request, "now", None) or clock.now()
    user: User | None = getattr(request, "user", None)
    roles = roles_of(request) if user is not None and user.is_authenticated else set()
    return {
        "user": user,
        "now": now,
        "call": SimpleLazyObject(lambda: current_call(request)),
        "roles": {str(role) for role in roles},
        "unread": SimpleLazyObject(lambda: unread(user) if roles and user is not None else 0),
        "province": user.province_admin.province if user is not None and Role.PROVINCE in roles else None,
        "session_ends": request.session.seconds_left(timezone.now()) if roles & STAFF else None,
        "demo": settings.DEMO,
        # Once a page, not once a form: each token is masked anew with random characters.
        "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
        "icp_number": settings.ICP_NUMBER,
        "police_number": settings.POLICE_NUMBER,
    }
