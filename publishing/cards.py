"""A selected case as a card: what `ui.book` draws, from a row of `queries.cards`."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.urls import reverse


def card(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": row["number"],
        "type": row["type"],
        "title": row["title"],
        "grade": row["grade"],
        "by": by_line([author["name"] for author in row["authors"]]),
        "place": place(row["province__short"], row["unit"]),
        "cover_url": _address("cover", row["type"], row["number"]),
        "url": _address("gallery_case", row["number"]),
    }


@lru_cache(5000)
def _address(name: str, *args: str) -> str:
    return reverse(name, args=args)


def cards(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [card(row) for row in rows]


def by_line(names: list[str]) -> str:
    """韦秋棠、莫清越; three are 林知遥 等 3 人."""
    return "、".join(names) if len(names) < 3 else f"{names[0]} 等 {len(names)} 人"


def place(province: str, unit: str) -> str:
    """浙江 · 云岭镇中心小学; a unit whose name begins with its province says it once."""
    return unit if unit.startswith(province) else f"{province} · {unit}"
