"""The directory of a ZIP container, checked before anything in it is unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from cases.files.unfit import Unfit, bomb, damaged, encrypted, strange

MAX_ENTRIES: Final = 5_000
MAX_DIRECTORY: Final = 4 * 1024 * 1024
MAX_MEMBER: Final = 150 * 1024 * 1024
MAX_TOTAL: Final = 400 * 1024 * 1024
# A repetitive table shrinks a hundredfold and a blank bitmap a thousandfold, so the ratio counts only above these.
RATIO_FLOOR: Final = 16 * 1024 * 1024
MAX_RATIO: Final = 120
BLOCK: Final = 1 << 18


def open_zip(source: Path | IO[bytes]) -> zipfile.ZipFile:
    """Open a ZIP whose directory is sane; the caller closes it.

    Refuses: too many entries, sizes and ratios of a bomb, overlapping or duplicate members, names that leave the
    folder, encryption, compression other than deflate, bytes before the first member or after the directory.
    """
    stream = source.open("rb") if isinstance(source, Path) else source
    try:
        directory_start = _check_end(stream)
        stream.seek(0)
        archive = zipfile.ZipFile(stream)
        _check_members(archive, directory_start)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError, EOFError) as error:
        stream.close()
        raise damaged() from error
    except Unfit:
        stream.close()
        raise
    return archive


def _check_end(stream: IO[bytes]) -> int:
    """Return where the central directory starts; refuse a file whose end record promises too much."""
    stream.seek(0)
    if stream.read(4) != b"PK\x03\x04":
        raise damaged()
    stream.seek(0, 2)
    length = stream.tell()
    stream.seek(max(0, length - 66_000))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise damaged()
    entries, size, offset, comment = struct.unpack("<HLLH", tail[at + 10 : at + 22])
    # Padding with zeros is harmless; anything else after the end record may be a second file.
    if tail[at + 22 + comment :].strip(b"\x00"):
        raise strange()
    end = length - len(tail) + at
    locator = tail[at - 20 : at] if at >= 20 else b""
    if locator[:4] == b"PK\x06\x07":  # some writers add the ZIP64 records to small files too
        end = struct.unpack("<Q", locator[8:16])[0]
        if end >= length:
            raise damaged()
        stream.seek(end)
        record = stream.read(56)
        if record[:4] != b"PK\x06\x06" or len(record) < 56:
            raise damaged()
        entries, size, offset = struct.unpack("<QQQ", record[32:56])
    if entries > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise bomb()
    if offset + size > end:
        raise damaged()
    if offset + size != end:
        # The writer's offsets start elsewhere: another file was put in front, or a second directory stands between.
        raise strange()
    return int(offset)


def _check_members(archive: zipfile.ZipFile, directory_start: int) -> None:
    members = archive.infolist()
    if not members or len(members) > MAX_ENTRIES:
        raise damaged() if not members else bomb()
    seen: set[str] = set()
    total = 0
    for member in members:
        _check_name(member.filename)
        folded = member.filename.replace("\\", "/").lower()
        if folded in seen:
            raise strange()
        seen.add(folded)
        if member.flag_bits & 0x1:
            raise encrypted()
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise strange()
        total += member.file_size
        if member.file_size > MAX_MEMBER or total > MAX_TOTAL:
            raise bomb()
        if member.file_size > RATIO_FLOOR and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise bomb()
    packed = sum(member.compress_size for member in members)
    if total > 2 * RATIO_FLOOR and total > MAX_RATIO * max(1, packed):
        raise bomb()
    _check_layout(members, directory_start)


def _check_name(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or "\x00" in name or (len(name) > 1 and name[1] == ":"):
        raise strange()


def _check_layout(members: list[zipfile.ZipInfo], directory_start: int) -> None:
    """Refuse members that share bytes (a bomb of overlapping files) and bytes put in front of the first one."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    if ordered[0].header_offset != 0:
        raise strange()
    limits = [member.header_offset for member in ordered[1:]] + [directory_start]
    for member, limit in zip(ordered, limits, strict=True):
        if member.header_offset + 30 + len(member.orig_filename) + member.compress_size > limit:
            raise bomb()


def blocks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's bytes block by block; a wrong checksum or a broken stream is refused as damaged."""
    try:
        with archive.open(member) as stream:
            while block := stream.read(BLOCK):
                yield block
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise damaged() from error


def read(archive: zipfile.ZipFile, name: str, limit: int) -> bytes | None:
    """Return a whole member, or None where it is missing; one larger than `limit` bytes is refused."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    if member.file_size > limit:
        raise bomb()
    return b"".join(blocks(archive, member))
