"""Heads in a teacher's own words: 我们的做法新在哪里 is told by what it speaks of and by where it stands (R7)."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from cases.files.headings import (
    LONGEST,
    TITLES,
    Body,
    Heading,
    Rank,
    evidence,
    is_contents_line,
    number_of,
    rank_of,
)
from cases.files.wordtext import Paragraph

# What a head speaks of, a section each, in the order of R7.
_SPEAKS_OF: Final = tuple(
    re.compile(pattern)
    for pattern in (
        "情况|概况|背景|简介|缘起|缘由|起因|由来|起点|基础|现状|困境|困惑|难题|痛点|问题|家底|初心|画像|团队|认识|走近"
        "|是谁|为什么|为何|从何|怎样的|什么样|是一[所个支]|从哪里",
        "做法|过程|举措|措施|步骤|推进|推动|推行|实施|路径|行动|探索|实践|历程|策略|方法|机制|抓手|开展|之路|走过|落实"
        "|做了|怎么做|怎样做|如何做|怎么走|怎样走|干了",
        "成效|成果|收获|体会|变化|改变|成绩|效果|经验|启示|结果|成长|反思|感悟|心得|带来|得到|看得见|变了|不一样了"
        "|影响|实效|增效|进步|辐射",
        "特色|创新|亮点|特点|不同|不一样(?!了)|独特|与众|首创|突破|独到|特别|新在|新意|新招|新路|新[处点]|[何哪]里?新",
    )
)
# Parts that cases have beside the four.
_OTHER: Final = re.compile(
    "打算|展望|下一步|不足|保障|参考文献|致谢|附[件录表：]|结语|结束语|建议|规划|计划|摘要|关键词|前言|引言|导语|目录"
)
_LEADERS: Final = re.compile(r"[.．…·]{3,}")  # of a line of contents
_GAINS: Final = re.compile("成效|成果|收获|经验")  # 成效与展望
# So many of the four told by their words show that the heads of one kind are the sections.
_ENOUGH: Final = 3
# More heads of one kind are points inside sections.
_MOST: Final = 12

_Kind = tuple[Rank | None, float, bool, bool]


@dataclass(frozen=True, slots=True)
class _Peer:
    """A head among heads of its kind; `fixed` is one whose section is known already."""

    heading: Heading
    fixed: bool = False

    def telling(self, section: int) -> int:
        """Return how much in its words tells that it opens this one of the four."""
        if self.fixed:
            return 2 if self.heading.name == TITLES[section] else 0
        return len(set(_SPEAKS_OF[section].findall(self.heading.title))) if not self.other else 0

    @property
    def other(self) -> bool:
        return bool(_OTHER.search(self.heading.title)) and not _GAINS.search(self.heading.title)

    @property
    def silent(self) -> bool:
        """Whether its words tell of none of the four, nor of another part."""
        return not self.fixed and not self.other and not any(self.telling(at) for at in range(len(TITLES)))


def complete(chosen: list[Heading], lines: list[Paragraph]) -> list[Heading]:
    """Return the heads with those added that open a missing section in the author's own words, in their order.

    Where less than three of the four are told by words nothing is added. A head that tells nothing is taken for the
    one that is left only between heads none of which is in the rules' words, four in all.
    """
    if len(chosen) == len(TITLES):
        return chosen
    best: tuple[int, list[Heading]] = (0, chosen)
    for kind in _kinds(lines):
        told, answer = _aligned(kind, chosen)
        if told >= _ENOUGH and len(answer) > len(chosen) and told > best[0]:
            best = told, answer
    return best[1]


def _kinds(lines: list[Paragraph]) -> list[list[Heading]]:
    """Return the document's heads, those of one rank or one look together."""
    body, kinds = Body.of(lines), defaultdict[_Kind, list[Heading]](list)
    for at, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > LONGEST or line.place == "note" or line.contents:
            continue
        if is_contents_line(text) or _LEADERS.search(text):
            continue
        caption = at > 0 and lines[at - 1].pictures > 0
        how, score = evidence(line, text, body, caption=caption)
        if how:
            rank = rank_of(line)
            heading = Heading(at, "", text, how, exact=False, score=score, rank=rank, number=number_of(text)[1])
            kinds[_kind(line, rank)].append(heading)
    return [heads for heads in kinds.values() if _ENOUGH <= len(heads) <= _MOST]


def _kind(line: Paragraph, rank: Rank | None) -> _Kind:
    # 一、 and 第一章 are heads alone; points are counted 1. 2. 3. too, and look otherwise than heads.
    if rank is not None and (rank.sort != "typed" or rank.level <= 1):
        return rank, 0, False, False
    return rank, line.size, line.lead >= len(line.text.rstrip()), line.centred


def _aligned(heads: list[Heading], chosen: list[Heading]) -> tuple[int, list[Heading]]:
    """Lay the four sections over heads of one kind; returns how many words tell, and all heads that open a section."""
    known, inside = {one.index for one in chosen}, {one.index for one in heads}
    exact = [one for one in chosen if one.exact]
    if 2 * len([one for one in exact if one.index in inside]) < len(exact) or _restart(heads):
        return 0, []  # points inside the sections
    kept = [one for one in chosen if one.exact or one.index in inside]
    peers = [_Peer(one) for one in heads if one.index not in known] + [_Peer(one, fixed=True) for one in kept]
    peers.sort(key=lambda peer: peer.heading.index)
    placed = _place(peers)
    told = sum(peers[at].telling(section) > 0 for section, at in placed.items())
    if told == len(placed) == _ENOUGH and len(peers) == len(TITLES) and not any(peer.heading.exact for peer in peers):
        placed = _with_silent(peers, placed)
    if {one.name for one in kept} - {TITLES[section] for section in placed}:
        return 0, []  # they stand in another order than R7's
    answer = [replace(peers[at].heading, name=TITLES[section]) for section, at in placed.items()]
    return told, sorted(answer, key=lambda heading: heading.index)


def _restart(heads: list[Heading]) -> bool:
    """Whether heads count from one more than once, as points do that stand in several sections."""
    return sum(one.number == 1 for one in heads) > 1


def _with_silent(peers: Sequence[_Peer], placed: dict[int, int]) -> dict[int, int]:
    """Give the one section that is left to the one head that is left, where that is its place and says nothing."""
    left = ({*range(len(TITLES))} - placed.keys()).pop()
    return {**placed, left: left} if left not in placed.values() and peers[left].silent else placed


def _place(peers: Sequence[_Peer]) -> dict[int, int]:
    """Return section → peer, both rising, so that the words tell most; the place among four decides between equals."""
    best: dict[int, tuple[float, dict[int, int]]] = {-1: (0.0, {})}  # by the last peer that has a section
    for section in range(len(TITLES)):
        before = dict(best)
        for at, peer in enumerate(peers):
            words = peer.telling(section)
            if not words:
                continue
            in_place = len(peers) == len(TITLES) and at == section
            worth, placed = max((before[last] for last in before if last < at), key=lambda one: one[0])
            worth += words + (0.5 if in_place else 0.0)
            if at not in best or worth > best[at][0]:
                best[at] = worth, {**placed, section: at}
    return max(best.values(), key=lambda one: one[0])[1]
