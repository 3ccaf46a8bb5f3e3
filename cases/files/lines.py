"""A document's lines as a person reads them: soft breaks end a line, tables go by label or by column."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from cases.files.headings import HINT, names
from cases.files.wordtext import Paragraph

_LONGEST_LABEL = 40


def in_reading_order(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Return the lines of a document as they are read."""
    lines: list[Paragraph] = []
    for table, inside in groupby(paragraphs, key=lambda one: one.cell[0] if one.cell else 0):
        if table:
            lines.extend(_table(inside))
        else:
            lines.extend(line for one in inside for line in _broken(one))
    return lines


def _broken(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Yield a paragraph's lines: whole documents are typed with Shift+Enter alone."""
    if "\n" not in paragraph.text.strip():
        yield paragraph
        return
    at = 0
    for text in paragraph.text.split("\n"):
        lead = min(len(text), max(0, paragraph.lead - at))
        yield replace(paragraph, text=text, lead=lead, pictures=paragraph.pictures if at == 0 else 0)
        at += len(text) + 1


def _table(inside: Iterable[Paragraph]) -> list[Paragraph]:
    cells = [_label(list(cell)) for _, cell in groupby(inside, key=lambda one: one.cell)]
    heads = _heads(cells)
    if heads is None:
        return [line for cell in cells for line in cell]
    row, columns = heads
    before = [line for cell in cells if _place(cell)[0] < row for line in cell]
    below = [cell for cell in cells if _place(cell)[0] >= row]

    def column(cell: list[Paragraph]) -> int:
        return max((one for one in columns if one <= _place(cell)[1]), default=-1)

    return before + [line for cell in sorted(below, key=column) for line in cell]


def _place(cell: list[Paragraph]) -> tuple[int, int]:
    """Return the row and column of a cell."""
    assert cell[0].cell is not None
    return cell[0].cell[1:]


def _label(cell: list[Paragraph]) -> list[Paragraph]:
    """Join a cell that is nothing but the name of a section, one or two characters a line or with a hint below it."""
    joined = "".join("".join(one.text.split()) for one in cell)
    if joined and len(joined) <= _LONGEST_LABEL and not any(one.pictures for one in cell) and names(joined)[1]:
        hint = HINT.fullmatch(cell[-1].text.strip())
        return [replace(cell[0], text=joined.removesuffix("".join(cell[-1].text.split())) if hint else joined)]
    return [line for one in cell for line in _broken(one)]


def _heads(cells: list[list[Paragraph]]) -> tuple[int, list[int]] | None:
    """Return row and columns of the first row that holds names of sections side by side and nothing else."""
    for row, group in groupby(cells, key=lambda cell: _place(cell)[0]):
        filled = [(_place(cell)[1], _words(cell)) for cell in group if _words(cell)]
        if len(filled) > 1 and len({names(words)[0] for _, words in filled} - {""}) == len(filled):
            return row, [column for column, _ in filled]
    return None


def _words(cell: list[Paragraph]) -> str:
    return "".join(one.text for one in cell).strip()
