"""Hiding who made a case from those who score it (R14): pure functions over words and clean HTML."""

import re
from collections.abc import Iterable
from html import escape

HIDDEN = "［已隐去］"
_TAG = re.compile(r'(<(?:[^>"]|"[^"]*")*>)')
_TELLING = re.compile(r' (?:title|href)="(?!#)[^"]*"')
"""Attributes that carry names and links to a school's pages; anchors inside the document stay."""
_ALT = re.compile(r' alt="[^"]+"')
"""The words of a picture are often its file's name; plain ones take their place, so that a reader still hears it."""


class Veil:
    """Hides the given words: names, units, mobiles, places. Longer ones go first, so that none is hidden in part."""

    def __init__(self, words: Iterable[str]) -> None:
        found = sorted({word.strip() for word in words if len(word.strip()) > 1}, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(_loosely(word) for word in found)) if found else None

    def text(self, words: str) -> str:
        return self._pattern.sub(HIDDEN, words) if self._pattern else words

    def html(self, page: str) -> str:
        """The same page with the words hidden between its tags, and without telling attributes in them."""
        parts = _TAG.split(page)
        return "".join(_plain(part) if i % 2 else self.text(part) for i, part in enumerate(parts))


def _plain(tag: str) -> str:
    return _ALT.sub(' alt="插图"', _TELLING.sub("", tag))


def _loosely(word: str) -> str:
    """A name as people set it: “韦 秋 棠” is 韦秋棠, and “&” stands escaped in a page."""
    if not re.fullmatch(r"[\u3400-\u9fff]{2,4}", word):
        return re.escape(escape(word, quote=False))
    return r"[ \u3000\u00a0]*".join(map(re.escape, word))
