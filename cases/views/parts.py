"""Where the browser sends one part of an upload: no session and no cookie, its address is its permission."""

import base64
import binascii
import errno
import logging
import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.http import Request
from cases.actions.receiving import NotOpen, keep_part
from cases.models import Upload, UploadState
from cases.parts import AddressExpired, BadPart, BadSignature
from cases.staging import staging
from cases.staging.disk import DiskStaging
from kernel.lines import TooSlow, patience
from kernel.problems import problem

logger = logging.getLogger(__name__)

IDLE: Final = 15.0
"""Seconds without a byte after which the thread is wanted back."""

TOTAL: Final = 120.0
SLOWEST: Final = 16 * 1024
"""A whole part may take TOTAL seconds, or what it takes at so many bytes a second: a part is meant to take 10."""

DRAINING: Final = 5.0
"""Seconds for which a refused part is still listened to."""
_DIGEST: Final = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):")
FULL: Final = {errno.ENOSPC, errno.EDQUOT}


class Refused(Exception):
    """What is answered: status, word and sentence."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(status, error, detail)
        self.status, self.error, self.detail = status, error, detail


@csrf_exempt
@require_http_methods(["PUT"])
@public(reason="the address is signed for one part of one upload, for a quarter of an hour")
def part(request: Request, upload_id: UUID, number: int) -> HttpResponse:
    """One part, streamed to the disk: 200 with its ETag once it is safe there. Sent again, it counts anew.

    400 bad_length, short_body, bad_digest; 403 bad_signature, expired; 408 too_slow; 409 wrong_state; 411; 507.
    """
    try:
        upload, digest = _admit(request, upload_id, number)
        with patience(request, idle=IDLE, total=seconds_for(upload.plan.length(number))) as read:
            return HttpResponse(headers={"ETag": f'"{_take(upload, number, digest, read)}"'})
    except Refused as refused:
        # Whom no address let in is owed no answer that he surely sees: nothing more is read of him.
        if refused.error != BadSignature.code:
            _drain(request)
        return problem(refused.status, refused.error, refused.detail)
    except TooSlow:
        return problem(408, "too_slow", "网络太慢，这一片没有在时限内传完。会自动重试；若反复出现，请换个网络再传。")


def seconds_for(length: int) -> float:
    """How long a part of so many bytes may take in all."""
    return max(TOTAL, length / SLOWEST)


def _admit(request: Request, upload_id: UUID, number: int) -> tuple[Upload, bytes | None]:
    """The upload, and the fingerprint that the sender gave of the part; all that can be said before its bytes come."""
    area, upload = staging(), Upload.objects.filter(pk=upload_id).first()
    expires, given = request.GET.get("e", ""), request.GET.get("s", "")
    try:
        if upload is None or not isinstance(area, DiskStaging) or not re.fullmatch(r"[0-9]{1,12}", expires):
            raise BadSignature
        area.check_address(upload, number, expires=int(expires), given=given, now=request.now)
    except (BadSignature, BadPart):
        raise Refused(403, BadSignature.code, BadSignature.sentence) from None
    except AddressExpired as expired:
        raise Refused(403, expired.code, expired.sentence) from None
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced.isdecimal():
        raise Refused(411, "length_required", "请求没有写明长度，不能接收。")
    if int(announced) != upload.plan.length(number):
        raise Refused(400, "bad_length", "这一片的长度和约定的不一样，没有收下。请刷新页面，再选同一个文件接着传。")
    if upload.state != UploadState.OPEN:
        closed = NotOpen(UploadState(upload.state))
        raise Refused(409, closed.code, closed.sentence)
    return upload, _digest(request)


def _take(upload: Upload, number: int, digest: bytes | None, read: Callable[[int], bytes]) -> str:
    """Write the part, see that it is what was announced, and let it count; its SHA-256 in hexadecimal."""
    area = staging()
    assert isinstance(area, DiskStaging)
    try:
        with area.receive(upload) as incoming:
            incoming.write(read)
            if incoming.size != upload.plan.length(number):
                raise Refused(400, "short_body", "这一片没有传完连接就断了，没有收下。会自动重试。")
            if digest is not None and incoming.sha256.digest() != digest:
                raise Refused(400, "bad_digest", "这一片在路上变了样（校验值不符），没有收下。会自动重试。")
            keep_part(upload=upload, keep=lambda: area.keep(upload, number, incoming))
            return incoming.sha256.hexdigest()
    except NotOpen as closed:
        raise Refused(409, closed.code, closed.sentence) from None
    except FileNotFoundError:  # its folder was cleared away under it, so it has ended
        ended = NotOpen(UploadState.CANCELLED)
        raise Refused(409, ended.code, ended.sentence) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        logger.exception("no space for parts of uploads")
        raise Refused(
            507, "no_space", "服务器的存储空间暂时不足，这一片没有收下。请稍后再试，已传的部分会保留。"
        ) from None


def _digest(request: HttpRequest) -> bytes | None:
    """The SHA-256 of Content-Digest (RFC 9530), None where none is given; other algorithms are not looked at."""
    header = request.headers.get("Content-Digest", "")
    found = _DIGEST.search(header)
    if found is None:
        if "sha-256" in header:
            raise Refused(400, "bad_digest", "Content-Digest 的写法不对，这一片没有收下。")
        return None
    try:
        return base64.b64decode(found[1], validate=True)
    except binascii.Error:
        raise Refused(400, "bad_digest", "Content-Digest 的写法不对，这一片没有收下。") from None


def _drain(request: HttpRequest) -> None:
    """A browser that is still sending when the line closes sees a broken line, not our answer: listen for a while."""
    try:
        with patience(request, idle=DRAINING, total=DRAINING) as read:
            while read(1024 * 1024):
                pass
    except TooSlow:
        logger.info("a refused part was not sent to its end")
