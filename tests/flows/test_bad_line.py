"""An author on a bad line, in a real browser: the connection goes, the session ends, and nothing written is lost."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from tests.factories import make_call, make_case, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PICTURE = {"name": "现场.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 2000}
WORDS = "断网时写的一句话，不能丢。"
TOKEN = "a" * 32
"""A CSRF secret such as the next login gives."""


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's driver runs an event loop in this thread; the database is asked from it all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def case(now: datetime) -> Case:
    return make_case(call=make_call(phase="submission", now=now), author=make_user(mobile="13812345678"))


@pytest.fixture
def context(browser: Any, live_server: Any, case: Case) -> Iterator[Any]:
    """A telephone whose owner has logged in."""
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(20_000)
    log_in(context, case, live_server.url)
    yield context
    context.close()


def log_in(context: Any, case: Case, address: str, **cookies: str) -> None:
    client = Client()
    client.force_login(case.submitter)
    cookies |= {"sessionid": client.cookies["sessionid"].value}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])


def open_sheet(page: Any, case: Case) -> Any:
    page.goto(f"/my/{case.pk}/sheet/")
    page.wait_for_load_state("networkidle")
    return page.locator("[name=sources]")


def sources(case: Case) -> str:
    return Case.objects.get(pk=case.pk).sources


def test_words_written_without_a_line_are_kept_and_saved_when_it_returns(context: Any, case: Case) -> None:
    page = context.new_page()
    field = open_sheet(page, case)
    context.set_offline(True)
    field.fill(WORDS)
    page.get_by_text("暂时存不上").wait_for()
    page.get_by_role("button", name="保存并继续").tap()
    page.wait_for_timeout(500)
    assert (page.url.endswith("/sheet/"), field.input_value(), sources(case)) == (True, WORDS, "")
    context.set_offline(False)
    page.get_by_text("已保存").wait_for()
    assert sources(case) == WORDS


def test_words_of_a_page_that_was_closed_come_back(context: Any, case: Case) -> None:
    page = context.new_page()
    field = open_sheet(page, case)
    context.set_offline(True)
    field.fill(WORDS)
    page.get_by_text("暂时存不上").wait_for()
    page.close()
    context.set_offline(False)
    page = context.new_page()
    field = open_sheet(page, case)
    page.get_by_text("上次没来得及存到服务器的内容已经放回来了").wait_for()
    assert field.input_value() == WORDS
    page.get_by_text("已保存").wait_for()
    assert sources(case) == WORDS


def test_after_the_session_ended_a_login_on_another_page_is_enough(context: Any, live_server: Any, case: Case) -> None:
    page = context.new_page()
    field = open_sheet(page, case)
    context.clear_cookies(name="sessionid")
    field.fill(WORDS)
    page.get_by_text("登录已过期").wait_for()
    page.get_by_role("button", name="保存并继续").tap()
    assert page.get_by_role("link", name="另开一页登录").get_attribute("target") == "_blank"
    assert (page.url.endswith("/sheet/"), sources(case)) == (True, "")
    log_in(context, case, live_server.url, csrftoken=TOKEN)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.get_by_text("已保存").wait_for()
    assert sources(case) == WORDS
    page.get_by_role("button", name="保存并继续").tap()
    page.get_by_role("alert").or_(page.get_by_role("heading", name="案例介绍文档")).first.wait_for()
    assert "没有被接受" not in page.title()


def test_an_upload_that_broke_is_sent_again_by_itself_and_is_there_once(context: Any, case: Case) -> None:
    page = context.new_page()
    page.goto(f"/my/{case.pk}/materials/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("类别").select_option(label="研究交流")
    page.get_by_label("材料名称").fill("教研日现场")
    page.locator("input[type=file]").set_input_files(PICTURE)
    # The bytes arrive, the answer does not: the worst place for a line to break.
    page.route("**/materials/", lambda route: (route.fetch(max_redirects=0), route.abort()), times=1)
    page.get_by_role("button", name="上传", exact=True).tap()
    page.get_by_text("网络断了，没有传完").wait_for()
    page.get_by_role("listitem").filter(has_text="教研日现场").first.wait_for()
    assert case.files.count() == 1


def test_what_cannot_be_sent_is_said_before_it_is_sent(context: Any, case: Case) -> None:
    page = context.new_page()
    page.goto(f"/my/{case.pk}/document/")
    page.wait_for_load_state("networkidle")
    page.locator("input[type=file]").set_input_files(
        {"name": "定稿.doc", "mimeType": "application/msword", "buffer": b"x"}
    )
    page.get_by_text("请在 Word 或 WPS 中“另存为”.docx").wait_for()
    assert not case.documents.exists()


def test_an_author_is_added_without_losing_the_place(context: Any, case: Case) -> None:
    page = context.new_page()
    open_sheet(page, case).fill(WORDS)
    page.get_by_role("button", name="增加一位作者").tap()
    page.locator("[name=author-2-name]").wait_for()
    assert page.evaluate("document.activeElement.name") == "author-2-name"
    assert page.locator("[name=sources]").input_value() == WORDS
    page.locator("[name=author-2-name]").fill("莫清越")
    page.get_by_role("button", name="移除：第 1 作者").tap()
    page.locator("[name=author-2-name]").wait_for(state="detached")
    assert list(case.authors.values_list("name", flat=True)) == ["莫清越"]
