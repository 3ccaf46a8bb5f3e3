"""How many cases the crowd has in each call, of which provinces and types, and how far each of them comes."""

import random
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from accounts.provinces import PROVINCES
from calls.policy import CaseType

CODES = tuple(code for code, _, _ in PROVINCES)
EMPTY = "66"
"""The province whose administrator has an empty desk: it took part in the published call alone."""

UNATTENDED = ("52", "53")
"""Provinces whose administrator has left and whose new one is not there yet: nobody screens what comes in."""

WEIGHTS = {
    "42": 9, "51": 8, "33": 8, "32": 8, "44": 8, "37": 8, "41": 7, "43": 6, "34": 5, "13": 5, "61": 5, "45": 5,
    "35": 4, "36": 4, "50": 4, "11": 4, "31": 4, "21": 4, "62": 4, "53": 4, "52": 4, "14": 3, "22": 3, "23": 3,
    "12": 3, "15": 3, "65": 3, "46": 2, "64": 2, "63": 2, "54": 2, "66": 2,
}  # fmt: skip
"""How much the provinces take part, beside one another."""

KINDS: tuple[tuple[CaseType, int], ...] = ((CaseType.SCHOOL, 5), (CaseType.REGION, 3), (CaseType.STUDIO, 3))
"""How often the types are chosen, beside one another."""


class Stage(StrEnum):
    """How far a case comes before the portal itself moves it on."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    HANDED_IN = "handed_in"
    READ = "read"
    HALF = "half"
    RETURNED = "returned"
    AGAIN = "again"
    ELIGIBLE = "eligible"
    DECLINED = "declined"
    RECOMMENDED = "recommended"


class Part(NamedTuple):
    """One case of the crowd before it is told; `quality` is about the mean of its scores."""

    code: str
    kind: CaseType
    stage: Stage
    quality: int


Counts = Mapping[Stage, int]

PUBLISHED: Counts = {
    Stage.RECOMMENDED: 596, Stage.ELIGIBLE: 150, Stage.HANDED_IN: 18, Stage.RETURNED: 14, Stage.DECLINED: 64,
    Stage.WITHDRAWN: 12, Stage.DRAFT: 21,
}  # fmt: skip
IN_REVIEW: Counts = {
    Stage.RECOMMENDED: 614, Stage.ELIGIBLE: 120, Stage.HANDED_IN: 14, Stage.RETURNED: 10, Stage.DECLINED: 52,
    Stage.WITHDRAWN: 9, Stage.DRAFT: 16,
}  # fmt: skip
HUBEI: Counts = {
    Stage.RECOMMENDED: 194, Stage.ELIGIBLE: 61, Stage.HANDED_IN: 92, Stage.READ: 17, Stage.HALF: 14,
    Stage.RETURNED: 9, Stage.AGAIN: 6, Stage.DECLINED: 28, Stage.WITHDRAWN: 5, Stage.DRAFT: 4,
}  # fmt: skip
"""With the story's three recommended cases it stands at 197 of 200 places."""

SOME_DOZENS = ("51", "33", "32", "44", "37", "41")
A_DESK: Counts = {
    Stage.RECOMMENDED: 12, Stage.ELIGIBLE: 7, Stage.HANDED_IN: 12, Stage.READ: 2, Stage.HALF: 2, Stage.RETURNED: 1,
    Stage.AGAIN: 1, Stage.DECLINED: 3, Stage.WITHDRAWN: 1,
}  # fmt: skip
ELSEWHERE: Counts = {
    Stage.RECOMMENDED: 48, Stage.ELIGIBLE: 28, Stage.HANDED_IN: 40, Stage.READ: 5, Stage.HALF: 4, Stage.RETURNED: 4,
    Stage.AGAIN: 2, Stage.DECLINED: 9, Stage.WITHDRAWN: 4, Stage.DRAFT: 6,
}  # fmt: skip
OPEN: Counts = {
    Stage.HANDED_IN: 186, Stage.READ: 9, Stage.HALF: 6, Stage.RETURNED: 9, Stage.AGAIN: 4, Stage.ELIGIBLE: 18,
    Stage.DECLINED: 6, Stage.WITHDRAWN: 14, Stage.DRAFT: 96,
}  # fmt: skip
UNSCREENED = frozenset({Stage.HANDED_IN, Stage.DRAFT, Stage.WITHDRAWN})
"""Stages that need no administrator."""


def published(rng: random.Random) -> list[Part]:
    """The call of 2024: every province, and of every province and type one that is among the best."""
    return _of_the_best(_spread(rng, PUBLISHED, CODES))


def in_review(rng: random.Random) -> list[Part]:
    return _spread(rng, IN_REVIEW, [code for code in CODES if code != EMPTY])


def in_recommendation(rng: random.Random) -> list[Part]:
    """湖北 with its hundreds, some provinces with dozens, a few of all the others."""
    parts = _spread(rng, HUBEI, ["42"])
    for code in SOME_DOZENS:
        parts += _spread(rng, A_DESK, [code])
    others = [code for code in CODES if code not in ("42", EMPTY, *SOME_DOZENS)]
    return parts + _spread(rng, ELSEWHERE, others, unattended=UNATTENDED)


def open_now(rng: random.Random) -> list[Part]:
    return _spread(rng, OPEN, [code for code in CODES if code != EMPTY], unattended=UNATTENDED)


def shares(total: int, codes: Sequence[str]) -> dict[str, int]:
    """`total` divided among the provinces by their weights; the largest remainders are rounded up."""
    whole = sum(WEIGHTS[code] for code in codes)
    exact = {code: total * WEIGHTS[code] / whole for code in codes}
    found = {code: int(share) for code, share in exact.items()}
    for code in sorted(codes, key=lambda code: found[code] - exact[code])[: total - sum(found.values())]:
        found[code] += 1
    return found


def _spread(rng: random.Random, counts: Counts, codes: Sequence[str], unattended: Collection[str] = ()) -> list[Part]:
    """So many cases of each stage; in provinces that nobody attends to none comes to a stage that needs somebody."""
    parts = []
    for stage, total in counts.items():
        able = [code for code in codes if code not in unattended or stage in UNSCREENED]
        for code, share in shares(total, able).items():
            parts += [_part(rng, code, stage, number) for number in range(share)]
    rng.shuffle(parts)
    return parts


def _part(rng: random.Random, code: str, stage: Stage, number: int) -> Part:
    kinds = [kind for kind, _ in KINDS]
    # The first three of a province have one type each, so that no province lacks one.
    kind = kinds[number] if number < len(kinds) else rng.choices(kinds, [often for _, often in KINDS])[0]
    return Part(code, kind, stage, min(max(round(rng.gauss(81, 7)), 58), 95))


def _of_the_best(parts: list[Part]) -> list[Part]:
    """The same parts with the first recommended case of each province raised to the best."""
    raised: set[tuple[str, str]] = set()
    found = []
    for part in parts:
        if part.stage == Stage.RECOMMENDED and (part.code, part.kind) not in raised:
            raised.add((part.code, part.kind))
            part = part._replace(quality=max(part.quality, 88))
        found.append(part)
    return found
