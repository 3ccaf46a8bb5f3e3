"""Contact sheet, inbox and activation as pages."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import ContactSheet
from accounts.overview import overview_of_provinces
from kernel.models import Job
from tests.accounts.test_activating import accepted, send
from tests.factories import make_admin, make_call, make_centre, make_user, province

pytestmark = pytest.mark.django_db


def sheet_form(**fields: str) -> dict[str, str]:
    return {
        "province": str(province("53").pk),
        "unit": "滇云教师发展中心",
        "department": "培训部",
        "contact": "段知微",
        "post": "主任",
        "address": "翠湖路 1 号",
        "postcode": "６５００００",
        "telephone": "0871-1234567",
        "mobile": "+86 199-0000-1111",
        "email": "duan@test.example",
        **fields,
    }


def test_anyone_sends_a_contact_sheet(client: Client) -> None:
    make_call()
    assert client.post("/contact-sheet/", sheet_form())["Location"] == "/contact-sheet/sent/"
    sheet = ContactSheet.objects.get()
    assert (sheet.postcode, sheet.mobile, sheet.state) == ("650000", "19900001111", "new")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"postcode": "61000"}, "邮政编码应为 6 位数字"),
        ({"email": "luo@"}, "邮箱格式不对"),
        ({"telephone": ""}, "请填写联系电话"),
        ({"mobile": "123"}, "手机号应为 11 位数字"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(
    fields: dict[str, str], sentence: str, client: Client
) -> None:
    make_call()
    answer = client.post("/contact-sheet/", sheet_form(**fields))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "滇云教师发展中心" in answer.content.decode()


def test_without_a_call_the_page_says_so(client: Client) -> None:
    assert "现在没有进行中的征集" in client.get("/contact-sheet/").content.decode()


def test_a_visitor_activates_and_is_logged_in(client: Client, now: datetime) -> None:
    _, code = accepted(now)
    fields = {"code": code, "name": "段知微", "password": "一句很长的话2024"}
    assert client.post("/activate/", fields)["Location"] == "/screening/"
    assert client.get("/accounts/desk/")["Location"] == "/screening/"


def test_a_dead_code_is_refused_with_one_sentence(client: Client) -> None:
    make_call()
    fields = {"code": "ABCDEF-" * 5, "name": "段知微", "password": "一句很长的话2024"}
    assert "激活码不正确或已失效" in client.post("/activate/", fields).content.decode()


def test_the_centre_accepts_a_sheet(client: Client, now: datetime) -> None:
    sheet = send(now)
    client.force_login(make_centre())
    page = f"/centre/provinces/sheets/{sheet.pk}/"
    assert "请写明怎样核实" in client.post(page, {"verb": "accept", "assurance": ""}).content.decode()
    assert client.post(page, {"verb": "accept", "assurance": "盖章扫描件"})["Location"] == "/centre/provinces/"
    assert "已发码" in client.get("/centre/provinces/").content.decode()


def test_after_one_sheet_comes_the_one_that_has_waited_longest(client: Client, now: datetime) -> None:
    first, second = send(now, province=province("11")), send(now, province=province("12"))
    client.force_login(make_centre())
    answer = client.post(f"/centre/provinces/sheets/{first.pk}/", {"verb": "accept", "way": "收到盖章扫描件"})
    assert answer["Location"] == f"/centre/provinces/sheets/{second.pk}/"
    first.refresh_from_db()
    assert first.assurance == "收到盖章扫描件"
    assert "还有 1 份待核实" in client.get(answer["Location"]).content.decode()


def test_provinces_are_filtered_by_where_they_stand(client: Client, now: datetime) -> None:
    send(now, province=province("11"))
    client.force_login(make_centre())
    page = client.get("/centre/provinces/", {"show": "待核实"}).content.decode()
    assert ">北京</a>" in page and "天津" not in page
    assert "没有这样的单位" in client.get("/centre/provinces/", {"show": "已激活"}).content.decode()


@pytest.mark.parametrize("make", [make_user, make_admin])
def test_only_the_centre_sees_the_inbox(make: Any, client: Client, now: datetime) -> None:
    sheet = send(now)
    client.force_login(make())
    for page in ("/centre/provinces/", f"/centre/provinces/sheets/{sheet.pk}/"):
        assert client.get(page).status_code == 403


def test_the_overview_costs_the_same_for_one_and_three_sheets(
    client: Client, now: datetime, django_assert_num_queries: Any
) -> None:
    client.force_login(make_centre())
    for count in (1, 2):
        for n in range(count):
            send(now, province=province(str(11 + n + count)), email=f"p{count}{n}@test.example")
        client.get("/centre/provinces/")
        with django_assert_num_queries(8):
            client.get("/centre/provinces/")


def test_the_centre_corrects_a_sheet(client: Client, now: datetime) -> None:
    sheet = send(now)
    client.force_login(make_centre())
    page = f"/centre/provinces/sheets/{sheet.pk}/edit/"
    assert "翠湖路 1 号" in client.get(page).content.decode()
    assert "请填写联系人" in client.post(page, sheet_form(contact="")).content.decode()
    answer = client.post(page, sheet_form(contact="段知著"))
    assert answer["Location"] == f"/centre/provinces/sheets/{sheet.pk}/"
    assert "段知著" in client.get(answer["Location"]).content.decode()


def test_codes_are_sent_to_the_marked_provinces_and_the_page_says_how_far_they_are(
    client: Client, now: datetime, do_jobs: Any
) -> None:
    client.force_login(make_centre())
    sheets = [send(now, province=province(code), email=f"p{code}@test.example") for code in ("11", "12", "13")]
    for sheet in sheets:
        client.post(f"/centre/provinces/sheets/{sheet.pk}/", {"verb": "accept_later", "way": "收到盖章扫描件"})
    page = client.get("/centre/provinces/").content.decode()
    assert page.count('name="sheet"') == 3 and "待发码" in page
    client.post("/centre/provinces/", {"sheet": [sheets[0].pk, sheets[1].pk]})
    progress = client.get("/centre/provinces/sending/").content.decode()
    assert "2 封已发出 0 封" in progress and "data-poll" in progress
    do_jobs()
    progress = client.get("/centre/provinces/sending/").content.decode()
    assert "2 封激活码邮件已全部发出" in progress and "data-poll" not in progress
    assert "正在发送" not in client.get("/centre/provinces/", {"show": "已发码"}).content.decode()


def test_a_letter_that_failed_for_good_is_said_beside_the_progress(client: Client, now: datetime) -> None:
    client.force_login(make_centre())
    accepted(now)
    Job.objects.filter(kind="kernel.send_letter").update(state="failed")
    progress = client.get("/centre/provinces/sending/").content.decode()
    assert "1 封没有发出" in progress and "data-poll" not in progress


def test_nothing_marked_sends_nothing(client: Client) -> None:
    client.force_login(make_centre())
    answer = client.post("/centre/provinces/", {"sheet": ["", "x", "9" * 40]}, follow=True)
    assert "还没有勾选单位" in answer.content.decode()


def test_the_sheet_that_counts_is_the_accepted_one_when_a_stranger_sends_another(client: Client, now: datetime) -> None:
    sheet, _ = accepted(now)
    other = send(now, call=sheet.call, unit="冒名者")
    (row,) = [row for row in overview_of_provinces(now) if row.province.code == "53"]
    assert row.sheet == sheet
    client.force_login(make_centre())
    assert "冒名者" in client.get(f"/centre/provinces/sheets/{other.pk}/").content.decode()


def test_a_flood_of_contact_sheets_from_one_address_ends(client: Client, settings: Any) -> None:
    make_call()
    settings.ACCOUNT_RATE_LIMITS = {"contact_sheet": "2/h/ip"}
    for _ in range(2):
        assert client.post("/contact-sheet/", sheet_form()).status_code == 302
    answer = client.post("/contact-sheet/", sheet_form())
    assert (answer.status_code, ContactSheet.objects.count()) == (422, 2)
    assert "请一小时后再试" in answer.content.decode() and "滇云教师发展中心" in answer.content.decode()
