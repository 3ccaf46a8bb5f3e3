"""Pictures that arrive late push nothing away: neither what is being read nor what has the focus (WCAG 2.4.11)."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.flows.hands import Hands

HEIGHT = "(document.getElementById('reader') ?? document.querySelector('main')).scrollHeight"
HURRY = "[...document.images].forEach((image) => { image.loading = 'eager'; })"
ARRIVED = "Promise.all([...document.images].map((image) => image.decode()))"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("login", "pile", "links"),
    [
        ("expert2", "/experts/?show=open", "main a[href^='/experts/']"),
        ("province", "/screening/cases/", ".pick a"),
        ("", "/gallery/", ".books a[href^='/gallery/']"),
    ],
)
def test_a_page_is_as_high_before_its_pictures_as_with_them(
    login: str, pile: str, links: str, visitor: Callable[..., Any]
) -> None:
    page = visitor(viewport={"width": 1440, "height": 900})
    if login:
        Hands(page).log_in(login)
    page.goto(pile)
    address = page.locator(links).filter(has_not_text="全部").nth(2).get_attribute("href")
    held: list[Any] = []
    page.route("**/files/**", lambda route: held.append(route))
    page.goto(address, wait_until="domcontentloaded")
    page.evaluate(HURRY)
    page.wait_for_timeout(300)
    before = page.evaluate(HEIGHT)
    assert held, "a page without pictures shows nothing"
    page.unroute_all(behavior="ignoreErrors")  # lets them through
    page.evaluate(ARRIVED)
    assert abs(page.evaluate(HEIGHT) - before) <= len(held), "more than the rounding of each picture"
