"""Case documents as well-meaning teachers write them: styled, made with WPS, by outline, by look, numbered by Word."""

from docx.shared import Pt

from tests.cases.files.corpus import (
    BASIC,
    DEEDS,
    GAINS,
    NOVEL,
    ORDINALS,
    PLAIN,
    TITLES,
    Look,
    Sheet,
    heads,
    lists,
    numbered,
    sample,
    spaced,
    style,
)

H1, H2, H3 = Look("Heading 1"), Look("Heading 2"), Look("Heading 3")
BOLD = Look(bold=True)
TITLE = Look(size=22, bold=True, centred=True)
SUBS = {
    BASIC: ("（一）实施背景", "（二）学校概况"),
    DEEDS: ("（一）研修过程", "（二）主要举措"),
    GAINS: ("（一）取得的成效", "（二）主要经验"),
    NOVEL: ("（一）工作特色", "（二）机制创新"),
}


def with_subheads(sheet: Sheet, words: dict[str, str], look: Look, sub: Look) -> None:
    for name, head in words.items():
        sheet.head(name, head, look)
        for line in SUBS[name]:
            sheet.line(line, sub)
            sheet.prose(name, 1)


@sample
def styled_plain(sheet: Sheet) -> None:
    sheet.line("智慧研修，让教师站在一起", Look("Title"))
    sheet.sections(heads("{t}"), H1)


@sample
def styled_with_subheads(sheet: Sheet) -> None:
    sheet.line("数字赋能校本研修的实践", Look("Title"))
    with_subheads(sheet, heads("{n}、{t}"), H1, H2)


@sample
def styled_second_level(sheet: Sheet) -> None:
    sheet.line("“三步走”校本研修案例", H1)
    with_subheads(sheet, heads("{d}. {t}"), H2, H3)


@sample
def styled_own_style(sheet: Sheet) -> None:
    style(sheet.document, "一级标题", bold=True)
    sheet.sections(heads("第{n}部分  {t}"), Look("一级标题"))


@sample
def styled_inherited(sheet: Sheet) -> None:
    style(sheet.document, "案例大题", based="Heading 1")
    sheet.sections(heads("{t}", {DEEDS: "实施过程与举措", NOVEL: "特色创新"}), Look("案例大题"))


@sample
def styled_in_pieces(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), Look("Heading 1", split=True))


@sample
def styled_own_outline(sheet: Sheet) -> None:
    style(sheet.document, "章", outline=0)
    style(sheet.document, "节", outline=1)
    with_subheads(sheet, heads("{n}、{t}", {BASIC: "背景与基本情况"}), Look("章"), Look("节"))


@sample
def styled_with_more_parts(sheet: Sheet) -> None:
    sheet.line("摘要", H1)
    sheet.line("本案例介绍一所乡村学校怎样用好平台。")
    sheet.sections(heads("{n}、{t}"), H1)
    sheet.close()
    sheet.line("五、反思与展望", H1)
    sheet.line("研修还要与评价结合，今后继续探索。")
    sheet.line("参考文献", H1)
    sheet.line("[1] 某某. 教师研修的常态化[J]. 2023.")


def wps(sheet: Sheet, *, body: float = 16) -> None:
    """A page as WPS sets it: everything at 三号 in 仿宋, each run dressed by hand, nothing in styles."""
    sheet.body = Look(size=body, font="仿宋")
    sheet.line("关于校本研修应用案例的介绍", Look(size=22, font="方正小标宋简体", centred=True))


@sample
def wps_official_layout(sheet: Sheet) -> None:
    wps(sheet)
    with_subheads(sheet, heads("{n}、{t}"), Look(size=16, font="黑体"), Look(size=16, font="楷体"))


@sample
def wps_official_synonyms(sheet: Sheet) -> None:
    wps(sheet)
    words = {BASIC: "一、案例背景", DEEDS: "二、主要做法", GAINS: "三、工作成效", NOVEL: "四、创新亮点"}
    sheet.sections(words, Look(size=16, font="黑体"))


@sample
def wps_pieces(sheet: Sheet) -> None:
    wps(sheet, body=14)
    sheet.sections(heads("（{n}）{t}"), Look(size=14, bold=True, split=True))


@sample
def wps_brackets(sheet: Sheet) -> None:
    wps(sheet, body=12)
    sheet.sections(heads("【{t}】"), Look(size=12, font="黑体", bold=True))


@sample
def wps_heading_styles(sheet: Sheet) -> None:
    for number in (1, 2):
        sheet.document.styles[f"Heading {number}"].element.set(
            "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}styleId", str(number + 1)
        )
    wps(sheet, body=12)
    with_subheads(sheet, heads("{n}、{t}"), H1, H2)


@sample
def outline_first_level(sheet: Sheet) -> None:
    sheet.sections(heads("{n}、{t}"), Look(outline=0))


@sample
def outline_second_level(sheet: Sheet) -> None:
    sheet.line("一次研修的故事", Look(outline=0, centred=True))
    with_subheads(sheet, heads("{t}"), Look(outline=1), Look(outline=2))


@sample
def outline_near_words(sheet: Sheet) -> None:
    words = {BASIC: "研修背景", DEEDS: "实施路径", GAINS: "研修成果", NOVEL: "特色亮点"}
    sheet.sections(words, Look(outline=0))


@sample
def outline_spaced(sheet: Sheet) -> None:
    sheet.sections({name: spaced(name) for name in TITLES}, Look(outline=0, centred=True))


@sample
def look_bold(sheet: Sheet) -> None:
    sheet.line("智慧平台助力乡村教师成长", TITLE)
    with_subheads(sheet, heads("{n}、{t}"), BOLD, PLAIN)


@sample
def look_bold_with_bold_subheads(sheet: Sheet) -> None:
    sheet.line("智慧平台助力乡村教师成长", TITLE)
    with_subheads(sheet, heads("{n}、{t}"), BOLD, BOLD)


@sample
def look_large(sheet: Sheet) -> None:
    sheet.body = Look(size=12)
    words = {BASIC: "学校概况", DEEDS: "过程与措施", GAINS: "成效与反思", NOVEL: "特色与亮点"}
    sheet.sections(words, Look(size=15))


@sample
def look_centred_synonyms(sheet: Sheet) -> None:
    words = {BASIC: "基本概况", DEEDS: "主要举措", GAINS: "经验成果", NOVEL: "创新之处"}
    sheet.sections(words, Look(centred=True))


@sample
def look_font_alone(sheet: Sheet) -> None:
    sheet.body = Look(size=12, font="宋体")
    words = {BASIC: "案例背景", DEEDS: "具体措施", GAINS: "主要成效", NOVEL: "特色创新"}
    sheet.sections(words, Look(size=12, font="黑体"))


@sample
def look_plain_exact(sheet: Sheet) -> None:
    sheet.sections(heads("{t}"), PLAIN)


@sample
def look_plain_numbers(sheet: Sheet) -> None:
    with_subheads(sheet, heads("{n}.{t}"), PLAIN, PLAIN)


@sample
def look_run_in(sheet: Sheet) -> None:
    for at, name in enumerate(TITLES):
        head = f"{ORDINALS[at]}、{name}"
        sheet.at = ""
        paragraph = sheet.line(f"{head}：", BOLD)
        sheet.open(name, head)
        paragraph.add_run("学校坚持以研促教，形成了自己的路子。")
        sheet.labels[name].characters += 18
        sheet.prose(name, 1)


@sample
def look_full_width_numbers(sheet: Sheet) -> None:
    for at, name in enumerate(TITLES):
        sheet.head(name, f"{'１２３４'[at]}．{name}", PLAIN)
        sheet.prose(name)


@sample
def look_ornaments(sheet: Sheet) -> None:
    sheet.sections(heads("◆ {t} ◆"), BOLD)


@sample
def look_with_length_hints(sheet: Sheet) -> None:
    hints = {BASIC: "（500字左右）", DEEDS: "（不超过1000字）", GAINS: "（800字）", NOVEL: "（限500字）"}
    for at, name in enumerate(TITLES):
        sheet.head(name, f"{ORDINALS[at]}、{name}{hints[name]}", BOLD)
        sheet.prose(name)


@sample
def numbered_by_word(sheet: Sheet) -> None:
    sheet.sections(heads("{t}"), Look(auto=lists(sheet.document)))


@sample
def numbered_two_levels(sheet: Sheet) -> None:
    one = lists(sheet.document)
    for name in TITLES:
        sheet.head(name, name, Look(auto=one))
        for line in SUBS[name]:
            numbered(sheet.line(line[3:]), one, 1)
            sheet.prose(name, 1)


@sample
def numbered_by_style(sheet: Sheet) -> None:
    name = style(sheet.document, "编号标题")
    properties = sheet.document.styles[name].element.get_or_add_pPr()
    probe = sheet.document.add_paragraph()
    numbered(probe, lists(sheet.document))
    properties.append(probe._p.pPr.numPr)
    probe._p.getparent().remove(probe._p)
    sheet.sections({BASIC: "总体情况", DEEDS: "研修举措", GAINS: "经验成效", NOVEL: "特色创新"}, Look(name))


@sample
def numbered_mixed(sheet: Sheet) -> None:
    one = lists(sheet.document)
    sheet.head(BASIC, "基本情况", Look(auto=one))
    sheet.prose(BASIC)
    sheet.head(DEEDS, "二、过程与举措", BOLD)
    sheet.prose(DEEDS)
    sheet.head(GAINS, "3.经验与成效", BOLD)
    sheet.prose(GAINS)
    sheet.head(NOVEL, "特色与创新", Look(auto=one))
    sheet.prose(NOVEL)


@sample
def numbered_list_inside(sheet: Sheet) -> None:
    """A numbered list names the four in passing; the heads come later."""
    one = lists(sheet.document)
    sheet.line("下面从四个方面介绍：")
    for name in TITLES:
        sheet.line(name, Look(auto=one))
    sheet.sections(heads("{t}"), H1)


@sample
def styled_small_type(sheet: Sheet) -> None:
    sheet.document.styles["Normal"].font.size = Pt(16)
    with_subheads(sheet, heads("{n}、{t}"), BOLD, PLAIN)
