"""A Redis that is stopped stops no login, and opens no door to guessing: the counters are rows of the database."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.actions.registering import confirm_email
from accounts.models import User
from demo.models import OutboxLetter
from tests.factories import make_user
from tests.faults.test_broker import Broker, broker  # noqa: F401

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

PASSWORD = "山里的孩子2024"


@pytest.fixture
def owner() -> User:
    user = make_user(email="wei@test.example", password=PASSWORD)
    confirm_email(user)
    return user


@pytest.fixture
def no_redis(broker: Broker, settings: Any) -> None:  # noqa: F811
    """Neither the broker nor the cache of pages answers any more."""
    settings.CACHES = {
        **settings.CACHES,
        "pages": {
            "BACKEND": "kernel.redis_cache.Cache",
            "LOCATION": broker.url,
            "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": None},
        },
    }
    broker.stop()


def log_in(browser: Client, password: str = PASSWORD) -> str:
    answer = browser.post("/accounts/login/", {"login": "wei@test.example", "password": password})
    return answer.headers.get("Location") or answer.content.decode()


def test_a_password_logs_in_while_redis_is_stopped(no_redis: None, owner: User) -> None:
    browser = Client()
    assert log_in(browser) == "/accounts/desk/"
    assert browser.get("/my/").status_code == 200


def test_a_code_logs_in_while_redis_is_stopped(no_redis: None, owner: User, do_jobs: Any) -> None:
    browser = Client()
    assert browser.post("/accounts/login/code/", {"email": owner.email}).status_code == 302
    do_jobs()  # the sweeper's work, once Redis is back
    code = re.search(r"\d{6}", OutboxLetter.objects.get().body)
    assert code
    assert browser.post("/accounts/login/code/confirm/", {"code": code[0]})["Location"] == "/accounts/desk/"


def test_guesses_are_counted_while_redis_is_stopped(no_redis: None, owner: User) -> None:
    said = [log_in(Client(REMOTE_ADDR=f"203.0.113.{n}"), f"guess-{n}-pass") for n in range(12)]
    assert sum("密码不正确" in words for words in said) == 6
