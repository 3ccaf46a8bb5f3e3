"""Experts come from a workbook: a preview row by row, then one action (R14)."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.actions.appointing import import_experts
from accounts.forms import importing
from accounts.models import Expert
from kernel.models import Letter
from kernel.spreadsheets import NotAWorkbook, TooManyRows, read_xlsx
from tests.accounts.test_appointing import appoint
from tests.factories import make_centre, make_user, province

pytestmark = pytest.mark.django_db
HEAD = list(importing.COLUMNS.values())
GOOD = ["林知遥", "lin@test.example", "北京", "京华师训中心", "校本研修、区域研修"]


def workbook(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client: Client, content: bytes) -> Any:
    return client.post("/centre/experts/import/", {"list": SimpleUploadedFile("名单.xlsx", content)})


def carried(page: str) -> str:
    from lxml import html

    return html.document_fromstring(page).xpath("//input[@name='rows']/@value")[0]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_centre())
    return client


def test_nothing_is_saved_before_the_preview_is_confirmed_and_then_all_of_it(desk: Client) -> None:
    second = ["阮听澜", "ruan@test.example", "湖北省", "江城研修院", "名师工作室"]
    page = upload(desk, workbook(GOOD, [None] * 5, second)).content.decode()
    assert "可以登记 2 位" in page and not Expert.objects.exists() and not Letter.objects.exists()
    answer = desk.post("/centre/experts/import/", {"rows": carried(page)})
    assert answer["Location"] == "/centre/experts/"
    found = Expert.objects.order_by("alias").values_list("user__name", "province__code", "unit_name", "types")
    assert list(found) == [
        ("林知遥", "11", "京华师训中心", ["region", "school"]), ("阮听澜", "42", "江城研修院", ["studio"]),
    ]  # fmt: skip
    assert sorted(Letter.objects.filter(purpose="invitation").values_list("recipient", flat=True)) == [
        "lin@test.example", "ruan@test.example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        (0, "", "请填写姓名"),
        (1, "lin@", "邮箱格式不对"),
        (2, "北平", "没有这个省级单位"),
        (3, "", "请填写单位全称"),
        (4, "幼教", "只能写“区域研修”“校本研修”“名师工作室”"),
    ],
)
def test_what_is_wrong_stands_beside_its_cell(column: int, cell: str, sentence: str, desk: Client) -> None:
    row = [*GOOD[:column], cell, *GOOD[column + 1 :]]
    answer = upload(desk, workbook(row, ["阮听澜", "ruan@test.example", "湖北", "江城研修院", "名师工作室"]))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "有 1 行要改" in page
    assert 'name="rows"' not in page


def test_a_list_with_an_error_is_not_saved_even_when_it_is_sent_back(desk: Client) -> None:
    rows = json.dumps([[2, *GOOD], [3, "无名", "no@", "北京", "院", "校本研修"]])
    assert desk.post("/centre/experts/import/", {"rows": rows}).status_code == 422
    assert not Expert.objects.exists()


def test_the_same_address_twice_is_an_error_and_one_on_the_register_is_passed_over(desk: Client, now: datetime) -> None:
    appoint(now, "Lin@test.example")
    page = upload(desk, workbook(GOOD, ["甲", "a@test.example", "北京", "院", "校本研修"])).content.decode()
    assert "可以登记 1 位" in page and "已在名单" in page
    desk.post("/centre/experts/import/", {"rows": carried(page)})
    assert Expert.objects.count() == 2
    page = upload(
        desk,
        workbook(
            GOOD, ["甲", "B@test.example", "北京", "院", "校本研修"], ["乙", "b@test.example", "北京", "院", "校本研修"]
        ),
    )
    assert "与第 3 行重复" in page.content.decode()


def test_somebody_who_was_registered_meanwhile_is_counted_as_known(now: datetime) -> None:
    appoint(now)
    person = {
        "name": "林知遥",
        "email": "LIN@test.example",
        "province": province("11"),
        "unit": "院",
        "types": ["school"],
    }
    other = {**person, "email": "other@test.example"}
    assert import_experts(people=[person, other], actor=make_centre(), now=now) == (1, 1)


def test_the_template_reads_back_as_an_empty_list(desk: Client) -> None:
    content = desk.get("/centre/experts/template.xlsx").content
    assert [cell.value for cell in load_workbook(io.BytesIO(content)).active[1]] == HEAD
    assert "表里还没有人" in upload(desk, content).content.decode()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04", bomb(), workbook(head=["姓名", "邮箱"]), workbook()],
    ids=["empty", "text", "broken", "bomb", "another head", "no people"],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(content: bytes, desk: Client) -> None:
    answer = upload(desk, content)
    assert answer.status_code == 422 and 'class="errors"' in answer.content.decode()


@pytest.mark.parametrize("rows", ["", "{}", "[]", "[1]", '[["2","a","b","c","d","e"]]', "[" * 100_000])
def test_what_no_preview_sends_back_is_refused(rows: str, desk: Client) -> None:
    answer = desk.post("/centre/experts/import/", {"rows": rows})
    assert answer.status_code == 422 and "请重新上传" in answer.content.decode()


def test_columns_are_found_by_their_head_and_numbers_read_as_people_see_them() -> None:
    content = workbook([7.0, "x", " 林  知遥 "], head=["编号", "备注", "姓名"])
    assert read_xlsx(content, columns=["姓名", "编号"], most=5) == [(2, ["林 知遥", "7"])]
    with pytest.raises(NotAWorkbook, match="第一行缺少“电子邮箱”"):
        read_xlsx(content, columns=["姓名", "电子邮箱"], most=5)
    with pytest.raises(TooManyRows):
        read_xlsx(workbook(*[["甲"]] * 6, head=["姓名"]), columns=["姓名"], most=5)


def test_only_the_centre_imports(client: Client) -> None:
    client.force_login(make_user())
    assert upload(client, workbook(GOOD)).status_code == 403
