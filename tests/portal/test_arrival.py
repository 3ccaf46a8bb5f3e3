"""The moment by which a request is judged: its arrival at the outermost of our servers."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from kernel import clock
from portal.middleware import arrival


def held_back(settings: Any, *, nginx: bool, told: str | None) -> timedelta:
    """By how much the request's moment lies before now."""
    settings.X_ACCEL = nginx
    request: HttpRequest = RequestFactory().post("/", headers={} if told is None else {"X-Request-Age": told})
    now = clock.now()
    arrival(lambda request: HttpResponse())(request)
    return now - request.now  # type: ignore[attr-defined]


@pytest.mark.parametrize(("told", "seconds"), [("0.000", 0), ("2.500", 2.5), ("300", 300), ("99999", 300)])
def test_what_our_nginx_held_back_is_judged_by_when_it_came(told: str, seconds: float, settings: Any) -> None:
    found = held_back(settings, nginx=True, told=told)
    assert timedelta(0) <= timedelta(seconds=seconds) - found < timedelta(seconds=1)


@pytest.mark.parametrize("told", [None, "", "-5", "abc", "1e9", "٣", "1,5", "9" * 40])
def test_what_is_no_age_counts_for_nothing(told: str | None, settings: Any) -> None:
    assert timedelta(seconds=-1) < held_back(settings, nginx=True, told=told) <= timedelta(0)


def test_without_our_nginx_nobody_can_make_himself_earlier(settings: Any) -> None:
    assert timedelta(seconds=-1) < held_back(settings, nginx=False, told="3000") <= timedelta(0)
