"""Notices and events: written by the centre, read by everyone from their moment on (R16)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from kernel.models import AuditEntry
from publishing.actions.noticing import change_notice, delete_notice, post_notice
from publishing.models import Notice
from tests.factories import make_admin, make_centre

pytestmark = pytest.mark.django_db


def post(now: datetime, **values: Any) -> Notice:
    fields = {
        "kind": "notice",
        "title": "关于报送时间的说明",
        "body": "各位老师：\n\n请尽早报送。",
        "published_at": now,
    }
    return post_notice(actor=make_centre(), now=now, **{**fields, **values})


def test_a_notice_is_posted_changed_and_deleted_with_a_trail(now: datetime) -> None:
    actor = make_centre()
    one = post(now)
    change_notice(notice_id=one.pk, actor=actor, now=now, title="更正")
    one.refresh_from_db()
    assert one.title == "更正"
    delete_notice(notice_id=one.pk, actor=actor, now=now)
    assert not Notice.objects.exists()
    trail = AuditEntry.objects.filter(subject="publishing.notice", subject_id=str(one.pk)).values_list(
        "verb", flat=True
    )
    assert list(trail) == ["notice.post", "notice.change", "notice.delete"]


def test_a_notice_is_public_from_its_moment_on(client, now: datetime) -> None:  # type: ignore[no-untyped-def]
    shown, later = post(now - timedelta(hours=1)), post(now, title="明天才说", published_at=now + timedelta(days=1))
    page = client.get("/notices/").content.decode()
    assert shown.title in page
    assert "明天才说" not in page
    assert client.get(f"/notices/{shown.pk}/").status_code == 200
    assert client.get(f"/notices/{later.pk}/").status_code == 404


def test_a_notices_words_are_paragraphs_and_never_markup(client, now: datetime) -> None:  # type: ignore[no-untyped-def]
    one = post(now - timedelta(hours=1), body="第一段\n\n<script>alert(1)</script>")
    page = client.get(f"/notices/{one.pk}/").content.decode()
    assert "<p>第一段</p>" in page
    assert "<script>alert" not in page


def test_an_event_names_its_day_and_place(client, now: datetime) -> None:  # type: ignore[no-untyped-def]
    when = now + timedelta(days=9)
    one = post(now - timedelta(hours=1), kind="event", title="交流展示活动", event_at=when, place="武汉会议中心")
    for address in ("/notices/", f"/notices/{one.pk}/", "/"):
        page = client.get(address).content.decode()
        assert "武汉会议中心" in page, address


def test_the_centre_writes_a_notice_in_the_page(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make_centre())
    assert "还没有通知" in client.get("/centre/notices/").content.decode()
    values = {"kind": "notice", "title": "开始报送", "body": "现在开始。", "published_at": "2024-10-01T09:00"}
    client.post("/centre/notices/new/", values)
    one = Notice.objects.get()
    assert (one.title, one.published_at.astimezone().isoformat()[:4], one.event_at) == ("开始报送", "2024", None)
    assert "2024-10-01T09:00" in client.get(f"/centre/notices/{one.pk}/").content.decode()
    client.post(f"/centre/notices/{one.pk}/", {**values, "title": "报送开始"})
    one.refresh_from_db()
    assert one.title == "报送开始"
    assert client.post(f"/centre/notices/{one.pk}/delete/").status_code == 302
    assert not Notice.objects.exists()


def test_an_event_without_day_or_place_is_not_saved(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make_centre())
    values = {"kind": "event", "title": "活动", "body": "…", "published_at": "2024-10-01T09:00"}
    answer = client.post("/centre/notices/new/", values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写活动时间" in page
    assert "请填写活动地点" in page
    assert not Notice.objects.exists()


def test_notices_are_the_centres_to_write(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(make_admin())
    assert client.get("/centre/notices/").status_code == 403
    assert client.post("/centre/notices/new/", {}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/notices/", 4), ("/centre/notices/", 4)])
def test_lists_cost_the_same_for_one_and_for_three(
    address: str, queries: int, count: int, client, now: datetime, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for _ in range(count):
        post(now - timedelta(hours=1))
    if address.startswith("/centre"):
        client.force_login(make_centre())
    with django_assert_num_queries(queries):
        client.get(address)
