"""The centre's desk: who may enter, what its pages do, and that they stay lean."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from kernel.models import AuditEntry, Job, JobState
from reviews import tasks
from reviews.models import Assignment, Decision, Draw, ScoreSheet
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(now: datetime) -> Any:
    return factories.make_call(phase="review", now=now, experts_per_case=1)


@pytest.fixture
def centre(client: Any) -> Any:
    client.user = factories.make_centre()
    client.force_login(client.user)
    return client


def scored(call: Any, now: datetime, **fields: Any) -> Any:
    case = factories.make_case(call=call, state="in_review")
    row = Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)
    values = {"vote": "typical", "total": 88, "submitted_at": now, "saved_at": now, **fields}
    ScoreSheet.objects.create(assignment=row, scores={"modes": 88}, **values)
    return case


def pages(call: Any, case: Any) -> list[str]:
    plain = ["home", "calls", "call_new", "cases", "assignment", "decisions", "jobs", "audit"]
    own = [reverse("centre_call", args=[call.slug]), reverse("centre_case", args=[case.pk])]
    return [reverse(f"centre_{name}") for name in plain] + own


@pytest.mark.parametrize("role", ["make_user", "make_admin", "expert"])
def test_only_the_centre_enters(client: Any, call: Any, role: str) -> None:
    user = factories.make_expert().user if role == "expert" else getattr(factories, role)()
    client.force_login(user)
    for address in pages(call, factories.make_case(call=call, state="in_review")):
        assert client.get(address).status_code == 403, address


def test_every_page_stands_with_cases_and_without(centre: Any, call: Any, now: datetime) -> None:
    empty = [reverse(f"centre_{name}") for name in ("home", "cases", "assignment", "decisions", "jobs", "audit")]
    for address in [*empty, *pages(call, scored(call, now))]:
        assert centre.get(address).status_code == 200, address


def test_pages_stand_before_there_is_any_call(centre: Any) -> None:
    for name in ("home", "calls", "call_new", "cases", "assignment", "decisions"):
        assert centre.get(reverse(f"centre_{name}")).status_code == 200, name


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("home", 16), ("calls", 5), ("cases", 8), ("assignment", 10), ("decisions", 12), ("jobs", 6), ("audit", 6)],
)
def test_lists_take_as_many_queries_however_long_they_are(
    centre: Any, call: Any, now: datetime, count: int, name: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        scored(call, now)
        Job.objects.create(kind="reviews.draw", queue="critical", state=JobState.FAILED)
    with django_assert_num_queries(queries):
        assert centre.get(reverse(f"centre_{name}")).status_code == 200


def test_a_draw_is_asked_for_watched_and_released(centre: Any, call: Any, do_jobs: Any) -> None:
    factories.make_case(call=call, state="in_review")
    factories.make_expert()
    address = reverse("centre_assignment")
    centre.post(f"{address}?call={call.slug}", {"act": "draw"})
    draw = Draw.objects.get()
    assert "data-poll" in centre.get(reverse("centre_draw_run", args=[draw.pk])).content.decode()
    tasks.draw(draw_id=draw.pk)
    fragment = centre.get(reverse("centre_draw_run", args=[draw.pk])).content.decode()
    assert "data-poll" not in fragment and "分配已完成" in fragment
    page = centre.post(f"{address}?call={call.slug}", {"act": "release"}, follow=True).content.decode()
    assert "已发放 1 项分配" in page
    assert Assignment.objects.get().released_at is not None


def test_one_case_is_decided_then_cleared(centre: Any, call: Any, now: datetime) -> None:
    case = scored(call, now)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    page = centre.post(address, {"one": f"{case.pk}:typical"}, follow=True).content.decode()
    assert "已评定为典型案例" in page
    assert Decision.objects.get().grade == "typical"
    centre.post(address, {"clear": case.pk})
    assert not Decision.objects.exists()


def test_marked_cases_are_decided_together(centre: Any, call: Any, now: datetime) -> None:
    good, doubted = scored(call, now), scored(call, now, doubts_originality=True)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    answer = centre.post(address, {"case": [good.pk, doubted.pk], "grade": "showcase"}, follow=True)
    page = answer.content.decode()
    assert "已将 1 件评定为展示案例" in page and "有 1 件没有评定" in page
    assert [row.case_id for row in Decision.objects.all()] == [good.pk]
    assert "请选择等次" in centre.post(address, {"case": [good.pk]}, follow=True).content.decode()
    assert "请先勾选" in centre.post(address, {"grade": "not"}, follow=True).content.decode()


def test_a_doubt_is_answered_for_beside_the_case(centre: Any, call: Any, now: datetime) -> None:
    case = scored(call, now, doubts_originality=True)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    values = {"one": f"{case.pk}:typical"}
    assert "请先核查" in centre.post(address, values, follow=True).content.decode()
    centre.post(address, {**values, f"note-{case.pk}": "已核查"})
    assert Decision.objects.get().note == "已核查"


def test_a_case_is_disqualified_with_a_reason(centre: Any, call: Any) -> None:
    case = factories.make_case(call=call, state="in_review")
    address = reverse("centre_case", args=[case.pk])
    refused = centre.post(address, {"act": "disqualify", "disqualify-reason": ""}).content.decode()
    assert "请写明原因" in refused
    centre.post(address, {"act": "disqualify", "disqualify-reason": "抄袭"})
    case.refresh_from_db()
    assert case.state == "disqualified"
    assert "已取消参加资格" in centre.get(address).content.decode()


def test_a_case_is_given_to_one_more_expert(centre: Any, call: Any) -> None:
    case, expert = factories.make_case(call=call, state="in_review"), factories.make_expert()
    address = reverse("centre_case", args=[case.pk])
    assert "请先选择一位专家" in centre.post(address, {"act": "give"}, follow=True).content.decode()
    centre.post(address, {"act": "give", "expert": expert.pk})
    assert Assignment.objects.get().expert == expert


def test_the_audit_trail_is_searched(centre: Any, call: Any, now: datetime) -> None:
    case = factories.make_case(call=call, state="in_review")
    centre.post(reverse("centre_case", args=[case.pk]), {"act": "disqualify", "disqualify-reason": "抄袭"})
    page = centre.get(reverse("centre_audit"), {"subject": case.number, "verb": "case."}).content.decode()
    assert "取消资格" in page and centre.user.name in page
    assert "没有符合条件的记录" in centre.get(reverse("centre_audit"), {"day": "1999-01-01"}).content.decode()
    assert "日期的写法" in centre.get(reverse("centre_audit"), {"day": "昨天"}).content.decode()


def test_a_failed_job_gets_another_try(centre: Any) -> None:
    job = Job.objects.create(kind="reviews.draw", queue="critical", state=JobState.FAILED, attempts=3)
    page = centre.post(reverse("centre_jobs"), {"job": job.pk}, follow=True).content.decode()
    assert "任务已重新开始" in page
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert AuditEntry.objects.filter(verb="job.retry", subject_id=str(job.pk)).exists()
    assert "没有失败" in centre.post(reverse("centre_jobs"), {"job": job.pk}, follow=True).content.decode()


def test_drafts_are_nobodys_business(centre: Any, call: Any) -> None:
    draft = factories.make_case(call=call)
    assert centre.get(reverse("centre_case", args=[draft.pk])).status_code == 404
    assert draft.title not in centre.get(reverse("centre_cases")).content.decode()
