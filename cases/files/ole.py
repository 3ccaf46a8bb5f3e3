"""OLE2 containers: old PowerPoint files, encrypted Office files, and objects embedded in newer ones."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import olefile

from cases.files.kinds import extension_of
from cases.files.sniffing import is_program
from cases.files.unfit import Unfit, damaged, encrypted, macros, program

# fmt: off
PROGRAM_EXTENSIONS: Final = frozenset({
    "exe", "com", "scr", "pif", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "ps1", "psm1", "lnk",
    "msi", "msp", "jar", "dll", "sys", "cpl", "reg", "inf", "chm", "url", "scf", "sh", "apk", "application",
    "gadget", "msc", "ade", "adp", "mde", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam",
    "sldm", "xll", "iso", "img",
})
# fmt: on
_MAX_OBJECT: Final = 32 * 1024 * 1024
_MAX_RECORDS: Final = 400_000
# Record types of [MS-PPT]: the document, its VBA project, an embedded object, what a click does, encryption.
_DOCUMENT, _SLIDE, _OLE_OBJECT, _INTERACTIVE, _CRYPT_SESSION = 0x03E8, 0x03EE, 0x1011, 0x0FF3, 0x2F14
_USER_EDIT: Final = struct.pack("<H", 0x0FF5)
_VBA_ATOM_HEADER: Final = struct.pack("<HHL", 2, 0x0400, 12)
_ENCRYPTED_TOKEN: Final = 0xF3D1C4DF
_RUN_MACRO, _RUN_PROGRAM = 1, 2


def open_ole(source: Path | bytes) -> Any:
    """Open an OLE2 container; the caller closes it. Refuses what olefile cannot read."""
    try:
        return olefile.OleFileIO(io.BytesIO(source) if isinstance(source, bytes) else str(source))
    except Exception as error:  # a parser's every failure on foreign bytes is a verdict on the bytes
        raise damaged() from error


def kind_of(container: Any) -> str:
    """Return encrypted, ppt, doc, xls or ole."""
    names = {entry[0].lower() for entry in container.listdir(streams=True, storages=True)}
    if "encryptedpackage" in names or "encryptioninfo" in names:
        return "encrypted"
    if "powerpoint document" in names:
        return "ppt"
    if "worddocument" in names:
        return "doc"
    return "xls" if names & {"workbook", "book"} else "ole"


def check_powerpoint(path: Path) -> dict[str, Any]:
    """Open a .ppt. Refuses: damaged, encrypted, macros, embedded programs, clicks that run something."""
    container = open_ole(path)
    try:
        try:
            return _check_powerpoint(container, path.stat().st_size)
        except (OSError, struct.error, ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
            raise damaged() from error
    finally:
        container.close()


def _check_powerpoint(container: Any, size: int) -> dict[str, Any]:
    if container.exists("EncryptedSummary"):
        raise encrypted()
    header = container.openstream("Current User").read(20) if container.exists("Current User") else b""
    if len(header) == 20 and struct.unpack("<L", header[12:16])[0] == _ENCRYPTED_TOKEN:
        raise encrypted()
    refuse_macros(container)
    _check_whole(container, "PowerPoint Document", size)
    if container.exists("Pictures"):
        _check_whole(container, "Pictures", size)
    stream = container.openstream("PowerPoint Document").read()
    _refuse_vba_atom(stream)
    if len(header) == 20:
        # PowerPoint starts reading at the last edit; where there is none, it opens nothing.
        at = struct.unpack("<L", header[16:20])[0]
        if stream[at + 2 : at + 4] != _USER_EDIT:
            raise damaged()
    documents = slides = 0
    for kind, start, length in _records(stream):
        documents += kind == _DOCUMENT
        slides += kind == _SLIDE
        _check_record(kind, stream, start, length)
    if not documents:
        raise damaged()
    return {"pages": slides}


def _refuse_vba_atom(stream: bytes) -> None:
    """Refuse a VBAInfoAtom that says there are macros, wherever it stands, also behind what is no record."""
    at = stream.find(_VBA_ATOM_HEADER)
    while at >= 0:
        if any(stream[at + 12 : at + 16]):
            raise macros()
        at = stream.find(_VBA_ATOM_HEADER, at + 1)


def _check_record(kind: int, stream: bytes, start: int, length: int) -> None:
    if kind == _CRYPT_SESSION:
        raise encrypted()
    if kind == _INTERACTIVE and length >= 9 and stream[start + 8] in (_RUN_MACRO, _RUN_PROGRAM):
        raise Unfit("run_action", "设有点击后运行程序或宏的动作，为安全起见不能接收。请删去该动作、重新保存后再上传。")
    if kind == _OLE_OBJECT and length > 4:
        _check_stored_object(stream, start, length)


def _check_stored_object(stream: bytes, start: int, length: int) -> None:
    """Look into an object stored in a .ppt, packed or not."""
    packed = struct.unpack("<H", stream[start - 8 : start - 6])[0] >> 4 == 1
    if not packed:
        check_embedded(stream[start : start + length])
        return
    try:
        unpacked = zlib.decompressobj().decompress(stream[start + 4 : start + length], _MAX_OBJECT)
    except zlib.error:
        return  # an object that nobody can unpack is inert
    check_embedded(unpacked)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (type, start of data, length) of every record, containers' children after them, in order."""
    at, seen = 0, 0
    # Containers are not skipped over, so one pass forward visits the whole tree without a stack.
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack("<HHL", stream[at : at + 8])
        seen += 1
        if at + 8 + length > len(stream):
            return  # what lies between edits need not be records; cut-off files are found by their sectors
        if seen > _MAX_RECORDS:
            return
        yield kind, at + 8, length
        at += 8 if version & 0xF == 0xF else 8 + length


def _check_whole(container: Any, name: str, size: int) -> None:
    """Refuse a stream whose sectors lie beyond the end of the file: the file was cut off."""
    entry = container.direntries[container._find(name)]
    if entry.size < container.minisectorcutoff:
        return
    sector, left = entry.isectStart, entry.size
    for _ in range(-(-entry.size // container.sectorsize)):
        if sector >= len(container.fat):
            raise damaged()
        if (sector + 1) * container.sectorsize + min(left, container.sectorsize) > size:
            raise damaged()
        left -= container.sectorsize
        sector = container.fat[sector]


def refuse_macros(container: Any) -> None:
    """Refuse a container that holds a VBA project with modules."""
    for entry in container.listdir(streams=True, storages=True):
        if entry[-1].lower() == "_vba_project" or (len(entry) > 1 and entry[-2].lower() == "vba"):
            raise macros()


def check_embedded(data: bytes) -> None:
    """Refuse an embedded object that is a program, packs one, or carries macros; other objects pass."""
    if is_program(data):
        raise program()
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return
    try:
        container = olefile.OleFileIO(io.BytesIO(data))
    except Exception:  # an object that nobody can open is inert
        return
    try:
        refuse_macros(container)
        for entry in container.listdir():
            if entry[-1].lower() in {"\x01ole10native", "package", "contents"}:
                _check_package(container.openstream(entry).read())
    except (OSError, ValueError, IndexError, struct.error):
        return
    finally:
        container.close()


def _check_package(data: bytes) -> None:
    """Refuse a packaged file (Ole10Native) that is a program by its name or by its bytes."""
    if is_program(data):
        raise program()
    names = data[6:2000].split(b"\x00", 3)[:3]
    for name in names:
        if extension_of(name.decode("latin-1").strip()) in PROGRAM_EXTENSIONS:
            raise program()
    at = data.find(b"MZ", 0, 4096)
    while at >= 0:
        if is_program(data[at : at + 4096]):
            raise program()
        at = data.find(b"MZ", at + 1, 4096)
