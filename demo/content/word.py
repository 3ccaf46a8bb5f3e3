"""Case documents as Word files: four headings in heading styles, a table and a picture."""

import io
import random
import zipfile
from collections.abc import Sequence
from functools import cache

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from demo.content.pictures import KINDS, draw
from demo.content.writing import Section

Rows = Sequence[tuple[str, str, str]]
_FIXED_DATE = (2024, 10, 1, 8, 0, 0)


def document(rng: random.Random, title: str, sections: Sequence[Section], figures: Rows = ()) -> bytes:
    """A .docx with the title, the sections under Heading 1, a table (`figures`, or a schedule drawn) and a picture.

    Under 3,000 字 when the sections are under 2,600 (R7); the same bytes for the same arguments and seed.
    """
    paper = docx.Document(io.BytesIO(_blank()))
    paper.core_properties.title = title
    paper.add_paragraph(title, style="Title")
    for number, section in enumerate(sections):
        paper.add_paragraph(section.heading, style="Heading 1")
        for text in section.paragraphs:
            paper.add_paragraph(text).paragraph_format.first_line_indent = Pt(24)
        if number == 1:
            _add_picture(paper, rng)
        if number == 2:
            _add_table(paper, figures or _schedule(rng), bool(figures))
    out = io.BytesIO()
    paper.save(out)
    return _with_fixed_dates(out.getvalue())


USED_STYLES = frozenset(
    {"Normal", "Title", "Heading 1", "Table Grid", "Normal Table", "Default Paragraph Font", "No List"}
)


@cache
def _blank() -> bytes:
    """An empty document with Chinese styles, made once: opening it is faster than styling each document."""
    paper = docx.Document()
    for name, font, size in (("Normal", "宋体", 12), ("Title", "黑体", 20), ("Heading 1", "黑体", 15)):
        style = paper.styles[name]
        style.font.name = font
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0x22, 0x24, 0x30)
        fonts = style.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        fonts.set(qn("w:eastAsia"), font)
    # The template's other styles are most of its bytes, and of the time to read a document.
    for style in list(paper.styles):
        if style.name not in USED_STYLES:
            style.delete()
    for latent in paper.styles.element.findall(qn("w:latentStyles")):
        paper.styles.element.remove(latent)
    paper.core_properties.author = ""
    paper.core_properties.comments = ""
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _add_picture(paper: Document, rng: random.Random) -> None:
    jpeg = io.BytesIO()
    draw(rng, rng.choice(KINDS), size=(720, 480)).save(jpeg, "JPEG", quality=72)
    jpeg.seek(0)
    paper.add_picture(jpeg, width=Cm(12))
    paper.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption = paper.add_paragraph("图1 研修活动示意")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_table(paper: Document, rows: Rows, compares: bool) -> None:
    heads = ("指标", "起步时", "目前") if compares else ("研修环节", "形式", "时长（分钟）")
    caption = paper.add_paragraph("表1 主要数据对比" if compares else "表1 一次主题研修的安排")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = paper.add_table(rows=0, cols=3, style="Table Grid")
    for row in (heads, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _schedule(rng: random.Random) -> Rows:
    """How one session is spent, for a document without figures of its own."""
    steps = (
        ("课例观看", "线上自学"),
        ("问题梳理", "群内讨论"),
        ("集中研讨", "线下活动"),
        ("课堂实践", "分组试教"),
        ("复盘改进", "视频教研"),
    )
    return [(step, form, str(rng.randrange(20, 95, 5))) for step, form in steps]


def _with_fixed_dates(data: bytes) -> bytes:
    """The same package with every member dated alike, so that the bytes do not tell when they were made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            target.writestr(zipfile.ZipInfo(member.filename, _FIXED_DATE), source.read(member), zipfile.ZIP_DEFLATED)
    return out.getvalue()
