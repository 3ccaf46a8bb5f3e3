"""The four sections a case document must have, found as teachers write them (R7)."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from cases.characters import count
from cases.files import ownwords
from cases.files.headings import (
    LONGEST,
    TITLES,
    Body,
    Heading,
    Rank,
    closes,
    evidence,
    is_contents_line,
    rank_of,
    recognise,
)
from cases.files.wordtext import Paragraph

# Heads of one rank that name at least so many sections show how this document sets its sections.
_ENOUGH: Final = 2
MOST_CANDIDATES: Final = 30


@dataclass
class Section:
    """One of the four: where it opens, how long it is, how it was recognised (style, outline, look, table).

    `nth`: how many lines of the body before it say the same, as those of a table of contents do.
    """

    name: str
    found: bool = False
    title: str = ""
    characters: int = 0
    pictures: int = 0
    how: str = ""
    exact: bool = False
    index: int = -1
    twice: bool = False
    nth: int = 0


def find(lines: list[Paragraph]) -> list[Section]:
    """Return the four sections in the order of R7. The lines are those of `lines.in_reading_order`."""
    body = Body.of(lines)
    headings = []
    for at, line in enumerate(lines):
        caption = at > 0 and lines[at - 1].pictures > 0
        if heading := recognise(at, line, body, caption=caption):
            headings.append(heading)
    headings = _without_contents(headings, lines)
    main = _main_rank(headings)
    headings = _without_subheads(headings, main)
    chosen = ownwords.complete(_choose(headings, lines, main), lines)
    found = {heading.name: _section(heading, chosen, headings, lines, main) for heading in chosen}
    return [found.get(name, Section(name)) for name in TITLES]


def _section(
    heading: Heading, chosen: list[Heading], headings: list[Heading], lines: list[Paragraph], main: Rank | None
) -> Section:
    """Measure a section: it ends where the next one opens, or at another head of its own rank."""
    limit = min((one.index for one in chosen if one.index > heading.index), default=len(lines))
    end = next((at for at in range(heading.index + 1, limit) if _ends(heading, lines[at])), limit)
    inside = [one for one in lines[heading.index + 1 : end] if one.place != "note"]
    same = [other for other in headings if other.name == heading.name and other.exact and other is not heading]
    return Section(
        heading.name,
        True,
        heading.title,
        count(heading.inside) + sum(count(one.text) for one in inside),
        sum(one.pictures for one in inside),
        heading.how,
        heading.exact,
        heading.index,
        heading.exact and any(other.rank == heading.rank or other.score >= heading.score for other in same),
        sum(one.place == "body" and _bare(one.text) == _bare(heading.title) for one in lines[: heading.index]),
    )


def _bare(text: str) -> str:
    return "".join(text.split())


def _ends(heading: Heading, line: Paragraph) -> bool:
    return heading.rank is not None and closes(line, heading.rank)


def _without_contents(headings: list[Heading], lines: list[Paragraph]) -> list[Heading]:
    """Drop a typed table of contents: heads with nothing but short lines behind them, whose names come again later."""
    dropped: list[Heading] = []
    for at, heading in enumerate(headings):
        others = [one for one in headings[at + 1 :] if one.name != heading.name]
        if not others or not any(one.name == heading.name and one.index > others[0].index for one in headings):
            continue
        between = lines[heading.index + 1 : others[0].index]
        bare = not heading.inside.strip() and not any(_is_running(one) for one in between)
        # The last line of the contents is followed by text, so it goes with its neighbours.
        last = dropped and dropped[-1] is headings[at - 1] and heading.name not in {one.name for one in dropped}
        if bare or last:
            dropped.append(heading)
    return [heading for heading in headings if heading not in dropped]


def _is_running(line: Paragraph) -> bool:
    """Whether a line is more than a head or an entry of a list."""
    text = line.text.strip()
    return line.pictures > 0 or len(text) > LONGEST or text.endswith(("。", "；", "！", "？"))


def _main_rank(headings: list[Heading]) -> Rank | None:
    """Return the rank at which this document sets its sections: the one with the most names."""
    named: dict[Rank, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for heading in headings:
        if heading.rank is not None:
            exact, either = named[heading.rank]
            either.add(heading.name)
            if heading.exact:
                exact.add(heading.name)
    ranks = [rank for rank, (_, either) in named.items() if len(either) >= _ENOUGH]
    return max(ranks, key=lambda rank: (len(named[rank][0]), len(named[rank][1]), -rank.level), default=None)


def _without_subheads(headings: list[Heading], main: Rank | None) -> list[Heading]:
    """Drop heads below the rank of the sections that only sound like one: （二）创新亮点 inside 二、过程与举措.

    One that carries on the count of the sections is kept: teachers write 3.经验 after 一、 and 二、.
    """
    if main is None:
        return headings
    kept, last = [], 0
    for heading in headings:
        if heading.rank == main:
            last = heading.number
        below = heading.rank is not None and heading.rank.below(main)
        if heading.exact or not below or (heading.number == last + 1 and heading.number > 1):
            kept.append(heading)
    return kept


def _choose(headings: list[Heading], lines: list[Paragraph], main: Rank | None) -> list[Heading]:
    """Return the best head of each section: of the sections' rank, in the rules' words, by evidence, not empty."""
    settled = main is not None and len({one.name for one in headings if one.rank == main}) > _ENOUGH
    marks = [heading.index for heading in headings]
    chosen: dict[str, tuple[tuple[bool, bool, int, bool], Heading]] = {}
    for heading in headings:
        end = next((mark for mark in marks if mark > heading.index), len(lines))
        inside = lines[heading.index + 1 : end]
        filled = bool(heading.inside.strip()) or any(one.text.strip() or one.pictures for one in inside)
        weight = (settled and heading.rank == main, heading.exact, heading.score, filled)
        if heading.name not in chosen or weight > chosen[heading.name][0]:
            chosen[heading.name] = (weight, heading)
    return sorted((heading for _, heading in chosen.values()), key=lambda heading: heading.index)


@dataclass(frozen=True)
class Candidate:
    """A head that names none of the four, for an author to say which section it opens."""

    index: int
    title: str
    characters: int


def candidates(lines: list[Paragraph], found: list[Section]) -> list[Candidate]:
    """Return the document's other heads with what stands below each, at most MOST_CANDIDATES."""
    body, opened = Body.of(lines), {section.index for section in found if section.found}
    marks = []
    for at, line in enumerate(lines):
        text, caption = line.text.strip(), at > 0 and lines[at - 1].pictures > 0
        plain = line.place != "note" and not line.contents and not is_contents_line(text)
        if at in opened or (text and plain and evidence(line, text, body, caption=caption)[0]):
            marks.append(at)
    answer: list[Candidate] = []
    for mark in marks:
        rank = rank_of(lines[mark])
        if mark in opened or len(answer) == MOST_CANDIDATES:
            continue
        later = (one for one in marks if one > mark and not (rank and _under(lines[one], rank) and one not in opened))
        inside = lines[mark + 1 : next(later, len(lines))]
        size = sum(count(one.text) for one in inside if one.place != "note")
        if size:
            answer.append(Candidate(mark, lines[mark].text.strip()[:LONGEST], size))
    return answer


def _under(line: Paragraph, rank: Rank) -> bool:
    other = rank_of(line)
    return other is not None and other.below(rank)


def in_order(sections: list[Section]) -> bool:
    """Return whether the sections that were found stand in the order of R7."""
    places = [section.index for section in sections if section.found]
    return places == sorted(places)
