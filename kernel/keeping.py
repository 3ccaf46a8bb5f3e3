"""What a process keeps of public pages, and the mark that ends all of it at once (docs/decisions/0006)."""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.core.cache import BaseCache, caches
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

MARK = "mark"
"""Under it stands a random word. What was kept under another word is not used any more."""

PAUSE = 5.0
"""Seconds for which a process leaves a Redis alone that did not answer: one request waits for it, not every one."""

Answer = TypeVar("Answer")
_silent_until = 0.0


class Shelf:
    """Some room in the process: what was put there longest ago makes way, and nothing stays beyond its seconds."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Any:
        """What stands under the key, to be changed by nobody; None where nothing does."""
        with self._lock:
            ends, thing = self._things.get(key, (0.0, None))
            if ends <= time.monotonic():
                return None
            self._things.move_to_end(key)
            return thing

    def put(self, key: Hashable, thing: Any, seconds: float) -> None:
        with self._lock:
            self._things[key] = (time.monotonic() + seconds, thing)
            self._things.move_to_end(key)
            while len(self._things) > self._room:
                self._things.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._things.clear()


def changed() -> None:
    """What the public sees changes with the open transaction: once it is committed nothing older is shown."""
    transaction.on_commit(renew)


def renew() -> None:
    """Put a new mark. Where Redis is away what was kept lives out its seconds: nothing is kept for longer."""
    _ask(lambda cache: cache.set(MARK, secrets.token_hex(8), None))


def mark() -> str | None:
    """The present mark, made where there is none; None where Redis is away, and nothing can be kept."""
    return _ask(lambda cache: cache.get(MARK) or _first_mark(cache))


def _first_mark(cache: BaseCache) -> str | None:
    # Two processes may do this at one moment: both go by what stands there in the end.
    cache.add(MARK, secrets.token_hex(8), None)
    found: str | None = cache.get(MARK)
    return found


def _ask(question: Callable[[BaseCache], Answer]) -> Answer | None:
    """The answer of Redis, or None where it is away."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return None
    try:
        return question(caches["pages"])
    except (RedisError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE
        logger.warning("Redis is away, no page is kept for %s seconds: %s", PAUSE, type(error).__name__)
        return None
