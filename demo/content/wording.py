"""Filling sentence patterns with words, the one mechanism all demo text is made by."""

import random
import re
from collections.abc import Mapping, Sequence

Words = Mapping[str, str | Sequence[str]]

_COUNTED = re.compile(r"[^\x00-\x7f\s]|[\x21-\x7e]+")


class _Choosing(dict[str, str]):
    """Slots for `str.format_map`: a fixed word as it is, a list of words by a draw."""

    def __init__(self, rng: random.Random, words: Words) -> None:
        super().__init__()
        self._rng = rng
        self._words = words

    def __missing__(self, slot: str) -> str:
        word = self._words[slot]
        return word if isinstance(word, str) else self._rng.choice(word)


def fill(rng: random.Random, pattern: str, words: Words) -> str:
    """The pattern with every {slot} replaced; a slot named twice in one pattern is drawn anew each time."""
    return pattern.format_map(_Choosing(rng, words))


def ordered_sample(rng: random.Random, patterns: Sequence[str], size: int) -> list[str]:
    """`size` different patterns in the order they were written, so that “首先” stays before “随后”."""
    return [patterns[place] for place in sorted(rng.sample(range(len(patterns)), min(size, len(patterns))))]


def length(text: str) -> int:
    """字 of a text, simply: each full-width character one, each run of other characters one."""
    return len(_COUNTED.findall(text))
