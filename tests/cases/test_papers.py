"""附表1, 附表2 and the document template, read back with python-docx."""

import io
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from calls.policy import CaseType
from cases.papers import (
    ContactSheetData,
    InformationSheet,
    SheetAuthor,
    blank_information_sheet,
    contact_sheet,
    document_template,
    filled_information_sheet,
)

SHEET = InformationSheet(
    title="每周三的教研一小时：山区小学借力平台的常态化校本研修",
    authors=(
        SheetAuthor("韦秋棠", "云岭镇中心小学", "一级教师/教研组长", "13800000001"),
        SheetAuthor("𬭎䶮㛃", "云岭镇中心小学", "校长", "13800000002"),
    ),
    kind=CaseType.SCHOOL,
    overview="三年来每周一次。\n教师参与率由六成升到全员。",
    signature="韦秋棠",
    date=date(2024, 10, 8),
)


def read(content):
    return Document(io.BytesIO(content))


def rows(paper):
    """The texts of each row, a merged cell once."""
    out = []
    for row in paper.tables[0].rows:
        seen, texts = set(), []
        for cell in row.cells:
            if cell._tc not in seen:
                seen.add(cell._tc)
                texts.append(cell.text)
        out.append(texts)
    return out


def test_blank_sheet_has_the_forms_own_rows_and_wording():
    paper = read(blank_information_sheet(CaseType.SCHOOL))
    table = rows(paper)
    assert [p.text for p in paper.paragraphs[:2]] == ["附表1：", "国家中小学智慧教育平台教师研修应用案例信息表"]
    assert table[0] == ["案例名称", ""]
    assert table[1] == ["作者信息\n（最多3人）", "姓名", "工作单位", "职称/职务", "手机"]
    assert [row[1:] for row in table[2:5]] == [["", "", "", ""]] * 3
    assert table[5] == [
        "案例类型",
        "☐ 1.区域教师研修应用案例\n☑ 2.校本教师研修应用案例\n☐ 3.线上名师名校长工作室建设与应用案例",
    ]
    assert table[6][0] == "案\n例\n概\n述"
    assert table[6][1].startswith("（根据选择的案例类型，概述案例情况") and "不超过300字" in table[6][1]
    assert table[7][0] == "作\n者\n声\n明"
    assert table[7][1].startswith("我(们)在此申明：该案例是我(们)原创，不涉及抄袭或侵犯他人著作权等问题。")
    assert "作者签名：" in table[7][1] and "日期：" in table[7][1]
    assert paper.paragraphs[-1].text == (
        "共享提示：同意将案例结集出版或在教师活动网站等公益性网站共享；"
        "同意将案例推荐给国家智慧教育公共服务平台（www.smartedu.cn）。"
    )


@pytest.mark.parametrize("kind", list(CaseType))
def test_only_the_chosen_type_is_ticked(kind):
    ticked = [line for line in rows(read(blank_information_sheet(kind)))[5][1].splitlines() if line.startswith("☑")]
    assert len(ticked) == 1
    assert ticked[0][2] == str(list(CaseType).index(kind) + 1)


def test_filled_sheet_holds_every_word_in_its_place():
    table = rows(read(filled_information_sheet(SHEET)))
    assert table[0][1] == SHEET.title
    assert table[2][1:] == ["韦秋棠", "云岭镇中心小学", "一级教师/教研组长", "13800000001"]
    assert table[3][1] == "𬭎䶮㛃"
    assert table[4][1:] == ["", "", "", ""]
    assert table[6][1] == SHEET.overview
    assert table[7][1].endswith("作者签名：韦秋棠\n日期：2024年10月8日")


def test_filled_sheet_drops_what_xml_cannot_hold_and_direction_marks():
    table = rows(read(filled_information_sheet(replace(SHEET, title="教研\x00一\u202e小时\ud800<w:p>&"))))
    assert table[0][1] == "教研一小时<w:p>&"


def test_a_fourth_author_is_an_error():
    with pytest.raises(ValueError):
        filled_information_sheet(replace(SHEET, authors=SHEET.authors * 2))


@pytest.mark.parametrize("kind", list(CaseType))
def test_template_has_the_four_headings_as_heading_1_and_grey_hints(kind):
    paper = read(document_template(kind))
    headings = [p.text for p in paper.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["一、基本情况", "二、过程与举措", "三、经验与成效", "四、特色与创新"]
    assert paper.paragraphs[0].style.name == "Title"
    assert "3000字" in paper.paragraphs[1].text
    for place, paragraph in enumerate(paper.paragraphs):
        if paragraph.style.name == "Heading 1":
            hint = paper.paragraphs[place + 1].runs[0]
            assert str(hint.font.color.rgb) == "808080" and len(hint.text) > 20
            assert paper.paragraphs[place + 2].text == ""


def test_the_studio_template_asks_for_the_facts_of_its_type():
    text = "".join(p.text for p in read(document_template(CaseType.STUDIO)).paragraphs)
    assert all(fact in text for fact in ("主持人", "年度贡献值", "直播", "承诺书"))


@pytest.mark.parametrize(
    "content", [blank_information_sheet(CaseType.REGION), document_template(CaseType.REGION), contact_sheet()]
)
def test_chinese_is_set_in_song_and_hei(content):
    paper = read(content)
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")):
        fonts = paper.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    cells = [p for table in paper.tables for cell in table._cells for p in cell.paragraphs]
    for run in (run for p in (*paper.paragraphs, *cells) for run in p.runs if run.font.name):
        assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == run.font.name in {"宋体", "黑体"}
    assert paper.core_properties.author == ""


def test_blank_contact_sheet_has_the_forms_fields():
    paper = read(contact_sheet())
    assert paper.paragraphs[1].text == "各省（自治区、直辖市）活动组织单位联系人信息表"
    assert rows(paper) == [
        ["单位名称", "", "部门", ""],
        ["联系人", "", "职务", ""],
        ["通讯地址", "", "邮政编码", ""],
        ["联系电话", "（  ）-", "手机", ""],
        ["微信号", "", "QQ", ""],
        ["电子邮箱", "@"],
    ]
    assert "注：" not in paper.paragraphs[-1].text


def test_filled_contact_sheet_and_its_note():
    data = ContactSheetData(
        "湖北省电化教育馆", "培训部", "钟望舒", "主任", "武汉市某路1号", "430000",
        "（027）-00000000", "13800000003", "zws", "10000", "zhong@example.com",
    )  # fmt: skip
    paper = read(contact_sheet(data, due=date(2024, 10, 1), mailbox="call@example.com"))
    assert rows(paper) == [
        ["单位名称", "湖北省电化教育馆", "部门", "培训部"],
        ["联系人", "钟望舒", "职务", "主任"],
        ["通讯地址", "武汉市某路1号", "邮政编码", "430000"],
        ["联系电话", "（027）-00000000", "手机", "13800000003"],
        ["微信号", "zws", "QQ", "10000"],
        ["电子邮箱", "zhong@example.com"],
    ]
    assert paper.paragraphs[-1].text == (
        "注：请各省级组织单位于2024年10月1日前通过电子邮件将此表发送到call@example.com。"
    )
