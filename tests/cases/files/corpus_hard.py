"""Case documents that try a reader: tables, text boxes, contents, names in passing, sections twice or missing."""

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from cases.characters import count
from tests.cases.files.corpus import (
    BASIC,
    DEEDS,
    GAINS,
    NOVEL,
    ORDINALS,
    PLAIN,
    PROSE,
    TITLES,
    Label,
    Look,
    Sheet,
    heads,
    sample,
)
from tests.cases.files.corpus_plain import BOLD, H1, H2, SUBS


def cell_prose(sheet: Sheet, cell: Any, name: str, title: str) -> None:
    cell.text = PROSE[name]
    cell.add_paragraph(PROSE[name])
    sheet.labels[name] = Label(title, 2 * count(PROSE[name]))


@sample
def table_two_columns(sheet: Sheet) -> None:
    table = sheet.document.add_table(rows=5, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "案例名称", "以研促教，以评促改"
    for row, name in enumerate(TITLES, start=1):
        table.cell(row, 0).text = name
        cell_prose(sheet, table.cell(row, 1), name, name)


@sample
def table_heads_above_cells(sheet: Sheet) -> None:
    table = sheet.document.add_table(rows=8, cols=1)
    for at, name in enumerate(TITLES):
        table.cell(2 * at, 0).text = f"{ORDINALS[at]}、{name}"
        cell_prose(sheet, table.cell(2 * at + 1, 0), name, f"{ORDINALS[at]}、{name}")


@sample
def table_four_columns(sheet: Sheet) -> None:
    """The names stand in the first row, the text below each."""
    table = sheet.document.add_table(rows=2, cols=4)
    for at, name in enumerate(TITLES):
        table.cell(0, at).text = name
        cell_prose(sheet, table.cell(1, at), name, name)


@sample
def table_upright_labels(sheet: Sheet) -> None:
    """A label runs down its narrow cell, a character or two a line."""
    table = sheet.document.add_table(rows=4, cols=2)
    for row, name in enumerate(TITLES):
        cell = table.cell(row, 0)
        cell.text = name[:2]
        for piece in (name[2:-2], name[-2:]):
            if piece:
                cell.add_paragraph(piece)
        cell_prose(sheet, table.cell(row, 1), name, name)


@sample
def table_labels_with_breaks(sheet: Sheet) -> None:
    table = sheet.document.add_table(rows=4, cols=2)
    for row, name in enumerate(TITLES):
        table.cell(row, 0).text = "\n".join(name)
        cell_prose(sheet, table.cell(row, 1), name, name)


@sample
def table_labels_with_hints(sheet: Sheet) -> None:
    table = sheet.document.add_table(rows=4, cols=2)
    for row, name in enumerate(TITLES):
        table.cell(row, 0).text = f"{name}\n（500字以内）"
        cell_prose(sheet, table.cell(row, 1), name, f"{name}（500字以内）")


@sample
def table_one_cell(sheet: Sheet) -> None:
    cell = sheet.document.add_table(rows=1, cols=1).cell(0, 0)
    sheet.place = cell
    sheet.sections(heads("{n}、{t}"), BOLD)


@sample
def table_facts_before_heads(sheet: Sheet) -> None:
    """A table of facts at the top has rows with near names; the sections are below."""
    table = sheet.document.add_table(rows=3, cols=2)
    for row, (label, words) in enumerate(
        (("案例名称", "以研促教"), ("案例概述", "一所乡村小学的研修。"), ("特色", "小而实"))
    ):
        table.cell(row, 0).text, table.cell(row, 1).text = label, words
    sheet.sections(heads("{n}、{t}"), BOLD)


def box(words: str) -> Any:
    return parse_xml(
        f"<w:r {nsdecls('w')} xmlns:wps='urn:wps'><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:rPr><w:b/></w:rPr>"
        f"<w:t>{words}</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></w:r>"
    )


@sample
def table_free_text_boxes_as_heads(sheet: Sheet) -> None:
    for name in TITLES:
        sheet.at = ""
        sheet.line("")._p.append(box(name))
        sheet.open(name, name)
        sheet.prose(name)


@sample
def look_footnotes_name_sections(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), BOLD)


def contents(sheet: Sheet, tail: str, *, subs: bool = False, look: Look = PLAIN) -> None:
    sheet.line("目  录", Look(bold=True, centred=True))
    for at, name in enumerate(TITLES):
        sheet.line(f"{ORDINALS[at]}、{name}{tail}", look)
        for line in SUBS[name] if subs else ():
            sheet.line(line + tail, look)


@sample
def contents_with_dots(sheet: Sheet) -> None:
    contents(sheet, "…………3")
    sheet.sections(heads("{n}、{t}"), BOLD)


@sample
def contents_bare(sheet: Sheet) -> None:
    contents(sheet, "")
    sheet.line("乡村学校的研修之路", Look(bold=True, size=20))
    sheet.sections(heads("{n}、{t}"), BOLD)


@sample
def contents_bare_with_subheads(sheet: Sheet) -> None:
    contents(sheet, "", subs=True)
    for name, words in heads("{n}、{t}").items():
        sheet.head(name, words, BOLD)
        for line in SUBS[name]:
            sheet.line(line)
            sheet.prose(name, 1)


@sample
def contents_looking_better_than_heads(sheet: Sheet) -> None:
    contents(sheet, "", look=BOLD)
    sheet.sections(heads("{n}、{t}"), PLAIN)


@sample
def contents_only(sheet: Sheet) -> None:
    contents(sheet, "………2", subs=True)
    sheet.line("本文讲述一所学校的研修。")
    sheet.line(PROSE[DEEDS])


@sample
def contents_with_spaces_and_page(sheet: Sheet) -> None:
    contents(sheet, "        第3页")
    sheet.sections(heads("{n}、{t}"), H1)


@sample
def adversarial_running_text(sheet: Sheet) -> None:
    sheet.line("研修随笔", BOLD)
    for words in (
        "本文从基本情况、过程与举措、经验与成效、特色与创新四个方面展开。",
        "基本情况是这样的：我们是一所山区学校。",
        "说到过程与举措，老师们都有话说",
        "经验与成效要用数据说话，特色与创新要看课堂。",
    ):
        sheet.line(words)
        sheet.line(PROSE[BASIC])


@sample
def adversarial_one_missing(sheet: Sheet) -> None:
    """Nothing opens 特色与创新; a subhead below the deeds only sounds like it."""
    words = heads("{n}、{t}")
    del words[NOVEL]
    for name, head in words.items():
        sheet.head(name, head, BOLD)
        sheet.prose(name, 1)
        if name == DEEDS:
            for line in ("（一）主要做法", "（二）创新亮点", "（三）保障措施"):
                sheet.line(line, BOLD)
                sheet.prose(name, 1)


@sample
def adversarial_two_missing(sheet: Sheet) -> None:
    sheet.sections({BASIC: "一、基本情况", DEEDS: "二、过程与举措"}, H1)
    sheet.close()
    sheet.line("三、结语", H1)
    sheet.line("研修路上，我们一直在。")


@sample
def adversarial_twice(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), H1)
    sheet.close()
    sheet.line("五、基本情况", H1)
    sheet.line("再补充一点学校的情况。")


@sample
def adversarial_empty_section(sheet: Sheet) -> None:
    words = heads("{n}、{t}")
    last = words.pop(NOVEL)
    sheet.sections(words, H1)
    sheet.head(NOVEL, last, H1)


@sample
def adversarial_out_of_order(sheet: Sheet) -> None:
    words = heads("{t}")
    sheet.sections({name: words[name] for name in (NOVEL, GAINS, BASIC, DEEDS)}, H1)


@sample
def adversarial_name_as_subhead(sheet: Sheet) -> None:
    """The exact name of one section stands as a lower head inside another, before its own."""
    sheet.head(BASIC, "一、基本情况", H1)
    sheet.prose(BASIC, 1)
    sheet.line("经验与成效", H2)
    sheet.line("此前几年的做法，这里先作交代。")
    for at, name in enumerate(TITLES[1:], start=1):
        sheet.head(name, f"{ORDINALS[at]}、{name}", H1)
        sheet.prose(name)


@sample
def adversarial_list_of_points(sheet: Sheet) -> None:
    """Points of a list sound like sections and are none."""
    sheet.head(BASIC, "一、基本情况", BOLD)
    sheet.prose(BASIC)
    sheet.head(DEEDS, "二、过程与举措", BOLD)
    for at, words in enumerate(("创新研修模式", "完善工作机制", "加大支持服务", "经验交流")):
        sheet.line(f"{at + 1}.{words}", BOLD)
        sheet.prose(DEEDS, 1)
    sheet.head(GAINS, "三、经验与成效", BOLD)
    for at, words in enumerate(("成果", "影响", "启示")):
        sheet.line(f"（{at + 1}）{words}", BOLD)
        sheet.prose(GAINS, 1)
    sheet.head(NOVEL, "四、特色与创新", BOLD)
    sheet.prose(NOVEL)


@sample
def adversarial_other_document(sheet: Sheet) -> None:
    """A work plan: numbered heads, none of them one of the four."""
    for at, words in enumerate(("指导思想", "工作目标", "创新研修模式", "时间安排", "组织保障")):
        sheet.line(f"{ORDINALS[at]}、{words}", BOLD)
        sheet.line("各校要高度重视，结合实际制定方案，抓好落实。")


@sample
def adversarial_bold_words_in_text(sheet: Sheet) -> None:
    sheet.sections({BASIC: "一、基本情况", GAINS: "三、经验与成效"}, BOLD)
    paragraph = sheet.line("特色与创新", BOLD)
    paragraph.add_run("是研修的生命，老师们在每一次活动里都有体会，也都愿意把它写进自己的手册里。")
    sheet.labels[GAINS].characters += 36
