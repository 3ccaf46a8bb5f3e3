"""Whole pages kept for visitors who are nobody yet: what may be kept, under which key, and for how long.

Why pages are kept this way is told in docs/decisions/0006.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import Resolver404, resolve

from accounts.http import Request
from kernel import clock, keeping
from publishing.figures import mark_of, next_moment

PAGES = keeping.Shelf(500)

PERSONAL = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
"""Who brings one of these may be shown what is theirs alone: a name, a message."""

Answer = Callable[[Request], HttpResponseBase]


@dataclass(frozen=True)
class Page:
    """A page as it was answered; it holds until `until` by the portal's clock."""

    until: datetime | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until

    def answer(self, request: HttpRequest) -> HttpResponse:
        seen = request.META.get("HTTP_IF_NONE_MATCH", "")
        answer = HttpResponseNotModified() if self.etag in seen else HttpResponse(self.body)
        for name, value in self.headers:
            if name != "Content-Type" or answer.status_code == 200:
                answer.headers[name] = value
        return answer


def kept_pages(get_response: Answer, pages: keeping.Shelf = PAGES) -> Answer:
    """Answers from what is kept, or keeps what is answered; the outermost of all, so that a kept page costs the least.

    Kept is a 200 to a GET of a view that says `@public(cached_for=…)`, for a visitor without session and messages,
    where the answer sets no cookie (a page with a token of forms does).
    """

    def middleware(request: Request) -> HttpResponseBase:
        address = _address(request)
        mark = mark_of(request) if address else None
        if mark is None:
            return get_response(request)
        page: Page | None = pages.find((mark, address))
        if page is None or not page.holds(request.now):
            response = get_response(request)
            seconds = _seconds(request, response)
            if not seconds:
                return response
            assert isinstance(response, HttpResponse)
            page = _page(response, mark, request.now)
            pages.put((mark, address), page, seconds)
        return page.answer(request)

    return middleware


def _address(request: HttpRequest) -> str:
    """Under what the page would be kept; empty for what must not come from there.

    A page belongs to its address and, in the demo, to how far the clock was set. A parameter that the view does not
    know would still stand in the links of its page: such an address is not kept.
    """
    if request.method not in ("GET", "HEAD") or request.path_info.startswith(settings.STATIC_URL):
        return ""
    if any(name in request.COOKIES for name in PERSONAL):
        return ""
    asked = ""
    if request.META.get("QUERY_STRING"):
        pairs = [(name, value) for name, values in request.GET.lists() for value in values]
        if not {name for name, _ in pairs} <= _known(request.path_info):
            return ""
        asked = urlencode(sorted(pairs))
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""  # refused further in, with the headers of every answer
    return f"{request.scheme}://{host}{request.path}?{asked} {clock.offset().total_seconds()}"


def _known(path: str) -> frozenset[str]:
    """The parameters that the view of a path knows."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return frozenset()
    return getattr(view, "cached_by", frozenset())


def _seconds(request: HttpRequest, response: HttpResponseBase) -> int:
    """How long this answer may be kept; 0 for not at all."""
    good = request.method == "GET" and response.status_code == 200 and not response.streaming and not response.cookies
    match = request.resolver_match
    return getattr(match.func, "cached_for", 0) if good and match is not None else 0


def _page(response: HttpResponse, mark: str, now: datetime) -> Page:
    """The answer as a page. Browsers and proxies may keep it too, but ask each time whether it still holds."""
    etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    headers = {**response.headers, "ETag": etag, "Cache-Control": "no-cache", "Vary": "Cookie"}
    return Page(next_moment(mark, now), tuple(headers.items()), response.content, etag)
