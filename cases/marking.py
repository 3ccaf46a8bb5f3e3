"""A text laid out for reading with its passages marked: pure functions over paragraphs and places of letters."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from cases.comparing import blocks
from cases.likeness import Passage, origins, plain
from cases.papers.document_template import HEADINGS, HINTS, NOTE, TITLE_PLACE

_TEMPLATE: Final = frozenset(
    plain(words) for words in (*HEADINGS, TITLE_PLACE, NOTE, *(hint for hints in HINTS.values() for hint in hints))
)
"""What the portal itself has put into documents (R7)."""


Whole = Callable[[str], Iterable[tuple[int, int]]]
"""(start, end) of the places in a paragraph that must not be cut in two."""


class Piece(NamedTuple):
    """Words of a paragraph; `passage` counts from 1, 0 stands for words between passages. `first`: it begins here."""

    words: str
    passage: int = 0
    first: bool = False


class Text:
    """The paragraphs of a clean page of HTML. Headings and the template's own words are read and not compared."""

    def __init__(self, page: str) -> None:
        self.paragraphs: list[str] = []
        self._counts: list[bool] = []
        compared: list[str] = []
        for words, heading in blocks(page):
            letters = plain(words)
            counts = not heading and letters not in _TEMPLATE
            self.paragraphs.append(words)
            self._counts.append(counts)
            compared.append(letters if counts else "")
        self.letters = "".join(compared)
        """What is compared."""

    @cached_property
    def _origins(self) -> list[tuple[int, int]]:
        """For each letter its paragraph, and its place there."""
        return [
            (number, at)
            for number, (words, counts) in enumerate(zip(self.paragraphs, self._counts, strict=True))
            if counts
            for at in origins(words)
        ]

    def marked(self, passages: Iterable[Passage], whole: Whole = lambda _: ()) -> list[list[Piece]]:
        """The paragraphs in pieces, those of the n-th passage bearing n; `whole` says what is never cut in two."""
        marks: dict[int, list[tuple[int, int, int]]] = {}
        for number, passage in enumerate(passages, 1):
            for at, start, end in self._spans(passage):
                marks.setdefault(at, []).append((start, end, number))
        seen: set[int] = set()
        return [
            list(_pieces(words, sorted(marks[at]), seen, list(whole(words)))) if at in marks else [Piece(words)]
            for at, words in enumerate(self.paragraphs)
        ]

    def _spans(self, passage: Passage) -> list[tuple[int, int, int]]:
        """(paragraph, start, end) of each part of a passage; letters that are not there are left out."""
        found: dict[int, tuple[int, int]] = {}
        for number, at in self._origins[passage.start : passage.end]:
            found[number] = (found.get(number, (at, at))[0], at + 1)
        return [(number, start, end) for number, (start, end) in found.items()]


def _pieces(
    words: str, marks: Sequence[tuple[int, int, int]], seen: set[int], whole: Sequence[tuple[int, int]]
) -> Iterable[Piece]:
    at = 0
    for start, end, number in marks:
        start, end = max(at, _out_of(start, whole)), _out_of(end, whole)
        if end <= start:
            continue
        if start > at:
            yield Piece(words[at:start])
        yield Piece(words[start:end], number, number not in seen)
        seen.add(number)
        at = end
    if at < len(words):
        yield Piece(words[at:])


def _out_of(at: int, whole: Sequence[tuple[int, int]]) -> int:
    """The place, moved to the end of what must stay whole where it lies inside of that."""
    end = max((end for start, end in whole if start < at < end), default=at)
    return at if end == at else _out_of(end, whole)


def only_passages(paragraphs: Iterable[Sequence[Piece]]) -> list[list[Piece]]:
    """What of them is marked, for readers who may not see the rest."""
    kept = ([piece for piece in pieces if piece.passage] for pieces in paragraphs)
    return [pieces for pieces in kept if pieces]


def changed(paragraphs: Iterable[Sequence[Piece]], change: Callable[[str], str]) -> list[list[Piece]]:
    """The same pieces with other words."""
    return [[piece._replace(words=change(piece.words)) for piece in pieces] for pieces in paragraphs]
