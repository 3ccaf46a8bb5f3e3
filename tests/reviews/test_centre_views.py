"""The centre's desk: who may enter, what its pages do, and that they stay lean."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from kernel import audit
from kernel.letters import tell
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


def test_the_overview_says_how_many_messages_are_unread(centre: Any, call: Any, now: datetime) -> None:
    for n in range(2):
        tell(user=centre.user, text=f"请复核 {n}", now=now)
    assert "2 条没有读的消息" in centre.get(reverse("centre_home")).content.decode()


def test_pages_stand_before_there_is_any_call(centre: Any) -> None:
    for name in ("home", "calls", "call_new", "cases", "assignment", "decisions"):
        assert centre.get(reverse(f"centre_{name}")).status_code == 200, name


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("home", 11), ("calls", 3), ("cases", 6), ("assignment", 11), ("decisions", 6), ("jobs", 7), ("audit", 11)],
)
def test_lists_take_as_many_queries_however_long_they_are(
    centre: Any, call: Any, now: datetime, count: int, name: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        case = scored(call, now)
        Job.objects.create(kind="reviews.draw", queue="critical", state=JobState.FAILED)
        audit.record(verb="case.open", subject=case, actor=centre.user, now=now, province_code=case.province.code)
    # Tests on real transactions leave their entries in the trail: only ours must be read.
    User.objects.filter(pk=centre.user.pk).update(name="邬听雨")
    wanted = {"subject": "邬听雨"} if name == "audit" else {}
    with django_assert_num_queries(queries):
        assert centre.get(reverse(f"centre_{name}"), wanted).status_code == 200


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
    assert "撤销评定" in page
    assert Decision.objects.get().grade == "typical"
    centre.post(address, {"clear": case.pk})
    assert not Decision.objects.exists()


def test_marked_cases_are_decided_together(centre: Any, call: Any, now: datetime) -> None:
    good, doubted = scored(call, now), scored(call, now, doubts_originality=True)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    values = {"case": [good.pk, doubted.pk], "grade": "showcase", "sure": "1"}
    page = centre.post(address, values, follow=True).content.decode()
    assert "已将 1 件评定为展示案例" in page and "有 1 件没有评定" in page
    assert [row.case_id for row in Decision.objects.all()] == [good.pk]
    assert "请选择等次" in centre.post(address, {"case": [good.pk]}, follow=True).content.decode()
    assert "请先勾选" in centre.post(address, {"grade": "not"}, follow=True).content.decode()


def test_a_decision_over_many_is_shown_before_it_is_made(centre: Any, call: Any, now: datetime) -> None:
    good, doubted = scored(call, now), scored(call, now, doubts_originality=True)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    page = centre.post(address, {"case": [good.pk, doubted.pk], "grade": "showcase"}).content.decode()
    assert "还没有改动" in page and "评为展示案例 1 件" in page and "请先核查" in page
    assert f'name="case" value="{good.pk}"' in page and f'name="case" value="{doubted.pk}"' not in page
    assert not Decision.objects.exists()


def test_the_cases_between_two_places_are_decided_together(centre: Any, call: Any, now: datetime) -> None:
    cases = [scored(call, now, total=total) for total in (70, 90, 80)]
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    page = centre.post(address, {"first": "1", "last": "2", "grade": "typical"}).content.decode()
    shown = [case.pk for case in cases if f'name="case" value="{case.pk}"' in page]
    assert shown == [cases[1].pk, cases[2].pk]
    assert "平均分 80.00 至 90.00" in page
    empty = centre.post(address, {"first": "7", "last": "9", "grade": "typical"}).content.decode()
    assert "这一段名次里没有案例" in empty


def test_places_hold_whatever_else_is_filtered(centre: Any, call: Any, now: datetime) -> None:
    scored(call, now, total=90)
    second = scored(call, now, total=80)
    page = centre.get(reverse("centre_decisions"), {"call": call.slug, "q": second.number}).content.decode()
    assert '<td class="n" data-label="名次">2</td>' in page


def test_cases_the_experts_disagree_about_come_first(centre: Any, call: Any, now: datetime) -> None:
    agreed, split = scored(call, now, total=95), scored(call, now, total=60)
    for case, total in ((agreed, 94), (split, 90)):
        row = Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)
        ScoreSheet.objects.create(assignment=row, scores={}, vote="not", total=total, submitted_at=now, saved_at=now)
    address = reverse("centre_decisions")

    def order(**asked: str) -> bool:
        page = centre.get(address, {"call": call.slug, **asked}).content.decode()
        return page.index(f'id="case-{agreed.pk}"') < page.index(f'id="case-{split.pk}"')

    assert order()
    assert not order(sort="spread")


def test_a_refused_decision_keeps_what_was_typed_beside_its_case(centre: Any, call: Any, now: datetime) -> None:
    case = scored(call, now, doubts_originality=True)
    address = f"{reverse('centre_decisions')}?call={call.slug}"
    long = "核" * 301
    page = centre.post(address, {"one": f"{case.pk}:typical", f"note-{case.pk}": long}).content.decode()
    assert '<p class="error" tabindex="-1" data-focus>备注不超过 300 字。</p>' in page and long in page
    assert not Decision.objects.exists()
    answer = centre.post(address, {"one": f"{case.pk}:typical", f"note-{case.pk}": "已核查"})
    assert answer["Location"].endswith(f"#case-{case.pk}")


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


def test_a_new_call_begins_with_the_dates_of_the_last_a_year_later(centre: Any, call: Any) -> None:
    page = centre.get(reverse("centre_call_new")).content.decode()
    opens = timezone.localtime(call.submission_opens_at)
    assert f'value="{opens.year + 1}-{opens:%m-%d}' in page and f'value="{call.year + 1}"' in page


def test_a_job_is_known_by_its_case(centre: Any, call: Any) -> None:
    case = factories.make_case(call=call, state="in_review")
    job = Job.objects.create(kind="reviews.repair", queue="critical", state=JobState.FAILED, args={"case_id": case.pk})
    page = centre.get(reverse("centre_jobs")).content.decode()
    assert case.number in page and f">{job.pk}<" not in page


def test_drafts_are_nobodys_business(centre: Any, call: Any) -> None:
    draft = factories.make_case(call=call)
    assert centre.get(reverse("centre_case", args=[draft.pk])).status_code == 404
    assert draft.title not in centre.get(reverse("centre_cases")).content.decode()
