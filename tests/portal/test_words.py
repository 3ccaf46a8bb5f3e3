"""How times, sizes and numbers read on a page (portal.jinja)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from jinja2 import TemplateNotFound

from portal import jinja

CLOSE = datetime(2026, 10, 15, 16, 0, tzinfo=UTC)  # 16 October 00:00 in Shanghai
NOON = datetime(2026, 10, 12, 6, 2, tzinfo=UTC)


def test_moments_read_in_the_time_of_shanghai() -> None:
    assert jinja.day(CLOSE) == "2026年10月16日"
    assert jinja.day(date(2026, 10, 16)) == "2026年10月16日"
    assert jinja.moment(NOON) == "10月12日 14:02"
    assert jinja.full_moment(NOON) == "2026年10月12日 14:02"
    assert jinja.iso(CLOSE) == "2026-10-16T00:00:00+08:00"


def test_a_half_open_window_ends_at_24_00_of_its_last_day() -> None:
    assert jinja.until(CLOSE) == "2026年10月15日 24:00"
    assert jinja.until(CLOSE, year=False) == "10月15日 24:00"
    assert jinja.until(CLOSE + timedelta(hours=18)) == "2026年10月16日 18:00"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=3, hours=9, minutes=58, seconds=59), "3 天 9 小时 58 分"),
        (timedelta(days=1), "1 天 0 小时 0 分"),
        (timedelta(minutes=61), "1 小时 1 分"),
        (timedelta(minutes=1), "1 分"),
        (timedelta(seconds=59), "不到 1 分"),
        (timedelta(0), "0 分"),
        (timedelta(days=-1), "0 分"),
    ],
)
def test_the_time_left(span: timedelta, words: str) -> None:
    assert jinja.left(CLOSE, CLOSE - span) == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 MB"), (1, "0.1 MB"), (100 * 1024**2, "100 MB"), (66_468_839, "63.4 MB")]
)
def test_sizes_are_in_mb_with_one_decimal(size: int, words: str) -> None:
    assert jinja.mb(size) == words


def test_a_link_keeps_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/", {"q": "研修", "page": "2"})
    assert QueryDict(jinja.query(request, page=3)[1:]).dict() == {"q": "研修", "page": "3"}
    assert QueryDict(jinja.query(request, page=None, q="a&b")[1:]).dict() == {"q": "a&b"}


def test_what_a_person_typed_is_escaped_in_components_and_drawings() -> None:
    env = engines["jinja2"].env
    text = env.from_string(
        "{{ ui.state(x) }}{{ ui.note(x, x) }}{{ seal('b', text='<&>b') }}{{ stack([], 1, css='', label=x) }}"
    )
    html = text.render(x="<script>")
    assert "<script" not in html
    assert ">&lt;</text>" in html


def test_a_component_nobody_wrote_is_named_in_the_error() -> None:
    with pytest.raises(TemplateNotFound, match=r"ui/nothing\.html"):
        engines["jinja2"].env.from_string("{{ ui.nothing() }}").render()
