"""附表1 at the author's desk: read beside what stands, taken over part by part, downloaded, attached signed."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from lxml import html

from calls.policy import CaseType
from cases.actions.drafting import sheet_edition
from cases.files.forms import opening
from cases.files.forms.opening import read
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, Category, FileState
from cases.papers import (
    ContactSheetData,
    InformationSheet,
    SheetAuthor,
    blank_information_sheet,
    contact_sheet,
    filled_information_sheet,
)
from cases.readiness import readiness
from cases.reading import reading_of
from kernel.models import AuditEntry
from publishing.models import SelectedCase
from publishing.views.gallery import _file
from reviews.queries.experts import FILE_KINDS
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db

WEI = SheetAuthor("韦秋棠", "云岭镇中心小学", "一级教师", "13800000001")
SHEET = InformationSheet("每周三的教研一小时", (WEI,), CaseType.SCHOOL, "三年来每周一次。\n全员参与。")


@pytest.fixture
def case(now: datetime) -> Case:
    author = make_user(mobile="13812345678")
    return make_case(call=make_call(phase="submission", now=now), author=author, type="region")


@pytest.fixture
def page(client: Client, case: Case) -> Client:
    client.force_login(case.submitter)
    return client


def word(content: bytes, name: str = "信息表.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(page: Client, case: Case, content: bytes, name: str = "信息表.docx") -> Any:
    return page.post(f"/my/{case.pk}/form/", {"file": word(content, name)})


def answer_of(text: str) -> dict[str, Any]:
    """What a browser would send of the page with the offers, boxes as they are ticked."""
    form = html.document_fromstring(text).xpath("//main//form")[0]
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return {**sent, "apply": "1"}


def rows_of(text: str) -> dict[str, str]:
    table = html.document_fromstring(text).xpath("//main//table")[0]
    return {row.xpath("string(th)"): " ".join(row.text_content().split()) for row in table.xpath(".//tbody/tr")}


def state(case: Case) -> tuple[Any, ...]:
    case.refresh_from_db()
    authors = [(one.name, one.unit, one.post, one.mobile) for one in case.authors.all()]
    return case.title, case.type, case.overview.replace("\r\n", "\n"), authors


def test_reading_shows_both_and_writes_nothing(page: Client, case: Case) -> None:
    before, trail = state(case), AuditEntry.objects.count()
    answer = send(page, case, filled_information_sheet(SHEET))
    assert answer.status_code == 200
    rows = rows_of(answer.text)
    assert list(rows) == ["案例名称", "案例类型", "作者信息", "案例概述"]
    assert case.title in rows["案例名称"] and SHEET.title in rows["案例名称"]
    assert "区域研修应用案例" in rows["案例类型"] and "校本研修应用案例" in rows["案例类型"]
    assert "韦秋棠，云岭镇中心小学，一级教师，13800000001" in rows["作者信息"]
    assert "13 字" in rows["案例概述"]
    assert answer_of(answer.text)["take"] == ["title", "type", "authors", "overview"]
    assert (state(case), AuditEntry.objects.count()) == (before, trail)


def test_what_is_ticked_is_written_by_one_action(page: Client, case: Case) -> None:
    data = answer_of(send(page, case, filled_information_sheet(SHEET)).text)
    answer = page.post(f"/my/{case.pk}/form/", data, follow=True)
    assert answer.redirect_chain == [(f"/my/{case.pk}/sheet/", 302)]
    assert "已采用表里的案例名称、作者信息、案例类型、案例概述" in answer.text
    assert state(case) == (
        SHEET.title,
        "school",
        SHEET.overview,
        [("韦秋棠", "云岭镇中心小学", "一级教师", "13800000001")],
    )
    entry = AuditEntry.objects.latest("id")
    assert (entry.verb, entry.facts) == ("case.apply_form", {"fields": ["type", "title", "overview", "authors"]})


def test_what_is_not_ticked_stays(page: Client, case: Case) -> None:
    _, kind, overview, authors = state(case)
    data = answer_of(send(page, case, filled_information_sheet(SHEET)).text) | {"take": ["title"]}
    page.post(f"/my/{case.pk}/form/", data)
    assert state(case) == (SHEET.title, kind, overview, authors)


def test_nothing_ticked_is_told_and_keeps_what_was_read(page: Client, case: Case) -> None:
    data = answer_of(send(page, case, filled_information_sheet(SHEET)).text) | {"take": []}
    answer = page.post(f"/my/{case.pk}/form/", data)
    assert answer.status_code == 422 and "还没有勾选要采用的栏目" in answer.text
    assert SHEET.title in rows_of(answer.text)["案例名称"]


def test_the_same_and_the_empty_are_not_offered(page: Client, case: Case) -> None:
    same = InformationSheet(case.title, (), CaseType.REGION, "")
    answer = send(page, case, filled_information_sheet(same))
    rows = rows_of(answer.text)
    assert "与现在相同" in rows["案例名称"] and "与现在相同" in rows["案例类型"]
    assert "（没有读到）" in rows["作者信息"] and "“作者信息”没有填写。" in rows["作者信息"]
    assert "采用勾选的内容" not in answer.text


def test_what_another_window_wrote_meanwhile_is_not_lost(page: Client, case: Case) -> None:
    data = answer_of(send(page, case, filled_information_sheet(SHEET)).text)
    Case.objects.filter(pk=case.pk).update(title="另一个窗口写的")
    answer = page.post(f"/my/{case.pk}/form/", data)
    assert "另一个窗口或设备上改过" in answer.text and state(case)[0] == "另一个窗口写的"
    assert "另一个窗口写的" in rows_of(answer.text)["案例名称"]
    page.post(f"/my/{case.pk}/form/", answer_of(answer.text))
    assert state(case)[0] == SHEET.title


def test_an_overview_that_is_too_long_may_be_taken_to_be_cut(page: Client, case: Case) -> None:
    long = InformationSheet(SHEET.title, (WEI,), CaseType.SCHOOL, "研" * 301)
    answer = send(page, case, filled_information_sheet(long))
    assert "案例概述 301 字，超出 1 字" in answer.text
    assert "overview" not in answer_of(answer.text)["take"]
    page.post(f"/my/{case.pk}/form/", answer_of(answer.text) | {"take": ["overview"]})
    assert state(case)[2] == "研" * 301


def test_more_authors_than_the_call_takes_are_not_offered(page: Client, case: Case) -> None:
    case.call.max_authors = 1
    case.call.save(update_fields=["max_authors"])
    answer = send(page, case, filled_information_sheet(InformationSheet("名", (WEI, WEI), CaseType.REGION, "述")))
    assert "表里写了 2 位作者，最多 1 人" in rows_of(answer.text)["作者信息"]
    data = answer_of(answer.text)
    assert "authors" not in data["take"]
    refused = page.post(f"/my/{case.pk}/form/", data | {"take": ["authors"]})
    assert (
        "作者最多 1 人" in refused.text
        and state(case)[3] != [tuple(WEI.__getattribute__(n) for n in WEI.__slots__)] * 2
    )


def test_the_host_of_a_studio_stays_host(now: datetime, client: Client) -> None:
    case = make_case(call=make_call(phase="submission", now=now), author=make_user(), type="studio")
    CaseAuthor.objects.filter(case=case).update(name="韦秋棠", is_host=True)
    client.force_login(case.submitter)
    studio = InformationSheet("名", (SheetAuthor("陆雪", "一中", "校长", "13800000002"), WEI), CaseType.STUDIO, "述")
    client.post(f"/my/{case.pk}/form/", answer_of(send(client, case, filled_information_sheet(studio)).text))
    assert list(case.authors.values_list("name", "is_host")) == [("陆雪", False), ("韦秋棠", True)]


def test_a_returned_case_keeps_its_type(page: Client, case: Case, now: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(state=State.RETURNED, number="R-1")
    data = answer_of(send(page, case, filled_information_sheet(SHEET)).text)
    answer = page.post(f"/my/{case.pk}/form/", data)
    assert answer.status_code == 422 and "不能删除或更改类型" in answer.text
    assert state(case)[:2] != (SHEET.title, "school")


def test_a_case_that_is_handed_in_is_only_read(page: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state=State.HANDED_IN, number="H-1")
    before = state(case)
    for data in ({"file": word(filled_information_sheet(SHEET))}, {"apply": "1", "take": ["title"], "title": "改"}):
        assert page.post(f"/my/{case.pk}/form/", data).url == f"/my/{case.pk}/"
    assert state(case) == before


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (contact_sheet(ContactSheetData(unit="馆")), "a.docx", "这是附表 2（联系人信息表）。请选择填好的附表 1"),
        (b"PK\x03\x04nonsense", "a.docx", "已损坏或不完整"),
        (b"whatever", "表.wps", "“另存为”.docx 后重新上传"),
        (b"", "a.docx", "空文件"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_the_field(
    content: bytes, name: str, words: str, page: Client, case: Case
) -> None:
    answer = send(page, case, content, name)
    assert answer.status_code == 422 and words in answer.text


def test_no_file_and_one_that_is_too_large(page: Client, case: Case) -> None:
    assert "请选择填好的表（.docx 文件）。" in page.post(f"/my/{case.pk}/form/", {}).text
    assert "超过 5 MB" in send(page, case, bytes(opening.MAX_BYTES + 1)).text


def test_reading_is_not_for_machines(page: Client, case: Case, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "read_form": "1/m/user"}
    assert send(page, case, blank_information_sheet(CaseType.REGION)).status_code == 200
    assert "读得太频繁了" in send(page, case, blank_information_sheet(CaseType.REGION)).text


def test_nobody_else_reaches_it(client: Client, case: Case) -> None:
    client.force_login(make_user())
    assert send(client, case, filled_information_sheet(SHEET)).status_code == 404
    assert client.get(f"/my/{case.pk}/sheet.pdf").status_code == 404


def test_what_was_typed_goes_out_and_comes_back(page: Client, case: Case, tmp_path: Path) -> None:
    answer = page.get(f"/my/{case.pk}/sheet.docx")
    path = tmp_path / "a.docx"
    path.write_bytes(answer.content)
    fields = read(path, name="a.docx").fields
    assert (fields["title"], fields["type"], fields["overview"]) == (case.title, case.type, case.overview)
    pdf = page.get(f"/my/{case.pk}/sheet.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
    assert "filename*=utf-8''" in pdf.headers["Content-Disposition"].lower()


def test_a_name_that_no_font_has_leads_to_the_word_file(page: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(title="案例\ue123")
    answer = page.get(f"/my/{case.pk}/sheet.pdf", follow=True)
    assert answer.redirect_chain == [(f"/my/{case.pk}/form/", 302)]
    assert "U+E123" in answer.text and "您也可以下载 Word 版打印" in answer.text


def test_the_edition_of_the_page_is_that_of_the_sheet(page: Client, case: Case) -> None:
    found = re.search(r'name="edition" value="(\w+)"', send(page, case, filled_information_sheet(SHEET)).text)
    assert found and found[1] == sheet_edition(case)


def test_a_signed_sheet_is_no_material_and_no_stranger_s(case: Case, give_files: Any) -> None:
    give_files(case, files=(FileState.ACCEPTED,))
    signed = case.files.get()
    assert "上传支撑材料" not in [one.words for one in readiness(Case.objects.get(pk=case.pk)).lacks]
    case.files.update(category=Category.SIGNED)
    fresh = Case.objects.get(pk=case.pk)
    assert "上传支撑材料" in [one.words for one in readiness(fresh).lacks]
    assert "有签字的信息表" in readiness(fresh).tasks[2].facts

    def link(*words: object) -> str:
        return "/".join(map(str, words))

    assert [one.id for one in reading_of(fresh, link=link).materials] == [signed.pk]
    assert reading_of(fresh, link=link, names=False).materials == []
    assert not FILE_KINDS["file"]().filter(pk=signed.pk).exists()
    with pytest.raises(Http404):
        _file(SelectedCase(case=fresh), signed.pk)
