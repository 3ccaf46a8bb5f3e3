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
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.urls import Resolver404, resolve

from kernel import clock, keeping
from publishing.figures import next_moment

PERSONAL = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
"""Who brings one of these may be shown what is theirs alone: a name, a message."""

Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Page:
    """A page as it was answered; it holds while `mark` does, and until `until` by the portal's clock."""

    mark: str
    until: datetime | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str

    def holds(self, mark: str | None, now: datetime) -> bool:
        return self.mark == mark and (self.until is None or now < self.until)

    def answer(self, request: HttpRequest) -> HttpResponse:
        seen = request.META.get("HTTP_IF_NONE_MATCH", "")
        answer = HttpResponseNotModified() if self.etag in seen else HttpResponse(self.body)
        for name, value in self.headers:
            if name != "Content-Type" or answer.status_code == 200:
                answer.headers[name] = value
        return answer


def kept_pages(get_response: Answer) -> Answer:
    """Answers from what is kept, or keeps what is answered; stands before sessions, so that neither is asked for one.

    Kept is a 200 to a GET of a view that says `@public(cached_for=…)`, for a visitor without session and messages,
    where the answer sets no cookie (a page with a token of forms does).
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return get_response(request)
        found = keeping.look(keeping.MARK, key)
        mark = found.get(keeping.MARK) or keeping.mark()
        request.mark = mark  # type: ignore[attr-defined]
        page: Page | None = found.get(key)
        if page is not None and page.holds(mark, request.now):  # type: ignore[attr-defined]
            return page.answer(request)
        response = get_response(request)
        seconds = _seconds(request, response)
        if not seconds or mark is None:
            return response
        assert isinstance(response, HttpResponse)
        page = _page(response, mark, request.now)  # type: ignore[attr-defined]
        keeping.put(key, page, seconds)
        return page.answer(request) if request.method == "GET" else response

    return middleware


def _key(request: HttpRequest) -> str | None:
    """Where the page would be kept; None for what must not come from there.

    A page belongs to its address and, in the demo, to how far the clock was set. A parameter that the view does not
    know would still stand in the links of its page: such an address is not kept.
    """
    if request.method not in ("GET", "HEAD") or any(name in request.COOKIES for name in PERSONAL):
        return None
    asked = ""
    if request.META.get("QUERY_STRING"):
        pairs = [(name, value) for name, values in request.GET.lists() for value in values]
        if not {name for name, _ in pairs} <= _known(request.path_info):
            return None
        asked = urlencode(sorted(pairs))
    told = f"{request.scheme}://{request.get_host()}{request.path}?{asked} {clock.offset().total_seconds()}"
    return hashlib.blake2b(told.encode(), digest_size=20).hexdigest()


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
    return Page(mark, next_moment(mark, now), tuple(headers.items()), response.content, etag)
