"""Personal data left in a Word document: in its text, beside it, in its properties and in its pictures (R5, R14)."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from cases.files import zips
from cases.files.identity import Finder, Known, masked
from cases.files.later import later
from cases.files.sections import Section
from cases.files.unfit import Unfit
from cases.files.wordtext import Paragraph, local

if TYPE_CHECKING:
    from cases.files import images
else:
    images = later("cases.files.images")

MOST: Final = 60
_PICTURES: Final = 60
_MAX_SMALL: Final = 2 * 1024 * 1024
_MAX_PICTURE: Final = 24 * 1024 * 1024
_PARTS: Final = (("header", "页眉"), ("footer", "页脚"), ("comments", "批注"))
_PROPERTIES: Final = {
    "creator": "作者",
    "lastModifiedBy": "上次修改者",
    "Manager": "主管",
    "Company": "单位",
}
# What programs put there by themselves names nobody.
_NOBODY: Final = re.compile(
    r"(?:python-docx|microsoft|微软|administrator|admin|user|用户|windows|wps|office|apache|libreoffice|lenovo|dell|hp|"
    r"asus|acer|huawei|未知|unknown|pc|个人)[\w .\-]*",
    re.IGNORECASE,
)
_MARKED_BY: Final = re.compile(
    rb"""<(?:\w+:)?(?:ins|del|moveFrom|moveTo|comment|rPrChange|pPrChange)\b[^>]*?\bauthor=["']([^"']{1,120})"""
)
_ALTERNATIVE: Final = re.compile(rb"""\b(?:descr|title)=["']([^"']{2,400})""")
_LINK: Final = re.compile(rb"""\bTarget=["']mailto:([^"'?]{3,200})""", re.IGNORECASE)
_ARTIST, _COPYRIGHT, _XP_AUTHOR, _EXIF, _OWNER, _GPS = 0x013B, 0x8298, 0x9C9D, 0x8769, 0xA430, 0x8825


def find(
    archive: zipfile.ZipFile, main: str, lines: list[Paragraph], found: list[Section], known: Known
) -> list[dict[str, str]]:
    """Return {"kind", "where", "text_masked"} for each thing once a place, at most MOST.

    Kinds are those of `identity.KINDS`, and `signature` (who wrote, as the program noted it) and `location` (GPS).
    """
    finder = Finder(known)
    answer: dict[tuple[str, str, str], None] = {}
    for kind, where, text in _all(archive, main, lines, found, finder):
        answer[kind, where, text] = None
        if len(answer) == MOST:
            break
    return [{"kind": kind, "where": where, "text_masked": text} for kind, where, text in answer]


def _all(
    archive: zipfile.ZipFile, main: str, lines: list[Paragraph], found: list[Section], finder: Finder
) -> Iterator[tuple[str, str, str]]:
    for where, text in [*_body(lines, found), *_beside(archive, main), *_links(archive)]:
        for span in finder.spans(text):
            yield span.kind, where, masked(text[span.start : span.end], span.kind)
    for where, name in [*_properties(archive), *_marks(archive, main)]:
        spans = finder.spans(name)
        for span in spans:
            yield span.kind, where, masked(name[span.start : span.end], span.kind)
        if not spans and not _NOBODY.fullmatch(name):
            yield "signature", where, masked(name, "author")
    yield from _pictures(archive, finder)


def _body(lines: list[Paragraph], found: list[Section]) -> Iterator[tuple[str, str]]:
    """Yield where and text of each line: the section it stands in, or what kind of place it is."""
    opened = {section.index: section.name for section in found if section.found}
    places = {"table": "表格", "textbox": "文本框", "note": "脚注"}
    where = "正文开头"
    for at, line in enumerate(lines):
        if at in opened:
            where = f"“{opened[at]}”部分"
        place = places.get(line.place, "")
        yield place if line.place == "note" else where + (f"的{place}" if place else ""), line.text


def _beside(archive: zipfile.ZipFile, main: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of headers, footers and comments, and the words that stand for pictures."""
    folder = main.rpartition("/")[0]
    for name in archive.namelist():
        stem = name.rpartition("/")[2].lower()
        for start, where in _PARTS:
            if name.startswith(folder) and stem.startswith(start) and stem.endswith(".xml"):
                for paragraph in _elements(archive, name, "p"):
                    yield where, "".join(one.text or "" for one in paragraph.iter("{*}t"))
    for match in _ALTERNATIVE.finditer(_bytes(archive, main)):
        yield "图片说明", _words(match[1])


def _links(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in archive.namelist():
        if name.endswith(".rels"):
            for match in _LINK.finditer(_bytes(archive, name)):
                yield "超链接", _words(match[1])


def _properties(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    for name in ("docProps/core.xml", "docProps/app.xml"):
        for element in _elements(archive, name, "*"):
            label, text = _PROPERTIES.get(local(element)), (element.text or "").strip()
            if label and text:
                yield f"文档属性（{label}）", text[:80]


def _marks(archive: zipfile.ZipFile, main: str) -> Iterator[tuple[str, str]]:
    """Yield who is named as the author of changes and comments."""
    folder = main.rpartition("/")[0]
    for part, where in ((main, "修订记录"), (f"{folder}/comments.xml", "批注")):
        for author in sorted({_words(match[1]).strip() for match in _MARKED_BY.finditer(_bytes(archive, part))}):
            if author:
                yield where, author


def _pictures(archive: zipfile.ZipFile, finder: Finder) -> Iterator[tuple[str, str, str]]:
    names = [name for name in archive.namelist() if "/media/" in name.lower()]
    for number, name in enumerate(names[:_PICTURES], start=1):
        where = f"第 {number} 张图片"
        for tag, value in _camera_notes(archive, name):
            if tag == _GPS:
                yield "location", where, "拍摄地点"
                continue
            spans = finder.spans(value)
            for span in spans:
                yield span.kind, where, masked(value[span.start : span.end], span.kind)
            if not spans and value and not _NOBODY.fullmatch(value):
                yield "signature", where, masked(value, "author")


def _camera_notes(archive: zipfile.ZipFile, name: str) -> list[tuple[int, str]]:
    """Return what a picture's EXIF says of people and places, without decoding the picture."""
    if not name.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff")):
        return []
    try:
        exif = images.notes(zips.read(archive, name, _MAX_PICTURE) or b"")
        notes = [(tag, _note(exif.get(tag))) for tag in (_ARTIST, _COPYRIGHT, _XP_AUTHOR)]
        notes.append((_OWNER, _note(exif.get_ifd(_EXIF).get(_OWNER))))
        if exif.get_ifd(_GPS):
            notes.append((_GPS, ""))
    except (Unfit, OSError, ValueError, SyntaxError, KeyError, TypeError):
        return []  # a picture that cannot be opened tells nothing; whether it may stay is not asked here
    return [(tag, value) for tag, value in notes if value or tag == _GPS]


def _note(value: Any) -> str:
    """Return a note as text: bytes are UTF-16 (XP tags), and Pillow reads what is not ASCII as Latin-1."""
    if isinstance(value, bytes):
        value = value.decode("utf-16-le", "ignore")
    text = str(value or "")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = text.encode("latin-1").decode(encoding)
            break
        except UnicodeError:
            continue
    return text.strip("\x00 ").strip()[:80]


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part, nothing where it is missing or too large to be looked through."""
    try:
        return zips.read(archive, name, _MAX_SMALL) or b""
    except Unfit:
        return b""


def _words(data: bytes) -> str:
    return unescape(data.decode("utf-8", "replace"))


def _elements(archive: zipfile.ZipFile, name: str, tag: str) -> Iterable[etree._Element]:
    data = _bytes(archive, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser).iter(f"{{*}}{tag}") if data else ()
    except etree.XMLSyntaxError:
        return ()
