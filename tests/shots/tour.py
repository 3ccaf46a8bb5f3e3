"""The tour through a house: which views there are, who opens each of them, and what was found."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from playwright.sync_api import Error, sync_playwright

from launcher.bootstrap import ROOT
from tests.access_tables import GET, SEEN
from tests.flows.house import House
from tests.shots.addresses import ANYONE, LOGINS, PAGES, PRINTED, STATES
from tests.shots.looking import Finding, Look, examine
from tests.shots.plays import PLAYS, Play

PASSWORD = "demo-2024-anli"
BROWSERS = 2
WINDOW = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class View:
    """One page in one state: who opens it where, and what is done there before it is looked at."""

    role: str
    name: str
    state: str
    path: str
    login: str = ""
    status: int = 200
    play: Play | None = None

    @property
    def key(self) -> str:
        return f"{self.role}-{self.name}-{self.state}"


@dataclass
class Guide:
    """What is known of a house before the tour: its views, the sessions of those who have no password, what lacks."""

    house: House
    views: list[View]
    lacking: list[str]
    options: dict[str, Any]
    """How its browsers are started."""
    cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def chosen(self, only: Iterable[str]) -> list[View]:
        return [view for view in self.views if not only or any(word in view.key for word in only)]


def _in_the_house(house: House, *arguments: str) -> str:
    """What tests/shots/samples.py prints when it is run in the house's environment."""
    command = [sys.executable, "-m", "tests.shots.samples", *arguments]
    asked = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True)
    if asked.returncode:
        raise AssertionError(f"no samples: {asked.stderr[-3000:]}")
    return asked.stdout


def clear_away(house: House) -> None:
    """Put away what the tour has furnished and a visitor would see."""
    _in_the_house(house, "--clear-away")


def guide_to(house: House, options: dict[str, Any]) -> Guide:
    """Ask the house's database for a thing for each page, and add the plays."""
    found = json.loads(_in_the_house(house))
    views = [View(**values) for values in found["views"]]
    by_state = {(view.name, view.state): view for view in views}
    for play in PLAYS:
        start = by_state.get((play.name, play.start))
        if start is not None:
            views.append(View(start.role, play.name, play.state, start.path, start.login, 200, play))
        elif play.name not in PAGES:
            views.append(View(play.role, play.name, play.state, "/", "", 200, play))
    shown = {(view.name, view.state) for view in views}
    lacking = set(found["lacking"])
    for name, more in STATES.items():
        lacking |= {f"{PAGES.get(name, ANYONE)}-{name}-{state}" for state in more if (name, state) not in shown}
    cookies = {
        label: [{"name": found["cookie"], "value": value, "url": house.address}]
        for label, value in found["sessions"].items()
    }
    return Guide(house, views, sorted(lacking), options, cookies)


class Visitors:
    """One browser with a profile for each who visits; used by one thread."""

    def __init__(self, browser: Any, guide: Guide) -> None:
        self.browser, self.guide = browser, guide
        self.contexts: dict[str, Any] = {}

    def page_of(self, login: str) -> Any:
        """A new page of whoever this is: nobody (""), an account of the demo, or a session that is given."""
        if login not in self.contexts:
            context = self._new_context()
            self.contexts[login] = context
            if login.startswith("#"):
                context.add_cookies(self.guide.cookies[login])
            elif login:
                self._log_in(login)
        return self.contexts[login].new_page()

    def _log_in(self, login: str) -> None:
        page = self.contexts[login].new_page()
        page.goto("/accounts/login/")
        page.get_by_label("手机号或电子邮箱").fill(f"{login}@demo.example")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        page.close()

    def visit(self, view: View, examined: Callable[[Look], None]) -> list[Finding]:
        """Open the view, let it be examined; trouble on the way is a finding, not an end of the tour."""
        # A play that logs in or signs up must not change who the others are.
        alone = view.play is not None and not view.login
        page = self._new_context().new_page() if alone else self.page_of(view.login)
        look = Look(page, view.key)
        try:
            with look.listening(status=view.status):
                page.goto(view.path)
                if view.play is not None:
                    view.play.perform(page)
                    if view.play.went_wrong(page):
                        look.find("error", "the state of an error shows no error")
                look.settle()
                examined(look)
        except (Error, AssertionError) as trouble:
            look.find("error", str(trouble).splitlines()[0])
        finally:
            if alone:
                page.context.close()
            else:
                page.close()
        return look.findings

    def _new_context(self) -> Any:
        context = self.browser.new_context(
            base_url=self.guide.house.address, locale="zh-CN", viewport=WINDOW, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        return context


Work = Callable[[Visitors, View], list[Finding]]
"""Opens one view and says what is wrong with it."""


def spread(guide: Guide, views: list[View], work: Work) -> list[Finding]:
    """Let some browsers work through the views; what they found, in the views' order."""
    waiting: Queue[View] = Queue()
    for view in views:
        waiting.put(view)
    findings: list[Finding] = []
    troubles: list[BaseException] = []

    def run() -> None:
        with sync_playwright() as playwright:
            visitors = Visitors(playwright.chromium.launch(**guide.options), guide)
            while not troubles:
                try:
                    view = waiting.get_nowait()
                except Empty:
                    return
                findings.extend(work(visitors, view))

    def guarded() -> None:
        try:
            run()
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=guarded) for _ in range(BROWSERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
    order = {view.key: place for place, view in enumerate(views)}
    return sorted(findings, key=lambda one: order.get(one.where, 0))


def photograph(folder: Path, *, axe: bool = True) -> Work:
    """The work of `make shots` on one view."""

    def work(visitors: Visitors, view: View) -> list[Finding]:
        printed = (view.name, view.state) in PRINTED
        return visitors.visit(view, lambda look: examine(look, folder, view.key, axe=axe, printed=printed))

    return work


def other_eyes(guide: Guide) -> list[View]:
    """Views of pages that a role sees otherwise than whose page it is; the same `main` needs no second picture."""
    more: list[View] = []
    usual = {
        view.name: view for view in guide.views if view.state in ("page", "full") and not view.login.startswith("#")
    }
    own = {role: "other_author" if role == "author" else role for role in LOGINS}
    with sync_playwright() as playwright:
        visitors = Visitors(playwright.chromium.launch(**guide.options), guide)
        for name, view in usual.items():
            plain = None
            for role, login in LOGINS.items():
                if role == view.role or GET[name][own[role]] != SEEN:
                    continue
                plain = plain or main_of(visitors, view.login, view.path)
                seen = main_of(visitors, login, view.path)
                if name == "home" or (seen and seen != plain):
                    more.append(View(role, name, "page", view.path, login))
    return more


def main_of(visitors: Visitors, login: str, path: str) -> str:
    """What stands in `main` of an address, without what is new each time; "" where somebody is not let in."""
    page = visitors.page_of(login)
    try:
        answer = page.context.request.get(path)
        if (
            answer.status != 200
            or answer.url.partition("?")[0] != visitors.guide.house.address + path.partition("?")[0]
        ):
            return ""
        page.set_content(answer.text(), wait_until="commit")
        return page.evaluate(
            """() => {
                const fleeting = '[name=csrfmiddlewaretoken], time, [data-until]';
                document.querySelectorAll(fleeting).forEach((one) => one.remove());
                return document.querySelector('main')?.innerHTML ?? '';
            }"""
        )
    finally:
        page.close()
