"""The tour leaves nothing out: a new address without an entry in its tables fails here."""

from django.urls import get_resolver

from portal.checks import patterns
from tests.access_tables import GET, POST
from tests.shots.addresses import LEAD_ON, PAGES, PRINTED, STATES, STEPS, sorted_out
from tests.shots.plays import PLAYS


def test_every_address_is_a_page_a_step_a_file_or_leads_on() -> None:
    """Say in tests/shots/addresses.py what a new address is, and in samples.py which object a page is shown with."""
    names = {str(pattern.name) for _, pattern in patterns(get_resolver())}
    assert names - set(POST) == set(sorted_out())


def test_no_address_stands_in_two_tables() -> None:
    assert {name for name, count in sorted_out().items() if count > 1} == set()


def test_only_what_answers_a_get_is_a_page() -> None:
    assert set(PAGES) <= set(GET)
    assert set(GET) >= LEAD_ON


def test_states_prints_and_plays_are_of_pages_there_are() -> None:
    pages = {*PAGES, *STEPS}
    assert set(STATES) <= pages
    assert {name for name, _ in PRINTED} <= pages
    assert {play.name for play in PLAYS} <= pages
