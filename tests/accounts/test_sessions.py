"""A session of staff ends after half an hour without a hand on it and after eight hours in any case."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.registering import confirm_email
from accounts.models import Session, User
from accounts.policy import IDLE, LONGEST, session_ended
from accounts.sessions import BEGUN, SessionStore
from tests.factories import make_admin, make_centre, make_expert, make_user

NOON = datetime(2026, 10, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("begun", "seen", "over"),
    [
        (0 * MINUTE, 0 * MINUTE, False),
        (0 * MINUTE, 29 * MINUTE, False),
        (0 * MINUTE, 30 * MINUTE, True),
        (479 * MINUTE, 0 * MINUTE, False),
        (480 * MINUTE, 0 * MINUTE, True),
    ],
)
def test_a_session_ends_by_the_hand_and_by_the_clock(begun: timedelta, seen: timedelta, over: bool) -> None:
    assert session_ended(begun=NOON - begun, seen=NOON - seen, now=NOON) is over


def age(browser: Client, *, seen: timedelta = timedelta(), begun: timedelta = timedelta()) -> None:
    """Let time pass for the browser's session."""
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    store = SessionStore(key)
    store[BEGUN] = int(time.time() - begun.total_seconds())
    store.save()
    Session.objects.filter(session_key=key).update(seen_at=timezone.now() - seen)


def inside(browser: Client) -> bool:
    return browser.get("/my/messages/").status_code == 200


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


STAFF_MAKERS = (make_admin, make_centre, lambda: make_expert().user)


@pytest.mark.django_db
@pytest.mark.parametrize("make", STAFF_MAKERS)
def test_staff_are_logged_out_after_half_an_hour_and_told_why(make: Any) -> None:
    browser = browser_of(make())
    age(browser, seen=IDLE - MINUTE)
    assert inside(browser)
    age(browser, seen=IDLE)
    assert not inside(browser)
    assert "这次登录已经结束" in browser.get("/accounts/login/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("make", STAFF_MAKERS)
def test_staff_are_logged_out_after_eight_hours_however_busy(make: Any) -> None:
    browser = browser_of(make())
    age(browser, begun=LONGEST - MINUTE)
    assert inside(browser)
    age(browser, begun=LONGEST)
    assert not inside(browser)
    assert Session.objects.filter(user__isnull=False).count() == 0


@pytest.mark.django_db
def test_authors_stay_logged_in() -> None:
    browser = browser_of(make_user())
    age(browser, seen=timedelta(days=1), begun=timedelta(days=2))
    assert inside(browser)


@pytest.mark.django_db
def test_a_request_is_a_hand_on_the_session_but_a_page_that_asks_by_itself_is_none() -> None:
    browser = browser_of(make_centre())
    for headers, kept in (({"X-Fragment": "1"}, False), ({}, True)):
        age(browser, seen=20 * MINUTE)
        browser.get("/centre/jobs/", headers=headers)
        seen = Session.objects.get(user__isnull=False).seen_at
        assert (timezone.now() - seen < MINUTE) is kept


@pytest.mark.django_db
def test_being_seen_is_written_down_once_a_minute() -> None:
    browser = browser_of(make_user())
    inside(browser)
    age(browser, seen=2 * MINUTE)
    costs = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            inside(browser)
        costs.append(len(queries))
    assert costs == [costs[1] + 1, costs[1], costs[1]]


@pytest.mark.django_db
def test_a_login_gets_a_session_of_its_own_number() -> None:
    user = make_user(password="山里的孩子2024")
    confirm_email(user)
    browser = Client()
    browser.post("/accounts/signup/", {})
    browser.post("/accounts/login/code/", {"email": user.email})
    browser.get("/accounts/login/?again")
    before = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/accounts/login/", {"login": user.email, "password": "山里的孩子2024"})
    assert inside(browser)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.django_db
def test_logging_out_leaves_nothing_to_come_back_with() -> None:
    browser = browser_of(make_user())
    stolen = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert not inside(thief)
