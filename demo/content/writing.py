"""What authors write about a case: its overview, its four sections, its figures."""

import random
from typing import NamedTuple

from demo.content.facts import Facts, facts
from demo.content.kindergarten import as_kindergarten
from demo.content.narrative import basics, features, overviews, process, results
from demo.content.narrative.paragraph import Paragraph
from demo.content.wording import fill, length, ordered_sample

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
    known = facts(case_type, title, unit, host)
    angle = known.angle
    patterns = [
        rng.choice(overviews.BEGINNINGS[str(case_type)]),
        *(rng.sample(angle.troubles, 1) if rng.random() < 0.4 else ()),
        *ordered_sample(rng, angle.deeds, rng.randint(1, 2)),
        *ordered_sample(rng, overviews.MIDDLES, rng.randint(0, 2)),
        rng.choice(angle.results),
        *(rng.sample(overviews.ENDS, 1) if rng.random() < 0.6 else ()),
    ]
    text = ""
    for pattern in patterns:
        sentence = _said(rng, pattern, known)
        if length(text + sentence) <= OVERVIEW_LIMIT >= len(text + sentence):
            text += sentence
    return text


def sections(
    rng: random.Random, case_type: str, title: str, *, unit: str = "", host: str = ""
) -> tuple[Section, Section, Section, Section]:
    """The four sections (R7), together 1,200–2,600 字; with `overview`'s unit and host its figures agree."""
    known = facts(case_type, title, unit, host)
    while True:
        drawn = [
            Section(heading, tuple(_paragraph(rng, shape, str(case_type), known) for shape in shapes))
            for heading, shapes in NARRATIVES.items()
        ]
        if SECTIONS_LEAST <= sum(length("".join(section.paragraphs)) for section in drawn) <= SECTIONS_MOST:
            first, second, third, fourth = drawn
            return first, second, third, fourth


def pool(rng: random.Random, case_type: str, known: Facts) -> list[tuple[str, str, list[str]]]:
    """Every paragraph that the sections could have: heading, opening, and all that may follow in it."""
    return [
        (
            heading,
            _said(rng, rng.choice(shape.openings[case_type]), known),
            [_said(rng, pattern, known) for pattern in (*_of_angle(shape, known), *shape.every)],
        )
        for heading, shapes in NARRATIVES.items()
        for shape in shapes
    ]


def figures(case_type: str, title: str, *, unit: str = "", host: str = "") -> tuple[tuple[str, str, str], ...]:
    """Rows (指标, 起步时, 目前) for the document's table, the same numbers as the text's."""
    known = facts(case_type, title, unit, host)
    return (
        ("平台常态应用率", f"{known.rate_before}%", f"{known.rate_after}%"),
        ("参与教师（人）", str(known.headcount * known.rate_before // 100), str(known.headcount)),
        ("研修活动（场）", str(known.activities // 4), str(known.activities)),
        ("活动案例（个）" if known.is_kindergarten else "研究课例（节）", str(known.lessons // 6), str(known.lessons)),
        ("整理资源（件）", str(known.resources // 8), str(known.resources)),
        ("人均研修（学时）", str(known.hours // 2), str(known.hours)),
    )


def _paragraph(rng: random.Random, shape: Paragraph, case_type: str, known: Facts) -> str:
    own = _of_angle(shape, known)
    patterns = [
        rng.choice(shape.openings[case_type]),
        *ordered_sample(rng, own, 2),
        *ordered_sample(rng, shape.every, max(1, rng.randint(*shape.size) - (1 if own else 0))),
    ]
    return "".join(_said(rng, pattern, known) for pattern in patterns)


def _of_angle(shape: Paragraph, known: Facts) -> tuple[str, ...]:
    """What the case's angle adds to a paragraph of this shape."""
    return getattr(known.angle, shape.angle) if shape.angle else ()


def _said(rng: random.Random, pattern: str, known: Facts) -> str:
    """The sentence, in a kindergarten's words where it is one."""
    said = fill(rng, pattern, known.words)
    return as_kindergarten(said) if known.is_kindergarten else said
