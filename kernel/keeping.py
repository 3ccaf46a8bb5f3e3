"""What is kept of public pages between requests, and the mark that ends all of it at once (docs/decisions/0006)."""

import logging
import secrets
import time
from typing import Any

from django.core.cache import caches
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

MARK = "mark"
"""Under it stands a random word. What was kept under another word is not used any more."""

PAUSE = 5.0
"""Seconds for which a process leaves a Redis alone that did not answer: one request waits for it, not every one."""

AWAY = (RedisError, OSError)
_silent_until = 0.0


def changed() -> None:
    """What the public sees changes with the open transaction: once it is committed nothing older is shown."""
    transaction.on_commit(renew)


def renew() -> None:
    """Put a new mark. Where Redis is away what was kept there lives out its seconds: none is kept for longer."""
    put(MARK, secrets.token_hex(8), None)


def look(*keys: str) -> dict[str, Any]:
    """What is kept under the keys, in one round; nothing where Redis is away."""
    if time.monotonic() < _silent_until:
        return {}
    try:
        return caches["pages"].get_many(keys)
    except AWAY as error:
        _be_silent(error)
        return {}


def put(key: str, value: Any, seconds: int | None) -> None:
    """Keep a value for so long; None until it is replaced. Where Redis is away nothing happens."""
    if time.monotonic() < _silent_until:
        return
    try:
        caches["pages"].set(key, value, seconds)
    except AWAY as error:
        _be_silent(error)


def mark() -> str | None:
    """The present mark, made where there is none; None where nothing can be kept."""
    if found := look(MARK).get(MARK):
        return str(found)
    # Two processes may do this at one moment: both go by what stands there in the end.
    renew()
    found = look(MARK).get(MARK)
    return str(found) if found else None


def _be_silent(error: Exception) -> None:
    global _silent_until
    _silent_until = time.monotonic() + PAUSE
    logger.warning("Redis is away, no page is kept for %s seconds: %s", PAUSE, type(error).__name__)
