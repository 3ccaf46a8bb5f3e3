"""A first guess at what a file is, from its bytes; opening it stays the verdict."""

import re
from pathlib import Path
from typing import Final

from cases.files.unfit import polyglot

HEAD = 4096
_TAIL = 66_000

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"{\\rtf", "rtf"),
    (b"{\\rt", "rtf"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
_STILL_BRANDS = {b"avif", b"avis", b"crx ", b"jp2 ", b"jpx "}
_QUICKTIME_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"sidx", b"moof", b"emsg"}
_MARKUP = re.compile(rb"<\s*(!doctype html|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
# Nothing of this is ever part of a picture; behind the end of a picture or a PDF begins what must not be there either.
_NEVER_IN_PICTURES = rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEHIND = rb"PK\x03\x04|\x7fELF|MZ[\x00-\xff]\x00|%PDF-|#!/|<(?:html|script|svg|!doctype)|" + _NEVER_IN_PICTURES
_FOREIGN_IN_PICTURE = re.compile(
    _NEVER_IN_PICTURES + rb"|(?:\xff\xd9|IEND\xaeB`\x82)(?:" + _BEHIND + rb")", re.IGNORECASE
)
_FOREIGN_IN_PDF = re.compile(rb"%%EOF\s{0,2}(?:" + _BEHIND.replace(rb"%PDF-|", b"") + rb")", re.IGNORECASE)


def ends(path: Path) -> tuple[bytes, bytes]:
    """Return the first 4 KiB and the last 66,000 bytes of a file."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - _TAIL))
        return head, stream.read(_TAIL)


def sniff(head: bytes) -> str:
    """Return what the first bytes look like.

    One of the slugs of the table of kinds, or zip, ole, isobmff, archive, program, rtf, html, svg, xml, text, avi,
    avif, unknown.
    """
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[4:8] in _QUICKTIME_BOXES:
        return "isobmff"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-"):
        return "pdf"
    return _text(start, head)


def _brand(head: bytes) -> str:
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12]] + [head[at : at + 4] for at in range(16, length - 3, 4)]
    if brands[0] in _HEIF_BRANDS:
        return "avif" if set(brands) & {b"avif", b"avis"} else "heic"
    return "avif" if brands[0] in _STILL_BRANDS else "isobmff"


def _text(start: bytes, head: bytes) -> str:
    lowered = start[:1024].lower()
    if b"<svg" in lowered:
        return "svg"
    if _MARKUP.search(lowered):
        return "html"
    if lowered.startswith(b"<?xml"):
        return "xml"
    if b"\x00" not in head and b"%PDF-" not in head:
        return "text"
    return "unknown"


def is_program(data: bytes) -> bool:
    """Return whether bytes begin like a program that an operating system would run."""
    if data.startswith((b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!/")):
        return True
    if not data.startswith(b"MZ") or len(data) < 64:
        return False
    at = int.from_bytes(data[60:64], "little")
    # A program for DOS has no PE header; what merely happens to begin with MZ has no sane header length either.
    return data[at : at + 2] in (b"PE", b"NE", b"LE") or b"This program" in data[:512]


def refuse_polyglot(path: Path, real: str, head: bytes, tail: bytes) -> None:
    """Refuse a file that also opens as something else: a ZIP at its end, a PDF, a web page or an archive inside."""
    foreign = real != "pdf" and b"%PDF-" in head[:1024]
    foreign = foreign or (real != "zip" and _is_zip_end(path, tail))
    foreign = foreign or (real in {"mp4", "mov"} and bool(_MARKUP.search(head[:1024])))
    if real in {"jpg", "png", "gif", "bmp", "webp", "heic"}:
        foreign = (
            foreign or bool(_MARKUP.search(head[:1024]) or _MARKUP.search(tail)) or _holds(path, _FOREIGN_IN_PICTURE)
        )
    foreign = foreign or (real == "pdf" and _holds(path, _FOREIGN_IN_PDF))
    if foreign:
        raise polyglot()


def _is_zip_end(path: Path, tail: bytes) -> bool:
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at + 22 + comment != len(tail):
        return False
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - len(tail) + at - size))
        return stream.read(4) == b"PK\x01\x02"


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with path.open("rb") as stream:
        overlap = b""
        while block := stream.read(1 << 20):
            window = overlap + block
            if pattern.search(window):
                return True
            overlap = window[-32:]
    return False
