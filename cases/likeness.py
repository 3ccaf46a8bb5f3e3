"""When two documents are alike (相似): their plain text, its winnowed fingerprints, the passages that two texts share.

Pure functions over strings. Winnowing as in Schleimer, Wilkerson, Aiken, “Winnowing: Local Algorithms for Document
Fingerprinting” (SIGMOD 2003): of every WINDOW grams that follow each other one is kept, so two texts that share
WINDOW + GRAM - 1 characters share a fingerprint. What the figures below were measured on: docs/decisions/0019.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple
from unicodedata import normalize
from zlib import crc32

VERSION: Final = 2
"""Of the method. A change of anything that alters a fingerprint takes the next number; jobs then do all anew."""
GRAM, WINDOW, SEED = 8, 32, 13
_LOW: Final = 2**29
"""Every eighth gram is lower, and so the least of nearly every window: only these need be compared with each other."""
SHORTEST: Final = 40
"""So many letters that tell make a passage worth a mark: a sentence, not a phrase."""
SHOWN: Final = 200
"""So many letters that tell, in all its passages, make a case one that people are told of."""
LEAST: Final = 5
"""So many fingerprints two texts share before they are laid side by side; 200 letters have eight or more."""
_REACH: Final = 8
_AGAIN: Final = 4
"""Within a passage up to _REACH characters may differ at a place, where _AGAIN equal ones follow."""
_PLACES: Final = 4
"""At so many places of the other text a seed is tried: more are of a text that repeats itself."""
_MANY, _FEW = 100, 20
_SKIPS: Final = sorted(
    ((skip, there) for skip in range(_REACH + 1) for there in range(_REACH + 1) if skip or there),
    key=lambda one: (max(one), sum(one)),
)
"""How far to look on in both texts where they differ, the nearest first."""


def _counts(char: str) -> bool:
    # The rarest characters stand in names alone; without them each is one unit of UTF-16.
    return char.isalpha() and char <= "\uffff"


class _Plain(dict[int, str]):
    """Of a character what counts: its letters, small, in their usual width. Digits go, copies often change them."""

    def __missing__(self, code: int) -> str:
        self[code] = kept = "".join(filter(_counts, normalize("NFKC", chr(code)).casefold()))
        return kept


_PLAIN: Final = _Plain()
_NOT_HAN: Final = re.compile("[^\u4e00-\u9fff]+")
"""Chinese characters count as they are: most of a text need not be looked up one by one."""


def plain(text: str) -> str:
    """The letters that count, without space, punctuation and digits."""
    return _NOT_HAN.sub(lambda run: run[0].translate(_PLAIN), text)


def origins(text: str) -> list[int]:
    """For each letter of `plain(text)` its place in the text."""
    return [at for at, char in enumerate(text) for _ in _PLAIN[ord(char)]]


def grams(letters: str) -> list[int]:
    """A number for each GRAM letters that follow each other, in their order."""
    data = letters.encode("utf-16-le")
    return [crc32(data[at : at + 2 * GRAM]) for at in range(0, len(data) - 2 * GRAM + 1, 2)]


def winnow(values: list[int]) -> set[int]:
    """The fingerprints of a text: the least of each WINDOW of its grams; where there are fewer, the least of all."""
    if not values:
        return set()
    window, end = min(WINDOW, len(values)), len(values)
    low = [(at, value) for at, value in enumerate(values) if value < _LOW]
    gaps = pairwise([-1, *(at for at, _ in low), end])
    starts = (at for before, after in gaps for at in range(before + 1, after - window + 1))
    return {min(values[at : at + window]) for at in starts} | _least_among(low, end, window)


def _least_among(low: Iterable[tuple[int, int]], end: int, window: int) -> set[int]:
    """Of the low (place, value) of a text, those that are the least of a window: no lesser one is within its length."""
    kept, rising = set[int](), [(-1, -1)]
    for at, value in [*low, (end, -1)]:
        while rising[-1][1] > value:
            _, least = rising.pop()
            if at - rising[-1][0] > window:
                kept.add(least)
        rising.append((at, value))
    return kept


def too_common(documents: int) -> int:
    """In more documents than this a fingerprint says nothing: 1 % of all, and never fewer than _FEW."""
    return max(_FEW, documents // _MANY)


class Alike(NamedTuple):
    """How many cases have passages of a case's text, and how many of its files are in other cases too."""

    texts: int
    files: int

    @property
    def words(self) -> str:
        """A hint to a person, never a verdict; empty where nothing was found."""
        found = [f"与 {self.texts} 件案例有相同段落"] if self.texts else []
        found += [f"{self.files} 个支撑材料与其他案例的文件完全相同"] if self.files else []
        return "，".join(found)


class Passage(NamedTuple):
    """Letters `start` to `end` of one plain text that stand at `there` to `there_end` of the other, `equal` alike.

    `values` are the fingerprints that both texts have of it, `weight` how many letters tell something: formulas that
    everybody writes do not.
    """

    start: int
    end: int
    there: int
    there_end: int
    equal: int
    weight: int = 0
    values: Sequence[int] = ()


def passages(one: str, other: str) -> list[Passage]:
    """The passages of a plain text that the other has too, in the order of the first; a few letters may differ."""
    places = _places(other)
    found: list[Passage] = []
    at, begin = 0, 0
    while at <= len(one) - SEED:
        tries = [_grown(one, other, at, there, begin) for there in places.get(one[at : at + SEED], ())]
        if not tries:
            at += 1
            continue
        best = max(tries, key=lambda passage: passage.equal)
        if best.equal >= SHORTEST:
            found.append(best)
        at = begin = best.end
    return found


def _places(text: str) -> dict[str, list[int]]:
    """Where each seed stands."""
    places: dict[str, list[int]] = {}
    for at in range(len(text) - SEED + 1):
        known = places.setdefault(text[at : at + SEED], [])
        if len(known) < _PLACES:
            known.append(at)
    return places


def _grown(one: str, other: str, at: int, there: int, begin: int) -> Passage:
    """The seed at these places, followed in both directions; in the first text not before `begin`."""
    ahead, ahead_there, more = _follow(one, other, at + SEED, there + SEED)
    back, back_there, less = _follow(one[begin:at][::-1], other[:there][::-1], 0, 0)
    return Passage(at - back, ahead, there - back_there, ahead_there, SEED + more + less)


def _follow(one: str, other: str, at: int, there: int) -> tuple[int, int, int]:
    """How far both texts go on alike from two places: where the last equal letters end, and how many there were."""
    equal = 0
    while True:
        while at < len(one) and there < len(other) and one[at] == other[there]:
            at, there, equal = at + 1, there + 1, equal + 1
        for skip, skip_there in _SKIPS:
            again = one[at + skip : at + skip + _AGAIN]
            if len(again) == _AGAIN and other.startswith(again, there + skip_there):
                at, there = at + skip, there + skip_there
                break
        else:
            return at, there, equal


def telling(
    found: Iterable[Passage], own: Sequence[int], shared: Collection[int], common: Collection[int]
) -> list[Passage]:
    """The passages that are more than formulas; none where all together weigh too little.

    `own` are the grams of the text that the passages are of, `shared` the fingerprints both texts have, `common` those
    that say nothing.
    """
    return weighed(
        [
            one._replace(values=[value for value in own[one.start : one.end - GRAM + 1] if value in shared])
            for one in found
        ],
        common,
    )


def weighed(found: Iterable[Passage], common: Collection[int]) -> list[Passage]:
    """The same for passages that know their fingerprints: each weighs the part of them that is not common."""
    kept = [
        one._replace(weight=one.equal * sum(value not in common for value in one.values) // max(1, len(one.values)))
        for one in found
    ]
    kept = [one for one in kept if one.weight >= SHORTEST]
    return kept if sum(one.weight for one in kept) >= SHOWN else []


def turned(passage: Passage) -> Passage:
    """The same passage as the other text sees it."""
    start, end, there, there_end = passage[:4]
    return passage._replace(start=there, end=there_end, there=start, there_end=end)
