"""The directory of units: what is offered to somebody who types the name of one (R1)."""

import re
import unicodedata
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from accounts.models import Province, Unit

MOST = 8
LIKE = 0.6
"""From this share of common pairs of characters (Dice) two names are thought to mean the same unit."""
CANDIDATES = 400


def directory(province: Province) -> QuerySet[Unit]:
    """The province's confirmed units under all their names."""
    units = Unit.objects.filter(province_id=province.pk, confirmed_at__isnull=False)
    return units.select_related("same_as").order_by("name")


def offered(province: Province, typed: str) -> list[Unit]:
    """Units whose name or other name holds what was typed so far, under the name that counts."""
    words = plain(typed)
    if len(words) < 2:
        return []
    found = directory(province).filter(name__icontains=words)[: 3 * MOST]
    return list(dict.fromkeys(unit.same_as or unit for unit in found))[:MOST]


def near(province: Province, typed: str) -> list[Unit]:
    """Units that are like the one typed, the most alike first; none where it stands in the directory as typed."""
    words = plain(typed)
    if not words or Unit.objects.filter(province_id=province.pk, name=words, confirmed_at__isnull=False).exists():
        return []
    pairs = _pairs(words)
    if not pairs:
        return []
    likely = directory(province).filter(reduce(or_, (Q(name__icontains=pair) for pair in sorted(pairs))))
    shares = {unit: _alike(pairs, unit.name) for unit in likely[:CANDIDATES]}
    ranked = sorted((unit for unit, share in shares.items() if share >= LIKE), key=lambda unit: -shares[unit])
    return list(dict.fromkeys(unit.same_as or unit for unit in ranked))[:MOST]


def plain(typed: str) -> str:
    """A unit's name as it is kept: full-width letters and brackets made plain, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed))


def _pairs(name: str) -> set[str]:
    return {name[i : i + 2] for i in range(len(name) - 1)}


def _alike(pairs: set[str], name: str) -> float:
    others = _pairs(plain(name))
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if others else 0
