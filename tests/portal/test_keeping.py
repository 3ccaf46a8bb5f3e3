"""Pages kept for visitors who are nobody: nobody gets another's page, and what is taken back is gone at once."""

import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accounts.consents import Purpose
from calls.actions import save_call
from cases.actions.consenting import set_consent
from cases.models import Case
from kernel import keeping
from portal.checks import patterns
from portal.keeping import PAGES, Page
from publishing import figures
from publishing.actions.certifying import hide_selected
from publishing.actions.noticing import change_notice, delete_notice, post_notice
from publishing.models import Notice, SelectedCase
from reviews.actions.disqualifying import disqualify
from tests.factories import make_call, make_centre, make_user
from tests.publishing.published import publish

pytestmark = pytest.mark.django_db

REDIS = "kernel.redis_cache.Cache"


@pytest.fixture(autouse=True)
def kept(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """Pages are kept, as they are outside the tests; nothing is left of other tests."""
    use(settings, {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)})
    monkeypatch.setattr(keeping, "_silent_until", 0.0)
    for shelf in (figures.SHELF, PAGES):
        shelf.clear()
    yield
    for shelf in (figures.SHELF, PAGES):
        shelf.clear()


def use(settings: Any, pages: dict[str, Any]) -> None:
    settings.CACHES = {**settings.CACHES, "pages": pages}


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    """`with commit():` what is done inside is committed at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def cost(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def is_kept(client: Client, path: str, **headers: str) -> bool:
    """Whether the answer came from what is kept, or went there: such a page carries its fingerprint."""
    return "ETag" in client.get(path, headers=headers).headers


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def shown_case() -> Case:
    _, (case,) = publish("typical", title="云岭的集体备课")
    return case


# Who gets what


@pytest.mark.parametrize("path", ["/", "/gallery/", "/guide/", "/results/", "/notices/"])
def test_the_second_visitor_costs_no_query(path: str) -> None:
    shown_case()
    client = Client()
    if path == "/results/":
        path = client.get(path).headers["Location"]
    client.get(path)
    assert cost(Client(), path) == 0


def test_a_member_sees_their_own_frame_and_nobody_after_them_does() -> None:
    user = make_user("韦秋棠")
    member, visitor = Client(), Client()
    member.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    for path in ("/", "/gallery/"):
        assert "韦秋棠" in page(member, path)
        assert "韦秋棠" not in page(visitor, path)
        assert "韦秋棠" in page(member, path)
        assert "登录" in page(visitor, path)


def test_who_waits_for_a_message_gets_it_and_it_is_not_kept() -> None:
    visitor = Client()
    assert is_kept(visitor, "/")
    visitor.cookies["messages"] = "something"
    assert not is_kept(visitor, "/")


def test_a_session_that_is_over_still_asks() -> None:
    visitor = Client()
    assert is_kept(visitor, "/")
    visitor.cookies[django_settings.SESSION_COOKIE_NAME] = "long-over"
    assert not is_kept(visitor, "/")


def test_addresses_are_kept_apart_and_parameters_in_any_order_together() -> None:
    shown_case()
    assert "集体备课" in page(Client(), "/gallery/?type=school&grade=typical")
    assert cost(Client(), "/gallery/?grade=typical&type=school") == 0
    assert "没有找到" in page(Client(), "/gallery/?type=studio")
    assert not is_kept(Client(), "/gallery/?type=studio&unknown=1")
    assert not is_kept(Client(), "/gallery/?q=备课")


def test_a_page_of_another_host_is_another_page() -> None:
    # The case page names its own address in its quotation.
    case = shown_case()
    path = f"/gallery/{case.number}/"
    assert f"http://testserver{path}" in page(Client(), path)
    assert f"http://localhost{path}" in Client().get(path, headers={"host": "localhost"}).content.decode()


def test_an_answer_that_is_still_the_same_is_not_sent_again() -> None:
    first = Client().get("/")
    assert first.headers["Cache-Control"] == "no-cache"
    again = Client().get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_no_kept_page_sets_a_cookie_or_holds_a_token() -> None:
    case = shown_case()
    by = make_centre()
    notice = Notice.objects.create(title="征集通知", body="。", published_at=case.call.published_at, by=by)
    arguments = {
        "gallery_case": [case.number], "results_call": [case.call.slug], "guide_type": ["school"],
        "notice": [notice.pk],
    }  # fmt: skip
    kept_names = {p.name for _, p in patterns(get_resolver()) if getattr(p.callback, "cached_for", 0)}
    assert {"home", "gallery", "gallery_case"} <= kept_names
    for name in kept_names:
        answer = Client().get(reverse(name, args=arguments.get(name, [])))
        assert answer.status_code in (200, 302), name
        assert not answer.cookies, name
        assert b"csrfmiddlewaretoken" not in answer.content, name


def test_a_page_that_is_not_declared_is_not_kept() -> None:
    for path in ("/accounts/login/", "/help/", "/nowhere/"):
        assert not is_kept(Client(), path)


# What ends it


def test_a_consent_that_is_withdrawn_takes_the_case_out_of_every_kept_page(commit: Any, now: datetime) -> None:
    case = shown_case()
    paths = ["/", "/gallery/", f"/gallery/{case.number}/"]
    for path in paths:
        assert case.title in page(Client(), path)
    with commit():
        set_consent(purpose=Purpose.PUBLISHING, case_id=case.pk, given=False, actor=case.submitter, now=now)
    for path in paths:
        assert case.title not in page(Client(), path)
    with commit():
        set_consent(purpose=Purpose.PUBLISHING, case_id=case.pk, given=True, actor=case.submitter, now=now)
    for path in paths:
        assert case.title in page(Client(), path)


def test_what_the_centre_hides_or_disqualifies_is_gone_at_once(commit: Any, now: datetime) -> None:
    _, cases = publish("typical", "showcase")
    centre = make_centre()
    for number, act in enumerate((hide_selected, disqualify)):
        case = cases[number]
        assert case.number in page(Client(), "/gallery/")
        with commit():
            act(case_id=case.pk, reason="核查后撤下", actor=centre, now=now)
        assert f"/gallery/{case.number}/" not in page(Client(), "/gallery/")
        assert Client().get(f"/gallery/{case.number}/").status_code == 404


def test_notices_come_change_and_go_at_once(commit: Any, now: datetime) -> None:
    centre = make_centre()
    assert "征集通知" not in page(Client(), "/")
    with commit():
        notice = post_notice(actor=centre, now=now, title="征集通知", body="请报送。", published_at=now)
    assert "征集通知" in page(Client(), "/")
    with commit():
        change_notice(notice_id=notice.pk, actor=centre, now=now, title="更正通知")
    assert "更正通知" in page(Client(), "/")
    with commit():
        delete_notice(notice_id=notice.pk, actor=centre, now=now)
    assert "更正通知" not in page(Client(), "/")


def test_a_call_that_is_changed_is_changed_on_the_front_page(commit: Any, now: datetime) -> None:
    call = make_call(phase="upcoming", now=now)
    page(Client(), "/")
    fields = ("submission_opens_at", "submission_closes_at", "recommendation_opens_at", "recommendation_closes_at",
              "scoring_closes_at", "results_due_at")  # fmt: skip
    values = {name: getattr(call, name) for name in fields} | {"hotline": "010-12345678"}
    with commit():
        save_call(call_id=call.pk, values=values, actor=make_centre(), now=now)
    assert "010-12345678" in page(Client(), "/")


def test_what_is_rolled_back_ends_nothing(commit: Any) -> None:
    page(Client(), "/")
    mark = keeping.mark()
    with commit():
        pass
    assert keeping.mark() == mark


def test_results_appear_the_moment_they_are_published(commit: Any) -> None:
    assert "还没有公开展示的案例" in page(Client(), "/gallery/")
    with commit():
        case = shown_case()
    assert case.title in page(Client(), "/gallery/")


def test_the_clock_of_the_demo_has_pages_of_its_own(travel: Any, now: datetime) -> None:
    call = make_call(phase="upcoming", now=now)
    assert "开始报送" in page(Client(), "/")
    travel(call.submission_opens_at + timedelta(hours=1))
    assert "正在进行" in page(Client(), "/")
    travel(now)
    assert "正在进行。请作者" not in page(Client(), "/")


def test_a_page_holds_until_the_next_moment_and_no_longer(now: datetime) -> None:
    call = make_call(phase="upcoming", now=now)
    moment = figures.next_moment("a mark", now)
    assert moment is not None
    assert now < moment <= call.submission_opens_at
    kept_page = Page(moment, (), b"", "")
    assert kept_page.holds(moment - timedelta(seconds=1))
    assert not kept_page.holds(moment)


# Redis is away


def test_without_redis_every_page_is_made(settings: Any, unused_port: int) -> None:
    use(settings, {"BACKEND": REDIS, "LOCATION": f"redis://127.0.0.1:{unused_port}/0"})
    case = shown_case()
    assert case.title in page(Client(), "/gallery/")
    assert cost(Client(), "/gallery/") > 0
    SelectedCase.objects.update(title="改过的名称")
    assert "改过的名称" in page(Client(), "/gallery/")


def test_a_redis_that_hangs_holds_up_one_request_and_not_the_next(settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        options = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": None}
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        use(settings, {"BACKEND": REDIS, "LOCATION": address, "OPTIONS": options})
        begun = time.monotonic()
        assert Client().get("/").status_code == 200
        first = time.monotonic()
        assert Client().get("/").status_code == 200
        assert first - begun < 3
        assert time.monotonic() < keeping._silent_until
        assert time.monotonic() - first < 1


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
