"""The list beside the reader of the screening desk: one page of a province's cases, and where the open one stands.

It is written in SQL, so that the desk of 50,000 cases costs a request no more than that of fifty.
"""

from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Province
from calls.models import Call
from cases.queries import visible_to_province
from kernel.rows import Rule, fetch
from reviews.queries.screening import Wanted, choose, on_the_desk

PAGE = 50
ON_THE_DESK = Rule(
    lambda province, call: visible_to_province(Province(pk=province)).filter(call_id=call), "province", "call"
)
FRESH = "(s.read_at IS NULL OR s.read_at < c.handed_in_at)"
"""As `screening.UNREAD`: nobody of the province has opened the case since it was last handed in."""

CAME = {
    "": "coalesce(c.handed_in_at, 'infinity')",
    "latest": "coalesce(-extract(epoch FROM c.handed_in_at), 'infinity')",
    "number": "coalesce(c.number, '')",
    "unit": "coalesce((SELECT u.name FROM accounts_unit u WHERE u.id = c.unit_id), '')",
}
"""What the list goes by, for each of `screening.ORDERS`; the id decides between equals."""

DESK = """
WITH desk AS (
    SELECT c.id, {came} AS came, {fresh} AS fresh, {chosen} AS chosen
    FROM cases_case c
    LEFT JOIN reviews_screening s ON s.case_id = c.id
    WHERE {rule}
), opened AS (
    SELECT came, id, chosen FROM desk WHERE id = %s
)
"""
STANDING = """
SELECT count(*), count(*) FILTER (WHERE NOT fresh), count(*) FILTER (WHERE chosen),
       CASE WHEN EXISTS (SELECT FROM opened WHERE chosen) THEN
           (SELECT 1 + count(*) FROM desk d JOIN opened o ON (d.came, d.id) < (o.came, o.id) WHERE d.chosen) END,
       (SELECT d.id FROM desk d LEFT JOIN opened o ON true
        WHERE d.chosen AND d.fresh AND d.id IS DISTINCT FROM o.id
        ORDER BY (d.came, d.id) < (o.came, o.id), d.came, d.id LIMIT 1)
FROM desk
"""
ROWS = """
SELECT c.id, c.title, c.type, c.state, n.name, n.city, n.county, d.fresh
FROM (SELECT id, came, fresh FROM desk WHERE chosen ORDER BY came, id LIMIT %s OFFSET %s) d
JOIN cases_case c ON c.id = d.id
LEFT JOIN accounts_unit n ON n.id = c.unit_id
ORDER BY d.came, d.id
"""
BESIDE = """
SELECT (SELECT d.id FROM desk d JOIN opened o ON (d.came, d.id) < (o.came, o.id) WHERE d.chosen
        ORDER BY d.came DESC, d.id DESC LIMIT 1),
       (SELECT d.id FROM desk d JOIN opened o ON (d.came, d.id) > (o.came, o.id) WHERE d.chosen
        ORDER BY d.came, d.id LIMIT 1)
"""
COLUMNS = ("pk", "title", "type", "state", "unit__name", "unit__city", "unit__county", "fresh")


@dataclass(frozen=True)
class Pile:
    """One page of the list beside the reader, and where the open case stands in the whole of it."""

    rows: list[dict[str, Any]]
    received: int
    read: int
    total: int
    first: int
    last: int
    page: int
    pages: int
    position: int | None
    before: int | None
    after: int | None
    next_unread: int | None


def pile(province: Province, call: Call, wanted: Wanted, *, page: int | None, opened_id: int | None) -> Pile:
    """Two queries, however long the list; a third where the open case lies on another page.

    Without `page` it is the one that holds the open case. `position` counts from 1; None when the filters hide it.
    `received` and `read` are counted over the whole desk.
    """
    desk, values = _desk(province, call, wanted, opened_id)
    received, read, total, position, next_unread = fetch(desk + STANDING, values)[0]
    pages = max(-(-total // PAGE), 1)
    at = min(max(page if page is not None else ((position or 1) - 1) // PAGE + 1, 1), pages)
    start = (at - 1) * PAGE
    # One row more at either end: what lies before and after the open case is often among them.
    spare = min(start, 1)
    found = [
        dict(zip(COLUMNS, row, strict=True)) for row in fetch(desk + ROWS, [*values, PAGE + 1 + spare, start - spare])
    ]
    rows = found[spare : spare + PAGE]
    before = after = None
    if position is not None and start < position <= start + PAGE:
        here = position - 1 - start + spare
        before = found[here - 1]["pk"] if here else None
        after = found[here + 1]["pk"] if here + 1 < len(found) else None
    elif position is not None:
        before, after = fetch(desk + BESIDE, values)[0]
    return Pile(
        rows=rows,
        received=received,
        read=read,
        total=total,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        page=at,
        pages=pages,
        position=position,
        before=before,
        after=after,
        next_unread=next_unread,
    )


def _desk(province: Province, call: Call, wanted: Wanted, opened_id: int | None) -> tuple[str, list[Any]]:
    """The head of the queries, and its values."""
    rule = ON_THE_DESK.parameters(province=province.pk, call=call.pk)
    chosen = "true"
    asked: tuple[Any, ...] = ()
    if replace(wanted, order="") != Wanted():
        rows = choose(on_the_desk(province, call), wanted, keep=opened_id)
        sql, asked = rows.order_by().values("pk").query.sql_with_params()
        chosen = f"c.id IN ({sql})"
    sql = DESK.format(came=CAME[wanted.order], fresh=FRESH, chosen=chosen, rule=ON_THE_DESK.where("cases_case", "c"))
    return sql, [*asked, *rule, opened_id]


WORDS = """
SELECT DISTINCT 0 AS sort, 0::bigint AS often, 0::bigint AS latest, unnest(ARRAY[n.city, n.county]) AS words
FROM accounts_unit n WHERE n.id IN (SELECT c.unit_id FROM cases_case c WHERE {rule})
UNION ALL (
    SELECT 1, count(*), max(id), reason
    FROM (SELECT coalesce(nullif(c.return_reason, ''), c.verdict_reason) AS reason, c.id
          FROM cases_case c WHERE (c.return_reason <> '' OR c.verdict_reason <> '') AND {rule}) given
    GROUP BY reason ORDER BY count(*) DESC, max(id) DESC LIMIT %s)
ORDER BY sort, often DESC, latest DESC, words
"""


def words_of_the_desk(province: Province, call: Call, *, reasons: int = 8) -> tuple[list[str], list[str]]:
    """What the desk offers to choose from: the cities and counties its cases come from, and the reasons it has given.

    The reasons for which cases were returned or declined, the most used first. One query.
    """
    rule = ON_THE_DESK.parameters(province=province.pk, call=call.pk)
    rows = fetch(WORDS.format(rule=ON_THE_DESK.where("cases_case", "c")), [*rule, *rule, reasons])
    return [words for sort, *_, words in rows if sort == 0 and words], [words for sort, *_, words in rows if sort]
