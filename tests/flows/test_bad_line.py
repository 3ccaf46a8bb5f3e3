"""An author on a bad line, in a real browser: the connection goes, the session ends, and nothing written is lost."""

from typing import Any

import pytest

from cases.models import Case
from tests.flows.phone import log_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORDS = "断网时写的一句话，不能丢。"
TOKEN = "a" * 32
"""A CSRF secret such as the next login gives."""


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
