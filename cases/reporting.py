"""What the author is told of an inspected document besides the inspector's findings."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.files.identity import KINDS

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
