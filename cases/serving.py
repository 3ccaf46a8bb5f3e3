"""Answering with the bytes of an uploaded file or of what was derived from it."""

import logging
import re
from pathlib import PurePosixPath
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cases.files.kinds import BY_SLUG, kind_named
from cases.models import FileState, SupportingFile, UploadedFile
from cases.storing import ORIGINAL, SIGNED_FOR, Missing, Unreadable, beside, pieces, signed, signs, size

logger = logging.getLogger(__name__)

DERIVED_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4"}
"""What the inspector derives and a browser may show. The document's HTML is not among them: it goes into our pages."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class BadRange(Exception):
    """The bytes asked for lie outside the file."""


def answer(request: HttpRequest, *, file: UploadedFile, variant: str, saved_as: str = "") -> HttpResponseBase:
    """The bytes of one variant: whole (200), a part (206) or a refusal of the range (416); RFC 9110, RFC 6266.

    Of a store, where no nginx stands before the portal, their signed address there (302).

    The caller has made sure that this reader may see the file. Unknown variants and files not accepted are 404. An
    original that a browser cannot show safely is a download. The bytes are a stranger's: no sniffing, no scripts.
    `saved_as` stands in for the author's own file name where readers must not learn it. An object that the storage
    has lost is a page of its own (404), one that it does not give now another (503); both are logged.
    """
    if file.state != FileState.ACCEPTED:
        raise Http404
    key, mime, inline, name = _variant(file, variant)
    try:
        length = size(key)
    except Unreadable as error:
        return _not_given(request, error)
    called = disposition(saved_as or name, inline=inline)
    if lasts() and request.method == "GET":
        return _at_the_store(key, mime, called)
    etag = f'"{file.sha256[:32]}-{variant}"'
    try:
        wanted = _range(request, length, etag)
    except BadRange:
        response: HttpResponseBase = HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
    else:
        first, last = wanted or (0, length - 1)
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        elif settings.X_ACCEL and request.method == "GET":
            response = _by_nginx(key, mime, wanted)
        else:
            body = () if request.method == "HEAD" else pieces(key, first, last)
            response = StreamingHttpResponse(body, status=206 if wanted else 200, content_type=mime)
            response["Content-Length"] = str(last - first + 1)
            if wanted:
                response["Content-Range"] = f"bytes {first}-{last}/{length}"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = called
    response["X-Content-Type-Options"] = "nosniff"
    _confine(response, sandbox=mime != "application/pdf")
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    return response


def original_tells_more(file: UploadedFile) -> bool:
    """Whether an original says more than what is shown in its place: who took it, where, when and with what.

    So does every picture and every film, also one that nothing was made of (yet).
    """
    kind = BY_SLUG.get(getattr(file, "kind", "")) or kind_named(file.name, "supporting")
    return kind is not None and kind.group in ("picture", "video")


def lasts() -> int:
    """After how many seconds an address that `answer` leads to is no good any more; 0 where it leads nowhere else."""
    return SIGNED_FOR if signs() and not settings.X_ACCEL else 0


def _at_the_store(key: str, mime: str, called: str) -> HttpResponse:
    """The way to an object's signed address, which nothing may keep or pass on."""
    response = HttpResponseRedirect(signed(key, mime=mime, disposition=called))
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _not_given(request: HttpRequest, error: Unreadable) -> HttpResponse:
    """The page that says that a file cannot be read now."""
    logger.error("a file cannot be read: %s", error)
    status = 404 if isinstance(error, Missing) else 503
    response = render(request, "errors/file.html", {"status": status}, status=status)
    if status == 503:
        response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response


def disposition(name: str, *, inline: bool) -> str:
    """Content-Disposition that gives any name back as it was typed (RFC 6266), with an ASCII stand-in."""
    plain = re.sub(r"[^ -~]|[\"\\%]", "_", name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _variant(file: UploadedFile, variant: str) -> tuple[str, str, bool, str]:
    """(storage key, media type, may be shown in the page, name when saved) or 404."""
    if variant == ORIGINAL:
        supporting = isinstance(file, SupportingFile)
        kind = BY_SLUG.get(getattr(file, "kind", "")) or kind_named(
            file.name, "supporting" if supporting else "document"
        )
        if kind is None:
            return file.key, "application/octet-stream", False, file.name
        return file.key, kind.mime, kind.inline, file.name
    mime = DERIVED_TYPES.get(PurePosixPath(variant).suffix)
    # Only a name that the inspector wrote down leads to the storage, so no path can be made up.
    if mime is None or variant not in {derived["name"] for derived in file.facts.get("derived", [])}:
        raise Http404
    return beside(file.key, variant), mime, True, f"{PurePosixPath(file.name).stem}-{variant}"


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The one range asked for as (first, last), or None for the whole; several ranges get the whole."""
    header = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    begin, end = match.groups()
    if begin:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
    else:
        first, last = max(size - int(end), 0), size - 1
    if first > last:
        raise BadRange
    return first, last


def _by_nginx(key: str, mime: str, wanted: tuple[int, int] | None) -> HttpResponse:
    """An empty answer on which nginx sends the bytes itself (deploy/nginx/portal.conf), off its disk or the store.

    The addresses named here are internal to nginx, so nobody comes by the permission check; the one of the store is
    signed for a few minutes and never leaves the house. nginx takes a range of the disk from the request. Of the store
    it asks for what is written here, since the fingerprint in If-Range is ours and not the store's.
    """
    response = HttpResponse(content_type=mime)
    if not signs():
        response["X-Accel-Redirect"] = f"/stored/disk/{quote(key)}"
    else:
        response["X-Accel-Redirect"] = "/stored/object"
        response["X-Stored-At"] = default_storage.url(key)
        if wanted:
            response["X-Stored-Range"] = f"bytes={wanted[0]}-{wanted[1]}"
    return response


def _confine(response: HttpResponseBase, *, sandbox: bool) -> None:
    """The file's own policy in place of the pages': nothing runs. Chromium's PDF viewer does not start in a sandbox."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; frame-ancestors 'self'"
    response["Content-Security-Policy"] = policy + ("; sandbox" if sandbox else "")
    response["X-Frame-Options"] = "SAMEORIGIN"
