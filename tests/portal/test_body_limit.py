"""A request larger than the portal reads at all gets the page of 413."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("times", [1, 5], ids=["read to its end and thrown away", "not read at all"])
def test_a_body_over_the_limit_gets_the_page_of_413(times: int, client: Client, settings: Any) -> None:
    settings.REQUEST_BODY_LIMIT = 1000
    answer = client.post("/healthz", b"x" * (1000 * times + 1), content_type="application/octet-stream")
    assert answer.status_code == 413
    assert "文件太大了，没有收下" in answer.content.decode()
    assert "Content-Security-Policy" in answer


def test_a_body_within_the_limit_is_let_through(client: Client, settings: Any) -> None:
    settings.REQUEST_BODY_LIMIT = 1000
    assert client.post("/healthz", b"x" * 1000, content_type="application/octet-stream").status_code == 200


def test_a_length_that_is_no_number_is_left_to_the_server(client: Client) -> None:
    assert client.get("/healthz", CONTENT_LENGTH="many").status_code == 200
