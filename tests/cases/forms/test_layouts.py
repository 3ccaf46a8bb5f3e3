"""附表1 and 附表2 in the layouts that people make of them: every one is read as the official table is."""
# ruff: noqa: E501 — a row of a form stays on one line, as it does on paper

from pathlib import Path
from typing import Any

import pytest

from cases.files.forms.opening import Form, read
from tests.cases.files.word import raw
from tests.cases.forms.tables import DECLARED, HEADS, LU, TYPES, UP, WEI, Row, paragraph, rows, span, table, written

NAMES = ("name", "unit", "post", "mobile")
TWO = [dict(zip(NAMES, one, strict=True)) for one in (WEI, LU)]
OFFICIAL = {
    "title": "每周三的教研一小时",
    "authors": TWO,
    "type": "school",
    "overview": "三年来每周一次。\n教师参与率由六成升到全员。",
    "signature": "韦秋棠",
    "signed_on": "2024-10-08",
}
OVERVIEW = "三年来每周一次。\n教师参与率由六成升到全员。"

# {what people did: the rows of the table}; each says the same as the official one.
SAME: dict[str, list[Row]] = {
    "as it is": rows(),
    "heads with blanks and hints": rows(
        title=["案 例 名 称：", span("每周三的教研一小时", 4)],
        overview=["案例概述\n（不超过300字）", span(OVERVIEW, 4)],
        type=["*案例类型（单选）", span(TYPES, 4)],
    ),
    "other words for the heads": rows(
        title=["案例题目", span("每周三的教研一小时", 4)],
        authors=[["案例作者", "作者姓名", "单位", "职务/职称", "联系电话"], [UP, *WEI], [UP, *LU]],
        overview=["案例简介", span(OVERVIEW, 4)],
    ),
    "numbered heads": rows(title=["一、案例名称", span("每周三的教研一小时", 4)], overview=["4.案例概述", span(OVERVIEW, 4)]),
    "no cell for 作者信息": rows(authors=[HEADS[1:], WEI, LU]),
    "作者 instead of 姓名": rows(authors=[["作者", "工作单位", "职称", "手机"], WEI, LU]),
    "a column of numbers": rows(
        authors=[["序号", *HEADS[1:]], ["1", *WEI], ["2", *LU], ["3", "", "", "", ""]],
    ),
    "作者信息 over the whole width": rows(authors=[[span("作者信息（最多3人）", 5)], HEADS[1:], WEI, LU]),
    "unused rows marked": rows(authors=[HEADS, [UP, *WEI], [UP, *LU], [UP, "/", "/", "/", "/"]]),
    "more empty rows": rows(authors=[HEADS, [UP, *WEI], [UP, "", "", "", ""], [UP, *LU], *[[UP, "", "", "", ""]] * 5]),
    "one unit for both, merged": rows(
        authors=[HEADS, [UP, *WEI], [UP, LU[0], UP, LU[2], LU[3]]],
    ),
    "職称 and 职务 apart": rows(
        authors=[
            [*HEADS[:3], "职称", "职务", "手机"],
            [UP, *WEI[:2], "一级教师", "教研组长", WEI[3]],
            [UP, *LU[:2], "", "校长", LU[3]],
        ]
    ),
    "both in one row of cells": rows(
        authors=[HEADS, [UP, *("\n".join(pair) for pair in zip(WEI, LU, strict=True))]],
    ),
    "heads beside their values": rows(
        authors=[
            ["第一作者", "姓名", WEI[0], "工作单位", WEI[1]],
            [UP, "职称/职务", WEI[2], "手机", WEI[3]],
            ["第二作者", "姓名", LU[0], "工作单位", LU[1]],
            [UP, "职称/职务", LU[2], "手机", LU[3]],
        ]
    ),
    "a column for each author": rows(
        authors=[["作者信息", head, *pair] if not at else [UP, head, *pair]
                 for at, (head, *pair) in enumerate(zip(HEADS[1:], WEI, LU, strict=True))],
    ),
    "full-width digits": rows(
        authors=[HEADS, [UP, *WEI[:3], "１３８０００００００１"], [UP, *LU[:3], "138-0000-0002"]],
        declaration=["作者声明", span("作者签名：韦秋棠\n日期：２０２４．１０．８", 4)],
    ),
    "√ before": rows(type=["案例类型", span("1.区域教师研修应用案例\n√2.校本教师研修应用案例\n3.线上名师名校长工作室", 4)]),
    "√ behind": rows(type=["案例类型", span("1.区域教师研修应用案例   2.校本教师研修应用案例（√）  3.名师名校长工作室（ ）", 4)]),
    "■ and □": rows(type=["案例类型", span("□区域教师研修 ■校本教师研修 □线上名师名校长工作室", 4)]),
    "□ behind": rows(type=["案例类型", span("区域研修□ 校本研修☑ 名师名校长工作室□", 4)]),
    "a symbol of Wingdings": rows(
        type=["案例类型", span('1.区域教师研修应用案例\n<w:sym w:font="Wingdings 2" w:char="F052"/><w:t>2.校本教师研修</w:t>'
                               "\n3.线上名师名校长工作室", 4)],
    ),
    "an old check box": rows(
        type=["案例类型", span(
            '<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'
            "</w:fldChar><w:t>1.区域</w:t>\n"
            '<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar>'
            "<w:t>2.校本</w:t>", 4)],
    ),
    "a type a row": rows(
        type=[["案例类型", span("□ 区域研修应用案例", 4)], [UP, span("☑ 校本研修应用案例", 4)], [UP, span("□ 工作室", 4)]],
    ),
    "only the type that is meant": rows(type=["案例类型", span("校本教师研修应用案例", 4)]),
    "only its number": rows(type=["案例类型", span("2", 4)]),
    "title and type in one row": rows(
        title=["案例名称", span("每周三的教研一小时", 2), "案例类型", "☑校本 □区域 □工作室"], type=[],
    ),
    "the hint left standing": rows(
        overview=["案例概述", span(f"（根据选择的案例类型，概述案例情况、工作成效、特色亮点等，不超过300字。）\n{OVERVIEW}", 4)]
    ),
    "the overview below its head": rows(overview=[[span("案例概述", 5)], [span(OVERVIEW, 5)]]),
    "a row for each paragraph": rows(
        overview=[["案例概述", span("三年来每周一次。", 4)], [UP, span("教师参与率由六成升到全员。", 4)]]
    ),
    "signed on one line": rows(declaration=["作者声明", span("作者签名：韦秋棠    日期：2024/10/08", 4)]),
}  # fmt: skip


@pytest.mark.parametrize("layout", SAME)
def test_every_layout_says_what_the_official_table_says(layout: str, tmp_path: Path) -> None:
    form = read(written(tmp_path / "表.docx", SAME[layout]), name="表.docx")
    assert (form.form, form.fields, form.problems) == ("1", OFFICIAL, [])


def test_a_table_in_a_table_and_a_content_control_are_seen_through(tmp_path: Path) -> None:
    inner = table(rows())
    controlled = inner.replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>", 1).replace(
        "</w:tr>", "</w:tr></w:sdtContent></w:sdt>", 1
    )
    path = raw(
        tmp_path / "a.docx", f"<w:tbl><w:tr><w:tc>{paragraph('')}{controlled}{paragraph('')}</w:tc></w:tr></w:tbl>"
    )
    assert read(path, name="a.docx").fields == OFFICIAL


def test_tracked_changes_read_as_they_would_stand(tmp_path: Path) -> None:
    title = "<w:t>每周三的教研</w:t></w:r><w:del><w:r><w:delText>两</w:delText></w:r></w:del><w:ins><w:r><w:t>一</w:t></w:r>" \
            "</w:ins><w:r><w:t>小时</w:t>"  # fmt: skip
    assert (
        read(written(tmp_path / "a.docx", rows(title=["案例名称", span(title, 4)])), name="a.docx").fields == OFFICIAL
    )


def test_both_wordings_of_the_types_are_read(tmp_path: Path) -> None:
    for number, (kind, words) in enumerate(
        {
            "region": "区域研修应用案例",
            "school": "校本研修应用案例",
            "studio": "线上名师名校长工作室建设与应用案例",
        }.items()
    ):
        path = written(tmp_path / f"{number}.docx", rows(type=["案例类型", span(f"√ {words}", 4)]))
        assert read(path, name="a.docx").fields["type"] == kind


def problems(form: Form) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in form.problems:
        found.setdefault(one["field"], []).append(one["message"])
    return found


FOUR = [HEADS, *[[UP, f"作者{n}甲", "一中", "教师", f"1380000000{n}"] for n in "4567"]]

# {what is wrong: (the rows, the field, what its only sentence says)}
WRONG: dict[str, tuple[list[Row], str, str]] = {
    "four authors": (rows(authors=FOUR), "authors", "表里写了 4 位作者，最多 3 人，请删去多出的作者。"),
    "two types": (
        rows(type=["案例类型", span(TYPES.replace("☐ 1", "☑ 1"), 4)]), "type",
        "案例类型勾选了 2 项，只能选一项，请去掉多余的勾。",
    ),
    "two types in a line": (
        rows(type=["案例类型", span("■区域研修 ■校本研修 □工作室", 4)]), "type",
        "案例类型勾选了 2 项，只能选一项，请去掉多余的勾。",
    ),
    "no type": (
        rows(type=["案例类型", span(TYPES.replace("☑", "☐"), 4)]), "type", "案例类型没有勾选，请在其中一项前打勾。",
    ),
    "301 characters": (
        rows(overview=["案例概述", span("研" * 301, 4)]), "overview", "案例概述 301 字，超出 1 字，请压缩到 300 字以内。",
    ),
    "a title of 61": (rows(title=["案例名称", span("研" * 61, 4)]), "title", "案例名称 61 字，不能超过 60 字，请缩短。"),
    "no title": (rows(title=["案例名称", span("", 4)]), "title", "“案例名称”没有填写。"),
    "a lost row": (rows(overview=[]), "overview", "没有找到“案例概述”一栏，请对照附表 1 补上。"),
    "the value's cell lost": (rows(title=["案例名称"]), "title", "“案例名称”没有填写。"),
    "a lost cell": (
        rows(authors=[HEADS, [UP, *WEI], [UP, LU[0], LU[1], LU[3]]]), "authors",
        "第 2 作者这一行少了格子，可能读错了位置，请核对。",
    ),
    "no authors": (rows(authors=[HEADS, [UP, "", "", "", ""]]), "authors", "“作者信息”没有填写。"),
    "a mobile of ten": (
        rows(authors=[HEADS, [UP, *WEI[:3], "1380000000"], [UP, *LU]]), "authors",
        "第 1 作者的手机号应为 11 位数字，例如 13812345678。",
    ),
    "a long name": (
        rows(authors=[HEADS, [UP, "买" * 31, *WEI[1:]], [UP, *LU]]), "authors", "第 1 作者的姓名不能超过 30 字，请缩短。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_every_fault_has_its_sentence_and_the_rest_is_read(fault: str, tmp_path: Path) -> None:
    content, field, sentence = WRONG[fault]
    form = read(written(tmp_path / "表.docx", content), name="表.docx")
    assert sentence in problems(form)[field]
    assert set(problems(form)) == {field}
    assert {name: value for name, value in form.fields.items() if name != field} == {
        name: value for name, value in OFFICIAL.items() if name != field
    }


def test_four_authors_are_all_read(tmp_path: Path) -> None:
    form = read(written(tmp_path / "a.docx", rows(authors=FOUR)), name="a.docx")
    assert [one["mobile"][-1] for one in form.fields["authors"]] == list("4567")


def test_a_row_without_its_first_cells_keeps_its_place(tmp_path: Path) -> None:
    """gridBefore: Word leaves out columns at the beginning of a row."""
    form = read(written(tmp_path / "a.docx", rows(authors=[HEADS, WEI, LU]), before={2: 1, 3: 1}), name="a.docx")
    assert form.fields == OFFICIAL


def test_the_limits_are_those_of_the_call(tmp_path: Path) -> None:
    path = written(tmp_path / "a.docx", rows(overview=["案例概述", span("研" * 201, 4)]))
    form = read(path, name="a.docx", limits={"overview": 200, "authors": 1})
    assert problems(form) == {
        "overview": ["案例概述 201 字，超出 1 字，请压缩到 200 字以内。"],
        "authors": ["表里写了 2 位作者，最多 1 人，请删去多出的作者。"],
    }


SENT = {
    "unit": "湖北省电化教育馆", "department": "培训部", "contact": "钟望舒", "post": "主任", "address": "武汉市某路1号",
    "postcode": "430000", "telephone": "（027）-87000000", "mobile": "13800000003", "wechat": "zws", "qq": "10000",
    "email": "zhong@example.com",
}  # fmt: skip
CONTACT: list[Row] = [
    ["单位名称", SENT["unit"], "部门", SENT["department"]], ["联系人", SENT["contact"], "职务", SENT["post"]],
    ["通讯地址", SENT["address"], "邮政编码", SENT["postcode"]], ["联系电话", SENT["telephone"], "手机", SENT["mobile"]],
    ["微信号", SENT["wechat"], "QQ", SENT["qq"]], ["电子邮箱", span(SENT["email"], 3)],
]  # fmt: skip
SAME_CONTACT: dict[str, list[Row]] = {
    "as it is": CONTACT,
    "two columns": [[row[at], row[at + 1]] for row in CONTACT for at in range(0, len(row), 2)],
    "other words": [
        ["单位", SENT["unit"], "处室", SENT["department"]], ["姓 名", SENT["contact"], "职务/职称", SENT["post"]],
        ["通信地址", SENT["address"], "邮编：", SENT["postcode"]], ["办公电话", SENT["telephone"], "手机号码", SENT["mobile"]],
        ["微信", SENT["wechat"], "QQ号", SENT["qq"]], ["E-mail", span(SENT["email"], 3)],
    ],
    "full-width digits": [
        *CONTACT[:2], ["通讯地址", SENT["address"], "邮政编码", "４３００００"],
        ["联系电话", "（０２７）-８７００００００", "手机", "１３８ ００００ ０００３"], ["微信号", "zws", "QQ", "１００００"],
        ["电子邮箱", span("zhong＠example.com", 3)],
    ],
    "heads and values in one cell": [
        [f"单位名称：{SENT['unit']}", f"部门：{SENT['department']}"], [f"联系人：{SENT['contact']}", f"职务:{SENT['post']}"],
        *CONTACT[2:],
    ],
    "more rows": [*CONTACT, ["备注", span("无", 3)]],
}  # fmt: skip


@pytest.mark.parametrize("layout", SAME_CONTACT)
def test_every_layout_of_the_contact_sheet_is_read(layout: str, tmp_path: Path) -> None:
    form = read(written(tmp_path / "a.docx", SAME_CONTACT[layout]), name="a.docx")
    assert (form.form, form.fields, form.problems) == ("2", SENT, [])


CONTACT_FAULTS: dict[str, tuple[Any, str, str]] = {
    "a lost cell": (["联系人", "职务", "主任"], "contact", "“联系人”没有填写。"),
    "no mobile": (["联系电话", SENT["telephone"], "手机", ""], "mobile", "“手机”没有填写。"),
    "a wrong postcode": (["通讯地址", SENT["address"], "邮政编码", "43000"], "postcode", "邮政编码应为 6 位数字。"),
    "a wrong address of mail": (["电子邮箱", span("zhong.example.com", 3)], "email", "邮箱格式不对，例如 name@example.cn。"),
    "the blank of the form": (["电子邮箱", span("@", 3)], "email", "“电子邮箱”没有填写。"),
    "the telephone's blank": (["联系电话", "（ ）-", "手机", SENT["mobile"]], "telephone", "“联系电话”没有填写。"),
    "a wrong QQ": (["微信号", "zws", "QQ", "无"], "qq", "QQ 号应为 5 位以上的数字。"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CONTACT_FAULTS)
def test_every_fault_of_the_contact_sheet_has_its_sentence(fault: str, tmp_path: Path) -> None:
    row, field, sentence = CONTACT_FAULTS[fault]
    content = [row if other[0] == row[0] else other for other in CONTACT]
    form = read(written(tmp_path / "a.docx", content), name="a.docx")
    assert problems(form) == {field: [sentence]}
    assert form.fields == SENT | {field: form.fields[field]}


def test_a_lost_row_of_the_contact_sheet_is_told(tmp_path: Path) -> None:
    form = read(written(tmp_path / "a.docx", CONTACT[:-1]), name="a.docx")
    assert problems(form) == {"email": ["没有找到“电子邮箱”一栏，请对照附表 2 补上。"]}


def test_what_reads_like_a_head_may_be_a_value(tmp_path: Path) -> None:
    content = rows(title=["案例名称", span("案例类型", 4)], declaration=["作者声明", span(DECLARED, 4)])
    assert read(written(tmp_path / "a.docx", content), name="a.docx").fields["title"] == "案例类型"
