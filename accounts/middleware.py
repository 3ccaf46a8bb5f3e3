"""Who a request comes from: the user of its session, unless that is a session of staff that is over."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts import devices
from accounts.policy import STAFF, session_ended
from accounts.queries import roles_held
from accounts.sessions import SessionStore

ENDED = "为了保护案例资料，这次登录已经结束：30 分钟没有操作，或已满 8 小时。请重新登录，没存上的内容还在这台设备上。"


class SessionMiddleware(AuthenticationMiddleware):
    """Django's own with the ends of a session of staff, looked at when a view first asks who it is."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if (account := getattr(request, "just_logged_in", None)) is not None:
            devices.remember(request, response, account)
        return response


def _user_of(request: HttpRequest) -> Any:
    user, session, now = get_user(request), cast(SessionStore, request.session), timezone.now()
    if not user.is_authenticated:
        return user
    seen = session.seen_at or now
    if STAFF & roles_held(user) and session_ended(begun=session.begun_at, seen=seen, now=now):
        session.flush()
        request._cached_user = AnonymousUser()  # type: ignore[attr-defined]
        messages.warning(request, ENDED, fail_silently=True)
        return request._cached_user  # type: ignore[attr-defined]
    if "X-Fragment" not in request.headers:  # a page that asks by itself is no hand on it
        session.touch(now)
    return user
