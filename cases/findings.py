"""What stands of the inspector's findings on a document once its author has said which part is which (R7)."""

from collections.abc import Mapping
from typing import Any, Final

from cases.models import CaseDocument

BLOCKING: Final = frozenset({"too_long", "pictures_only", "empty_document", "section_missing", "section_empty"})
"""Findings that keep a document from being fit (R7); the others are advice."""
_OF_A_SECTION: Final = frozenset({"section_missing", "section_empty", "section_doubtful"})


def standing(document: CaseDocument) -> list[dict[str, Any]]:
    """The findings without those about sections that the author has confirmed."""
    return [
        one
        for one in document.facts.get("findings", [])
        if not (one["code"] in _OF_A_SECTION and one["where"] in document.confirmed)
    ]


def sections(document: CaseDocument) -> list[dict[str, Any]]:
    """The four sections as {"name", "found", "title", "characters", "how"}; `how` is "author" for a confirmed one."""
    return [
        {**section, **_confirmed(document.confirmed.get(section["name"]))}
        for section in document.facts.get("sections", [])
    ]


def _confirmed(one: Mapping[str, Any] | None) -> dict[str, Any]:
    if one is None:
        return {}
    return {"found": True, "title": one["title"], "characters": one["characters"], "how": "author"}


def doubtful(document: CaseDocument) -> set[str]:
    """The names of sections that were recognised by words near to the rules' own, and not confirmed yet."""
    return {one["where"] for one in standing(document) if one["code"] == "section_doubtful"}


def is_fit(document: CaseDocument) -> bool:
    """Whether an accepted document may stand in a case that is handed in: four sections, within the length."""
    found = sections(document)
    return bool(found) and all(section["found"] for section in found) and not _blocked(document)


def _blocked(document: CaseDocument) -> bool:
    return any(one["code"] in BLOCKING for one in standing(document))


def notes(document: CaseDocument) -> list[str]:
    """Lines for whoever judges the case: which parts the author named, which were recognised by near words alone."""
    said = [f"作者确认“{one['title']}”是“{name}”部分" for name, one in document.confirmed.items()]
    unsure = doubtful(document)
    return said + [
        f"按相近标题识别：“{section['title']}”作为“{section['name']}”部分"
        for section in sections(document)
        if section["name"] in unsure
    ]
