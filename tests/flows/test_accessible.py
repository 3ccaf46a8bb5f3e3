"""Every page of each role on the filled demo: axe-core finds nothing grave, nothing sticks out of a narrow window.

`make shots` looks at every state of every page as well; this is its short form for `make test`.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from launcher.bootstrap import FULL_PATH
from tests.flows.browser import CHROMIUM_FLAGS
from tests.flows.house import House
from tests.shots.addresses import ANYONE, LOGINS, PAGES, STATES
from tests.shots.looking import NARROW, Finding, Look
from tests.shots.tour import Guide, View, Visitors, clear_away, guide_to, spread

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def guide(house: House) -> Iterator[Guide]:
    options = {
        "executable_path": os.environ["CHROMIUM"],
        "args": CHROMIUM_FLAGS,
        "env": {**os.environ, "PATH": FULL_PATH},
    }
    yield guide_to(house, options)
    # The story that comes later moves the clock by the moments of the call the portal speaks of.
    clear_away(house)


def fullest(guide: Guide, role: str) -> list[View]:
    """One view of each page of the role: with the most there is to show."""
    order = ("full", "page")
    found: dict[str, View] = {}
    for view in guide.views:
        if view.role == role and view.play is None and view.status == 200:
            rank = order.index(view.state) if view.state in order else len(order)
            kept = found.get(view.name)
            if kept is None or rank < (order.index(kept.state) if kept.state in order else len(order)):
                found[view.name] = view
    return list(found.values())


def test_the_demo_has_something_for_every_page(guide: Guide) -> None:
    shown = {view.name for view in guide.views}
    assert set(PAGES) <= shown
    assert guide.lacking == [], "a state of a page has no sample in the demo"
    assert set(STATES) <= shown


@pytest.mark.parametrize("role", [ANYONE, *LOGINS])
def test_every_page_of_a_role_is_sound(role: str, guide: Guide) -> None:
    def examined(look: Look) -> None:
        look.broken_pictures()
        look.axe("1440 px")
        look.resize(*NARROW)
        look.overflow(f"{NARROW[0]} px")

    def work(visitors: Visitors, view: View) -> list[Finding]:
        return visitors.visit(view, examined)

    views = fullest(guide, role)
    assert len(views) >= sum(owner == role for owner in PAGES.values()) - 1  # nobody may be done with their pile
    found: list[Any] = spread(guide, views, work)
    assert [str(one) for one in found] == []
