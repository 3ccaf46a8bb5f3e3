"""Django's cache on Redis with one client a process: Django's own makes a new one for each question."""

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class Client(RedisCacheClient):
    @cached_property
    def _one(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The one client; it is safe between threads, and its pool holds their connections."""
        return self._one


class Cache(RedisCache):
    """For a single Redis server."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
