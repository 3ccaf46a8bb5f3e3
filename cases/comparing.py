"""What changed between two versions of a text: by paragraph, and by word in those that were rewritten."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Final, Literal

from markupsafe import Markup

Sign = Literal["", "in", "out"]
MOST_PARAGRAPHS: Final = 800
"""A document of R7's length has some hundred; of longer texts only the beginning is compared."""
_EFFORT: Final = 10_000_000
"""Looks at equal paragraphs, words or characters that one comparison may take, each time difflib takes them: about a
second. What lies beyond is shown as whole paragraphs that went out and came in."""
_ALIKE: Final = 0.4
_AHEAD: Final = 4
_BLOCK_ENDS: Final = re.compile(r"</(?:p|h[1-6]|li|td|th|dt|dd)>|<br\s*/?>")
_HEADING: Final = re.compile(r"<h[1-6]\b")
_TOKEN: Final = re.compile(r"[A-Za-z0-9%.]+|.", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """A paragraph as it changed, in pieces that stayed (""), came in ("in") or went out ("out").

    `same` > 0 stands for so many paragraphs without a change.
    """

    pieces: tuple[tuple[Sign, str], ...] = ()
    same: int = 0


def paragraphs(page: str) -> list[str]:
    """Return the texts of the blocks of a clean page of HTML."""
    return [text for text, _ in blocks(page)]


def blocks(page: str) -> list[tuple[str, bool]]:
    """Return the same, each with whether it is a heading."""
    pieces = ((piece, " ".join(Markup(piece).striptags().split())) for piece in _BLOCK_ENDS.split(page))  # nosec B704
    return [(text, bool(_HEADING.search(piece))) for piece, text in pieces if text]


def changes(old: list[str], new: list[str]) -> list[Row]:
    """Return the rows of the new text with what went out of the old one; empty where both are the same."""
    old, new = old[:MOST_PARAGRAPHS], new[:MOST_PARAGRAPHS]
    effort = _Effort()
    rows: list[Row] = []
    for verb, a, b, c, d in _Matcher(old, new, effort).get_opcodes():
        if verb == "equal":
            rows.append(Row(same=b - a))
        else:
            rows.extend(_rewritten(old[a:b], new[c:d], effort))
    return [] if all(row.same for row in rows) else rows


class _Effort:
    """What is left of the work that one comparison may cost."""

    def __init__(self) -> None:
        self._left = _EFFORT

    def spend(self, looks: int) -> bool:
        """Take so many looks from what is left; False, and nothing is taken, where they would be too many."""
        affordable = looks <= self._left
        self._left -= looks if affordable else 0
        return affordable

    def alike(self, one: str, other: str) -> bool:
        """Whether two paragraphs are versions of one; False as well where finding out would cost too much."""
        if not self.spend(len(one) + len(other)):
            return False
        matcher = _Matcher(one, other, self)
        return all(ratio() > _ALIKE for ratio in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


class _Matcher(SequenceMatcher[str]):
    """difflib's, which takes for different what there is no effort left to compare."""

    a: Sequence[str]
    b2j: dict[str, list[int]]
    """difflib's own: where each item stands in the other text."""

    def __init__(self, one: Sequence[str], other: Sequence[str], effort: _Effort) -> None:
        self._effort = effort
        super().__init__(None, one, other, autojunk=False)

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        looks = sum(1 + len(self.b2j.get(each, ())) for each in self.a[alo:ahi])
        return super().find_longest_match(alo, ahi, blo, bhi) if self._effort.spend(looks) else Match(alo, blo, 0)


def _rewritten(old: list[str], new: list[str], effort: _Effort) -> Iterator[Row]:
    """Pair paragraphs that are still alike, in order; the others went out or came in whole."""
    at = 0
    for text in new:
        match = next((n for n in range(at, min(len(old), at + _AHEAD)) if effort.alike(old[n], text)), None)
        if match is None:
            yield Row(pieces=(("in", text),))
            continue
        yield from (Row(pieces=(("out", gone),)) for gone in old[at:match])
        yield Row(pieces=tuple(_words(old[match], text, effort)))
        at = match + 1
    yield from (Row(pieces=(("out", gone),)) for gone in old[at:])


def _words(old: str, new: str, effort: _Effort) -> Iterator[tuple[Sign, str]]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    for verb, a, b, c, d in _Matcher(before, after, effort).get_opcodes():
        if verb == "equal":
            yield "", "".join(before[a:b])
            continue
        if b > a:
            yield "out", "".join(before[a:b])
        if d > c:
            yield "in", "".join(after[c:d])
