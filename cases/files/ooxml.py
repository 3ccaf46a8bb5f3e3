"""Office Open XML packages (docx, pptx, xlsx): kind, safety and soundness, read as a stream."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from cases.files import ole, zips
from cases.files.kinds import extension_of
from cases.files.sniffing import is_program
from cases.files.unfit import Unfit, bomb, damaged, macros, program

MAX_PART: Final = 64 * 1024 * 1024
# Tags, opening and closing; a document of R7's length has some thousands.
MAX_TAGS: Final = 1_600_000
_MAX_EMBEDDED: Final = 32 * 1024 * 1024
_MAINS: Final = {
    "wordprocessingml.document.main": "docx",
    "presentationml.presentation.main": "pptx",
    "spreadsheetml.sheet.main": "xlsx",
}
_ROOTS: Final = {"document": "docx", "presentation": "pptx", "workbook": "xlsx"}
# Excel's own limit for one cell: a longer string, pointed at by thousands of cells, is a bomb for whoever extracts it.
_LONGEST_CELL: Final = 32_767 * 2
_RUN_ACTION = re.compile(r"ppaction://(program|macro|ole)", re.IGNORECASE)
_DDE = re.compile(r"^\s*DDE(AUTO)?\b", re.IGNORECASE)
_REMOTE = re.compile(r"^\s*(https?|ftp|mhtml|mk|ms-its|script|javascript):|^\s*\\\\\S+@", re.IGNORECASE)
_RUN_BY_LINK: Final = {"exe", "scr", "bat", "cmd", "vbs", "ps1", "hta", "lnk"}
# These are loaded when the file is opened, before anyone has agreed to anything.
_ACTIVE_LINKS: Final = ("/attachedTemplate", "/oleObject")


@dataclass
class Relationship:
    """One line of a .rels part."""

    kind: str
    target: str
    external: bool


@dataclass
class Package:
    """What a first pass over a package learned."""

    kind: str
    main: str
    names: list[str]
    slides: int = 0
    sheets: int = 0
    remote: list[str] = field(default_factory=list)


def _entities() -> Unfit:
    return Unfit(
        "entities",
        "的内部含有普通文档不会有的声明，为安全起见不能接收。请用 Office 或 WPS 打开后“另存为”一份再上传。",
    )


class _Scanner:
    """Feeds one XML part to expat: no DOCTYPE, no endless tree; gathers what the part's role asks for."""

    def __init__(self, *, elements: bool) -> None:
        self.root = ""
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.fields: list[str] = [""]
        self._inside_field = False
        self._string = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start if elements else self._first
        if elements:
            self._parser.EndElementHandler = self._end
        self.broken = False

    def watch_strings(self) -> None:
        """Refuse a shared string that no cell could hold."""
        self._parser.CharacterDataHandler = self._string_text
        self._parser.StartElementHandler = self._string_start

    def _string_start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self._string = 0

    def _string_text(self, text: str) -> None:
        self._string += len(text)
        if self._string > _LONGEST_CELL:
            raise bomb()

    def feed(self, blocks: Iterable[bytes]) -> None:
        """Read every block (so that its checksum is tried), even after the XML has proved broken."""
        for block in blocks:
            if self.broken:
                continue
            try:
                self._parser.Parse(block, False)
            except expat.ExpatError:
                self.broken = True
        if not self.broken:
            try:
                self._parser.Parse(b"", True)
            except expat.ExpatError:
                self.broken = True

    def _doctype(self, *_: object) -> None:
        raise _entities()

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        self.root = name.rpartition(":")[2]
        self._parser.StartElementHandler = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local
        if local == "instrText":
            self._inside_field = True
            self._parser.CharacterDataHandler = self._text
        elif local == "fldChar":
            self.fields.append("")
        elif attributes and local in _WANTED:
            self.tags.append((local, attributes))

    def _end(self, name: str) -> None:
        if self._inside_field and name.endswith("instrText"):
            self._inside_field = False
            self._parser.CharacterDataHandler = None

    def _text(self, text: str) -> None:
        self.fields[-1] += text


_WANTED: Final = {
    "Default",
    "Override",
    "Relationship",
    "hlinkClick",
    "hlinkHover",
    "hlinkMouseOver",
    "fldSimple",
    "ddeLink",
}


def check(path: Path) -> Package:
    """Read a package through once. Returns what it is.

    Refuses: a container zips.open_zip refuses, a wrong checksum, DOCTYPE in any XML part, macros, embedded programs,
    run-actions, DDE, a template or object fetched from the network, broken main parts, parts that are no package.
    """
    with zips.open_zip(path) as archive:
        types, relations = _skeleton(archive)
        _refuse_macros(archive, types)
        main, kind = _main_part(archive, types, relations)
        package = Package(kind, main, archive.namelist())
        for member in archive.infolist():
            if not member.is_dir():
                _check_member(archive, member, package)
    return package


def main_of(archive: zipfile.ZipFile) -> str:
    """Return the name of the main part of a package that `check` has let through."""
    return _main_part(archive, *_skeleton(archive))[0]


def _skeleton(archive: zipfile.ZipFile) -> tuple[dict[str, str], list[Relationship]]:
    """Return the content types by part name (defaults as `*.ext`) and the package's relationships."""
    names = {name.lower(): name for name in archive.namelist()}
    if "[content_types].xml" not in names or "_rels/.rels" not in names:
        raise Unfit("archive", "是压缩包或其他文件，不是可以接收的文件类型。请解压后把里面的文件逐个上传。")
    scanner = _scan(archive, archive.getinfo(names["[content_types].xml"]), elements=True)
    if scanner.broken:
        raise damaged()
    types = {}
    for local, attributes in scanner.tags:
        content_type = attributes.get("ContentType", "")
        if local == "Default":
            types["*." + attributes.get("Extension", "").lower()] = content_type
        elif local == "Override":
            types[attributes.get("PartName", "").lstrip("/").lower()] = content_type
    scanner = _scan(archive, archive.getinfo(names["_rels/.rels"]), elements=True)
    if scanner.broken:
        raise damaged()
    return types, _relationships(scanner)


def _relationships(scanner: _Scanner) -> list[Relationship]:
    return [
        Relationship(
            attributes.get("Type", ""), attributes.get("Target", ""), attributes.get("TargetMode", "") == "External"
        )
        for local, attributes in scanner.tags
        if local == "Relationship"
    ]


def _refuse_macros(archive: zipfile.ZipFile, types: dict[str, str]) -> None:
    for content_type in types.values():
        lowered = content_type.lower()
        if "macroenabled" in lowered or "vbaproject" in lowered or "macrosheet" in lowered:
            raise macros()
    for name in archive.namelist():
        lowered = name.lower()
        if lowered.rpartition("/")[2].startswith("vbaproject") or "/macrosheets/" in lowered:
            raise macros()


def _main_part(archive: zipfile.ZipFile, types: dict[str, str], relations: list[Relationship]) -> tuple[str, str]:
    """Return the main part's name and the kind that its content type, or else its root element, says."""
    names = {name.lower(): name for name in archive.namelist()}
    for relation in relations:
        if not relation.kind.endswith("/officeDocument") or relation.external:
            continue
        target = relation.target.lstrip("/").removeprefix("./").lower()
        if target not in names:
            continue
        content_type = types.get(target, types.get("*." + extension_of(target), ""))
        for marker, kind in _MAINS.items():
            if marker in content_type:
                return names[target], kind
        if "template" in content_type or "slideshow" in content_type:
            raise Unfit(
                "template", "是模板或放映格式，不是普通文档。请打开后“另存为”普通的 .docx、.pptx 或 .xlsx 再上传。"
            )
        root = _scan(archive, archive.getinfo(names[target])).root
        if content_type in ("", "application/xml", "text/xml") and root in _ROOTS:
            return names[target], _ROOTS[root]
    raise Unfit("unknown_package", "不是可以接收的 Office 文件。请打开后“另存为”.docx、.pptx 或 .xlsx 再上传。")


def _scan(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, elements: bool = False, strings: bool = False
) -> _Scanner:
    # Tags are counted first: to parse them takes many times as long.
    if member.file_size > MAX_PART or (elements and _tags(archive, member) > MAX_TAGS):
        raise bomb()
    scanner = _Scanner(elements=elements)
    if strings:
        scanner.watch_strings()
    scanner.feed(zips.blocks(archive, member))
    return scanner


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return how many tags a part holds; 0 for one too small to hold too many."""
    if member.file_size <= MAX_TAGS:
        return 0
    return sum(block.count(b"<") for block in zips.blocks(archive, member))


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, package: Package) -> None:
    name = member.filename.lower()
    if extension_of(name) in ole.PROGRAM_EXTENSIONS:
        raise program()
    if name.endswith((".xml", ".rels")):
        _check_xml(archive, member, package)
    elif "/embeddings/" in name and member.file_size <= _MAX_EMBEDDED:
        _check_embedding(b"".join(zips.blocks(archive, member)))
    else:
        _check_bytes(archive, member)


def _check_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read any other member through: its checksum, no program, and no DOCTYPE where it is XML by another name."""
    first = True
    for block in zips.blocks(archive, member):
        if first and is_program(block):
            raise program()
        if first and block.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") and b"<!ENTITY" in block:
            raise _entities()
        first = False


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo, package: Package) -> None:
    name = member.filename.lower()
    folder = name.rpartition("/")[0]
    slide = folder in {"ppt/slides", "ppt/slidelayouts", "ppt/slidemasters", "ppt/notesslides"}
    word = package.kind == "docx" and folder == package.main.lower().rpartition("/")[0]
    wanted = slide or word or name.endswith(".rels") or "/externallinks/" in name
    scanner = _scan(archive, member, elements=wanted, strings=name.endswith("/sharedstrings.xml"))
    essential = slide or name.endswith(".rels") or member.filename == package.main
    if scanner.broken and (essential or folder == "xl/worksheets"):
        raise damaged()
    package.slides += folder == "ppt/slides"
    package.sheets += folder == "xl/worksheets"
    if wanted:
        _check_actions(scanner, package)


def _check_actions(scanner: _Scanner, package: Package) -> None:
    """Refuse what starts a program or fetches something as soon as the file is opened or clicked."""
    for local, attributes in scanner.tags:
        if local == "ddeLink":
            raise _dde()
        for value in attributes.values():
            if local.startswith("hlink") and _RUN_ACTION.search(value) and "ole" not in value.lower():
                raise Unfit(
                    "run_action", "设有点击后运行程序或宏的动作，为安全起见不能接收。请删去该动作、重新保存后再上传。"
                )
            if local == "fldSimple" and _DDE.match(value):
                raise _dde()
    if any(_DDE.match(instruction) for instruction in scanner.fields):
        raise _dde()
    for relation in _relationships(scanner):
        if not relation.external:
            continue
        if relation.kind.endswith("/hyperlink"):
            if extension_of(relation.target) in _RUN_BY_LINK and not _REMOTE.match(relation.target):
                raise program()
        elif _REMOTE.match(relation.target):
            package.remote.append(relation.target[:200])
            if relation.kind.endswith(_ACTIVE_LINKS):
                raise Unfit(
                    "remote_template",
                    "打开时会从网络载入模板或对象，为安全起见不能接收。请断开该链接、重新保存后再上传。",
                )


def _dde() -> Unfit:
    return Unfit("dde", "含有打开时会启动其他程序的链接（DDE 域），为安全起见不能接收。请删去该域、重新保存后再上传。")


def _check_embedding(data: bytes) -> None:
    """Refuse an embedded file that is a program or carries macros; a package inside is looked at one level deep."""
    ole.check_embedded(data)
    if not data.startswith(b"PK\x03\x04"):
        return
    with zips.open_zip(io.BytesIO(data)) as inner:
        for name in inner.namelist():
            lowered = name.lower()
            if lowered.rpartition("/")[2].startswith("vbaproject"):
                raise macros()
            if extension_of(lowered) in ole.PROGRAM_EXTENSIONS:
                raise program()
