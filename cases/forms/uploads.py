"""What the browser says of an upload, from JSON to clean values."""

import json
import math
import re
from typing import Any

from cases.actions.receiving import Wanted
from cases.models import Target, Upload
from kernel.errors import Refusal

MOST_ADDRESSES = 25
"""How many parts may be asked for at once."""
LARGEST_WHOLE = 2**63 - 1
_SHA256 = re.compile("[0-9a-f]{64}")


class BadRequest(Refusal):
    """The page's script and the portal do not understand each other."""

    code = "bad_request"
    sentence = "页面发来的内容不完整，没有处理。请刷新页面后再试一次。"


def read_case(asked: str) -> int:
    """The id of a case in an address. Refuses: BadRequest."""
    if not re.fullmatch("[0-9]{1,18}", asked):
        raise BadRequest
    return int(asked)


def read_wanted(body: bytes) -> tuple[int, Wanted]:
    """(id of the case, the file that is to be sent). Refuses: BadRequest; whether it is wanted, the action says."""
    said = _object(body)
    target = _text(said, "target")
    if target not in Target.values:
        raise BadRequest
    supporting = target == Target.SUPPORTING
    return _whole(said, "case"), Wanted(
        target=target,
        name=_text(said, "name", most=1000),
        size=_whole(said, "size"),
        fingerprint=_fingerprint(said),
        title=_text(said, "title", most=1000) if supporting else "",
        category=_text(said, "category") if supporting else "",
        replaces=_whole(said, "replaces") if supporting and said.get("replaces") is not None else None,
        speed=_speed(said.get("speed")),
    )


def read_names(body: bytes, upload: Upload) -> tuple[str, str]:
    """(title, category), each as it stands where nothing is said of it. Refuses: BadRequest."""
    said = {"title": upload.title, "category": upload.category} | _object(body)
    return _text(said, "title", most=1000), _text(said, "category")


def read_numbers(body: bytes) -> list[int]:
    """The numbers of the parts that are asked for, each once. Refuses: BadRequest."""
    numbers = _object(body).get("parts")
    if not isinstance(numbers, list) or not 0 < len(numbers) <= MOST_ADDRESSES:
        raise BadRequest
    if not all(type(one) is int and abs(one) <= LARGEST_WHOLE for one in numbers):
        raise BadRequest
    return list(dict.fromkeys(numbers))


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(said, dict):
        raise BadRequest
    return said


def _text(said: dict[str, Any], name: str, *, most: int = 100) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > most:
        raise BadRequest
    return value


def _speed(value: object) -> float | None:
    """Bytes a second; None where it says nothing, as an endless number does."""
    try:
        speed = float(value) if isinstance(value, int | float) else None
    except OverflowError:
        return None
    return speed if speed is not None and math.isfinite(speed) else None


def _fingerprint(said: dict[str, Any]) -> str:
    value = _text(said, "key")
    if not _SHA256.fullmatch(value):
        raise BadRequest
    return value


def _whole(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or not 0 <= value <= LARGEST_WHOLE:
        raise BadRequest
    return value
