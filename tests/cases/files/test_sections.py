"""The four sections are found however teachers write them, and nothing else is taken for them (R7)."""

from pathlib import Path

import docx
import pytest

from cases.files.opening import inspect
from tests.cases.files import word
from tests.cases.files.word import BODY, TITLES


def facts(document: docx.document.Document, folder: Path) -> dict:
    inspection = inspect(word.saved(document, folder / "案例.docx"), name="案例.docx", kind="document")
    assert inspection.accepted, inspection.message
    return inspection.facts


def found(result: dict) -> dict[str, str]:
    return {section["name"]: section["how"] for section in result["sections"] if section["found"]}


def codes(result: dict) -> set[str]:
    return {finding["code"] for finding in result["findings"]}


def test_headings_by_style_are_found_in_order_with_their_length(tmp_path: Path) -> None:
    result = facts(word.styled(), tmp_path)
    assert result["ready"] and result["in_order"] and result["findings"] == []
    assert [section["name"] for section in result["sections"]] == list(TITLES)
    assert {section["how"] for section in result["sections"]} == {"style"}
    assert [section["characters"] for section in result["sections"]] == [27] * 4
    assert result["characters"] == 4 * 27 + 4 + 5 * 3


@pytest.mark.parametrize(
    "titles",
    [
        ("一、基本情况", "二、过程与举措", "三、经验与成效", "四、特色与创新"),
        ("（一）基本情况", "（二）过程与举措", "（三）经验与成效", "（四）特色与创新"),
        ("1.基本情况", "2.过程与举措", "3.经验与成效", "4.特色与创新"),
        ("第一部分 基本情况", "第二部分 过程与举措", "第三部分 经验与成效", "第四部分 特色与创新"),
        ("1、案例基本情况", "2、实施过程与主要举措", "3、取得的成效与经验", "4、特色创新"),
        ("一、背景与基本情况", "二、主要做法", "三、主要成效", "四、创新之处"),
        ("一 基 本 情 况", "二 过 程 与 举 措", "三 经 验 与 成 效", "四 特 色 与 创 新"),
        ("【基本情况】", "【过程与举措】", "【经验与成效】", "【特色与创新】"),
        ("基本情况", "过程与举措", "经验与成效", "特色与创新"),
        ("Ⅰ.基本情况：", "Ⅱ.过程和举措：", "Ⅲ.经验及成效：", "Ⅳ.特色与创新："),
        ("★ 基本情况", "★ 过程与措施", "★ 成效与反思", "★ 特色亮点"),
    ],
)
@pytest.mark.parametrize("bold", [True, False])
def test_headings_are_found_by_their_look(tmp_path: Path, titles: tuple[str, ...], bold: bool) -> None:
    result = facts(word.looking(titles, bold=bold), tmp_path)
    # A near wording without number or weight is running text.
    expected = {"基本情况"} if not bold and titles[0][0] == "★" else set(TITLES)
    assert set(found(result)) == expected
    assert result["ready"] is (expected == set(TITLES)) and result["in_order"]


def test_large_type_alone_makes_a_near_wording_a_heading(tmp_path: Path) -> None:
    titles = ("案例背景", "实施过程", "工作成效", "亮点与创新")
    assert set(found(facts(word.looking(titles, bold=False, size=16), tmp_path))) == set(TITLES)


def test_outline_levels_are_found(tmp_path: Path) -> None:
    document = docx.Document()
    for title in TITLES:
        word.outline(document.add_paragraph(title), 0)
        document.add_paragraph(BODY)
    assert set(found(facts(document, tmp_path)).values()) == {"outline"}


def test_automatic_numbering_counts_as_a_number_and_not_as_text(tmp_path: Path) -> None:
    document = docx.Document()
    for title in ("总体情况", "过程与举措", "成效经验", "特色创新"):
        word.number(document.add_paragraph(title))
        document.add_paragraph(BODY)
    result = facts(document, tmp_path)
    assert set(found(result)) == set(TITLES)
    assert result["characters"] == 4 * 27 + 4 + 5 + 4 + 4


def test_sections_in_a_table_are_found_and_merged_cells_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=3)
    for row, title in enumerate(TITLES):
        table.cell(row, 0).text = title
        table.cell(row, 1).merge(table.cell(row, 2)).text = BODY
    result = facts(document, tmp_path)
    assert set(found(result).values()) == {"table"}
    assert result["ready"] and result["tables"] == 1
    assert [section["characters"] for section in result["sections"]] == [27] * 4


def test_text_behind_the_heading_on_its_line_belongs_to_it(tmp_path: Path) -> None:
    document = docx.Document()
    for number, title in zip("一二三四", TITLES, strict=True):
        document.add_paragraph(f"{number}、{title}：{BODY}")
    result = facts(document, tmp_path)
    assert result["ready"]
    assert [section["characters"] for section in result["sections"]] == [27] * 4


@pytest.mark.parametrize("missing", TITLES)
def test_a_missing_section_is_named(tmp_path: Path, missing: str) -> None:
    result = facts(word.styled([title for title in TITLES if title != missing]), tmp_path)
    assert not result["ready"]
    assert [finding["where"] for finding in result["findings"] if finding["code"] == "section_missing"] == [missing]


def test_sections_out_of_order_are_reported_but_do_not_block(tmp_path: Path) -> None:
    result = facts(word.styled([TITLES[0], TITLES[2], TITLES[1], TITLES[3]]), tmp_path)
    assert result["ready"] and not result["in_order"] and codes(result) == {"out_of_order"}


def test_an_empty_section_is_not_ready(tmp_path: Path) -> None:
    document = word.styled(TITLES[:3])
    document.add_heading(TITLES[3], 1)
    result = facts(document, tmp_path)
    assert not result["ready"] and codes(result) == {"section_empty"}


def test_a_section_twice_is_reported(tmp_path: Path) -> None:
    document = word.styled()
    document.add_heading(TITLES[0], 1)
    document.add_paragraph(BODY)
    assert "section_twice" in codes(facts(document, tmp_path))


@pytest.mark.parametrize("tail", ["", "……………1", "\t3", "......... 12"])
def test_a_typed_table_of_contents_is_not_taken_for_headings(tmp_path: Path, tail: str) -> None:
    document = docx.Document()
    document.add_paragraph("目录")
    for number, title in zip("一二三四", TITLES, strict=True):
        document.add_paragraph(f"{number}、{title}{tail}")
    document.add_paragraph("某某学校校本研修案例")
    for number, title in zip("一二三四", TITLES, strict=True):
        document.add_paragraph().add_run(f"{number}、{title}").bold = True
        document.add_paragraph(BODY)
    result = facts(document, tmp_path)
    assert result["ready"] and "section_twice" not in codes(result)
    assert [section["characters"] for section in result["sections"]] == [27] * 4


def test_a_contents_without_the_sections_is_not_enough(tmp_path: Path) -> None:
    document = docx.Document()
    for number, title in zip("一二三四", TITLES, strict=True):
        document.add_paragraph(f"{number}、{title}……………{number}1")
        document.add_paragraph(f"{title}…………………2")
    document.add_paragraph(BODY)
    assert found(facts(document, tmp_path)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "本文介绍基本情况、过程与举措、经验与成效、特色与创新四个部分的内容。",
        "我们的基本情况很好。",
        "在过程与举措方面，学校做了大量工作，取得了丰硕的成果。",
        "特色与创新，是我们一直的追求",
        "一、创新研修模式",
        "二、完善工作机制",
        "背景音乐",
        "经验交流会",
    ],
)
def test_names_in_running_text_are_no_sections(tmp_path: Path, text: str) -> None:
    document = docx.Document()
    document.add_paragraph(text)
    document.add_paragraph(BODY)
    assert found(facts(document, tmp_path)) == {}


@pytest.mark.parametrize(
    ("characters", "ready", "code"),
    [(3000, True, None), (3001, True, "slightly_long"), (3060, True, "slightly_long"), (3061, False, "too_long")],
)
def test_length_is_judged_against_limit_and_tolerance(
    tmp_path: Path, characters: int, ready: bool, code: str | None
) -> None:
    document = word.styled()
    document.add_paragraph("字" * (characters - 127))
    result = facts(document, tmp_path)
    assert result["characters"] == characters and result["ready"] is ready
    assert codes(result) == ({code} if code else set())


def test_the_limit_is_the_calls(tmp_path: Path) -> None:
    path = word.saved(word.styled(), tmp_path / "案例.docx")
    limits = {"characters": 100, "tolerance_percent": 10}
    result = inspect(path, name="案例.docx", kind="document", limits=limits).facts
    assert not result["ready"] and codes(result) == {"too_long"}


def test_headers_footers_and_comments_are_not_counted(tmp_path: Path) -> None:
    document = word.styled()
    before = facts(document, tmp_path)["characters"]
    document.sections[0].header.paragraphs[0].text = "某某学校"
    document.sections[0].footer.paragraphs[0].text = "第一页"
    document.add_comment(document.paragraphs[1].runs, text="请修改", author="甲", initials="J")
    result = facts(document, tmp_path)
    assert result["characters"] == before and codes(result) == {"comments"}


def test_text_boxes_and_footnotes_are_counted_once_deletions_not(tmp_path: Path) -> None:
    box = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r></w:p>'
        "</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框内文字</w:t>"
        "</w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="1"><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    body = f"<w:p><w:r>{box}</w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>"
    path = word.raw(tmp_path / "a.docx", body, extra={"word/footnotes.xml": notes})
    result = inspect(path, name="a.docx", kind="document").facts
    assert result["characters"] == 6
    assert "tracked_changes" in codes(result)
