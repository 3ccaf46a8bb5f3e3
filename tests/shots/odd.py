"""Views that need the house in an unusual state: error pages, and each phase of a call by the demo's clock."""

import http.cookiejar
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.flows.house import House
from tests.shots.addresses import ANYONE, AUTHOR, CENTRE, LOGINS, PROVINCE
from tests.shots.looking import Finding
from tests.shots.plays import Play
from tests.shots.tour import Guide, View, Work, clear_away, spread

TOO_LARGE = 103 * 1024 * 1024
CLOSED = 2
"""The place, among the moments the clock offers, of the first after hand-in."""

PHASED = (
    (ANYONE, "home", "/"),
    (AUTHOR, "my_cases", "/my/"),
    (AUTHOR, "my_new", "/my/new/"),
    (PROVINCE, "screening_home", "/screening/?call=2026"),
    (PROVINCE, "screening_recommendations", "/screening/recommendations/?call=2026"),
    (CENTRE, "centre_home", "/centre/?call=2026"),
)


def _without_its_token(page: Any) -> None:
    page.locator("main [name=login]").fill("teacher@demo.example")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _send_too_much(page: Any) -> None:
    """A form without script, with a file larger than the portal reads."""
    with page.expect_navigation(timeout=60_000):
        page.evaluate(
            """(size) => {
                const form = document.createElement('form');
                Object.assign(form, { method: 'post', enctype: 'multipart/form-data', action: '/activate/' });
                const input = document.createElement('input');
                Object.assign(input, { type: 'file', name: 'file' });
                const files = new DataTransfer();
                files.items.add(new File([new ArrayBuffer(size)], 'film.mp4'));
                form.append(input);
                document.body.append(form);
                input.files = files.files;
                form.submit();
            }""",
            TOO_LARGE,
        )


def error_views() -> list[View]:
    """Refusals a visitor may meet on a house that is well."""
    return [
        View(ANYONE, "error", "404", "/nowhere/", status=404),
        View(CENTRE, "error", "404", "/centre/nowhere/", LOGINS[CENTRE], 404),
        View(ANYONE, "error", "400", "/?q=%00", status=400),
        View(AUTHOR, "error", "403", "/centre/", LOGINS[AUTHOR], 403),
        View(ANYONE, "error", "403-token", "/accounts/login/", "", 403, Play("error", "403", by=_without_its_token)),
        View(ANYONE, "error", "413", "/accounts/login/", "", 413, Play("error", "413", by=_send_too_much)),
    ]


@contextmanager
def annex(house: House, **environment: str) -> Iterator[House]:
    """A second web process beside the house, told something else of its surroundings."""
    other = House(house.folder)
    other.environment = house.environment | {"BASE_URL": other.address, "PORT": str(other.port)} | environment
    try:
        other.start_process("web")
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{other.address}/healthz", timeout=5)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield other
    finally:
        other.stop()


def broken_views(guide: Guide, work: Work, only: list[str]) -> list[Finding]:
    """The pages of last resort: 503 where the database is away, 500 where it is not the portal's."""
    address = urlsplit(guide.house.environment["DATABASE_URL"])
    away = address._replace(netloc="portal_app:none@127.0.0.1:9").geturl()
    strange = address._replace(path="/postgres").geturl()
    found: list[Finding] = []
    for status, database in ((503, away), (500, strange)):
        view = View(ANYONE, "error", str(status), "", status=status)
        if only and not any(word in view.key for word in only):
            continue
        guide.views.append(view)
        with annex(guide.house, DATABASE_URL=database) as other:
            there = View(ANYONE, "error", str(status), f"{other.address}/", status=status)
            found += spread(guide, [there], work)
    return found


def phases(guide: Guide, work: Work, only: list[str]) -> list[Finding]:
    """What differs from phase to phase, with the demo's clock set to each of them and back again.

    The last thing a tour does: what is done at the end of a phase stays done.
    """

    def wanted(view: View) -> bool:
        return not only or any(word in view.key for word in only)

    def at(state: str, rows: Iterable[tuple[str, str, str]]) -> list[Finding]:
        views = [View(role, name, state, path, LOGINS.get(role, "")) for role, name, path in rows]
        guide.views += (views := [view for view in views if wanted(view)])
        return spread(guide, views, work)

    found: list[Finding] = []
    states = ("phase-upcoming", *(f"phase-{number}" for number in range(1, 9)))
    if not any(wanted(View(role, name, state, path)) for role, name, path in PHASED for state in states):
        return found
    with _clock(guide) as moments:
        for number, set_to in enumerate(moments, 1):
            set_to()
            if number == CLOSED:
                # The call of the tour's own is the next to open now: home speaks of it until it is put away.
                found += at("phase-upcoming", PHASED[:1])
                clear_away(guide.house)
            found += at(f"phase-{number}", PHASED)
    return found


@contextmanager
def _clock(guide: Guide) -> Iterator[list[Callable[[], None]]]:
    """One function for each moment the demo's clock offers; at the end it shows the true time again."""
    visits = _ClockPage(guide.house.address)
    try:
        yield [lambda at=at: visits.set(at) for at in visits.moments()]  # type: ignore[misc]
    finally:
        visits.set("")


class _ClockPage:
    """The page of the demo's clock, used as a form without a browser."""

    def __init__(self, address: str) -> None:
        self.address = f"{address}/demo/clock/"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def read(self) -> str:
        return self.opener.open(self.address, timeout=30).read().decode()

    def moments(self) -> list[str]:
        return re.findall(r'name="moment" value="([^"]+)"', self.read().partition("<ul")[2])

    def set(self, moment: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read())
        assert token
        data = urlencode({"csrfmiddlewaretoken": token[1], "moment": moment}).encode()
        self.opener.open(urllib.request.Request(self.address, data, {"Referer": self.address}), timeout=30)
