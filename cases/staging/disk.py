"""Parts on a disk: a folder an upload, a file a part, so that nothing sent late can change what has been joined."""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from cases.models import Upload
from cases.parts import SIGNED_FOR, SMALLEST, check_signature, signature
from cases.staging.lost import PartsLost
from cases.storing import Stored, Unreadable

FOLDER: Final = "uploads"
PIECE: Final = 256 * 1024
UNFINISHED: Final = ".tmp"


@dataclass
class Incoming:
    """A part while it is written: what has arrived of it, and its fingerprint so far."""

    path: Path
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def write(self, read: Callable[[int], bytes]) -> None:
        """Write and hash all that `read(bytes)` gives, a piece at a time; on return it is on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        with self.path.open("xb") as file:
            while piece := read(PIECE):
                file.write(piece)
                self.sha256.update(piece)
                self.size += len(piece)
            file.flush()
            os.fsync(file.fileno())


class DiskStaging:
    """Under `uploads/` in the storage of the files, so that what is joined can be moved into place at once."""

    least_part = SMALLEST
    counts_freely = True

    def __init__(self, storage: Any) -> None:
        self.storage = storage
        self.root = Path(storage.path(FOLDER))

    def begin(self, upload: Upload) -> str:
        return ""

    def address(self, upload: Upload, number: int, *, now: datetime) -> str:
        until = int(now.timestamp()) + SIGNED_FOR
        signed = signature(
            self._secret, upload=str(upload.pk), number=number, length=upload.plan.length(number), expires=until
        )
        return f"{reverse('part', args=[upload.pk, number])}?e={until}&s={signed}"

    def check_address(self, upload: Upload, number: int, *, expires: int, given: str, now: datetime) -> None:
        """Whether `address` gave this one out. Refuses: BadPart, BadSignature, AddressExpired."""
        length = upload.plan.length(number)
        check_signature(
            self._secret, upload=str(upload.pk), number=number, length=length, expires=expires, given=given,
            now=now.timestamp(),
        )  # fmt: skip

    def sizes(self, upload: Upload) -> Mapping[int, int]:
        try:
            with os.scandir(self._folder(str(upload.pk))) as entries:
                return {int(one.name): one.stat().st_size for one in entries if one.name.isdecimal()}
        except FileNotFoundError:
            return {}

    @contextmanager
    def receive(self, upload: Upload) -> Iterator[Incoming]:
        """A place to write a part to; what is not kept in the end is deleted."""
        path = self._folder(str(upload.pk)) / f"{secrets.token_hex(8)}{UNFINISHED}"
        try:
            yield Incoming(path)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, upload: Upload, number: int, incoming: Incoming) -> None:
        """Make it the part that counts; one that was there before is replaced whole."""
        _replace(incoming.path, self._folder(str(upload.pk)) / str(number))

    def join(self, upload: Upload) -> Stored:
        """One pass that copies and hashes. The name of the object is fixed in the row, so twice gives the same.

        A disk that is full, ailing or not there has lost nothing of the upload: Unreadable, to be tried again.
        """
        folder, digest, size = self._folder(str(upload.pk)), hashlib.sha256(), 0
        joined = folder / f"{secrets.token_hex(8)}{UNFINISHED}"
        try:
            with joined.open("xb") as target:
                for number in upload.plan.numbers():
                    with (folder / str(number)).open("rb", buffering=0) as part:
                        while piece := part.read(PIECE):
                            target.write(piece)
                            digest.update(piece)
                            size += len(piece)
                target.flush()
                os.fsync(target.fileno())
            if size != upload.size:
                raise PartsLost(f"{size} bytes of {upload.size}")
            self._move(joined, Path(self.storage.path(upload.object_key)))
        except OSError as error:
            lost = isinstance(error, FileNotFoundError) and self.root.is_dir()
            raise (PartsLost if lost else Unreadable)(str(error)) from error
        finally:
            with suppress(OSError):  # an ailing disk has been told of; the sweep takes what stays
                joined.unlink(missing_ok=True)
        return Stored(upload.object_key, size, digest.hexdigest())

    def _move(self, joined: Path, final: Path) -> None:
        final.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        joined.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        _replace(joined, final)

    def discard(self, upload: str, multipart: str) -> None:
        shutil.rmtree(self._folder(upload), ignore_errors=True)

    def sweep(self, living: set[str], *, older_than: float) -> int:
        before, swept = time.time() - older_than, 0
        for folder in self.root.glob("*/*"):
            # What vanishes while it is looked at was somebody else's to delete.
            with suppress(FileNotFoundError):
                if folder.name not in living and folder.stat().st_mtime < before:
                    shutil.rmtree(folder)
                    swept += 1
                for left in folder.glob(f"*{UNFINISHED}"):
                    if left.stat().st_mtime < before:
                        left.unlink()
                        swept += 1
        return swept

    @property
    def _secret(self) -> bytes:
        return b"cases.staging.disk:" + settings.SECRET_KEY.encode()

    def _folder(self, upload: str) -> Path:
        return self.root / upload[:2] / upload


def _replace(path: Path, final: Path) -> None:
    """Give a file its final name, and see the name on the disk too: a power cut must not take what was answered for."""
    os.replace(path, final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
