"""Tables for spreadsheets, as CSV and as XLSX, of which no cell is taken for a formula; and lists read from them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from kernel.errors import Refusal

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What makes a cell a formula, full-width signs included: spreadsheets in Chinese take those too (ASVS 1.2.10)."""

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
_LONGEST_CELL = 32_767
"""Characters that Excel takes in one cell; a file with more is opened as damaged."""
_WIDEST = 48
_MOST_PARTS, _UNFOLDED, _DEEPEST, _LONGEST_READ = 100, 20 * 1024 * 1024, 5000, 300
"""Of a workbook that is read: parts in the file, their bytes unfolded, rows looked at, characters of a cell."""

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


class NotAWorkbook(Refusal):
    """What was sent is no workbook that can be read, or far larger than a list of people is."""

    code = "not_a_workbook"
    sentence = "这个文件不能作为 Excel 表读取。请用 Excel 或 WPS 另存为 .xlsx，再上传。"


class TooManyRows(Refusal):
    code = "too_many_rows"

    def __init__(self, most: int) -> None:
        super().__init__(f"一次最多导入 {most} 行。请把表分成几份，分几次上传。")


def read_xlsx(content: bytes, *, columns: Sequence[str], most: int) -> list[tuple[int, list[str]]]:
    """The rows below the head as (number in the sheet, texts in the order of `columns`); empty rows are left out.

    Columns are found by the words of the first row, in any order. Refuses: NotAWorkbook, TooManyRows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            # What a part unfolds to is bounded by its declared size (zipfile reads no further).
            if len(parts.infolist()) > _MOST_PARTS or sum(part.file_size for part in parts.infolist()) > _UNFOLDED:
                raise NotAWorkbook
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = book.worksheets[0].iter_rows(max_row=_DEEPEST, max_col=40, values_only=True)
        head = [_text(cell) for cell in next(lines, ())]
        if missing := [words for words in columns if words not in head]:
            raise NotAWorkbook(f"第一行缺少“{'”“'.join(missing)}”。请下载模板，按模板的第一行填写。")
        places = [head.index(words) for words in columns]
        found: list[tuple[int, list[str]]] = []
        for number, line in enumerate(lines, 2):
            cells = [_text(line[place]) if place < len(line) else "" for place in places]
            if not any(cells):
                continue
            if len(found) == most:
                raise TooManyRows(most)
            found.append((number, cells))
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, EOFError, SyntaxError, OSError) as error:
        raise NotAWorkbook from error
    return found


def _text(cell: object) -> str:
    """A cell as one would read it: without control characters, blanks folded, no .0 behind a whole number."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(ILLEGAL_CHARACTERS_RE.sub("", "" if cell is None else str(cell)).split())[:_LONGEST_READ]
