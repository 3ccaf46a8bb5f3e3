"""Who may call a view: every view declares it, and a system check fails the start when one does not."""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.policy import Role
from accounts.queries import roles_locked, roles_of
from accounts.two_step import switched_on
from kernel.problems import problem

View = Callable[..., HttpResponseBase]


def public(*, reason: str, cached_for: int = 0, cached_by: Collection[str] = ()) -> Callable[[View], View]:
    """Anyone may call the view; `reason` says why that is right.

    A page that is the same for all who are not signed in may be kept for `cached_for` seconds; `cached_by` names the
    parameters of its address (portal.keeping). Whatever changes it calls `kernel.keeping.changed`.
    """
    assert reason

    def mark(view: View) -> View:
        view.access = f"public: {reason}"  # type: ignore[attr-defined]
        view.cached_for, view.cached_by = cached_for, frozenset(cached_by)  # type: ignore[attr-defined]
        return view

    return mark


def requires(*roles: Role, api: bool = False) -> Callable[[View], View]:
    """Only users with one of the roles; others are sent to log in, or get a 403 when they are logged in.

    An address for scripts (`api`) says so in JSON instead: 401 `login`, 403 `forbidden`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if api:
                    return problem(401, "login", "登录已失效。请重新登录，已传的部分会保留。")
                if request.headers.get("X-Autosave"):
                    return HttpResponse(status=401)
                return redirect_to_login(request.get_full_path())
            if not roles_of(request).intersection(roles):
                if roles_locked(request).intersection(roles):
                    return _second_step(request, api)
                if api:
                    return problem(403, "forbidden", "您的账号不能进行这项操作。")
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = "requires: " + ", ".join(roles)  # type: ignore[attr-defined]
        return guarded

    return mark


def _second_step(request: HttpRequest, api: bool) -> HttpResponseBase:
    """The password was right; the code of the app is still to come, or first the app itself."""
    if api:
        return problem(403, "second_step", "请先完成两步验证：刷新页面，填写手机应用里的动态码。")
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=401)
    place = reverse("mfa_reauthenticate" if switched_on(request.user) else "mfa_activate_totp")  # type: ignore[arg-type]
    return redirect(f"{place}?{urlencode({'next': request.get_full_path()})}")
