"""Case documents with habits of their own: odd numbers, odd wordings, soft breaks, fields, real layouts grafted."""

import io
from collections.abc import Callable
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from cases.characters import count
from tests.cases.files.corpus import (
    BASIC,
    DEEDS,
    GAINS,
    NOVEL,
    PLAIN,
    PROSE,
    TITLES,
    Label,
    Look,
    Sheet,
    heads,
    sample,
    style,
)
from tests.cases.files.corpus_hard import contents
from tests.cases.files.corpus_plain import BOLD, H1, H2

DATA = Path(__file__).resolve().parents[2] / "data/files"


@sample
def look_capital_numerals(sheet: Sheet) -> None:
    for at, name in enumerate(TITLES):
        sheet.head(name, f"{'壹贰叁肆'[at]}、{name}", BOLD)
        sheet.prose(name)


@sample
def look_two_digit_numbers(sheet: Sheet) -> None:
    sheet.sections(heads("0{d} {t}"), Look(size=16))


@sample
def look_dashes(sheet: Sheet) -> None:
    sheet.sections(heads("—— {t} ——"), Look(centred=True))


@sample
def look_long_wordings(sheet: Sheet) -> None:
    words = {
        BASIC: "一、我校研修工作的基本情况",
        DEEDS: "二、研修的实施过程与具体举措",
        GAINS: "三、取得的主要经验与工作成效",
        NOVEL: "四、本案例的特色与创新点",
    }
    sheet.sections(words, BOLD)


@sample
def look_other_conjunctions(sheet: Sheet) -> None:
    words = {
        BASIC: "1、基本 情况",
        DEEDS: "2、过程和创新举措",
        GAINS: "3、成效、经验",
        NOVEL: "4、特色·创新",
    }
    sheet.sections(words, PLAIN)


@sample
def look_pairs_of_parts(sheet: Sheet) -> None:
    """A part's number stands on a line of its own."""
    for at, name in enumerate(TITLES):
        sheet.at = ""
        sheet.line(f"第{'一二三四'[at]}部分", Look(centred=True, size=15))
        sheet.head(name, name, Look(centred=True, size=15))
        sheet.prose(name)


@sample
def wps_soft_breaks(sheet: Sheet) -> None:
    """One paragraph, Shift+Enter between the lines."""
    pieces = []
    for at, name in enumerate(TITLES):
        pieces += [f"{'一二三四'[at]}、{name}", PROSE[name], PROSE[name]]
        sheet.labels[name] = Label(f"{'一二三四'[at]}、{name}", 2 * count(PROSE[name]))
    sheet.document.add_paragraph("\n".join(pieces))


@sample
def wps_soft_break_behind_head(sheet: Sheet) -> None:
    for at, name in enumerate(TITLES):
        head = f"（{'一二三四'[at]}）{name}"
        paragraph = sheet.document.add_paragraph()
        paragraph.add_run(head).bold = True
        paragraph.add_run("\n" + PROSE[name])
        sheet.labels[name] = Label(head, count(PROSE[name]))


@sample
def styled_content_controls(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), H1)
    for paragraph in list(sheet.document.paragraphs):
        if paragraph.style.name == "Heading 1":
            frame = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
            paragraph._p.addprevious(frame)
            frame[1].append(paragraph._p)


@sample
def styled_tracked_heads(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), BOLD)
    for paragraph in sheet.document.paragraphs:
        if paragraph.runs and paragraph.runs[0].bold:
            mark = parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="某某" w:date="2024-10-01T00:00:00Z"/>')
            run = paragraph.runs[0]._r
            run.addprevious(mark)
            mark.append(run)


@sample
def styled_with_word_contents(sheet: Sheet) -> None:
    style(sheet.document, "toc 1")
    for at, words in enumerate(heads("{n}、{t}").values()):
        sheet.line(f"{words}\t{at + 1}", Look("toc 1"))
    sheet.sections(heads("{n}、{t}"), H1)


@sample
def contents_then_abstract(sheet: Sheet) -> None:
    contents(sheet, "", subs=True)
    sheet.line("摘要：" + PROSE[BASIC])
    sheet.sections(heads("{n}、{t}"), BOLD)


@sample
def contents_and_twice(sheet: Sheet) -> None:
    contents(sheet, "")
    sheet.sections(heads("{n}、{t}"), H1)
    sheet.close()
    sheet.line("五、基本情况", H1)
    sheet.line("再补充一点。")


@sample
def table_pairs_in_a_row(sheet: Sheet) -> None:
    table = sheet.document.add_table(rows=2, cols=4)
    for at, name in enumerate(TITLES):
        row, column = divmod(at, 2)
        table.cell(row, 2 * column).text = name
        table.cell(row, 2 * column + 1).text = PROSE[name]
        sheet.labels[name] = Label(name, count(PROSE[name]))


@sample
def table_inside_sections(sheet: Sheet) -> None:
    """Tables of figures stand in the sections and have heads that sound like some."""
    for name, words in heads("{n}、{t}").items():
        sheet.head(name, words, H1)
        sheet.prose(name, 1)
        table = sheet.document.add_table(rows=2, cols=3)
        for at, label in enumerate(("项目", "措施", "成效")):
            table.cell(0, at).text, table.cell(1, at).text = label, "教研组每周一次"
            sheet.labels[name].characters += count(label) + 7


@sample
def adversarial_captions(sheet: Sheet) -> None:
    words = heads("{n}、{t}")
    del words[GAINS]
    image = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(image, "PNG")
    for name, head in words.items():
        sheet.head(name, head, H1)
        sheet.prose(name, 1)
        sheet.document.add_picture(io.BytesIO(image.getvalue()))
        sheet.line("研修成果", Look(centred=True, size=9))


@sample
def adversarial_first_level_over_four(sheet: Sheet) -> None:
    """The four stand one level down, and a part above sounds like one of them."""
    sheet.line("一、案例概述", H1)
    sheet.line("一所乡村小学用平台做校本研修。")
    sheet.line("二、案例正文", H1)
    sheet.sections(heads("（{n}）{t}"), H2)
    sheet.close()
    sheet.line("三、附件", H1)
    sheet.line("研修制度一份。")


@sample
def adversarial_near_part_before_exact_subhead(sheet: Sheet) -> None:
    sheet.head(BASIC, "一、案例背景", BOLD)
    sheet.line("（一）学校基本情况", BOLD)
    sheet.prose(BASIC, 1)
    sheet.line("（二）问题由来", BOLD)
    sheet.prose(BASIC, 1)
    for at, name in enumerate(TITLES[1:], start=1):
        sheet.head(name, f"{'一二三四'[at]}、{name}", BOLD)
        sheet.prose(name)


@sample
def adversarial_questions(sheet: Sheet) -> None:
    sheet.line("填写说明", BOLD)
    for words in ("1. 基本情况怎么写？", "2. 过程与举措要写多少字？", "3. 经验与成效必须有数据。"):
        sheet.line(words)
    sheet.sections(heads("{t}"), H1)


@sample
def adversarial_letters_between(sheet: Sheet) -> None:
    sheet.line("创新", BOLD)
    sheet.line("成果丰硕", BOLD)
    sheet.line("学校基本情况表", BOLD)
    sheet.line("经验与成效的关系", BOLD)
    sheet.line("背景", PLAIN)
    sheet.line(PROSE[GAINS])


def graft(sheet: Sheet, file: str, put: dict[str, tuple[str, str]], fill: Callable[[str], str]) -> None:
    """Put the names of sections into a real document in place of its own heads, dressed as those were."""
    sheet.document = docx.Document(str(DATA / file))
    cells = [cell for table in sheet.document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*sheet.document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    for name, (old, new) in put.items():
        paragraph = next(one for one in paragraphs if "".join(one.text.split()) == old)
        for run in paragraph.runs[1:]:
            run._r.getparent().remove(run._r)
        paragraph.runs[0].text = new
        paragraph._p.addnext(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{fill(name)}</w:t></w:r></w:p>"))
        sheet.labels[name] = Label(new, -1)


@sample
def real_thesis_rules(sheet: Sheet) -> None:
    put = {
        BASIC: ("1．正文", "1．基本情况"),
        DEEDS: ("2．图、表、公式", "2．过程与举措"),
        GAINS: ("3．参考文献", "3．经验与成效"),
        NOVEL: ("4．附录", "4．特色与创新"),
    }
    graft(sheet, "thesis-check__附件1.docx", put, PROSE.__getitem__)


@sample
def real_lesson_plan(sheet: Sheet) -> None:
    put = {
        BASIC: ("教学重点", "基本情况"),
        DEEDS: ("教学难点", "主要做法"),
        GAINS: ("课外作业", "经验成效"),
        NOVEL: ("课后体会", "特色创新"),
    }
    del put[DEEDS]
    graft(sheet, "automated_lesson_planning__教案模板.docx", put, lambda name: "")
