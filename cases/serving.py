"""Answering with the bytes of an uploaded file or of what was derived from it."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_cache_control

from cases.files.kinds import BY_SLUG, kind_named
from cases.models import FileState, SupportingFile, UploadedFile
from cases.storing import ORIGINAL, beside

DERIVED_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4"}
"""What the inspector derives and a browser may show. The document's HTML is not among them: it goes into our pages."""

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class BadRange(Exception):
    """The bytes asked for lie outside the file."""


def answer(request: HttpRequest, *, file: UploadedFile, variant: str, saved_as: str = "") -> HttpResponseBase:
    """The bytes of one variant: whole (200), a part (206) or a refusal of the range (416); RFC 9110, RFC 6266.

    The caller has made sure that this reader may see the file. Unknown variants and files not accepted are 404. An
    original that a browser cannot show safely is a download. The bytes are a stranger's: no sniffing, no scripts.
    `saved_as` stands in for the author's own file name where readers must not learn it.
    """
    if file.state != FileState.ACCEPTED:
        raise Http404
    key, mime, inline, name = _variant(file, variant)
    try:
        size = default_storage.size(key)
    except OSError:
        raise Http404 from None
    etag = f'"{file.sha256[:32]}-{variant}"'
    try:
        wanted = _range(request, size, etag)
    except BadRange:
        response: HttpResponseBase = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        first, last = wanted or (0, size - 1)
        if request.headers.get("If-None-Match") == etag:
            response = HttpResponse(status=304)
        elif settings.X_ACCEL and request.method == "GET":
            response = _by_nginx(key, mime, wanted)
        else:
            body = () if request.method == "HEAD" else _bytes(key, first, last)
            response = StreamingHttpResponse(body, status=206 if wanted else 200, content_type=mime)
            response["Content-Length"] = str(last - first + 1)
            if wanted:
                response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = disposition(saved_as or name, inline=inline)
    response["X-Content-Type-Options"] = "nosniff"
    _confine(response, sandbox=mime != "application/pdf")
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
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
    return beside(file.key, variant), mime, True, variant


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
    if getattr(default_storage, "bucket", None) is None:
        response["X-Accel-Redirect"] = f"/stored/disk/{quote(key)}"
    else:
        response["X-Accel-Redirect"] = "/stored/object"
        response["X-Stored-At"] = default_storage.url(key)
        if wanted:
            response["X-Stored-Range"] = f"bytes={wanted[0]}-{wanted[1]}"
    return response


def _bytes(key: str, first: int, last: int) -> Iterator[bytes]:
    """The bytes first..last of an object, in pieces."""
    bucket = getattr(default_storage, "bucket", None)
    if bucket is not None:  # opening an object of S3 would fetch all of it
        yield from bucket.Object(key).get(Range=f"bytes={first}-{last}")["Body"].iter_chunks(CHUNK)
        return
    with default_storage.open(key) as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


def _confine(response: HttpResponseBase, *, sandbox: bool) -> None:
    """The file's own policy in place of the pages': nothing runs. Chromium's PDF viewer does not start in a sandbox."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self'; frame-ancestors 'self'"
    response["Content-Security-Policy"] = policy + ("; sandbox" if sandbox else "")
    response["X-Frame-Options"] = "SAMEORIGIN"
