"""A list of experts as people keep it in Excel: read, checked row by row, shown before anything is saved (R14)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.models import Province
from accounts.queries import provinces, registered_mails
from calls.policy import TYPE_NAMES, TYPE_SHORT
from kernel.forms import half_width
from kernel.spreadsheets import NotAWorkbook, read_xlsx

COLUMNS = {"name": "姓名", "email": "电子邮箱", "province": "所在省", "unit": "工作单位", "types": "可评类型"}
MOST_ROWS, MOST_BYTES = 500, 1024 * 1024
TYPES = {words: str(kind) for names in (TYPE_SHORT, TYPE_NAMES) for kind, words in names.items()}


class PersonForm(forms.Form):
    """One row: what stands in its cells, as texts."""

    name = forms.CharField(max_length=30, error_messages={"required": "请填写姓名。", "max_length": "不超过 30 个字。"})
    email = forms.EmailField(
        error_messages={"required": "请填写邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"}
    )
    province = forms.CharField(error_messages={"required": "请填写所在省。"})
    unit = forms.CharField(
        max_length=80, error_messages={"required": "请填写单位全称。", "max_length": "不超过 80 个字。"}
    )
    types = forms.CharField(error_messages={"required": f"请填写，例如“{'、'.join(TYPE_SHORT.values())}”。"})

    def __init__(self, cells: Mapping[str, str], known: Mapping[str, Province]) -> None:
        super().__init__(cells)
        self.known = known

    def clean_province(self) -> Province:
        found = self.known.get(self.cleaned_data["province"])
        if found is None:
            raise forms.ValidationError("没有这个省级单位，请写“湖北”或“湖北省”。")
        return found

    def clean_types(self) -> list[str]:
        given = [word for word in half_width(self.cleaned_data["types"]).replace("、", ",").split(",") if word.strip()]
        kinds = [TYPES.get(word.strip(), "") for word in given]
        if "" in kinds:
            raise forms.ValidationError(f"只能写“{'”“'.join(TYPE_SHORT.values())}”，用顿号分开。")
        return sorted(set(kinds))


@dataclass
class Line:
    """A row of the preview: its number in the sheet, (text, what is wrong) of each cell, and who it is."""

    number: int
    cells: list[tuple[str, str]]
    person: dict[str, Any]
    known: bool

    @property
    def bad(self) -> bool:
        return any(wrong for _, wrong in self.cells)


class Preview:
    """All rows of a list, checked; `carried` is the list itself, to be sent back when it is confirmed."""

    def __init__(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        places = {words: one for one in provinces() for words in (one.name, one.short)}
        on_register = registered_mails([cells[1] for _, cells in rows])
        self.carried = json.dumps([[number, *cells] for number, cells in rows], ensure_ascii=False)
        self.lines: list[Line] = []
        first: dict[str, int] = {}
        for number, cells in rows:
            form = PersonForm(dict(zip(COLUMNS, cells, strict=True)), places)
            mail = cells[1].lower()
            if form.is_valid() and first.setdefault(mail, number) != number:
                form.add_error("email", f"与第 {first[mail]} 行重复。")
            shown = [
                (cell, " ".join(map(str, form.errors.get(name, [])))) for name, cell in zip(COLUMNS, cells, strict=True)
            ]
            self.lines.append(Line(number, shown, form.cleaned_data, known=mail in on_register))

    @property
    def bad(self) -> int:
        return sum(line.bad for line in self.lines)

    @property
    def new(self) -> list[dict[str, Any]]:
        """The people that would be registered."""
        return [line.person for line in self.lines if not line.bad and not line.known]


def read_list(content: bytes) -> Preview:
    """The workbook that was sent. Refuses: NotAWorkbook, TooManyRows."""
    if len(content) > MOST_BYTES:
        raise NotAWorkbook("文件超过 1 MB。名单用不了这么大，请另存一份只有名单的表。")
    rows = read_xlsx(content, columns=list(COLUMNS.values()), most=MOST_ROWS)
    if not rows:
        raise NotAWorkbook("表里还没有人。请从第二行开始填写，一行一位专家。")
    return Preview(rows)


def read_carried(carried: str) -> Preview:
    """The list as the preview sent it back; checked anew. Refuses (NotAWorkbook) what no preview sends."""
    try:
        rows = json.loads(carried)
        well = isinstance(rows, list) and 0 < len(rows) <= MOST_ROWS
        well = well and all(isinstance(row, list) and len(row) == 1 + len(COLUMNS) for row in rows)
        if not well or not all(isinstance(row[0], int) and all(isinstance(c, str) for c in row[1:]) for row in rows):
            raise ValueError
    except (ValueError, RecursionError):
        raise NotAWorkbook("预览已经失效。请重新上传。") from None
    return Preview([(row[0], [cell.replace("\0", "") for cell in row[1:]]) for row in rows])
