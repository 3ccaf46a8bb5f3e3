"""A case's own history stands before everyone who may see the case; experts, who may not know it, get none."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cases.lifecycle import State
from kernel import audit
from reviews.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db
STEPS = {
    "case.open": "开始填写",
    "case.hand_in": "报送成功",
    "case.recommend": "获省级推荐",
    "case.enter_review": "进入专家评审",
}


@pytest.fixture
def case(now: datetime) -> Any:
    made = factories.make_case(call=factories.make_call(phase="review", now=now), state=State.IN_REVIEW)
    officer = factories.make_user("经手人某")
    for step, verb in enumerate(STEPS):
        audit.record(verb=verb, subject=made, actor=officer, now=now - timedelta(days=9 - step))
    return made


def seen(client: Client, user: Any, address: str) -> list[bool]:
    client.force_login(user)
    page = client.get(address).content.decode()
    assert "经手人某" not in page
    return [words in page for words in STEPS.values()]


def test_author_province_and_centre_read_it(case: Any, client: Client) -> None:
    whole = [True] * len(STEPS)
    assert seen(client, case.submitter, f"/my/{case.pk}/") == whole
    assert seen(client, factories.make_admin(), f"/screening/cases/{case.pk}/?tab=history") == whole
    assert seen(client, factories.make_centre(), f"/centre/cases/{case.pk}/") == whole


def test_others_do_not(case: Any, client: Client, now: datetime) -> None:
    for user, address in (
        (factories.make_user(), f"/my/{case.pk}/"),
        (factories.make_admin("11"), f"/screening/cases/{case.pk}/?tab=history"),
    ):
        client.force_login(user)
        assert client.get(address).status_code == 404


def test_an_expert_is_told_none_of_it(case: Any, client: Client, now: datetime) -> None:
    expert = factories.make_expert()
    given = Assignment.objects.create(case=case, expert=expert, at=now, released_at=now)
    client.force_login(expert.user)
    page = client.get(f"/experts/{given.pk}/")
    assert page.status_code == 200 and case.title in page.content.decode()
    for words in ("开始填写", "报送成功", "获省级推荐", "案例经过"):
        assert words not in page.content.decode()
