"""Error pages: each its own words, and the last ones stand when everything else has fallen."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from portal import views
from tests.factories import make_user


def raised(error: Exception) -> Any:
    try:
        raise error
    except Exception:
        return views.broken(RequestFactory().get("/"))


def test_a_mistake_of_ours_is_a_500_that_asks_nothing_of_the_database() -> None:
    answer = raised(ValueError("ours"))
    assert answer.status_code == 500
    assert "教师研修应用案例" in answer.content.decode()


def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back() -> None:
    answer = raised(OperationalError("gone"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "请过几分钟再打开" in answer.content.decode()


@pytest.mark.django_db
def test_unknown_and_forbidden_addresses_have_pages_of_their_own(client: Client) -> None:
    assert client.get("/nowhere/").status_code == 404
    client.force_login(make_user())
    answer = client.get("/centre/")
    assert answer.status_code == 403
    assert "这个页面不对当前账号开放" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
