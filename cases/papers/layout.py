"""How a paper that is written word by word is laid out: A4, 宋体 text, 黑体 headings."""

import io
from datetime import date

from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG, HEI = "宋体", "黑体"
GREY = RGBColor(0x80, 0x80, 0x80)
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def new_paper(title: str) -> Paper:
    """An empty A4 paper whose styles are set in 宋体 and 黑体, for Chinese text."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin = section.bottom_margin = Cm(2.5)
    for name, font, size in (("Normal", SONG, 12), ("Title", HEI, 18), ("Heading 1", HEI, 15)):
        style = paper.styles[name]
        if not isinstance(style, CharacterStyle):
            raise TypeError(f"{name} is no text style")
        _dress_style(style, font, size)
    # python-docx's own template names its program and its date as the file's author and birth.
    facts = paper.core_properties
    facts.title, facts.author, facts.comments, facts.language = title, "", "", "zh-CN"
    return paper


def to_bytes(paper: Paper) -> bytes:
    """The paper as the bytes of a .docx file."""
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def write(
    paragraph: Paragraph, text: str, *, font: str = SONG, size: float = 12, bold: bool = False, grey: bool = False
) -> Run:
    """Add text to the paragraph, in the font for Chinese and Latin characters alike."""
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold
    if grey:
        run.font.color.rgb = GREY
    run.font.name = font
    # font.name sets only the Latin face; without eastAsia Word takes another one for Chinese.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def chinese_day(day: date) -> str:
    """2024年10月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _dress_style(style: CharacterStyle, font: str, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # The template's headings point to theme fonts, which would win over the names set here.
    for attribute in _THEME:
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
