"""The ranking on the centre's page of decisions, a page of it at a time.

It is written in SQL: Django takes 5 ms to put these aggregates into words, again on each request.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from calls.models import Call
from calls.policy import CaseType
from cases.lifecycle import State
from kernel.rows import fetch
from reviews.models import Grade, Vote
from reviews.queries.centre import Wanted, choose
from reviews.queries.drawing import JUDGED, in_review

RANKED = """
WITH scores AS (
    SELECT a.case_id,
           count(*) FILTER (WHERE a.recused_at IS NULL AND (s.submitted_at IS NULL OR s.vote = ANY(%(judged)s)))
               AS duty,
           count(s.id) FILTER (WHERE {counted}) AS scored,
           count(s.id) FILTER (WHERE s.submitted_at IS NOT NULL AND (s.doubts_originality OR s.doubts_eligibility))
               AS doubts,
           avg(s.total) FILTER (WHERE {counted}) AS mean,
           min(s.total) FILTER (WHERE {counted}) AS low,
           max(s.total) FILTER (WHERE {counted}) AS high
    FROM cases_case k
    JOIN reviews_assignment a ON a.case_id = k.id
    LEFT JOIN reviews_scoresheet s ON s.assignment_id = a.id
    WHERE k.call_id = %(call)s AND k.state = %(state)s
    GROUP BY a.case_id
), ranked AS (
    SELECT c.id, r.mean, r.high - r.low AS spread,
           row_number() OVER (ORDER BY r.mean DESC NULLS LAST, r.low DESC NULLS LAST, c.number) AS place,
           coalesce(r.duty, 0) AS duty, coalesce(r.scored, 0) AS scored, coalesce(r.doubts, 0) AS doubts
    FROM cases_case c
    LEFT JOIN scores r ON r.case_id = c.id
    WHERE c.call_id = %(call)s AND c.state = %(state)s AND %(type)s IN ('', c.type)
)
"""
COUNTED = "a.recused_at IS NULL AND s.submitted_at IS NOT NULL AND s.vote = ANY(%(judged)s)"
ORDERS = {"": "place", "spread": "spread DESC NULLS LAST, place"}
"""By the mean, which is the ranking itself, or those first over whom the experts disagree most."""

ROWS = """
SELECT page.place, c.id, c.number, c.title, c.type, p.short, round(page.mean, 2)::float8,
       page.duty, page.scored, page.doubts, d.grade, d.note,
       (SELECT json_agg(json_build_array(s.total, s.vote, s.doubts_originality, s.doubts_eligibility)
                        ORDER BY a.id)
        FROM reviews_assignment a
        JOIN reviews_scoresheet s ON s.assignment_id = a.id
        WHERE a.case_id = page.id AND a.recused_at IS NULL AND s.submitted_at IS NOT NULL)
FROM (SELECT * FROM ranked WHERE {chosen} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) page
JOIN cases_case c ON c.id = page.id
JOIN accounts_province p ON p.id = c.province_id
LEFT JOIN reviews_decision d ON d.case_id = page.id
ORDER BY {order}
"""
MARKS = {
    "doubt": "doubts > 0",
    "complete": "(scored >= %(wanted)s AND duty = scored)",
    "waiting": "NOT (scored >= %(wanted)s AND duty = scored)",
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case with what the experts gave it, by the sheets that count, and the centre's decision where there is one.

    `place` is its place among the cases of the call, or of the type asked for, whatever else is filtered.
    """

    place: int
    pk: int
    number: str
    title: str
    type: str
    province: str
    mean: float | None
    on_duty: int
    scored: int
    doubted: int
    grade: str
    note: str
    scores: tuple[float, ...]
    votes: tuple[str, ...]
    originality: bool
    eligibility: bool

    @property
    def spread(self) -> str:
        """How far the experts lie apart."""
        return f"{max(self.scores) - min(self.scores):.2f}" if len(self.scores) > 1 else "—"


def ranked(call: Call, wanted: Wanted, *, order: str = "", offset: int = 0, limit: int) -> list[Ranked]:
    """So many cases by their mean, the best first; ties by the lowest score, never by time of hand-in. One query.

    `order` is one of ORDERS; another word is the ranking.
    """
    chosen, parameters = _chosen(call, wanted)
    sql = RANKED.format(counted=COUNTED) + ROWS.format(chosen=chosen, order=ORDERS.get(order, ORDERS[""]))
    return [_row(*values) for values in fetch(sql, parameters | {"limit": limit, "offset": offset})]


def between(call: Call, wanted: Wanted, first: int, last: int) -> list[int]:
    """The ids of the cases that pass the filters and stand from place `first` to `last`, best first. One query."""
    chosen, parameters = _chosen(call, wanted)
    sql = f"{RANKED.format(counted=COUNTED)} SELECT id FROM ranked WHERE {chosen} AND place BETWEEN %(a)s AND %(z)s"
    return [pk for (pk,) in fetch(f"{sql} ORDER BY place", parameters | {"a": first, "z": last})]


def marked(call: Call, ids: Collection[int], *, kind: str = "") -> list[Ranked]:
    """These cases of the call, or of one of its types, best first. One query."""
    sql = RANKED.format(counted=COUNTED) + ROWS.format(chosen="id = ANY(%(ids)s)", order=ORDERS[""])
    parameters = _chosen(call, Wanted(type=kind))[1] | {"ids": list(ids), "limit": None, "offset": 0}
    return [_row(*values) for values in fetch(sql, parameters)]


def count_ranked(call: Call, wanted: Wanted) -> int:
    """How many cases the filters leave. One query."""
    chosen, parameters = _chosen(call, wanted)
    ((count,),) = fetch(f"{RANKED.format(counted=COUNTED)} SELECT count(*) FROM ranked WHERE {chosen}", parameters)
    return int(count)


def _chosen(call: Call, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The condition of the filters over `ranked`, and the values of the whole."""
    parameters: dict[str, Any] = {
        "judged": JUDGED, "call": call.pk, "state": str(State.IN_REVIEW), "wanted": call.experts_per_case,
        "type": wanted.type,
    }  # fmt: skip
    conditions = [MARKS[wanted.mark]] if wanted.mark in MARKS else []
    if wanted.q or wanted.type or wanted.province or wanted.state or wanted.grade:
        cases = choose(in_review(call), wanted)
        if wanted.grade:
            open_ = wanted.grade == "open"
            cases = cases.filter(decision__isnull=True) if open_ else cases.filter(decision__grade=wanted.grade)
        ids = list(cases.values_list("pk", flat=True))
        parameters["ids"] = ids
        conditions.append("id = ANY(%(ids)s)")
    return " AND ".join(conditions) or "true", parameters


def _row(
    place: int, pk: int, number: str, title: str, kind: str, province: str, mean: float | None, duty: int,
    scored: int, doubted: int, grade: str | None, note: str | None,
    sheets: list[tuple[float | None, str, bool, bool]] | None,
) -> Ranked:  # fmt: skip
    given = sheets or []
    return Ranked(
        place, pk, number, title, kind, province, mean, duty, scored, doubted, grade or "", note or "",
        scores=tuple(float(total) for total, vote, _, _ in given if total is not None and vote != Vote.CANNOT),
        votes=tuple(vote for _, vote, _, _ in given),
        originality=any(originality for _, _, originality, _ in given),
        eligibility=any(eligibility for _, _, _, eligibility in given),
    )  # fmt: skip


@dataclass(frozen=True)
class Decided:
    """The decisions on the cases in review: {type: {grade: cases}}, "open" without one, and the same by province."""

    by_type: dict[str, dict[str, int]]
    by_province: dict[int, dict[str, int]]

    @property
    def totals(self) -> dict[str, int]:
        return {key: sum(own.get(key, 0) for own in self.by_type.values()) for key in (*Grade.values, "open")}


DECIDED = """
SELECT c.type, c.province_id, coalesce(d.grade, 'open'), count(*)
FROM cases_case c
LEFT JOIN reviews_decision d ON d.case_id = c.id
WHERE c.call_id = %s AND c.state = %s
GROUP BY 1, 2, 3
"""


def decided(call: Call) -> Decided:
    """Counted over all cases in review: one query."""
    found = Decided({str(kind): {} for kind in CaseType}, {})
    for kind, province_id, grade, n in fetch(DECIDED, [call.pk, str(State.IN_REVIEW)]):
        for table in (found.by_type[kind], found.by_province.setdefault(province_id, {})):
            table[grade] = table.get(grade, 0) + n
    return found
