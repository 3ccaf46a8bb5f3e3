"""The text of a Word document as paragraphs with what a reader would see of each: its place, style, weight and size."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from lxml import etree

from cases.files import zips
from cases.files.ooxml import MAX_TAGS
from cases.files.unfit import bomb, damaged

Place = Literal["body", "table", "textbox", "note"]

MAX_PART: Final = 32 * 1024 * 1024

_BLOCKS: Final = {"body", "tbl", "tr", "tc", "sdt", "sdtContent", "customXml", "ins", "moveTo", "txbxContent"} | {
    "footnote",
    "endnote",
    "smartTag",
}
_INLINE: Final = {"r", "hyperlink", "ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple"} | {
    "ruby",
    "rubyBase",
    "oMath",
    "oMathPara",
    "bdo",
    "dir",
}
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
_TOP: Final = [f"{{*}}{name}" for name in sorted((_BLOCKS - {"body"}) | {"p", "altChunk", "AlternateContent"})]
_HEADER_NOTES: Final = {"separator", "continuationSeparator", "continuationNotice"}


@dataclass(slots=True)
class Style:
    """What a paragraph style says, its chain resolved."""

    name: str = ""
    outline: int | None = None
    bold: bool = False
    size: float = 0.0
    font: str = ""
    centred: bool = False
    numbered: tuple[str, int] | None = None


@dataclass(slots=True)
class Paragraph:
    """One paragraph: `lead` is how many of its first characters are bold; `size` in points, 0 where unknown.

    `numbered` is its automatic numbering as (list, level from 0); `cell` its place in the outermost table as
    (table, row, column); `font` the Chinese font of its first words, empty where only a theme says.
    """

    text: str
    place: Place
    style: str = ""
    outline: int | None = None
    numbered: tuple[str, int] | None = None
    lead: int = 0
    size: float = 0.0
    font: str = ""
    centred: bool = False
    contents: bool = False
    pictures: int = 0
    hidden: bool = False
    cell: tuple[int, int, int] | None = None


@dataclass
class WordText:
    """A document's paragraphs in reading order (notes last), and what else was met."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: int = 0
    pictures: int = 0
    tracked: bool = False
    foreign: bool = False


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace: strict and transitional documents differ only there."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    data = zips.read(archive, name, MAX_PART)
    if data is not None and data.count(b"<") > MAX_TAGS:
        raise bomb()
    return data


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged() from error


def body_blocks(data: bytes) -> Iterator[etree._Element]:
    """Yield the body's blocks one by one and drop each afterwards: a whole tree is ten times its XML in memory."""
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), tag=_TOP, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        ):
            parent = element.getparent()
            if parent is None or local(parent) != "body":
                continue
            yield element
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise damaged() from error


def read(archive: zipfile.ZipFile, main: str) -> WordText:
    """Read the body with its tables and text boxes, then footnotes and endnotes; not headers, footers, comments."""
    data = part(archive, main)
    if data is None:
        raise damaged()
    folder = main.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    names = {name.lower(): name for name in archive.namelist()}

    def sibling(name: str) -> etree._Element | None:
        real = names.get(f"{prefix}{name}".lower())
        found = part(archive, real) if real else None
        return None if found is None else _parse(found)

    reader = Reader(_styles(sibling("styles.xml")))
    for block in body_blocks(data):
        reader.block(block, "body", contents=False)
    for name in ("footnotes.xml", "endnotes.xml"):
        notes = sibling(name)
        for note in notes if notes is not None else ():
            if _value(note, "type") not in _HEADER_NOTES:
                reader.walk(note, "note", contents=False)
    return reader.text


def _value(element: etree._Element | None, name: str = "val") -> str:
    """Return an attribute whatever its namespace (Word's own prefix differs between strict and transitional)."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    if element is None:
        return None
    return next((child for child in element if local(child) == name), None)


def _on(element: etree._Element | None, name: str) -> bool | None:
    """Return a toggle property: None where it is not said."""
    found = _child(element, name)
    return None if found is None else _value(found) not in {"0", "false", "off", "none"}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _outline(properties: etree._Element | None) -> int | None:
    level = _value(_child(properties, "outlineLvl"))
    return int(level) if level.isdigit() and int(level) < 9 else None


def _styles(root: etree._Element | None) -> dict[str, Style]:
    """Return paragraph styles by id, each with what it inherits; the one of undressed paragraphs under "" as well."""
    raw: dict[str, etree._Element] = {}
    plain = ""
    for element in root if root is not None else ():
        if local(element) == "style" and _value(element, "type") in ("paragraph", ""):
            key = _value(element, "styleId")
            raw.setdefault(key, element)
            if _value(element, "default") in {"1", "true", "on"}:
                plain = key
    base = _child(_child(_child(root, "docDefaults"), "rPrDefault"), "rPr")
    styles = {key: _resolve(key, raw, base) for key in raw}
    # The default style's name says nothing of a paragraph.
    styles[""] = replace(styles.get(plain, _resolve("", raw, base)), name="")
    return styles


def _resolve(key: str, raw: dict[str, etree._Element], base: etree._Element | None) -> Style:
    style = Style(name=_value(_child(raw.get(key), "name")))
    seen: set[str] = set()
    bold: bool | None = None
    centred: str = ""
    while key in raw and key not in seen:
        seen.add(key)
        paragraph, run = _child(raw[key], "pPr"), _child(raw[key], "rPr")
        if style.outline is None:
            style.outline = _outline(paragraph)
        bold = _on(run, "b") if bold is None else bold
        style.size = style.size or _size(run)
        style.font = style.font or _font(run)
        centred = centred or _value(_child(paragraph, "jc"))
        style.numbered = style.numbered or _numbering(paragraph)
        key = _value(_child(raw[key], "basedOn"))
    style.size, style.font = style.size or _size(base), style.font or _font(base)
    style.bold, style.centred = bool(bold), centred == "center"
    return style


def _size(run: etree._Element | None) -> float:
    return _number(_value(_child(run, "sz"))) / 2


def _font(run: etree._Element | None) -> str:
    return _value(_child(run, "rFonts"), "eastAsia")


def _numbering(properties: etree._Element | None) -> tuple[str, int] | None:
    """Return the list and level of automatic numbering; list 0 takes a style's numbering away."""
    numbering = _child(properties, "numPr")
    if numbering is None:
        return None
    level = _value(_child(numbering, "ilvl"))
    return _value(_child(numbering, "numId")), int(level) if level.isdigit() else 0


class Reader:
    """Walks blocks and runs once, in order."""

    def __init__(self, styles: dict[str, Style]) -> None:
        self.styles = styles
        self.text = WordText()
        self._depth = 0
        self._cell = (0, 0, 0)

    def walk(self, element: etree._Element, place: Place, *, contents: bool) -> None:
        """Read every paragraph under a block; merged cells are read once because each `tc` is met once."""
        for child in element:
            self.block(child, place, contents=contents)

    def block(self, element: etree._Element, place: Place, *, contents: bool) -> None:
        """Read one block: a paragraph, or whatever holds paragraphs."""
        name = local(element)
        if name == "p":
            self._paragraph(element, place, contents)
        elif name == "AlternateContent":
            choice = _chosen(element)
            if choice is not None:
                self.walk(choice, place, contents=contents)
        elif name == "altChunk":
            self.text.foreign = True
        elif name in _BLOCKS:
            self.text.tables += name == "tbl"
            self.text.tracked = self.text.tracked or name in ("ins", "moveTo")
            inside = contents or (name == "sdt" and _is_contents(element))
            self._place(element, name)
            self._depth += name == "tbl"
            self.walk(element, "table" if name == "tbl" and place == "body" else place, contents=inside)
            self._depth -= name == "tbl"
        elif name in ("del", "moveFrom"):
            self.text.tracked = True

    def _place(self, element: etree._Element, name: str) -> None:
        """Keep count of tables, and of rows and columns of the outermost one."""
        table, row, column = self._cell
        if name == "tbl" and self._depth == 0:
            self._cell = (table + 1, -1, -1)
        elif name == "tr" and self._depth == 1:
            self._cell = (table, row + 1, -1)
        elif name == "tc" and self._depth == 1:
            self._cell = (table, row, column + 1)

    def _paragraph(self, element: etree._Element, place: Place, contents: bool) -> None:
        properties = _child(element, "pPr")
        style = self.styles.get(_value(_child(properties, "pStyle")), self.styles[""])
        outline = _outline(properties)
        numbered = _numbering(properties) or style.numbered
        aligned = _value(_child(properties, "jc"))
        paragraph = Paragraph(
            "",
            place,
            style.name,
            style.outline if outline is None else outline,
            numbered if numbered and numbered[0] != "0" else None,
            centred=aligned == "center" if aligned else style.centred,
            cell=self._cell if place == "table" else None,
        )
        boxes: list[etree._Element] = []
        pieces: list[tuple[str, bool]] = []
        self._inline(element, style, paragraph, pieces, boxes)
        paragraph.text = "".join(piece for piece, _ in pieces)
        paragraph.lead = _lead(pieces)
        paragraph.contents = contents or style.name.lower().startswith(("toc", "目录"))
        self.text.pictures += paragraph.pictures
        self.text.paragraphs.append(paragraph)
        for box in boxes:
            self.walk(box, "textbox", contents=contents)

    def _inline(
        self,
        element: etree._Element,
        style: Style,
        paragraph: Paragraph,
        pieces: list[tuple[str, bool]],
        boxes: list[etree._Element],
    ) -> None:
        run = _child(element, "rPr") if local(element) == "r" else None
        said = _on(run, "b")
        bold = style.bold if said is None else said
        if run is not None or local(element) == "r":
            size = _size(run) or style.size
            paragraph.hidden = paragraph.hidden or bool(_on(run, "vanish"))
        else:
            size = 0.0
        for child in element:
            name = local(child)
            if name == "t":
                pieces.append((child.text or "", bold))
                if child.text and child.text.strip():
                    paragraph.size = max(paragraph.size, size)
                    paragraph.font = paragraph.font or _font(run) or style.font
            elif name in _BREAKS:
                pieces.append((_BREAKS[name], bold))
            elif name in _INLINE:
                self.text.tracked = self.text.tracked or name in ("ins", "moveTo")
                self._inline(child, style, paragraph, pieces, boxes)
            elif name in ("drawing", "pict", "object"):
                paragraph.pictures += _drawn(child, boxes)
            elif name == "AlternateContent":
                choice = _chosen(child)
                if choice is not None:
                    self._inline(choice, style, paragraph, pieces, boxes)
            elif name in ("del", "moveFrom"):
                self.text.tracked = True
            elif isinstance(child.tag, str) and "/math}" in child.tag:
                self._inline(child, style, paragraph, pieces, boxes)


def _lead(pieces: list[tuple[str, bool]]) -> int:
    length = 0
    for piece, bold in pieces:
        if piece.strip() and not bold:
            break
        length += len(piece)
    return length


def _chosen(alternate: etree._Element) -> etree._Element | None:
    """Return the first alternative; reading both would count its text twice."""
    return _child(alternate, "Choice") if _child(alternate, "Choice") is not None else _child(alternate, "Fallback")


def _is_contents(element: etree._Element) -> bool:
    gallery = _child(_child(_child(element, "sdtPr"), "docPartObj"), "docPartGallery")
    return _value(gallery) == "Table of Contents"


def _drawn(element: etree._Element, boxes: list[etree._Element]) -> int:
    """Collect the text boxes of a drawing and return how many pictures it shows."""
    pictures = 0
    for child in _visible(element):
        name = local(child)
        if name == "txbxContent":
            boxes.append(child)
        elif name in ("blip", "imagedata"):
            pictures += 1
    return pictures


def _visible(element: etree._Element) -> Iterator[etree._Element]:
    """Yield descendants, of alternatives only the first, not going into text boxes."""
    for child in element:
        name = local(child)
        if name == "AlternateContent":
            choice = _chosen(child)
            if choice is not None:
                yield from _visible(choice)
            continue
        yield child
        if name != "txbxContent":
            yield from _visible(child)
