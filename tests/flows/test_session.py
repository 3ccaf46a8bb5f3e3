"""The page of somebody with a desk: it tells of a hand on it, warns before the session ends, keeps what was typed."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Session, User
from accounts.sessions import BEGUN, SessionStore
from tests.factories import make_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORDS = "各省请于十月底前完成推荐。"


@pytest.fixture
def staff() -> User:
    return make_centre()


@pytest.fixture
def desk(browser: Any, live_server: Any, staff: User) -> Iterator[Any]:
    """A window of the centre on a notice that is being written, with a clock to turn on."""
    client = Client()
    client.force_login(staff)
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page = context.new_page()
    page.clock.install()
    page.goto("/centre/notices/new/")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def unseen(minutes: int) -> None:
    """What the passing of time does on the server."""
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=minutes))


def seen_lately() -> bool:
    return timezone.now() - Session.objects.get(user__isnull=False).seen_at < timedelta(minutes=1)


def test_a_hand_on_the_page_is_told_and_no_more_than_once_in_four_minutes(desk: Any) -> None:
    unseen(10)
    told: list[str] = []
    desk.on("request", lambda request: told.append(request.url) if request.url.endswith("/accounts/here/") else None)
    desk.keyboard.press("Tab")
    assert not told  # the page was opened just now
    desk.clock.fast_forward("05:00")
    with desk.expect_response("**/accounts/here/") as answer:
        desk.keyboard.press("Tab")
    assert answer.value.ok and seen_lately()
    for _ in range(3):
        desk.keyboard.press("Tab")
    desk.wait_for_timeout(300)
    assert len(told) == 1


def test_a_page_nobody_touches_tells_nothing(desk: Any) -> None:
    unseen(10)
    desk.clock.fast_forward("20:00")
    desk.wait_for_timeout(300)
    assert not seen_lately()


def test_before_the_end_the_page_asks_and_an_answer_keeps_the_session(desk: Any) -> None:
    unseen(27)
    desk.clock.fast_forward("27:30")
    desk.get_by_role("heading", name="还在吗？").wait_for()
    with desk.expect_response("**/accounts/here/") as answer:
        desk.get_by_role("button", name="继续工作").click()
    assert answer.value.ok and seen_lately()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.clock.fast_forward("20:00")
    expect(desk.locator("dialog[open]")).to_have_count(0)


def test_after_the_end_what_was_typed_waits_on_this_device(desk: Any, live_server: Any, staff: User) -> None:
    desk.locator("textarea").first.fill(WORDS)
    unseen(40)
    desk.clock.fast_forward("31:00")
    desk.get_by_role("heading", name="登录已经结束").wait_for()
    desk.get_by_role("link", name="重新登录").click()
    desk.wait_for_url("**/accounts/login/?next=%2Fcentre%2Fnotices%2Fnew%2F")
    expect(desk.get_by_text("这次登录已经结束")).to_be_visible()
    client = Client()
    client.force_login(staff)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    desk.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    desk.goto("/centre/notices/new/")
    desk.get_by_role("button", name="用这份内容").click()
    expect(desk.locator("textarea").first).to_have_value(WORDS)


def test_eight_hours_are_announced_ten_minutes_before(desk: Any) -> None:
    store = SessionStore(Session.objects.get(user__isnull=False).session_key)
    store[BEGUN] = int(time.time() - timedelta(hours=7, minutes=49).total_seconds())
    store.save()
    desk.reload()
    desk.wait_for_load_state("networkidle")
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.clock.fast_forward("02:00")
    desk.get_by_role("heading", name="登录快满 8 小时").wait_for()
    desk.get_by_role("button", name="知道了").click()
    expect(desk.locator("dialog[open]")).to_have_count(0)
    desk.clock.fast_forward("09:30")
    desk.get_by_role("heading", name="登录已经结束").wait_for()
