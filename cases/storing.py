"""Where the bytes of uploaded files lie: one folder of a random name for an original and what is derived from it."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.files import File
from django.core.files.storage import default_storage

ORIGINAL = "original"


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
    token = secrets.token_hex(16)
    key = default_storage.save(f"cases/{token[:2]}/{token}/{ORIGINAL}", content)
    return Stored(key, size, digest.hexdigest())


def beside(key: str, name: str) -> str:
    """The storage key of what was derived from an original: in the same folder."""
    return str(PurePosixPath(key).parent / name)


def fetch(key: str, path: Path) -> None:
    """Copy an object into a file of this machine."""
    with default_storage.open(key) as source, path.open("wb") as target:
        for piece in source.chunks():
            target.write(piece)


def keep_derived(key: str, folder: Path, names: list[str]) -> None:
    """Put derived files beside their original. A second run writes the same again."""
    for name in names:
        wanted = beside(key, name)
        default_storage.delete(wanted)
        with (folder / name).open("rb") as file:
            got = default_storage.save(wanted, File(file))
        if got != wanted:  # another worker put it there between the two lines
            default_storage.delete(got)


def discard(key: str) -> None:
    """Delete an original and everything derived from it; what is gone already is no error."""
    folder = beside(key, "")
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(beside(key, name))
    default_storage.delete(folder)
