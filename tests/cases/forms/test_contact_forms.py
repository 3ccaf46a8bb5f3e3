"""附表2 at the province's page and by the dozen at the centre: read, put right, taken into the inbox."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from accounts.models import ContactSheet, SheetState
from accounts.provinces import PROVINCES, province_in
from calls.models import Call
from calls.policy import CaseType
from cases.files.forms.opening import read
from cases.papers import ContactSheetData, blank_information_sheet, contact_sheet
from kernel.models import AuditEntry
from tests.factories import make_call, make_centre

pytestmark = pytest.mark.django_db

DATA = ContactSheetData(
    "湖北省电化教育馆", "培训部", "钟望舒", "主任", "武汉市某路1号", "430000", "（027）-87000000", "13800000003", "zws",
    "10000", "zhong@example.com",
)  # fmt: skip
FIELDS = {name: getattr(DATA, name) for name in ContactSheetData.__slots__}


@pytest.fixture
def call(now: datetime) -> Call:
    return make_call(phase="submission", now=now)


@pytest.fixture
def desk(client: Client, call: Call) -> Client:
    client.force_login(make_centre())
    return client


def files(*contents: bytes) -> dict[str, Any]:
    return {"papers": [SimpleUploadedFile(f"附表2-{number}.docx", one) for number, one in enumerate(contents, 1)]}


def of(unit: str, **changes: str) -> bytes:
    return contact_sheet(ContactSheetData(**{**FIELDS, "unit": unit, **changes}))


def answer_of(text: str) -> dict[str, Any]:
    form = html.document_fromstring(text).xpath("//main//form")[0]
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


# The province's page


def test_what_was_read_stands_in_the_form_and_is_sent_from_there(client: Client, call: Call) -> None:
    answer = client.post("/contact-sheet/form/", {"file": SimpleUploadedFile("附表2.docx", contact_sheet(DATA))})
    assert answer.status_code == 200 and "已从附表 2 读出，还没有提交" in answer.text
    assert not ContactSheet.objects.exists()
    sent = client.post("/contact-sheet/", answer_of(answer.text))
    assert sent.url == "/contact-sheet/sent/"
    sheet = ContactSheet.objects.get()
    assert {name: getattr(sheet, name) for name in FIELDS} == FIELDS and sheet.province.short == "湖北"


def test_what_is_wrong_is_told_above_the_form(client: Client, call: Call) -> None:
    content = of("某某中心", mobile="1380000", email="")
    text = client.post("/contact-sheet/form/", {"file": SimpleUploadedFile("附表2.docx", content)}).text
    assert "手机号应为 11 位数字" in text and "“电子邮箱”没有填写。" in text and 'value="1380000"' in text


def test_another_form_and_a_bad_file_are_told_at_the_field(client: Client, call: Call) -> None:
    for content, words in (
        (blank_information_sheet(CaseType.REGION), "这是附表 1（案例信息表）。请选择填好的附表 2"),
        (b"PK\x03\x04nonsense", "已损坏或不完整"),
    ):
        answer = client.post("/contact-sheet/form/", {"file": SimpleUploadedFile("a.docx", content)})
        assert answer.status_code == 422 and words in answer.text
    assert "请选择填好的表" in client.post("/contact-sheet/form/", {}).text


def test_one_address_does_not_read_without_end(client: Client, call: Call, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "read_contact_form": "1/m/ip"}
    for _ in range(2):
        answer = client.post("/contact-sheet/form/", {"file": SimpleUploadedFile("a.docx", contact_sheet(DATA))})
    assert answer.status_code == 422 and "读得太频繁了" in answer.text


def test_what_is_typed_is_downloaded_filled(client: Client, call: Call, tmp_path: Path) -> None:
    answer = client.post("/contact-sheet/filled.docx", FIELDS)
    path = tmp_path / "a.docx"
    path.write_bytes(answer.content)
    assert read(path, name="a.docx").fields == FIELDS
    assert client.post("/contact-sheet/filled.pdf", FIELDS).content.startswith(b"%PDF-")
    assert client.post("/contact-sheet/filled.exe", FIELDS).status_code == 404
    refused = client.post("/contact-sheet/filled.pdf", {**FIELDS, "unit": "馆\ue123"})
    assert refused.status_code == 422 and "U+E123" in refused.text and "馆" in refused.text
    assert not ContactSheet.objects.exists()


def test_the_unit_s_name_tells_the_province() -> None:
    for code, name, short in PROVINCES:
        assert province_in(f"{name}电化教育馆") == province_in(f"{short}教育技术中心") == code
    assert province_in("某某中心", "江西省南昌市") == "36"
    assert province_in("某某中心", "") == ""


# The centre


def test_thirty_are_read_as_a_table_and_taken_in_at_once(
    desk: Client, call: Call, django_assert_num_queries: Any
) -> None:
    units = [name for _, name, _ in PROVINCES[:30]]
    with django_assert_num_queries(3):
        answer = desk.post("/centre/provinces/forms/", files(*(of(f"{name}电教馆") for name in units)))
    assert answer.text.count("读全了") == 30 and not ContactSheet.objects.exists()
    data = answer_of(answer.text)
    assert len(data["take"]) == 30
    done = desk.post("/centre/provinces/forms/", data, follow=True)
    assert "已接收 30 份联系人信息表" in done.text and done.redirect_chain == [("/centre/provinces/", 302)]
    assert {one.province.name for one in ContactSheet.objects.filter(state=SheetState.NEW)} == set(units)
    assert AuditEntry.objects.filter(verb="sheet.send").count() == 30
    again = desk.post("/centre/provinces/forms/", data, follow=True)
    assert "另有 30 份此前已经收到" in again.text and ContactSheet.objects.count() == 30


def test_problems_stand_in_their_rows_and_are_put_right_there(desk: Client, call: Call) -> None:
    contents = (
        of("湖北省电教馆"),
        of("某某中心", mobile="1380000"),
        blank_information_sheet(CaseType.REGION),
        b"nothing",
    )
    answer = desk.post("/centre/provinces/forms/", files(*contents))
    for words in (
        "读全了",
        "手机号应为 11 位数字",
        "请选择省级单位",
        "这是附表 1（案例信息表），不是附表 2。",
        "读不出",
    ):
        assert words in answer.text
    data = answer_of(answer.text)
    assert data["take"] == ["1"]
    refused = desk.post("/centre/provinces/forms/", {**data, "take": ["1", "2"]})
    assert refused.status_code == 422 and "一份也没有接收" in refused.text and not ContactSheet.objects.exists()
    right = answer_of(refused.text) | {"row-2-province": "42", "row-2-mobile": "138 0000 0009"}
    desk.post("/centre/provinces/forms/", right)
    assert sorted(ContactSheet.objects.values_list("unit", flat=True)) == ["某某中心", "湖北省电教馆"]


def test_nothing_marked_no_call_and_too_many(desk: Client, call: Call) -> None:
    data = answer_of(desk.post("/centre/provinces/forms/", files(contact_sheet(DATA))).text)
    assert "还没有勾选" in desk.post("/centre/provinces/forms/", {**data, "take": []}).text
    assert "一次最多 60 个文件" in desk.post("/centre/provinces/forms/", files(*[b"x"] * 61)).text
    assert "请选择填好的表，可以一次选多个。" in desk.post("/centre/provinces/forms/", {}).text
    Call.objects.all().delete()
    assert "现在没有进行中的征集" in desk.post("/centre/provinces/forms/", data).text
    assert not ContactSheet.objects.exists()
