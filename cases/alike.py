"""Looking for likeness: which texts share fingerprints with one, and how much was found of a case, each one query."""

from collections.abc import Collection
from typing import NamedTuple

from cases.likeness import LEAST, Alike, too_common
from cases.models import CommonFingerprint, Compared
from kernel.rows import fetch

MOST_LOOKED_AT = 30
"""So many texts, those that share most first, are laid beside a new one."""
WIDELY = 20
"""A file in more cases than this is one that was handed around, a notice or a logo: it says nothing."""

CANDIDATES = """
WITH hit AS MATERIALIZED (
    SELECT asked.value, found.text_id
    FROM unnest(%(values)s::bigint[]) AS asked(value)
    CROSS JOIN LATERAL (
        SELECT f.text_id FROM cases_fingerprint f WHERE f.value = asked.value LIMIT %(most)s + 1
    ) found
), common AS MATERIALIZED (
    SELECT value FROM hit GROUP BY value HAVING count(*) > %(most)s
)
SELECT text_id, array_agg(value) FROM hit
WHERE value NOT IN (SELECT value FROM common) AND text_id <> %(own)s
GROUP BY text_id HAVING count(*) >= %(least)s
UNION ALL
SELECT NULL, array_agg(value) FROM common
ORDER BY 1 NULLS FIRST
"""
"""Of a fingerprint never more rows are read than it may have without being common."""


class Candidates(NamedTuple):
    """{text: fingerprints it shares}, the likest first; those of the asked that are common, and the common among them
    that nobody knew of."""

    shared: dict[int, frozenset[int]]
    common: frozenset[int]
    fresh: frozenset[int]
    most: int


def common_among(values: Collection[int], most: int) -> frozenset[int]:
    """Those of the fingerprints that are known to be in more documents than `most`: one query."""
    known = CommonFingerprint.objects.filter(value__in=values, documents__gt=most)
    return frozenset(known.values_list("value", flat=True))


def candidates(values: Collection[int], *, own: int) -> Candidates:
    """The texts but `own` that share fingerprints with one that has these. Three queries."""
    most = too_common(Compared.objects.count())
    common = common_among(values, most)
    asked = {"values": [one for one in values if one not in common], "most": most, "own": own, "least": LEAST}
    (_, fresh), *rows = fetch(CANDIDATES, asked)
    rows.sort(key=lambda row: -len(row[1]))
    shared = {text: frozenset(found) for text, found in rows[:MOST_LOOKED_AT]}
    return Candidates(shared, common.union(fresh or ()), frozenset(fresh or ()), most)


HANDED_IN = "o.state NOT IN ('draft', 'withdrawn')"
"""Of a case `o`: that it is not its author's alone."""
COPIES = f"""(
    SELECT count(DISTINCT x.case_id)
    FROM (SELECT y.case_id FROM cases_supportingfile y WHERE y.sha256 = f.sha256 AND y.state = 'accepted'
          LIMIT {2 * WIDELY}) x
    JOIN cases_case o ON o.id = x.case_id
    WHERE {HANDED_IN} AND x.case_id <> f.case_id
)"""
"""Of a file `f`: in how many other cases its bytes are, counted no further than matters."""
COUNTED = f"""
    (SELECT count(*) FROM cases_likeness l WHERE l.text_id = c.id),
    (SELECT count(*) FROM cases_supportingfile f
     WHERE f.case_id = c.id AND f.state = 'accepted' AND f.category <> 'signed' AND {COPIES} BETWEEN 1 AND {WIDELY})
"""
"""Two columns of a case `c` that make an `Alike`."""


def alike(case_id: int) -> Alike:
    """The counts of one case: one query."""
    ((texts, files),) = fetch(f"SELECT {COUNTED} FROM cases_case c WHERE c.id = %s", [case_id])
    return Alike(texts, files)


SAME_FILES = f"""
SELECT f.id, x.id FROM cases_supportingfile f
JOIN cases_supportingfile x ON x.sha256 = f.sha256 AND x.case_id <> f.case_id
JOIN cases_case o ON o.id = x.case_id
WHERE f.case_id = %s AND f.state = 'accepted' AND f.category <> 'signed' AND x.state = 'accepted' AND {HANDED_IN}
  AND {COPIES} BETWEEN 1 AND {WIDELY}
ORDER BY f.id, x.id
"""


def same_files(case_id: int) -> list[tuple[int, int]]:
    """(own file, other's file) with the same bytes, without files that were handed around: one query."""
    return [(own, other) for own, other in fetch(SAME_FILES, [case_id])]
