"""What an author is told of the document: its versions, the findings on the one that counts, what to answer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases import findings
from cases.editing import may_edit
from cases.files.identity import KINDS
from cases.models import Case, CaseDocument, FileState
from cases.readiness import counting_document
from cases.reading import Link, reading_of

_NAMES = {**KINDS, "signature": "文件里记下的姓名", "location": "拍摄地点"}
_DELETE = "请在 Word 中删去后重新上传。"
_NOT_NEEDED = "案例信息表里已有，正文不必再写；专家评审时不应看到。"
_ADVICE = {
    "author": _NOT_NEEDED,
    "unit": _NOT_NEEDED,
    "signature": "在 Word 的“文件—信息—检查文档”里可以一次清除，批注和修订请先处理完。",
    "location": "照片里记有拍摄地点的坐标。请截图或用图片软件另存后再插入。",
}


@dataclass(frozen=True)
class PersonalRow:
    """One kind of personal data: its name, each place with what stands there (masked), and what to do."""

    name: str
    places: list[tuple[str, str]]
    advice: str


def personal_rows(facts: Mapping[str, Any]) -> list[PersonalRow]:
    """The personal data of a document's facts by kind, the kinds in the order of the table."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in facts.get("personal_data", []):
        places[one["kind"]].append((one["where"], one["text_masked"]))
    return [
        PersonalRow(name, places[kind], _ADVICE.get(kind, _DELETE)) for kind, name in _NAMES.items() if kind in places
    ]


def report_of(case: Case, now: datetime, link: Link) -> dict[str, Any]:
    """What the document's page and its fragment share; asks nothing where `queries.with_parts` read the case."""
    documents = [one for one in case.documents.all() if one.state != FileState.DROPPED]
    document = counting_document(documents)
    standing = findings.standing(document) if document else []
    must = [one for one in standing if one["code"] in findings.BLOCKING]
    advice = [one for one in standing if one["code"] not in findings.BLOCKING]
    sections = findings.sections(document) if document else []
    return {
        "case": case,
        "document": document,
        "editable": may_edit(case, now),
        "versions": [(len(documents) - index, one) for index, one in enumerate(documents)],
        "must": must,
        "advice": advice,
        "headline": _headline(len(must), len(advice)),
        "sections": sections,
        "longest": max([1, *(section["characters"] for section in sections)]),
        "doubtful": findings.doubtful(document) if document else set(),
        "candidates": _candidates(document) if document else [],
        "personal": personal_rows(document.facts if document else {}),
        "reading": reading_of(case, link=link),
    }


def _headline(must: int, advice: int) -> str:
    more = f"，另有 {advice} 处建议" if advice else ""
    return f"有 {must} 处必须修改{more}" if must else f"四个部分齐全，字数合格{more}"


def _candidates(document: CaseDocument) -> list[tuple[str, str]]:
    """Other heads of the document as options of a list, without those that are a section by now."""
    taken = {one["part"] for one in document.confirmed.values()}
    others = [one for one in document.facts.get("candidates", []) if str(one["index"]) not in taken]
    return [
        ("", "选择文中的标题"),
        *((str(one["index"]), f"{one['title']}（{one['characters']} 字）") for one in others),
    ]
