"""Fixtures of the whole stories: a portal of processes, a real browser, and one visitor a role."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from cases.models import Case
from launcher.bootstrap import FULL_PATH
from tests.factories import make_call, make_case, make_user
from tests.flows.browser import CHROMIUM_FLAGS
from tests.flows.house import House
from tests.flows.phone import log_in

PATIENCE = 30_000
"""Milliseconds for anything to be shown: what comes late on a loaded machine is no fault."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """Debian's chromium; without it these tests are skipped, before a portal is started for them."""
    path = os.environ.get("CHROMIUM")
    if not path:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        expect.set_options(timeout=PATIENCE)  # five seconds otherwise, which a loaded machine needs for one page
        # The driver runs an event loop in this thread; the database is asked from it all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # Debian's chromium is a shell script that looks for grep and others.
        environment = {**os.environ, "PATH": FULL_PATH}
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS, env=environment)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def house(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One filled demo for all flows; only the last file by name, the story, moves its clock."""
    house = House(tmp_path_factory.mktemp("house"))
    try:
        house.start()
        yield house
    finally:
        house.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A story that failed shows what each visitor saw last."""
    report = yield
    if report.when == "call" and report.failed:
        for page in getattr(item, "pages", []):
            report.sections.append((page.url, page.locator("body").inner_text()[:2000]))
    return report


@pytest.fixture
def visitor(browser: Any, house: House, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """`visitor()`: a page of a fresh browser profile. Any script error or CSP report fails the test."""
    contexts, troubles = [], []
    request.node.pages = []

    def enter(**options: Any) -> Any:
        context = browser.new_context(base_url=house.address, locale="zh-CN", accept_downloads=True, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        request.node.pages.append(page)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def case(now: datetime) -> Case:
    return make_case(call=make_call(phase="submission", now=now), author=make_user(mobile="13812345678"))


@pytest.fixture
def context(browser: Any, live_server: Any, case: Case) -> Iterator[Any]:
    """A telephone whose owner has logged in; any script error fails the test."""
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    log_in(context, case, live_server.url)
    troubles: list[str] = []
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    yield context
    context.close()
    assert troubles == []
