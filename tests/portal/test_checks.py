"""What `check --deploy` says to whoever installs the portal."""

from typing import Any

import pytest

from portal.checks import files_are_scanned


@pytest.mark.parametrize(
    ("production", "clamd", "found"),
    [(True, "", ["portal.W004"]), (True, "clamav", []), (True, "/run/clamd.ctl", []), (False, "", [])],
)
def test_production_without_a_scanner_is_told_so(settings: Any, production: bool, clamd: str, found: list[str]) -> None:
    settings.PRODUCTION, settings.CLAMD = production, clamd
    assert [one.id for one in files_are_scanned(None)] == found
