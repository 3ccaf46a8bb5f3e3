"""案例类型 of 附表1: which of the three is ticked, however people tick."""

import re
from typing import Final

from cases.files.forms.text import folded

_OPTIONS: Final = {"region": r"区域", "school": r"校本", "studio": r"工作室|名师名校长"}
_NUMBERS: Final = {"1": "region", "2": "school", "3": "studio"}
_ON: Final = "☑☒✓✔√■●◉🗹🗷▣◼⬛✅"
_OFF: Final = "☐□○◯▢◻⬜"
_TOKEN: Final = re.compile(
    f"(?P<on>[{_ON}]|\\[x\\]|(?<![a-z])v(?![a-z]))|(?P<off>[{_OFF}]|\\[\\]|\\(\\))|(?P<option>{'|'.join(_OPTIONS.values())})"
)


def ticked(text: str) -> list[str]:
    """The types that are ticked; where nothing is ticked, the one that alone is named or numbered."""
    found = [one for line in text.split("\n") for one in _of_line(folded(line))]
    if found:
        return sorted(set(found), key=list(_OPTIONS).index)
    named = options(text)
    if len(named) == 1:
        return named
    number = re.fullmatch(r"\D*([123])\D*", folded(text)) if not named else None
    return [_NUMBERS[number[1]]] if number else []


def options(text: str) -> list[str]:
    """The types that a text names."""
    plain = folded(text)
    return [name for name, words in _OPTIONS.items() if re.search(words, plain)]


def _of_line(line: str) -> list[str]:
    """The ticked types of one line: with one type on it a tick stands anywhere, with more before each or behind."""
    tokens = [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(line)]
    kinds = [kind for kind, _ in tokens]
    names = options(line)
    if "on" not in kinds or not names:
        return []
    if len(names) == 1:
        return names
    before = kinds[0] != "option"
    found = []
    marked = False
    for kind, words in tokens if before else reversed(tokens):
        if kind == "option":
            if marked:
                found += options(words)
            marked = False
        else:
            marked = kind == "on"
    return found
