"""Where the bytes of uploaded files lie: one folder of a random name for an original and what is derived from it."""

import hashlib
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import default_storage, storages

ORIGINAL = "original"
CHUNK = 256 * 1024
SIGNED_FOR = 300
"""Seconds for which a signed address is good."""


class Unreadable(Exception):
    """The storage does not give an object: it is away, or (Missing) has no such thing. For logs, not for people."""


class Missing(Unreadable):
    """The storage answers and has no object under this key."""


class Denied(Unreadable):
    """The storage answers and says no: asked again it says the same, until somebody mends what is wrong."""


BUSY = {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable"}


def said_no(error: Exception) -> bool:
    """Whether a store refused for good, rather than being away or busy."""
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response.get("Error", {}).get("Code") not in BUSY and status < 500


@dataclass(frozen=True)
class Stored:
    """An object in the storage: its key, its size in bytes and its fingerprint."""

    key: str
    size: int
    sha256: str


def store(content: File) -> Stored:
    """Put bytes under a fresh random key `cases/<2 hex>/<random>/original`; the name of the file is no part of it."""
    digest, size = hashlib.sha256(), 0
    for piece in content.chunks():
        digest.update(piece)
        size += len(piece)
    content.seek(0)
    return Stored(default_storage.save(fresh_key(), content), size, digest.hexdigest())


def fresh_key() -> str:
    """A key that nobody can guess and nothing lies under."""
    token = secrets.token_hex(16)
    return f"cases/{token[:2]}/{token}/{ORIGINAL}"


def beside(key: str, name: str) -> str:
    """The storage key of what was derived from an original: in the same folder."""
    return str(PurePosixPath(key).parent / name)


def size(key: str) -> int:
    """The bytes of an object. Raises: Missing, Unreadable."""
    with _asking(key):
        return default_storage.size(key)


def read(key: str) -> bytes:
    """An object that is small enough for memory. Raises: Missing, Unreadable."""
    with _asking(key), default_storage.open(key) as file:
        return file.read()


def sizes(key: str) -> dict[str, int]:
    """{name: bytes} of an original and all that stands beside it, by one listing.

    Raises: Unreadable, also where the folder of the whole storage is not there or empty, as when a disk is not mounted.
    """
    folder = beside(key, "")
    with _asking(key):
        bucket = getattr(default_storage, "bucket", None)
        if bucket is not None:
            return {PurePosixPath(one.key).name: one.size for one in bucket.objects.filter(Prefix=f"{folder}/")}
        try:
            _, names = default_storage.listdir(folder)
        except FileNotFoundError as nothing:
            if not default_storage.exists("") or not any(default_storage.listdir("")):
                raise Unreadable(f"{key}: the storage is not there") from nothing
            return {}
        return {name: default_storage.size(beside(key, name)) for name in names}


def digest(key: str) -> str:
    """The SHA-256 of an object as it lies in the storage now. Raises: Missing, Unreadable."""
    found = hashlib.sha256()
    for piece in pieces(key, 0, size(key) - 1):
        found.update(piece)
    return found.hexdigest()


def signs() -> bool:
    """Whether the storage is a store that browsers may be sent to, by addresses signed for a while."""
    return getattr(default_storage, "bucket", None) is not None


def signed(key: str, *, mime: str, disposition: str) -> str:
    """Where a browser finds an object of the store for SIGNED_FOR seconds; what it is and its name are signed in."""
    told = {"ResponseContentType": mime, "ResponseContentDisposition": disposition}
    store: Any = storages["browsers"]
    return str(store.url(key, {**told, "ResponseCacheControl": "private, no-store"}, SIGNED_FOR))


def pieces(key: str, first: int, last: int) -> Iterator[bytes]:
    """The bytes first..last of an object, in pieces of at most CHUNK. Raises on the way: Missing, Unreadable."""
    with _asking(key):
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


@contextmanager
def _asking(key: str) -> Iterator[None]:
    """One word for what disks and stores raise when they do not give an object."""
    try:
        yield
    except (OSError, BotoCoreError, ClientError) as error:
        code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else ""
        gone = isinstance(error, FileNotFoundError) or code in ("404", "NoSuchKey")
        raise (Missing if gone else Denied if said_no(error) else Unreadable)(f"{key}: {code or error}") from error


def fetch(key: str, path: Path) -> None:
    """Copy an object into a file of this machine, piece by piece. Raises: Missing, Unreadable."""
    with path.open("wb") as target:
        target.writelines(pieces(key, 0, size(key) - 1))


def keep_derived(key: str, folder: Path, names: list[str]) -> None:
    """Put derived files beside their original. A second run writes the same again."""
    for name in names:
        wanted = beside(key, name)
        default_storage.delete(wanted)
        with (folder / name).open("rb") as file:
            got = default_storage.save(wanted, File(file))
        if got != wanted:  # another worker put it there between the two lines
            default_storage.delete(got)


def sweep_folder(folder: Path, *, older_than: float) -> int:
    """Delete what has lain in a folder for temporary files for so many seconds; how many things."""
    before, swept = time.time() - older_than, 0
    for left in folder.iterdir():
        with suppress(FileNotFoundError):  # whoever made it has just cleared it away
            if left.stat().st_mtime < before:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
                swept += 1
    return swept


def discard(key: str) -> None:
    """Delete an original and everything derived from it; what is gone already is no error. Raises: Unreadable."""
    folder = beside(key, "")
    with _asking(key):
        try:
            _, names = default_storage.listdir(folder)
        except FileNotFoundError:
            return
        for name in names:
            default_storage.delete(beside(key, name))
        default_storage.delete(folder)
