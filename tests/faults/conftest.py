"""Fixtures of the faults: the portal's processes on the test's database, and figures told at the end."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from cases.models import Case
from tests.factories import make_call, make_case, make_user
from tests.faults.portal import Portal, cookies_of
from tests.faults.sender import Sender

FIGURES: list[str] = []


@pytest.fixture
def figure() -> Callable[[str], None]:
    """`figure("…")`: what was measured, told when all tests have run."""
    return FIGURES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("figures")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture
def portal(transactional_db: None, tmp_path: Path) -> Iterator[Portal]:
    made = Portal(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def new_case(transactional_db: None, now: datetime) -> Callable[[], Case]:
    """A draft in a call that is open, of an author of its own."""
    call = make_call(phase="submission", now=now)
    return lambda: make_case(call=call, author=make_user())


@pytest.fixture
def sender(portal: Portal) -> Callable[[Case], Sender]:
    return lambda case: Sender(portal.port, cookies_of(case.submitter))
