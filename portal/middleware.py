"""What happens to every request before any view sees it: its moment is fixed, and its size is bounded."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from kernel import clock
from portal import limits

PIECE = 1024 * 1024
DRAINED = 4 * limits.FORM
LONGEST_WAIT = 300


def arrival(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """`request.now`: the moment by which every rule judges this request, taken before any of its body is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now() - _held_back(request)  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _held_back(request: HttpRequest) -> timedelta:
    """How long our nginx collected this request before it passed it on (X-Request-Age, in seconds; at most 5 minutes).

    Where our nginx does not stand before us and overwrite the header, anybody could have written it: it is not read.
    """
    told = request.META.get("HTTP_X_REQUEST_AGE", "")
    if not settings.X_ACCEL or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", told):
        return timedelta()
    return timedelta(seconds=min(float(told), LONGEST_WAIT))


def no_nul(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """An address with a NUL in it gets the page of 400: nothing here is named so, and PostgreSQL takes none in a text.

    Fields that are posted are looked after by their forms.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "errors/400.html", {"status": 400}, status=400)
        return get_response(request)

    return middleware


def body_limit(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """A body over what portal.limits allows here gets the page of 413; nothing of it is parsed or kept (RFC 9110)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced) if announced.isdecimal() else 0
        if size <= limits.limit_for(request.path_info):
            return get_response(request)
        if size <= DRAINED:
            # A browser that is still sending when the connection closes shows an error of its own, not our page.
            while request.read(PIECE):
                pass
        return render(request, "errors/413.html", status=413)

    return middleware
