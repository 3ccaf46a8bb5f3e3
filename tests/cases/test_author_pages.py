"""The author's pages: what a browser sends, what it gets back, and what others do not get."""

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from docx import Document

from accounts.models import User
from calls.models import Call
from cases.actions.handing_in import hand_in
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, FileState, Receipt
from kernel.letters import tell
from tests.cases.test_drafting import png
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db

AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def call(now: datetime) -> Call:
    return make_call(phase="submission", now=now)


@pytest.fixture
def author() -> User:
    return make_user(mobile="13812345678")


@pytest.fixture
def page(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def case(call: Call, author: User) -> Case:
    return make_case(call=call, author=author)


def sheet(*people: dict[str, str], **fields: str) -> dict[str, str]:
    values = {"title": "新名称", "overview": "同研一课。", "sources": "", **fields}
    for number, person in enumerate(people, start=1):
        line = {"name": "韦秋棠", "unit": "中心小学", "post": "一级教师", "mobile": "13812345678", **person}
        values |= {f"author-{number}-{name}": value for name, value in line.items()}
    return values


DECLARATION = {
    "declared": "on", "signature": "韦秋棠", "signature_drawing": "", "signed_on": "2024-10-08",
    "consent_publication": "yes", "consent_platform": "no", "portraits_cleared": "on",
}  # fmt: skip


# The list


def test_the_list_costs_the_same_at_one_and_three_cases(
    page: Client, call: Call, author: User, now: datetime, give_files: Any, django_assert_num_queries: Any
) -> None:
    give_files(make_case(call=call, author=author, authors=2))
    tell(user=author, text="案例已报送。", now=now)
    page.get("/my/")
    with django_assert_num_queries(10):
        page.get("/my/")
    for state in (State.HANDED_IN, State.RETURNED):
        give_files(make_case(call=call, author=author, state=state, authors=3))
        tell(user=author, text="案例已报送。", now=now)
    with django_assert_num_queries(10):
        answer = page.get("/my/")
    assert len(re.findall(r'<li class="task"', answer.text)) == 3


def test_the_list_is_empty_at_first_and_says_what_comes_next(page: Client, call: Call) -> None:
    answer = page.get("/my/")
    assert "还没有案例" in answer.text and 'href="/my/new/"' in answer.text
    assert "距截止还有" in answer.text


def test_nothing_can_be_opened_outside_the_window(page: Client, now: datetime) -> None:
    make_call(phase="review", now=now)
    assert "/my/new/" not in page.get("/my/").text
    assert "现在不能新建案例" in page.get("/my/new/").text
    page.post("/my/new/", {"type": "school"})
    assert not Case.objects.exists()


# A new case


def test_a_new_case_opens_its_task_list(page: Client, call: Call, author: User) -> None:
    answer = page.post("/my/new/", {"type": "studio", "call": call.slug})
    case = Case.objects.get()
    assert (answer.status_code, answer.url, case.type, case.submitter) == (302, f"/my/{case.pk}/", "studio", author)
    tasks = page.get(answer.url).text
    assert "还差" in tasks and "标明哪位作者是工作室主持人" in tasks


def test_another_type_is_refused_beside_the_choice(page: Client, case: Case, call: Call) -> None:
    assert "校本研修应用案例" in page.get("/my/new/").text
    answer = page.post("/my/new/", {"type": "region", "call": call.slug})
    assert "一个账号在一届征集中只报送一类案例" in answer.text
    assert Case.objects.count() == 1


def test_no_choice_is_told_in_a_sentence(page: Client, call: Call) -> None:
    assert "请选择一种案例类型。" in page.post("/my/new/", {"call": call.slug}).text


# The information sheet


def test_the_sheet_is_saved_and_leads_on(page: Client, case: Case) -> None:
    answer = page.post(f"/my/{case.pk}/sheet/", sheet({}, {"name": "莫清越", "mobile": "＋８６ １３９-8765 4321"}))
    assert (answer.status_code, answer.url) == (302, f"/my/{case.pk}/document/")
    case.refresh_from_db()
    assert case.title == "新名称"
    assert list(case.authors.values_list("name", "mobile")) == [("韦秋棠", "13812345678"), ("莫清越", "13987654321")]


def test_autosave_takes_what_is_there_and_names_only_what_is_wrong(page: Client, case: Case) -> None:
    data = sheet({"post": "", "mobile": "123"}, title="", overview="字" * 301)
    answer = page.post(f"/my/{case.pk}/sheet/", data, headers=AUTOSAVE)
    assert answer.status_code == 200
    saved = answer.json()
    assert re.fullmatch(r"\d\d:\d\d", saved["saved_at"])
    assert saved["problems"] == {
        "overview": "案例概述超出 1 字，请压缩到 300 字以内。",
        "author-1-mobile": "手机号应为 11 位数字，例如 13812345678。",
    }
    case.refresh_from_db()
    assert (case.title, case.overview) == ("", "字" * 301)
    assert list(case.authors.values_list("name", "post", "mobile")) == [("韦秋棠", "", "123")]


def test_a_null_character_pasted_into_the_sheet_is_no_broken_page(page: Client, case: Case) -> None:
    answer = page.post(f"/my/{case.pk}/sheet/", sheet({"name": "韦\0秋棠"}, overview="同研\0一课。"), headers=AUTOSAVE)
    assert answer.status_code == 200
    case.refresh_from_db()
    assert (case.overview, case.authors.get().name) == ("同研一课。", "韦秋棠")


def test_a_full_save_with_mistakes_loses_nothing_and_shows_them(page: Client, case: Case) -> None:
    answer = page.post(f"/my/{case.pk}/sheet/", sheet({"mobile": "123"}, title=""))
    assert answer.status_code == 200
    assert "有 2 处需要改一改" in answer.text
    assert "请填写案例名称。" in answer.text and 'value="123"' in answer.text
    case.refresh_from_db()
    assert (case.title, case.overview, case.authors.get().mobile) == ("", "同研一课。", "123")


def test_authors_are_added_moved_and_removed_without_script(page: Client, case: Case) -> None:
    address, people = f"/my/{case.pk}/sheet/", ({"name": "甲"}, {"name": "乙"})
    answer = page.post(address, {**sheet(*people), "act": "add"})
    assert answer.url == f"{address}?authors=3#author-3"
    assert 'name="author-3-name"' in page.get(answer.url).text
    page.post(address, {**sheet(*people, {"name": "丙"}), "move": "up:3"})
    assert list(case.authors.values_list("name", flat=True)) == ["甲", "丙", "乙"]
    page.post(address, {**sheet({"name": "甲"}, {"name": "丙"}, {"name": "乙"}), "remove": "1"})
    assert list(case.authors.values_list("position", "name")) == [(1, "丙"), (2, "乙")]
    assert 'name="author-3-name"' not in page.get(address).text
    assert page.get(f"{address}?authors=99").text.count('class="person ') == 3


def test_a_fourth_author_is_refused(page: Client, case: Case) -> None:
    answer = page.post(f"/my/{case.pk}/sheet/", sheet({}, {}, {}, {}))
    assert "作者最多 3 人" in answer.text
    assert case.authors.count() == 1


def test_only_a_studio_is_asked_for_its_facts(page: Client, call: Call, author: User) -> None:
    school, studio = (make_case(call=call, author=author, type=kind) for kind in ("school", "studio"))
    assert "contribution" not in page.get(f"/my/{school.pk}/sheet/").text
    page.post(f"/my/{school.pk}/sheet/", {**sheet({}), "contribution": "5"})
    facts = {"contribution": "８６", "broadcasts": "3", "pledge_signed": "False"}
    page.post(f"/my/{studio.pk}/sheet/", {**sheet({"is_host": "on"}), **facts})
    school.refresh_from_db()
    studio.refresh_from_db()
    assert school.contribution is None
    assert (studio.contribution, studio.broadcasts, studio.pledge_signed) == (86, 3, False)
    assert studio.authors.get().is_host
    shown = page.get(f"/my/{studio.pk}/sheet/").text
    assert "年度贡献值 86 分，低于 100 分。可以继续报送" in shown


def test_no_field_outside_the_form_is_written(page: Client, case: Case) -> None:
    extra = {"state": "typical", "number": "2024-42-AAAAAA", "declared": "", "province": "1", "submitter": "1"}
    page.post(f"/my/{case.pk}/sheet/", {**sheet({}), **extra})
    after = Case.objects.get()
    assert (after.state, after.number, after.declared, after.province) == (State.DRAFT, None, True, case.province)


def test_after_the_close_autosave_says_so_and_the_page_is_read_only(
    page: Client, case: Case, call: Call, travel: Any
) -> None:
    travel(call.submission_closes_at + timedelta(minutes=1))
    answer = page.post(f"/my/{case.pk}/sheet/", sheet({}), headers=AUTOSAVE)
    assert (answer.status_code, answer.json()["message"]) == (409, "报送已经截止，这件案例不能再修改。")
    assert page.get(f"/my/{case.pk}/sheet/").url == f"/my/{case.pk}/"
    assert "只读保存" in page.get(f"/my/{case.pk}/").text


def test_a_draft_changes_its_type(page: Client, case: Case) -> None:
    assert page.post(f"/my/{case.pk}/type/", {"type": "region"}).url == f"/my/{case.pk}/sheet/"
    case.refresh_from_db()
    assert case.type == "region"


# The declaration


@pytest.mark.parametrize("signing", [{"signature": "韦秋棠"}, {"signature": "", "signature_drawing": png()}])
def test_the_declaration_is_signed_typed_or_drawn(page: Client, case: Case, signing: dict[str, str]) -> None:
    answer = page.post(f"/my/{case.pk}/declaration/", {**DECLARATION, **signing})
    assert (answer.status_code, answer.url) == (302, f"/my/{case.pk}/check/")
    case.refresh_from_db()
    assert {"signature": case.signature, "signature_drawing": case.signature_drawing} == {
        "signature_drawing": "", **signing,
    }  # fmt: skip
    assert (case.declared, case.portraits_cleared) == (True, True)
    assert (case.consent_publication, case.consent_platform) == (True, False)
    assert f"{case.signed_on:%F}" == "2024-10-08"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"declared": ""}, "请确认作者声明。"),
        ({"signature": ""}, "请手写签名，或输入姓名。"),
        ({"signature_drawing": "data:image/png;base64,AAAA"}, "手写签名没有读出来"),
        ({"signed_on": ""}, "请填写签名日期。"),
        ({"signed_on": "昨天"}, "日期请写成 2024-10-08 的样子。"),
        ({"signed_on": "2999-01-01"}, "签名日期不能晚于今天。"),
        ({"consent_platform": ""}, "请选择“同意”或“不同意”，两者都可以参加。"),
        ({"portraits_cleared": ""}, "请确认材料里的人和作品可以展示"),
    ],
)
def test_what_the_declaration_misses_is_said(page: Client, case: Case, change: dict[str, str], sentence: str) -> None:
    data = {name: value for name, value in {**DECLARATION, **change}.items() if value or name == "signature"}
    answer = page.post(f"/my/{case.pk}/declaration/", data)
    assert answer.status_code == 200 and sentence in answer.text
    autosaved = page.post(f"/my/{case.pk}/declaration/", data, headers=AUTOSAVE)
    assert autosaved.status_code == 200


def test_the_wording_of_the_call_stands_on_the_page(page: Client, author: User, now: datetime) -> None:
    call = make_call(
        now=now, declaration="我声明如下。", consent_publication_text="同意甲", consent_platform_text="同意乙"
    )
    text = page.get(f"/my/{make_case(call=call, author=author).pk}/declaration/").text
    assert all(words in text for words in ("我声明如下。", "同意甲", "同意乙"))


# Checking, handing in, the receipt


def test_the_check_page_lists_everything_and_hands_in_once(page: Client, case: Case, give_files: Any) -> None:
    give_files(case)
    text = page.get(f"/my/{case.pk}/check/").text
    assert all(words in text for words in (case.title, "定稿.docx", "通知文件 1", "2,874 / 3000 字", "确认报送"))
    version = re.search(r'name="version" value="(\d+)"', text)
    answers = [page.post(f"/my/{case.pk}/check/", {"version": version[1]}) for _ in range(3)]
    assert {answer.url for answer in answers} == {f"/my/{case.pk}/receipt/"}
    assert Receipt.objects.count() == 1
    case.refresh_from_db()
    receipt = page.get(f"/my/{case.pk}/receipt/").text
    assert case.number in receipt and case.files.get().sha256[:16] in receipt and "data-poll" not in receipt


def test_a_receipt_names_the_call_of_its_case_and_not_the_current_one(
    page: Client, case: Case, now: datetime, give_files: Any
) -> None:
    give_files(case)
    hand_in(case_id=case.pk, actor=case.submitter, now=now)
    current = make_call(phase="submission", now=now, short="今年", submission_closes_at=now + timedelta(hours=1))
    Call.objects.filter(pk=case.call_id).update(short="早年", title="早年的案例征集")
    assert f"{current.short}征集" in page.get("/my/").text
    receipt = page.get(f"/my/{case.pk}/receipt/").text
    assert "早年征集" in receipt and "早年的案例征集" in receipt and "今年征集" not in receipt


def test_an_incomplete_case_cannot_be_handed_in_from_the_page(page: Client, case: Case) -> None:
    text = page.get(f"/my/{case.pk}/check/").text
    assert "还差 2 项" in text and "disabled" in text
    answer = page.post(f"/my/{case.pk}/check/", {"version": "0"})
    assert answer.status_code == 200 and "暂时不能报送" in answer.text


def test_the_receipt_asks_again_until_the_files_are_inspected(page: Client, case: Case, give_files: Any) -> None:
    give_files(case, files=("inspecting", "inspecting"))
    page.post(f"/my/{case.pk}/check/")
    address = f"/my/{case.pk}/receipt/"
    text = page.get(address).text
    assert "待完成" in text and f'data-poll="{address}"' in text
    first, second = case.files.all()
    case.files.filter(pk=first.pk).update(state=FileState.ACCEPTED)
    case.files.filter(pk=second.pk).update(state=FileState.DROPPED, message="设有打开密码")
    fragment = page.get(address, headers={"X-Fragment": "1"}).text
    assert "<html" not in fragment and "data-poll" not in fragment
    assert "已移除" in fragment and "设有打开密码" in fragment


def test_the_information_sheet_is_downloaded_as_the_forms_own_paper(page: Client, case: Case) -> None:
    answer = page.get(f"/my/{case.pk}/sheet.docx")
    assert "filename*=UTF-8''%E6%A1%88%E4%BE%8B" in answer["Content-Disposition"]
    paper = Document(io.BytesIO(answer.content))
    words = "\n".join(cell.text for row in paper.tables[0].rows for cell in row.cells)
    assert all(value in words for value in (case.title, case.overview, "韦秋棠", "☑ 2.校本教师研修应用案例"))


def test_there_is_no_receipt_before_a_hand_in(page: Client, case: Case) -> None:
    assert page.get(f"/my/{case.pk}/receipt/").url == f"/my/{case.pk}/"


def test_after_hand_in_the_page_shows_the_way_and_withdraws(page: Client, case: Case, give_files: Any) -> None:
    give_files(case)
    page.post(f"/my/{case.pk}/check/")
    text = page.get(f"/my/{case.pk}/").text
    assert all(words in text for words in ("报送成功", "等待湖北省初筛并择优推荐", "撤回修改", "data-confirm"))
    assert page.post(f"/my/{case.pk}/withdraw/").url == f"/my/{case.pk}/"
    text = page.get(f"/my/{case.pk}/").text
    assert "案例已撤回。报送截止前可以修改并再次报送，编号不变。" in text
    assert "核对并报送" in text and "已撤回" in text


def test_a_returned_case_shows_reason_and_due_date(page: Client, call: Call, author: User, travel: Any) -> None:
    due = call.submission_closes_at + timedelta(days=2)
    case = make_case(
        call=call, author=author, state=State.RETURNED, return_reason="请补充<制度>文档。", return_due_at=due
    )
    travel(call.submission_closes_at + timedelta(days=1))
    text = page.get(f"/my/{case.pk}/").text
    assert "请补充&lt;制度&gt;文档。" in text and "前可再次报送" in text and "撤回" in text
    travel(due)
    assert "已经过了" in page.get(f"/my/{case.pk}/").text


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_page(page: Client, call: Call, author: User, state: State) -> None:
    case = make_case(call=call, author=author, state=state)
    answer = page.get(f"/my/{case.pk}/")
    assert answer.status_code == 200 and case.title in answer.text


def test_a_recommended_case_says_whom_to_ask(page: Client, call: Call, author: User) -> None:
    case = make_case(call=call, author=author, state=State.RECOMMENDED)
    assert "请联系湖北的组织单位" in page.get(f"/my/{case.pk}/").text
    answer = page.post(f"/my/{case.pk}/withdraw/", follow=True)
    assert "不能自行撤回" in answer.text


def test_a_draft_is_deleted_and_a_handed_in_case_is_not(page: Client, call: Call, author: User, case: Case) -> None:
    kept = make_case(call=call, author=author, state=State.HANDED_IN)
    assert page.post(f"/my/{kept.pk}/delete/").url == f"/my/{kept.pk}/"
    assert page.post(f"/my/{case.pk}/delete/").url == "/my/"
    assert list(Case.objects.all()) == [kept]
    assert not CaseAuthor.objects.filter(case_id=case.pk).exists()


# Who may


PAGES = ("", "type/", "sheet.docx", "sheet/", "declaration/", "check/", "receipt/")
ACTS = ("type/", "sheet/", "declaration/", "check/", "withdraw/", "delete/")


def test_another_authors_case_is_not_found(page: Client, call: Call, give_files: Any) -> None:
    other = give_files(make_case(call=call, author=make_user("别人")))
    for part in PAGES:
        assert page.get(f"/my/{other.pk}/{part}").status_code == 404
    for part in ACTS:
        assert page.post(f"/my/{other.pk}/{part}", {**sheet({}), **DECLARATION, "type": "region"}).status_code == 404
    after = Case.objects.get(pk=other.pk)
    assert (after.state, after.title, after.type, after.version) == (State.DRAFT, other.title, "school", 0)


def test_a_stranger_is_sent_to_log_in(client: Client, case: Case) -> None:
    for address in ("/my/", "/my/new/", *(f"/my/{case.pk}/{part}" for part in PAGES)):
        assert client.get(address).url.startswith("/accounts/login/?next=")
    assert client.post(f"/my/{case.pk}/sheet/", sheet({}), headers=AUTOSAVE).status_code == 401


@pytest.mark.parametrize("part", ["withdraw/", "delete/"])
def test_what_changes_something_is_never_a_get(page: Client, case: Case, part: str) -> None:
    assert page.get(f"/my/{case.pk}/{part}").status_code == 405
