"""A desk on which labelled case documents are made: what is written on it remembers to which section it belongs."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from cases.characters import count
from tests.cases.files import word
from tests.cases.files.word import TITLES

BASIC, DEEDS, GAINS, NOVEL = TITLES

PROSE = {
    BASIC: "我校地处城乡结合部，现有教学班24个、专任教师62人。2023年9月起，学校把国家中小学智慧教育平台用于校本研修，"
    "由教研处牵头，语文、数学、英语三个教研组先行，教师的基本情况各不相同，最大的困难是时间零散。",
    DEEDS: "学校先制定制度，再分三步推进：第一步选课，第二步共研，第三步上课。每周三下午为研修时间，"
    "过程与举措都记入研修手册；备课组在教研群里上传设计，同伴在线批注，主备人修改后再上课，一学期共完成48次。",
    GAINS: "一年来，教师人均观看课程36.5小时，形成精品课例27节，其中5节获市级奖励。我们的经验与成效在区里作过两次介绍，"
    "帮扶学校的12位教师加入教研群。学生问卷显示，课堂参与度由71%上升到88%。",
    NOVEL: "把研修搬到备课的那一刻，是本案例最大的不同：资源不再是“看过”，而是“用过”。特色与创新还在于记录自动留痕，"
    "任何一所条件相近的学校都能照着做。今后将继续完善评价办法，让研修成为常态。",
}
ORDINALS = "一二三四五六七八九十"


@dataclass
class Label:
    """One section as a person reads it: the words of its head and how many 字 stand below it."""

    title: str
    characters: int = 0


@dataclass(frozen=True)
class Look:
    """How a line is dressed: any of style, outline level, weight, size, font, alignment, automatic number, pieces."""

    style: str = ""
    outline: int | None = None
    bold: bool = False
    size: float = 0
    font: str = ""
    centred: bool = False
    auto: int = 0
    split: bool = False


PLAIN = Look()


@dataclass
class Sheet:
    """A document being written. `labels` are the truth about it; `body` dresses what is no head."""

    document: Any = field(default_factory=docx.Document)
    labels: dict[str, Label] = field(default_factory=dict)
    body: Look = PLAIN
    place: Any = None
    at: str = ""

    def line(self, words: str, look: Look | None = None, *, counted: bool = True) -> Paragraph:
        """Add a paragraph to the section that is open."""
        look = look or self.body
        paragraph = (self.place or self.document).add_paragraph(style=look.style or None)
        pieces = list(words) if look.split else [words]
        for piece in pieces:
            run = paragraph.add_run(piece)
            run.bold = True if look.bold else None
            if look.size:
                run.font.size = Pt(look.size)
            if look.font:
                run.font.name = look.font
                run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)
        if look.centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if look.outline is not None:
            word.outline(paragraph, look.outline)
        if look.auto:
            numbered(paragraph, look.auto)
        if counted and self.at:
            self.labels[self.at].characters += count(words)
        return paragraph

    def head(self, name: str, words: str, look: Look | None = None) -> Paragraph:
        """Add the head that opens a section."""
        self.at = ""
        paragraph = self.line(words, look)
        self.open(name, words)
        return paragraph

    def open(self, name: str, words: str) -> None:
        """What follows belongs to this section."""
        self.labels[name] = Label(words.strip())
        self.at = name

    def prose(self, name: str, times: int = 2) -> None:
        for _ in range(times):
            self.line(PROSE[name])

    def close(self) -> None:
        """What follows belongs to no section."""
        self.at = ""

    def sections(self, heads: dict[str, str], look: Look | None = None, *, times: int = 2) -> None:
        for name, words in heads.items():
            self.head(name, words, look)
            self.prose(name, times)


def numbered(paragraph: Paragraph, number_id: int, level: int = 0) -> None:
    """Give a paragraph automatic numbering from the list `number_id`."""
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number_id}"/></w:numPr>')
    )


def lists(document: Any) -> int:
    """Add a list whose first level is 一、 and whose second is （一）, as Word makes them; returns its number."""
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）")))
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>')
    root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return 90


def style(document: Any, name: str, *, based: str = "Normal", outline: int | None = None, bold: bool = False) -> str:
    """Add a paragraph style as schools make their own; returns its name."""
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles[based]
    made.font.bold = True if bold else None
    if outline is not None:
        element = OxmlElement("w:outlineLvl")
        element.set(qn("w:val"), str(outline))
        made.element.get_or_add_pPr().append(element)
    return name


def heads(form: str, names: dict[str, str] | None = None) -> dict[str, str]:
    """The four heads in one form, where {n} is 一, {d} is 1 and {t} the name."""
    return {
        name: form.format(n=ORDINALS[at], d=at + 1, t=(names or {}).get(name, name)) for at, name in enumerate(TITLES)
    }


def spaced(name: str) -> str:
    return " ".join(name)


Writer = Callable[[Sheet], None]
CORPUS: dict[str, Writer] = {}


def sample(writer: Writer) -> Writer:
    """Enter a writer into the corpus under its own name; the first word of the name is its family."""
    CORPUS[writer.__name__] = writer
    return writer


def dressed(look: Look, **more: Any) -> Look:
    return dataclasses.replace(look, **more)
