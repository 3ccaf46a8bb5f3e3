"""A request larger than its address takes gets the page of 413."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal import limits, middleware


@pytest.fixture
def small(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "ELSEWHERE", 1000)
    monkeypatch.setattr(middleware, "DRAINED", 4000)


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 5], ids=["read to its end and thrown away", "not read at all"])
def test_a_body_over_the_limit_gets_the_page_of_413(times: int, client: Client, small: None) -> None:
    answer = client.post("/healthz", b"x" * (1000 * times + 1), content_type="application/octet-stream")
    assert answer.status_code == 413
    assert "文件太大了，没有收下" in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.django_db
def test_a_body_within_the_limit_is_let_through(client: Client, small: None) -> None:
    assert client.post("/healthz", b"x" * 1000, content_type="application/octet-stream").status_code == 200


@pytest.mark.django_db
def test_a_length_that_is_no_number_is_left_to_the_server(client: Client) -> None:
    assert client.get("/healthz", CONTENT_LENGTH="many").status_code == 200


@pytest.mark.parametrize(
    ("name", "args"),
    [("my_document", [7]), ("my_materials", [7]), ("my_material", [7, 8])],
    ids=lambda value: str(value),
)
def test_forms_with_a_file_take_a_whole_allowance(name: str, args: list[int]) -> None:
    assert limits.limit_for(reverse(name, args=args)) == 101 * 1024 * 1024


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/part/0f8fad5b-d9cb-469f-a165-70867728950e/12", 16 * 1024 * 1024),
        ("/api/uploads", 1024 * 1024),
        ("/", 1024 * 1024),
        ("/my/7/sheet/", 1024 * 1024),
        ("/my/7/form/", 6 * 1024 * 1024),
        ("/centre/provinces/forms/", 32 * 1024 * 1024),
        ("/my/7/materials/8/9/", 1024 * 1024),
        ("/x/my/7/document/", 1024 * 1024),
    ],
)
def test_a_part_is_small_and_a_form_of_words_smaller(path: str, limit: int) -> None:
    assert limits.limit_for(path) == limit


@given(st.text(max_size=60))
def test_no_path_is_without_a_limit(path: str) -> None:
    assert limits.limit_for(path) in {limits.ELSEWHERE, *(limit for _, limit in limits.ROUTES)}


def test_patterns_mean_the_same_to_python_and_to_nginx() -> None:
    """`\\d` would be other people's digits too in Python alone, and so on."""
    for pattern, _ in limits.ROUTES:
        assert re.fullmatch(r"\^[a-z0-9/()?+\[\]-]+\$?", pattern)
