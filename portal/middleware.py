"""What happens to every request before any view sees it: its moment is fixed, and its size is bounded."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from kernel import clock

PIECE = 1024 * 1024


def arrival(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """`request.now`: the moment by which every rule judges this request, taken before any of its body is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


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
    """A body over settings.REQUEST_BODY_LIMIT gets the page of 413; nothing of it is parsed or kept (RFC 9110)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        size = int(announced) if announced.isdecimal() else 0
        if size <= settings.REQUEST_BODY_LIMIT:
            return get_response(request)
        if size <= 4 * settings.REQUEST_BODY_LIMIT:
            # A browser that is still sending when the connection closes shows an error of its own, not our page.
            while request.read(PIECE):
                pass
        return render(request, "errors/413.html", status=413)

    return middleware
