"""What authors write about a case: its overview, its four sections, its figures."""

import random
from typing import NamedTuple

from demo.content.facts import Facts, facts
from demo.content.narrative import basics, features, overviews, process, results
from demo.content.narrative.paragraph import Paragraph
from demo.content.wording import Words, fill, length, ordered_sample

OVERVIEW_LIMIT = 300
SECTIONS_LEAST = 1_200
SECTIONS_MOST = 2_600

# The four headings every case document must have, in their order (R7).
NARRATIVES: dict[str, tuple[Paragraph, ...]] = {
    "基本情况": basics.PARAGRAPHS,
    "过程与举措": process.PARAGRAPHS,
    "经验与成效": results.PARAGRAPHS,
    "特色与创新": features.PARAGRAPHS,
}


class Section(NamedTuple):
    """One of the four sections of a case document."""

    heading: str
    paragraphs: tuple[str, ...]


def overview(rng: random.Random, case_type: str, title: str, *, unit: str = "", host: str = "") -> str:
    """案例概述: what the case is, its measures, its results; at most 300 characters (R5)."""
    words = facts(case_type, title, unit, host).words
    patterns = [
        rng.choice(overviews.BEGINNINGS[str(case_type)]),
        *ordered_sample(rng, overviews.MIDDLES, rng.randint(2, 3)),
        *ordered_sample(rng, overviews.ENDS, rng.randint(1, 2)),
    ]
    text = ""
    for pattern in patterns:
        sentence = fill(rng, pattern, words)
        if length(text + sentence) <= OVERVIEW_LIMIT:
            text += sentence
    return text


def sections(
    rng: random.Random, case_type: str, title: str, *, unit: str = "", host: str = ""
) -> tuple[Section, Section, Section, Section]:
    """The four sections (R7), together 1,200–2,600 字; with `overview`'s unit and host its figures agree."""
    words = facts(case_type, title, unit, host).words
    while True:
        drawn = [
            Section(heading, tuple(_paragraph(rng, shape, str(case_type), words) for shape in shapes))
            for heading, shapes in NARRATIVES.items()
        ]
        if SECTIONS_LEAST <= sum(length("".join(section.paragraphs)) for section in drawn) <= SECTIONS_MOST:
            first, second, third, fourth = drawn
            return first, second, third, fourth


def figures(case_type: str, title: str, *, unit: str = "", host: str = "") -> tuple[tuple[str, str, str], ...]:
    """Rows (指标, 起步时, 目前) for the document's table, the same numbers as the text's."""
    known: Facts = facts(case_type, title, unit, host)
    return (
        ("平台常态应用率", f"{known.rate_before}%", f"{known.rate_after}%"),
        ("参与教师（人）", str(known.headcount * known.rate_before // 100), str(known.headcount)),
        ("研修活动（场）", str(known.activities // 4), str(known.activities)),
        ("研究课例（节）", str(known.lessons // 6), str(known.lessons)),
        ("整理资源（件）", str(known.resources // 8), str(known.resources)),
        ("人均研修（学时）", str(known.hours // 2), str(known.hours)),
    )


def _paragraph(rng: random.Random, shape: Paragraph, case_type: str, words: Words) -> str:
    opening = rng.choice(shape.openings[case_type])
    following = ordered_sample(rng, shape.every, rng.randint(*shape.size))
    return "".join(fill(rng, pattern, words) for pattern in (opening, *following))
