"""Experts declare what they judge and whom they must not; the draw follows (R14)."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Expert
from calls.models import Call
from cases.lifecycle import State
from cases.models import Case
from kernel import audit
from kernel.models import Job
from reviews.actions.declaring import TAKEN_BACK, declare
from reviews.assigning import excluded
from reviews.models import Assignment, ScoreSheet
from reviews.queries.drawing import snapshot_of
from reviews.queries.supply import supply
from tests.factories import make_call, make_case, make_expert, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(now: datetime) -> Call:
    return make_call(phase="review", now=now)


def says(expert: Expert, now: datetime, **fields: Any) -> Expert:
    said = {"types": ["school"], "conflict_units": "", "conflict_people": "", "available": True, **fields}
    return declare(actor=expert.user, now=now, **said)


def in_review(call: Call, **fields: Any) -> Case:
    return make_case(call=call, state=State.IN_REVIEW, **fields)


def why_not(call: Call, case: Case, expert: Expert) -> str:
    snapshot = snapshot_of(call, only=[case.pk])
    (row,) = [row for row in snapshot.experts if row.id == expert.pk]
    return excluded(snapshot.cases[0], row)


@pytest.mark.parametrize(
    ("units", "people", "closed"),
    [
        ("", "", False),
        ("云岭镇中心小学", "", True),
        ("别的学校\n 云岭镇 中心小学 ", "", True),
        ("云岭镇中心小学教育集团", "", True),
        ("小学", "", False),
        ("", "韦秋棠", True),
        ("", "韦 秋棠", True),
        ("", "韦秋", False),
    ],
)
def test_a_declared_unit_or_person_closes_the_case(
    units: str, people: str, closed: bool, call: Call, now: datetime
) -> None:
    case, expert = in_review(call), make_expert()
    says(expert, now, conflict_units=units, conflict_people=people)
    assert bool(why_not(call, case, expert)) is closed


def test_a_co_author_counts_as_much_as_the_first(call: Call, now: datetime) -> None:
    case, expert = in_review(call, authors=2), make_expert()
    says(expert, now, conflict_people="合作者2")
    assert why_not(call, case, expert) == "该专家已申报或申请回避这件案例"


def test_who_cannot_take_part_is_in_no_draw(call: Call, now: datetime) -> None:
    in_review(call)
    expert = make_expert()
    says(expert, now, available=False)
    assert snapshot_of(call).experts == ()


def test_cases_already_held_go_to_others_unless_they_are_submitted(call: Call, now: datetime) -> None:
    expert = make_expert()
    met, other, submitted = in_review(call), in_review(call, author=make_user("莫清越")), in_review(call)
    for case in (met, other, submitted):
        Assignment.objects.create(case=case, expert=expert, at=now, released_at=now)
    ScoreSheet.objects.create(
        assignment=Assignment.objects.get(case=submitted), vote="typical", saved_at=now, submitted_at=now
    )
    says(expert, now, conflict_people="韦秋棠")
    taken = Assignment.objects.filter(recused_at__isnull=False)
    assert [(row.case, row.recusal_reason) for row in taken] == [(met, TAKEN_BACK)]
    assert [job.args for job in Job.objects.filter(kind="reviews.repair")] == [{"case_id": met.pk}]
    (entry,) = audit.history(expert)
    assert entry.facts == {"alias": expert.alias, "types": ["school"], "available": True, "taken_back": 1}


def test_people_declared_are_unreadable_at_rest(now: datetime) -> None:
    from django.db import connection

    expert = make_expert()
    says(expert, now, conflict_people="韦秋棠")
    with connection.cursor() as cursor:
        cursor.execute("SELECT conflict_people FROM accounts_expert WHERE id = %s", [expert.pk])
        assert "韦秋棠" not in cursor.fetchone()[0]
    expert.refresh_from_db()
    assert expert.conflict_people == "韦秋棠"


def test_the_page_keeps_what_is_said_and_asks_until_something_is(client: Client) -> None:
    expert = make_expert()
    client.force_login(expert.user)
    assert "请先申报" in client.get("/experts/").content.decode()
    page = "/experts/declaration/"
    assert "请至少选择一类" in client.post(page, {"available": "True"}).content.decode()
    said = {
        "available": "False",
        "types": ["studio"],
        "conflict_units": " 甲校 \n\n乙校\n甲校",
        "conflict_people": "阮听澜",
    }
    assert client.post(page, said)["Location"] == "/experts/"
    expert.refresh_from_db()
    assert (expert.types, expert.available, expert.conflict_units) == (["studio"], False, "甲校\n乙校")
    shown = client.get(page).content.decode()
    assert "阮听澜" in shown and "乙校" in shown
    assert "已说明不能参加" in client.get("/experts/").content.decode()


def test_the_centre_sees_where_experts_lack_by_type_and_by_province(call: Call) -> None:
    Expert.objects.update(active=False)
    for code in ("11", "42", "42"):
        make_expert(types=("school",), province_code=code)
    in_review(call, type="school")
    in_review(call, type="studio", author=make_user(province_code="51"))
    found, on_duty = supply(call)
    assert on_duty == 3
    assert {one.type: (one.cases, one.experts, one.each, one.short) for one in found} == {
        "region": (0, 0, 0, []),
        "school": (1, 3, 1, [("湖北", 1, 1)]),
        "studio": (1, 0, 0, [("四川", 1, 0)]),
    }
