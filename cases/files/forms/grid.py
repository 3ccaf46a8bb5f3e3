"""The tables of a Word document as rows of cells, merged cells seen through, and the paragraphs between them."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from cases.files.forms.text import clean
from cases.files.unfit import bomb
from cases.files.wordtext import Reader, Style, body_blocks, local, part

# A form has some twenty rows; what has thousands is none, whatever else it may be.
MAX_ROWS: Final = 2_000
_THROUGH: Final = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}
# What Word's and WPS's “insert symbol” writes for ticks and boxes: no character, but a place in a symbol font.
_SYMBOLS: Final = {
    ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x53): "☒", ("wingdings 2", 0x50): "✓", ("wingdings 2", 0x54): "☒",
    ("wingdings 2", 0xA3): "☐", ("wingdings 2", 0x2A): "☐",
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒", ("wingdings", 0xFC): "✓", ("wingdings", 0xA8): "☐",
    ("wingdings", 0x6F): "☐", ("wingdings", 0x6E): "■", ("symbol", 0xD6): "√",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a line a paragraph, and the columns `start` to `end` of the grid that it takes.

    One that `continues` the cell above it (merged downwards) has that one's text.
    """

    text: str
    start: int = 0
    end: int = 1
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `table` is 0 for a paragraph outside of them, which is a row of one cell."""

    cells: tuple[Cell, ...]
    table: int = 0


def read(archive: zipfile.ZipFile, main: str) -> list[Row]:
    """Return every row and paragraph in reading order; tables inside cells come after the row that holds them."""
    data = part(archive, main)
    grid = _Grid()
    for block in body_blocks(data or b""):
        grid.block(block)
    return grid.rows


class _Grid:
    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._tables = 0

    def block(self, element: etree._Element) -> None:
        name = local(element)
        if name == "tbl":
            self._table(element)
        elif name == "p":
            self._add(Row((Cell(_words(element)),)))
        elif name in _THROUGH:
            for child in element:
                self.block(child)

    def _add(self, row: Row) -> None:
        if any(cell.text for cell in row.cells):
            self.rows.append(row)
        if len(self.rows) > MAX_ROWS:
            raise bomb()

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        number = self._tables
        above: tuple[Cell, ...] = ()
        for line in _inside(table, "tr"):
            nested = [inner for cell in _inside(line, "tc") for inner in _inside(cell, "tbl")]
            above = _cells(line, above)
            self._add(Row(above, number))
            for inner in nested:
                self._table(inner)


def _cells(line: etree._Element, above: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Return a row's cells. A cell lost at its beginning leaves its columns free (gridBefore)."""
    cells: list[Cell] = []
    column = _number(_property(line, "trPr", "gridBefore"), 0)
    for element in _inside(line, "tc"):
        end = column + max(1, _number(_property(element, "tcPr", "gridSpan"), 1))
        merged, beside = _property(element, "tcPr", "vMerge"), _property(element, "tcPr", "hMerge")
        if beside is not None and beside != "restart" and cells:
            cells[-1] = replace(cells[-1], end=end)
        elif merged is not None and merged != "restart":
            over = next((cell.text for cell in above if cell.start <= column < cell.end), "")
            cells.append(Cell(over, column, end, continues=True))
        else:
            cells.append(Cell(_words(element), column, end))
        column = end
    return tuple(cells)


def _words(element: etree._Element) -> str:
    """Return the text of a cell or paragraph without the tables in it, symbols and check boxes as characters."""
    reader = Reader({"": Style()})
    _write_marks(element)
    for block in [element] if local(element) == "p" else [child for child in element if local(child) != "tbl"]:
        reader.block(block, "body", contents=False)
    return clean("\n".join(paragraph.text for paragraph in reader.text.paragraphs))


def _write_marks(element: etree._Element) -> None:
    """Put a character in the place of every symbol and old check box, for the reader of text to find."""
    for found in list(element.iter("{*}sym", "{*}checkBox")):
        if local(found) == "sym":
            font, code = _value(found, "font").lower(), _number(_value(found, "char"), 0, base=16) & 0xFF
            mark, place = _SYMBOLS.get((font, code), ""), found
        else:
            states = {local(child): _value(child) for child in found}
            on = states.get("checked", states.get("default", "0")) not in ("0", "false", "off")
            mark, place = "☑" if on else "☐", found.getparent().getparent()  # the fldChar, a child of its run
        if place.getparent() is not None:
            text = etree.Element(f"{{{etree.QName(place).namespace}}}t")
            text.text = mark
            place.addprevious(text)


def _inside(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the children of this name, through content controls and other wrappers."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in _THROUGH:
            yield from _inside(child, name)


def _property(element: etree._Element, properties: str, name: str) -> str | None:
    """Return a property's value, "" where it stands without one, None where it does not stand."""
    for child in element:
        if local(child) == properties:
            return next((_value(one) for one in child if local(one) == name), None)
    return None


def _value(element: etree._Element, name: str = "val") -> str:
    return next((str(said) for key, said in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _number(text: str | None, otherwise: int, base: int = 10) -> int:
    try:
        return min(int(text or "", base), 0xFFFF)
    except ValueError:
        return otherwise
