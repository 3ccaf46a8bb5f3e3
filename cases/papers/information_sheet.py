"""The case information sheet (案例信息表, 附表1), blank or filled; its wording and layout are the form's own."""

import datetime
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from calls.policy import CaseType
from cases.files.forms.text import clean
from cases.papers.layout import chinese_day
from cases.papers.setting import as_pdf, as_word

FORM_TITLE = "国家中小学智慧教育平台教师研修应用案例信息表"
MAX_AUTHORS = 3
_FOLDER = Path(__file__).parent
_BY_HAND = " " * 16
"""Room for what is written with a pen."""


@dataclass(frozen=True, slots=True)
class SheetAuthor:
    """One line of 作者信息 (R5)."""

    name: str = ""
    unit: str = ""
    post: str = ""
    mobile: str = ""


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
    return filled_information_sheet(InformationSheet(title="", authors=(), kind=kind, overview=""))


def filled_information_sheet(data: InformationSheet) -> bytes:
    """附表1 with the case's own words in the form's places. More than 3 authors is a ValueError (R5)."""
    return as_word(_FOLDER / "information_sheet.docx", _words(data))


def information_sheet_pdf(data: InformationSheet) -> bytes:
    """The same as PDF, to print and sign. Refuses: MissingGlyph."""
    return as_pdf(_FOLDER / "information_sheet.typ", _words(data))


def _words(data: InformationSheet) -> dict[str, Any]:
    """What the templates have places for: the type as ticks, three lines of authors."""
    if len(data.authors) > MAX_AUTHORS:
        raise ValueError(f"the form has room for {MAX_AUTHORS} authors")
    lines = [*data.authors, *[SheetAuthor()] * (MAX_AUTHORS - len(data.authors))]
    return {
        "title": clean(data.title),
        "authors": [{name: clean(value) for name, value in asdict(line).items()} for line in lines],
        "ticks": {str(kind): "☑" if kind is CaseType(data.kind) else "☐" for kind in CaseType},
        "overview": clean(data.overview),
        "signature": clean(data.signature) or _BY_HAND,
        "date": chinese_day(data.date) if data.date else _BY_HAND,
    }
