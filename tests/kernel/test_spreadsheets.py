"""Tables for spreadsheets: what they hold, and that nothing in them is a formula."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from kernel.spreadsheets import FORMULA, csv_bytes, neutral, xlsx_bytes

HEAD = ("名次", "案例名称", "平均分")


def sheet(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("sign", [*FORMULA, " =", "　＝"])
def test_a_cell_that_begins_like_a_formula_is_text(sign: str) -> None:
    cell = f"{sign}cmd|' /C calc'!A0"
    assert neutral(cell) == f"'{cell}"
    assert (
        next(iter(list(csv.reader(io.StringIO(csv_bytes(HEAD, [(1, cell, 2)]).decode("utf-8-sig"))))[1:]))[1][0] == "'"
    )
    found = sheet(xlsx_bytes(HEAD, [(1, cell, 2)]))["B2"]
    assert found.data_type == "s" and found.value.startswith("'")


def test_csv_says_that_it_is_utf_8_and_keeps_words_as_they_are() -> None:
    content = csv_bytes(HEAD, [(1, "“听·看·问·改”，𠮷田镇", 98.6)])
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        list(HEAD),
        ["1", "“听·看·问·改”，𠮷田镇", "98.6"],
    ]


def test_a_workbook_keeps_numbers_as_numbers_and_its_head_in_sight() -> None:
    found = sheet(xlsx_bytes(HEAD, [(1, "𠮷田镇中心学校", 98.6), (2, True, "")]))
    assert [[cell.value for cell in row] for row in found.rows] == [
        list(HEAD),
        [1, "𠮷田镇中心学校", 98.6],
        [2, "True", None],
    ]
    assert found.freeze_panes == "A2"
    assert found.column_dimensions["B"].width == 16


def test_what_xml_cannot_hold_and_what_is_too_long_for_a_cell_does_not_break_a_workbook() -> None:
    found = sheet(xlsx_bytes(HEAD, [(1, "坏\x00字\x0b符", "研" * 40_000)]))
    assert found["B2"].value == "坏字符"
    assert len(found["C2"].value) == 32_767


def test_a_table_without_rows_has_its_head() -> None:
    assert [[cell.value for cell in row] for row in sheet(xlsx_bytes(HEAD, [])).rows] == [list(HEAD)]
