"""Hiding who made a case from those who score it (R14): pure functions over words and clean HTML."""

import re
from collections.abc import Iterable
from html import escape

from cases.files.identity import HIDDEN, Finder, Known, loosely, variants

_TAG = re.compile(r'(<(?:[^>"]|"[^"]*")*>)')
_TELLING = re.compile(r' (?:title|href)="(?!#)[^"]*"')
"""Attributes that carry names and links to a school's pages; anchors inside the document stay."""
_ALT = re.compile(r' alt="[^"]+"')
"""The words of a picture are often its file's name; plain ones take their place, so that a reader still hears it."""


_REACHED = Finder(Known())
"""Finds mobiles, identity numbers and mail addresses by their form."""


class Veil:
    """Hides the given words: names, units, mobiles, places; a unit without the places in front of it too.

    Longer ones go first, so that none is hidden in part.
    """

    def __init__(self, words: Iterable[str]) -> None:
        known = {each for word in words for each in variants(word.strip()) if len(each) > 1}
        # “&” stands escaped in a page, and plain in what was taken out of one.
        known |= {escape(word, quote=False) for word in known}
        found = sorted(known, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(loosely, found))) if found else None

    def text(self, words: str) -> str:
        return self._pattern.sub(HIDDEN, words) if self._pattern else words

    def spans(self, words: str) -> list[tuple[int, int]]:
        """Where the words stand, and numbers and addresses by which anybody can be reached."""
        found = [match.span() for match in self._pattern.finditer(words)] if self._pattern else []
        return found + [(span.start, span.end) for span in _REACHED.spans(words)]

    def closely(self, words: str) -> str:
        """The text without all that `spans` names."""
        hidden = self.text(words)
        for span in sorted(_REACHED.spans(hidden), key=lambda span: -span.start):
            hidden = hidden[: span.start] + HIDDEN + hidden[span.end :]
        return hidden

    def html(self, page: str) -> str:
        """The same page with the words hidden between its tags, and without telling attributes in them."""
        parts = _TAG.split(page)
        return "".join(_plain(part) if i % 2 else self.text(part) for i, part in enumerate(parts))


def _plain(tag: str) -> str:
    return _ALT.sub(' alt="插图"', _TELLING.sub("", tag))
