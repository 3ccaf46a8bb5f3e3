"""附表1 read: title, authors, type, overview and signature, and what is wrong with each."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from accounts.contact import MOBILE, plain_digits
from cases.characters import count
from cases.files.forms import types
from cases.files.forms.authors import Author, Authors
from cases.files.forms.grid import Row
from cases.files.forms.labels import SHEET, key, pairs
from cases.files.forms.text import folded, one_line

Problem = dict[str, str]

MAX_AUTHORS: Final = 3
OVERVIEW_LIMIT: Final = 300
TITLE_ROOM: Final = 60
ROOM: Final = {"name": 30, "unit": 80, "post": 40, "mobile": 20}
"""Characters that the columns of the models hold."""
WORDS: Final = {"title": "案例名称", "authors": "作者信息", "type": "案例类型", "overview": "案例概述"}
_AUTHOR_WORDS: Final = {"name": "姓名", "unit": "工作单位", "post": "职称/职务", "mobile": "手机"}
ON_PLATFORM: Final = "（手写签名存于平台）"
"""What the form says where the signature was drawn."""
_HINT: Final = re.compile(r"^[(（]\s*(?:根据选择的案例类型|概述案例情况).*?[)）]\s*", re.S)
_SIGNED: Final = re.compile(r"作\s*者\s*签\s*[名字](?:\s*[(（][^()（）]*[)）])?\s*[:：](.*)", re.S)
_DATED: Final = re.compile(r"日\s*期\s*[:：]")
_DAY: Final = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")


def read(rows: Sequence[Row], limits: dict[str, int] | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """Return the fields under the models' names, and a sentence for each that is missing, doubtful or too long.

    `limits` are the call's `overview` and `authors`, where they differ from the form's own.
    """
    form = _Sheet()
    for row in rows:
        form.row(row)
    signature, signed_on = _signed(rows)
    fields = {
        "title": one_line(form.texts.get("title", "")),
        "authors": [_tidy(one) for one in form.authors.named()],
        "type": "",
        "overview": _HINT.sub("", form.texts.get("overview", "")).strip(),
        "signature": signature,
        "signed_on": signed_on,
    }
    chosen = types.ticked(form.texts.get("type", ""))
    if len(chosen) == 1:
        fields["type"] = chosen[0]
    lost = [name for name in WORDS if name not in form.texts and not (name == "authors" and form.authors.met)]
    return fields, _problems(fields, chosen, lost, form.authors, limits or {})


class _Sheet:
    """Goes through the rows once, each belonging to the part of the form whose head came last."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.authors = Authors()
        self._open = ""

    def row(self, row: Row) -> None:
        cells = row.cells
        head = SHEET.get(key(cells[0].text), "")
        if self.authors.under_heads and (row.table == 0 or (head not in ("", "authors") and not cells[0].continues)):
            self.authors.close()
        if row.table and head in ("", "authors") and self.authors.row(cells):
            self._open = "authors"
            return
        found = pairs(cells, SHEET)
        if not found:
            self._loose("\n".join(cell.text for cell in cells if cell.text), row.table)
        for name, values in found:
            self._keep(name, "\n".join(value.text for value in values if value.text))

    def _keep(self, name: str, text: str) -> None:
        """A part's text; that of a further row whose head is merged with the one above is more of it."""
        more = name == self._open and self.texts.get(name) and text
        if more or not self.texts.get(name):
            self.texts[name] = f"{self.texts[name]}\n{text}" if more else text
        self._open = name

    def _loose(self, text: str, table: int) -> None:
        """A row without a head: the value of a head that stood alone, or one that says itself what it is."""
        if self._open in self.texts and not self.texts[self._open] and self._open != "authors":
            self.texts[self._open] = text
        elif table and _HINT.match(text):
            self.texts.setdefault("overview", text)
        elif table and len(types.options(text)) > 1 and len(text) < 200:
            self.texts.setdefault("type", text)


def _tidy(author: Author) -> Author:
    """The mobile as its digits where it is one; what is none stays as it was written, for its author to see."""
    digits = plain_digits(author["mobile"])
    return author | {"mobile": digits if MOBILE.fullmatch(digits) else author["mobile"]}


def _signed(rows: Sequence[Row]) -> tuple[str, str]:
    """The signature and the day of signing (ISO), each empty where the form leaves it to be written by hand."""
    lines = [line for row in rows for cell in row.cells if not cell.continues for line in cell.text.split("\n")]
    found = [(at, match[1]) for at, line in enumerate(lines) if (match := _SIGNED.search(line))]
    if not found:
        return "", ""
    at, name = found[-1]
    said = next((line for line in lines[at + 1 :] if _DATED.match(line.strip())), "")
    if not said:  # both on one line
        name, _, said = (part or "" for part in re.split(f"({_DATED.pattern})", f"{name}日期：", maxsplit=1))
    name = name.strip()
    return "" if name == ON_PLATFORM else name, _day(said)


def _day(said: str) -> str:
    found = _DAY.search(folded(said))
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _problem(field: str, message: str) -> Problem:
    return {"field": field, "message": message}


def _problems(
    fields: dict[str, Any], chosen: list[str], lost: list[str], authors: Authors, limits: dict[str, int]
) -> list[Problem]:
    found = [_problem(name, f"没有找到“{WORDS[name]}”一栏，请对照附表 1 补上。") for name in lost]
    for name in ("title", "overview"):
        if name not in lost and not fields[name]:
            found.append(_problem(name, f"“{WORDS[name]}”没有填写。"))
    if len(fields["title"]) > TITLE_ROOM:
        found.append(_problem("title", f"案例名称 {len(fields['title'])} 字，不能超过 {TITLE_ROOM} 字，请缩短。"))
    limit = limits.get("overview", OVERVIEW_LIMIT)
    if (length := count(fields["overview"])) > limit:
        found.append(_problem("overview", f"案例概述 {length} 字，超出 {length - limit} 字，请压缩到 {limit} 字以内。"))
    if len(chosen) > 1:
        found.append(_problem("type", f"案例类型勾选了 {len(chosen)} 项，只能选一项，请去掉多余的勾。"))
    elif not chosen and "type" not in lost:
        found.append(_problem("type", "案例类型没有勾选，请在其中一项前打勾。"))
    return found + _author_problems(fields["authors"], "authors" in lost, authors.short, limits)


def _author_problems(authors: list[Author], lost: bool, short: list[int], limits: dict[str, int]) -> list[Problem]:
    most = limits.get("authors", MAX_AUTHORS)
    found = []
    if len(authors) > most:
        found.append(_problem("authors", f"表里写了 {len(authors)} 位作者，最多 {most} 人，请删去多出的作者。"))
    if not authors and not lost:
        found.append(_problem("authors", "“作者信息”没有填写。"))
    for number, author in enumerate(authors, start=1):
        who = f"第 {number} 作者"
        if number in short:
            found.append(_problem("authors", f"{who}这一行少了格子，可能读错了位置，请核对。"))
        empty = [words for name, words in _AUTHOR_WORDS.items() if not author[name]]
        if empty:
            found.append(_problem("authors", f"{who}没有填写{'、'.join(empty)}。"))
        for name, room in ROOM.items():
            if len(author[name]) > room:
                found.append(_problem("authors", f"{who}的{_AUTHOR_WORDS[name]}不能超过 {room} 字，请缩短。"))
        if author["mobile"] and not MOBILE.fullmatch(author["mobile"]):
            found.append(_problem("authors", f"{who}的手机号应为 11 位数字，例如 13812345678。"))
    return found
