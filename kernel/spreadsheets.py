"""Tables that people open in a spreadsheet, as CSV and as XLSX; no cell of them is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a cell a formula, full-width signs included: spreadsheets in Chinese take those too (ASVS 1.2.10)."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_LONGEST_CELL = 32_767
"""Characters that Excel takes in one cell; a file with more is opened as damaged."""
_WIDEST = 48

Rows = Iterable[Sequence[object]]


def neutral(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    words = str(cell)
    return f"'{words}" if words.lstrip().startswith(FORMULA) or words.startswith(FORMULA) else words


def csv_bytes(head: Sequence[str], rows: Rows) -> bytes:
    """The table as CSV in UTF-8, with the mark at the beginning that tells Excel so."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(head)
    table.writerows([neutral(cell) for cell in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def xlsx_bytes(head: Sequence[str], rows: Rows) -> bytes:
    """The table as a workbook of one sheet whose head stays in sight; numbers stay numbers, all else is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    kept = [[_cell(cell) for cell in row] for row in rows]
    # A sheet that is written straight through takes its shape before its first row.
    sheet.freeze_panes = "A2"
    for column, words in enumerate(head):
        widest = max((_width(row[column]) for row in kept[:200]), default=0)
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(_width(words), widest) + 2, _WIDEST)
    sheet.append(list(head))
    for row in kept:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: object) -> str | int | float:
    """A number as it is; anything else as text, without the control characters that XML cannot hold."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return neutral(ILLEGAL_CHARACTERS_RE.sub("", str(value)))[:_LONGEST_CELL]


def _width(cell: object) -> int:
    """How many digits wide a cell's words are; a Chinese character is as wide as two."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in str(cell))
