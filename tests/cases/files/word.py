"""Word documents made for the tests: built with python-docx, or part by part where a hostile one is wanted."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

TITLES = ("基本情况", "过程与举措", "经验与成效", "特色与创新")
BODY = "本校依托国家中小学智慧教育平台开展研修，教师全员参加。"

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(document: Document, path: Path) -> Path:
    document.save(str(path))
    return path


def styled(titles: Iterable[str] = TITLES, body: str = BODY) -> Document:
    document = docx.Document()
    for title in titles:
        document.add_heading(title, 1)
        document.add_paragraph(body)
    return document


def looking(titles: Iterable[str], *, bold: bool = True, size: float = 0) -> Document:
    """Headings by their look alone."""
    document = docx.Document()
    for title in titles:
        run = document.add_paragraph().add_run(title)
        run.bold = bold
        if size:
            run.font.size = Pt(size)
        document.add_paragraph(BODY)
    return document


def number(paragraph: Paragraph) -> None:
    """Give a paragraph automatic numbering, as Word's list button does."""
    properties = paragraph._p.get_or_add_pPr()
    numbering = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", "0"), ("w:numId", "1")):
        element = OxmlElement(tag)
        element.set(qn("w:val"), value)
        numbering.append(element)
    properties.append(numbering)


def outline(paragraph: Paragraph, level: int) -> None:
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level))
    paragraph._p.get_or_add_pPr().append(element)


def raw(path: Path, body: str, *, prolog: str = "", extra: dict[str, str | bytes] | None = None) -> Path:
    """Write a minimal package around the XML of a body; `extra` adds or replaces parts."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document xmlns:w="{_W}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<w:body>{body}</w:body></w:document>"
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": document,
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def replaced(path: Path, name: str, change: bytes) -> bytes:
    """Return a package's bytes with one member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, change if member.filename == name else old.read(member))
    return out.getvalue()
