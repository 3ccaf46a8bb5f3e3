"""The demo's clock page."""

from typing import Any

import pytest

from kernel import clock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_the_ends_of_the_calendar_are_refused_and_the_portal_lives_on(moment: str, client: Any) -> None:
    page = client.post("/demo/clock/", {"moment": moment})
    assert "请选前后十年以内的时间" in page.content.decode()
    assert not clock.offset()
    assert client.get("/").status_code == 200
