"""Where the parts of uploads lie until they are joined: beside the files on a disk, or in the object store itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.core.files.storage import default_storage

from cases.models import Upload
from cases.staging.disk import DiskStaging
from cases.staging.store import StoreStaging
from cases.storing import Stored


class Staging(Protocol):
    """What both kinds of storage do for an upload."""

    least_part: int
    """The smallest part, in bytes, that the storage takes (the last one aside)."""

    counts_freely: bool
    """Whether `sizes` costs so little that a list may ask it of each of its uploads."""

    def begin(self, upload: Upload) -> str:
        """Make ready for parts; the storage's own name of the upload, empty where it has none. May be called again."""

    def address(self, upload: Upload, number: int, *, now: datetime) -> str:
        """Where the browser sends a part of exactly its planned length, for SIGNED_FOR seconds."""

    def sizes(self, upload: Upload) -> Mapping[int, int]:
        """{number: bytes} of the parts that have arrived whole."""

    def join(self, upload: Upload) -> Stored:
        """Put the parts together under `upload.object_key`; done again, it is the same. Raises PartsLost."""

    def discard(self, upload: str, multipart: str) -> None:
        """Delete what has arrived; what is gone already is no error."""

    def sweep(self, living: set[str], *, older_than: float) -> int:
        """Delete what belongs to none of the living uploads, or was left by a process that was killed, and is older
        than so many seconds; how many things."""


def staging() -> Staging:
    """The one that goes with the storage of the files."""
    stores = getattr(default_storage, "bucket", None) is not None
    return StoreStaging(default_storage) if stores else DiskStaging(default_storage)
