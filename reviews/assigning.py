"""Who reviews what: assignment of experts to cases as a pure function of a snapshot and a seed."""

import random
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Pair = tuple[int, int]
"""(case id, expert id)"""


@dataclass(frozen=True)
class CaseRow:
    """What the draw knows of a case: its type, the provinces and the normalised units of its authors."""

    id: int
    type: str
    provinces: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True)
class ExpertRow:
    """What the draw knows of an expert; `closed` are cases the expert must not get: recused from, or of units
    or people that the expert has declared."""

    id: int
    types: frozenset[str]
    province: str
    unit: str
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Snapshot:
    """The whole input of a draw. `kept` are assignments that stand: they count as load and are never moved."""

    cases: tuple[CaseRow, ...]
    experts: tuple[ExpertRow, ...]
    per_case: int
    kept: tuple[Pair, ...] = ()


@dataclass
class Plan:
    """New pairs in order, and {case id: experts still missing} for cases that too few experts may review."""

    pairs: list[Pair] = field(default_factory=list)
    gaps: dict[int, int] = field(default_factory=dict)


def normal_unit(name: str) -> str:
    """A unit's name without what people write differently: width, case, blanks, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).lower()


def excluded(case: CaseRow, expert: ExpertRow) -> str:
    """Why the expert must never review the case, in words, or "" when nothing stands against it."""
    if case.type not in expert.types:
        return "该专家不评这一类案例"
    if expert.province in case.provinces:
        return "该专家与作者同属一个省份"
    if expert.unit and expert.unit in case.units:
        return "该专家与作者在同一单位"
    if case.id in expert.closed:
        return "该专家已申报或申请回避这件案例"
    return ""


def assign(cases: Sequence[CaseRow], experts: Sequence[ExpertRow], per_case: int, seed: str) -> list[Pair]:
    """Pairs of case and expert for cases nobody reviews yet; see `plan`."""
    return plan(Snapshot(tuple(cases), tuple(experts), per_case), seed).pairs


def plan(snapshot: Snapshot, seed: str) -> Plan:
    """Give each case `per_case` different experts, no exclusion broken and all loads as equal as exclusions allow.

    Greedy by least load with seeded ties, then shifts along paths until none improves. An expert has no upper limit, so
    every case gets all it can get; and no path from a load to one at least two smaller is left, which for convex
    costs in a flow network is the mark of the optimum. The answer depends on snapshot and seed alone.
    """
    board = _Board(snapshot, random.Random(seed))  # nosec B311
    board.fill()
    board.level()
    return board.result()


class _Board:
    """The plan while it is made. Experts are bits of an integer: sets of them meet in one operation."""

    def __init__(self, snapshot: Snapshot, chance: random.Random) -> None:
        self.per_case = snapshot.per_case
        self.cases = sorted(snapshot.cases, key=lambda row: row.id)
        self.experts = sorted(snapshot.experts, key=lambda row: row.id)
        chance.shuffle(self.experts)
        chance.shuffle(self.cases)
        place = {row.id: i for i, row in enumerate(self.experts)}
        standing: dict[int, int] = Counter()
        self.load = [0] * len(self.experts)
        for case_id, expert_id in snapshot.kept:
            if expert_id in place:
                standing[case_id] |= 1 << place[expert_id]
                self.load[place[expert_id]] += 1
        kept_count = Counter(case_id for case_id, _ in snapshot.kept)
        self.open = [_mask(self.experts, case) & ~standing[case.id] for case in self.cases]
        self.need = [max(0, self.per_case - kept_count[case.id]) for case in self.cases]
        self.on = [0] * len(self.cases)
        self.held: list[set[int]] = [set() for _ in self.experts]
        self.seen: list[Counter[str]] = [Counter() for _ in self.experts]

    def fill(self) -> None:
        """The most restricted cases first; among the least loaded, whoever has seen least of the province."""
        order = sorted(range(len(self.cases)), key=lambda c: self.open[c].bit_count())
        for c in order:
            provinces = sorted(self.cases[c].provinces)
            ranked = sorted(
                _bits(self.open[c]), key=lambda e: (self.load[e], sum(self.seen[e][code] for code in provinces), e)
            )
            for e in ranked[: self.need[c]]:
                self._put(c, e)
                self.seen[e].update(provinces)

    def level(self) -> None:
        """Shift load along paths from the most loaded; who reaches nobody two below is settled with all they reach."""
        settled = 0
        while True:
            rest = [e for e in range(len(self.experts)) if not settled >> e & 1]
            if not rest:
                return
            top = max(rest, key=lambda e: self.load[e])
            if self.load[top] - min(self.load) <= 1:
                return
            settled |= self._shift(top)

    def _shift(self, top: int) -> int:
        """One shift from `top` to the nearest expert at least two below: 0. Where there is none: whom it reached."""
        came: dict[int, tuple[int, int]] = {}
        visited, queue = 1 << top, deque([top])
        while queue:
            e = queue.popleft()
            for c in sorted(self.held[e]):
                for f in _bits(self.open[c] & ~self.on[c] & ~visited):
                    visited |= 1 << f
                    came[f] = (e, c)
                    if self.load[f] <= self.load[top] - 2:
                        self._walk_back(f, top, came)
                        return 0
                    queue.append(f)
        return visited

    def _walk_back(self, end: int, top: int, came: dict[int, tuple[int, int]]) -> None:
        while end != top:
            giver, c = came[end]
            self.held[giver].remove(c)
            self.on[c] &= ~(1 << giver)
            self.load[giver] -= 1
            self._put(c, end)
            end = giver

    def _put(self, c: int, e: int) -> None:
        self.held[e].add(c)
        self.on[c] |= 1 << e
        self.load[e] += 1

    def result(self) -> Plan:
        pairs = [(self.cases[c].id, self.experts[e].id) for e in range(len(self.experts)) for c in self.held[e]]
        gaps = {
            case.id: self.need[c] - self.on[c].bit_count()
            for c, case in enumerate(self.cases)
            if self.need[c] > self.on[c].bit_count()
        }
        return Plan(sorted(pairs), dict(sorted(gaps.items())))


def _mask(experts: Iterable[ExpertRow], case: CaseRow) -> int:
    return sum(1 << i for i, expert in enumerate(experts) if not excluded(case, expert))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as it is kept with the draw, so that an auditor can run it again."""
    return {
        "per_case": snapshot.per_case,
        "cases": [[row.id, row.type, sorted(row.provinces), sorted(row.units)] for row in snapshot.cases],
        "experts": [
            [row.id, sorted(row.types), row.province, row.unit, sorted(row.closed)] for row in snapshot.experts
        ],
        "kept": [list(pair) for pair in snapshot.kept],
    }


def from_json(kept: dict[str, Any]) -> Snapshot:
    """What `to_json` kept."""
    return Snapshot(
        cases=tuple(
            CaseRow(pk, kind, frozenset(places), frozenset(units)) for pk, kind, places, units in kept["cases"]
        ),
        experts=tuple(
            ExpertRow(pk, frozenset(kinds), place, unit, frozenset(closed))
            for pk, kinds, place, unit, closed in kept["experts"]
        ),
        per_case=kept["per_case"],
        kept=tuple((case_id, expert_id) for case_id, expert_id in kept["kept"]),
    )
