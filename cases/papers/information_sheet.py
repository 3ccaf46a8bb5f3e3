"""The case information sheet (案例信息表, 附表1), blank or filled; its wording and layout are the form's own."""

import datetime
from dataclasses import dataclass

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import Table, _Cell

from calls.policy import CaseType
from cases.papers.layout import chinese_day, fill, heading_line, new_paper, ruled_table, set_height, to_bytes, write

FORM_TITLE = "国家中小学智慧教育平台教师研修应用案例信息表"
FORM_TYPES = {
    CaseType.REGION: "1.区域教师研修应用案例",
    CaseType.SCHOOL: "2.校本教师研修应用案例",
    CaseType.STUDIO: "3.线上名师名校长工作室建设与应用案例",
}
OVERVIEW_HINT = (
    "（根据选择的案例类型，概述案例情况、工作成效、特色亮点等，不超过300字。"
    "详细案例附后，参照要求的模板进行案例撰写，详细案例不超过3000字）"
)
DECLARATION = "我(们)在此申明：该案例是我(们)原创，不涉及抄袭或侵犯他人著作权等问题。"
SHARING_NOTE = (
    "共享提示：同意将案例结集出版或在教师活动网站等公益性网站共享；"
    "同意将案例推荐给国家智慧教育公共服务平台（www.smartedu.cn）。"
)
MAX_AUTHORS = 3
_COLUMNS = (1.8, 2.5, 5.0, 2.9, 3.2)
_TITLE, _HEADS, _TYPE, _OVERVIEW, _DECLARATION, _ROWS = 0, 1, 5, 6, 7, 8


@dataclass(frozen=True, slots=True)
class SheetAuthor:
    """One line of 作者信息 (R5)."""

    name: str
    unit: str
    post: str
    mobile: str


@dataclass(frozen=True, slots=True)
class InformationSheet:
    """What an author writes on 附表1 (R5); `date` is the day of signing, None where it is not signed yet."""

    title: str
    authors: tuple[SheetAuthor, ...]
    kind: CaseType
    overview: str
    signature: str = ""
    date: datetime.date | None = None


def blank_information_sheet(kind: CaseType) -> bytes:
    """附表1 to fill in, with the case type already ticked."""
    return _sheet(InformationSheet(title="", authors=(), kind=kind, overview=""))


def filled_information_sheet(data: InformationSheet) -> bytes:
    """附表1 with the case's own words in the form's places. More than 3 authors is a ValueError (R5)."""
    if len(data.authors) > MAX_AUTHORS:
        raise ValueError(f"the form has room for {MAX_AUTHORS} authors")
    return _sheet(data)


def _sheet(data: InformationSheet) -> bytes:
    paper = new_paper(FORM_TITLE)
    write(paper.add_paragraph(), "附表1：")
    heading_line(paper, FORM_TITLE, size=16)
    table = ruled_table(paper, _COLUMNS, _ROWS)
    fill(table.cell(_TITLE, 0), "案例名称", centred=True)
    fill(_wide(table, _TITLE), data.title)
    set_height(table, _TITLE, 1.1)
    _write_authors(table, data.authors)
    fill(table.cell(_TYPE, 0), "案例类型", centred=True)
    ticks = [f"{'☑' if kind is CaseType(data.kind) else '☐'} {name}" for kind, name in FORM_TYPES.items()]
    fill(_wide(table, _TYPE), ticks)
    fill(table.cell(_OVERVIEW, 0), "案\n例\n概\n述", centred=True)
    overview = _wide(table, _OVERVIEW)
    overview.vertical_alignment = WD_ALIGN_VERTICAL.TOP
    fill(overview, data.overview or OVERVIEW_HINT, grey=not data.overview)
    set_height(table, _OVERVIEW, 7)
    fill(table.cell(_DECLARATION, 0), "作\n者\n声\n明", centred=True)
    _write_declaration(_wide(table, _DECLARATION), data)
    set_height(table, _DECLARATION, 4.5)
    note = paper.add_paragraph()
    note.paragraph_format.space_before = Pt(10)
    write(note, SHARING_NOTE)
    return to_bytes(paper)


def _wide(table: Table, row: int) -> _Cell:
    """The row's cells right of the label, as one."""
    cell: _Cell = table.cell(row, 1).merge(table.cell(row, len(_COLUMNS) - 1))
    return cell


def _write_authors(table: Table, authors: tuple[SheetAuthor, ...]) -> None:
    fill(table.cell(_HEADS, 0).merge(table.cell(_HEADS + MAX_AUTHORS, 0)), "作者信息\n（最多3人）", centred=True)
    for column, head in enumerate(("姓名", "工作单位", "职称/职务", "手机"), start=1):
        fill(table.cell(_HEADS, column), head, centred=True)
    for row, author in enumerate(authors, start=_HEADS + 1):
        for column, value in enumerate((author.name, author.unit, author.post, author.mobile), start=1):
            fill(table.cell(row, column), value, centred=True)
    for row in range(_HEADS, _HEADS + MAX_AUTHORS + 1):
        set_height(table, row, 0.9)


def _write_declaration(cell: _Cell, data: InformationSheet) -> None:
    day = chinese_day(data.date) if data.date else ""
    fill(cell, [DECLARATION, "", f"作者签名：{data.signature or ' ' * 16}", f"日期：{day or ' ' * 20}"])
    cell.paragraphs[0].paragraph_format.first_line_indent = Pt(24)
    for line in cell.paragraphs[2:]:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
