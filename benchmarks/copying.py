"""Documents for the likeness benchmark, and copies of them: any of them can be written again from its number."""

import random
import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from accounts.provinces import PROVINCES
from calls.policy import CaseType
from demo import content

Paragraphs = list[str]
SHARED: Final = 1 / 3
"""So much of the generator's sentences stays; thousands of documents have each of them."""
EDITS: Final = {"edits-2": 0.02, "edits-5": 0.05, "edits-12": 0.12}
KINDS: Final = (*EDITS, "shuffled", "half", "passage-600")
_SENTENCE: Final = re.compile("[^。]+。?")
_WORD: Final = re.compile("[\u4e00-\u9fff]{2}")
_PLACES: Final = [short for _, _, short in PROVINCES]


def written(number: int) -> Paragraphs:
    """The paragraphs of a document, the same for the same number."""
    rng = random.Random(f"own {number}")
    return ["".join(_said(rng, sentence) for sentence in _SENTENCE.findall(each)) for each in _generated(number)]


def copied(kind: str, source: int, other: int) -> Paragraphs:
    """A copy of the source of one of KINDS; what is not copied is of the document `other`."""
    rng, own, rest = random.Random(f"{kind} {source}"), written(source), written(other)
    if kind in EDITS:
        return ["".join(_edited(rng, each, EDITS[kind])) for each in own]
    if kind == "shuffled":
        return rng.sample(own, len(own))
    if kind == "half":
        return own[: len(own) // 2] + rest[len(rest) // 2 :]
    text = "".join(own)
    at = rng.randrange(len(text) - 600)
    return [*rest[:4], text[at : at + 600], *rest[4:]]


def page(paragraphs: Sequence[str]) -> str:
    """As the inspector leaves it."""
    return "".join(f"<p>{words}</p>" for words in paragraphs)


def _generated(number: int) -> Paragraphs:
    rng = random.Random(f"document {number}")
    kind = list(CaseType)[number % len(CaseType)]
    unit = content.unit(rng, rng.choice(_PLACES), kind)
    host = content.person(rng) if kind == CaseType.STUDIO else ""
    title = content.title(rng, kind, unit=unit, host=host)
    sections = content.sections(rng, kind, title, unit=unit, host=host)
    return [each for section in sections for each in section.paragraphs]


@cache
def _lexicon() -> list[str]:
    """Words of two characters out of what the generator writes."""
    texts = ("".join(_generated(-number)) for number in range(1, 301))
    return sorted({word for text in texts for word in _WORD.findall(text)})


def _said(rng: random.Random, sentence: str) -> str:
    """The sentence itself, or as many words that nobody else puts together."""
    if rng.random() < SHARED:
        return sentence
    words = rng.choices(_lexicon(), k=len(sentence) // 2)
    return "".join(f"{word}，" if n % 5 == 4 else word for n, word in enumerate(words)) + "。"


def _edited(rng: random.Random, text: str, share: float) -> list[str]:
    """So many of the characters replaced, followed by another, or left out."""
    words = _lexicon()
    return [
        rng.choice(("", rng.choice(words)[0], char + rng.choice(words)[0])) if rng.random() < share else char
        for char in text
    ]
