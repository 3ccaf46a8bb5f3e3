"""The cache of kept pages as the first visitor of each meets it: all is asked for and stored, no page is found."""

from collections.abc import Iterable
from typing import Any

from kernel.keeping import MARK
from kernel.redis_cache import Cache


class MissingPages(Cache):
    """Finds the mark, by which figures are kept in the process, and never a page."""

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_many(keys, version)
        return {key: value for key, value in found.items() if key == MARK}
