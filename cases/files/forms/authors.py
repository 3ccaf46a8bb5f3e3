"""作者信息 of 附表1: a table below its heads, heads beside their values, or all authors in one row of cells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from accounts.contact import MOBILE, plain_digits
from cases.files.forms.grid import Cell
from cases.files.forms.labels import AUTHOR, SHEET, key
from cases.files.forms.text import one_line

FIELDS: Final = ("name", "unit", "post", "mobile")
# What people put into rows that nobody needs.
_NOTHING: Final = {"", "/", "\\", "—", "——", "-", "－", "无", "／"}

Author = dict[str, str]


@dataclass
class Authors:
    """The authors as they are met, row by row; `short` are the rows in which a cell is lost, from 1."""

    found: list[Author] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    met: bool = False
    _heads: list[tuple[str, Cell]] = field(default_factory=list)

    @property
    def under_heads(self) -> bool:
        """Whether the rows that come now stand below the heads of a table."""
        return bool(self._heads)

    def close(self) -> None:
        """Another part of the form begins."""
        self._heads = []

    def row(self, cells: Sequence[Cell]) -> bool:
        """Take a row; whether it was one of authors."""
        if self._heads:
            return self._line(cells)
        said = [(_head(cell), cell) for cell in cells if not _frame(cell)]
        heads = [(name, cell) for name, cell in said if name is not None]
        if not any(name for name, _ in heads):
            return False
        self.met = True
        if len(heads) == len([cell for _, cell in said if cell.text]) and len({name for name, _ in heads if name}) > 1:
            self._heads = _with_name(heads, cells)
        else:
            self._beside(said)
        return True

    def _line(self, cells: Sequence[Cell]) -> bool:
        """A row below the heads: cell by cell where none is lost, by their place in the grid otherwise.

        A cell below several heads is no author's: something else begins there.
        """
        first = min(head.start for _, head in self._heads)
        own = [cell for cell in cells if not (_frame(cell) and cell.start < first)]
        whole = len(own) == len(self._heads)
        below = {at: next((c for c in own if c.start <= head.start < c.end), None) for at, (_, head) in self._each()}
        if not whole and len({id(c) for c in below.values() if c}) < sum(c is not None for c in below.values()):
            self.close()
            return False
        values: Author = dict.fromkeys(FIELDS, "")
        for at, (name, _) in self._each():
            cell = own[at] if whole else below[at]
            if name and cell is not None:
                values[name] = "/".join(part for part in (values[name], cell.text) if part)
        for one in _split(values if whole else _mobile_last(values)):
            if self._add(one) and not whole:
                self.short.append(len(self.found))
        return True

    def _each(self) -> list[tuple[int, tuple[str, Cell]]]:
        return list(enumerate(self._heads))

    def _beside(self, said: list[tuple[str | None, Cell]]) -> None:
        """Heads beside their values: one head with a value for each author, or several heads of one author."""
        groups: list[tuple[str, list[str]]] = []
        for name, cell in said:
            if name:
                groups.append((name, []))
            elif name is None and groups:
                groups[-1][1].append(cell.text)
        if len(groups) == 1 and len(groups[0][1]) > 1:
            for at, value in enumerate(groups[0][1]):
                self._put(at, groups[0][0], value)
            return
        for name, values in groups:
            value = "\n".join(part for part in values if part)
            last = len(self.found) - 1
            self._put(last + 1 if last < 0 or (name == "name" and self.found[last]["name"]) else last, name, value)

    def _put(self, at: int, name: str, value: str) -> None:
        while len(self.found) <= at:
            self.found.append(dict.fromkeys(FIELDS, ""))
        self.found[at][name] = "/".join(part for part in (self.found[at][name], one_line(value)) if part)

    def _add(self, author: Author) -> bool:
        if all(value.strip() in _NOTHING for value in author.values()):
            return False
        self.found.append(author)
        return True

    def named(self) -> list[Author]:
        """The authors without the lines that nobody filled in."""
        return [one for one in self.found if not all(value.strip() in _NOTHING for value in one.values())]


def _head(cell: Cell) -> str | None:
    """The field that a cell is the head of, "" for a head without one (序号), None for no head."""
    return AUTHOR.get(key(cell.text)) if cell.text else None


def _frame(cell: Cell) -> bool:
    """Whether a cell is the head of the whole block (作者信息)."""
    return SHEET.get(key(cell.text)) == "authors"


def _with_name(heads: list[tuple[str, Cell]], cells: Sequence[Cell]) -> list[tuple[str, Cell]]:
    """The heads; where none says 姓名, the cell that says only 作者 stands for it."""
    if any(name == "name" for name, _ in heads):
        return heads
    return [("name", cell) for cell in cells if _frame(cell) and not cell.continues][:1] + heads


def _mobile_last(values: Author) -> Author:
    """What is plainly a mobile number, put where it belongs: cells behind a lost one have moved up."""
    place = next((name for name, value in values.items() if MOBILE.fullmatch(plain_digits(value))), "mobile")
    return values if place == "mobile" or values["mobile"] else values | {"mobile": values[place], place: ""}


def _split(values: Author) -> list[Author]:
    """Several authors written below each other in one row of cells, one by one."""
    lines = {name: [line.strip() for line in value.split("\n") if line.strip()] for name, value in values.items()}
    many = len(lines["name"])
    if many < 2 or len(lines["mobile"]) != many:
        return [{name: one_line(value) for name, value in values.items()}]
    return [
        {name: parts[at] if len(parts) == many else " ".join(parts) for name, parts in lines.items()}
        for at in range(many)
    ]
