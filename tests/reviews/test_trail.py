"""The search of the audit trail and the names its entries are read by: nobody has to know an id."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from kernel import audit
from reviews.queries.trail import names_in, trail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(now: datetime) -> dict[str, Any]:
    case, expert = factories.make_case(call=factories.make_call(now=now), state="handed_in"), factories.make_expert()
    actor = factories.make_centre()
    audit.record(verb="assignment.give", subject=case, actor=actor, now=now, case_id=case.pk, expert_id=expert.pk)
    audit.record(verb="expert.close", subject=expert, actor=actor, now=now)
    return {"case": case, "expert": expert, "actor": actor}


def verbs(words: str) -> set[str]:
    return set(trail(subject=words).values_list("verb", flat=True)) & {"assignment.give", "expert.close"}


def test_entries_are_found_by_the_words_people_know(entries: dict[str, Any]) -> None:
    assert verbs(entries["case"].number) == {"assignment.give"}
    assert verbs(entries["case"].title[:8]) == {"assignment.give"}
    assert verbs(entries["expert"].alias) == {"expert.close"}
    assert verbs("闻人静") == {"assignment.give", "expert.close"}
    assert verbs("没有这个人") == set()


def test_entries_are_read_by_names(entries: dict[str, Any]) -> None:
    names = names_in(trail(subject="闻人静"))
    case, expert = entries["case"], entries["expert"]
    assert names.users[entries["actor"].pk] == "闻人静"
    assert names.of("cases.case", str(case.pk), None) == case.number
    assert names.of("reviews.scoresheet", "7", case.pk) == case.number
    assert names.of("accounts.expert", str(expert.pk), None).startswith(expert.alias)
    assert names.of("kernel.job", "7", None) == ""


def test_the_page_shows_no_ids(client: Any, entries: dict[str, Any]) -> None:
    client.force_login(entries["actor"])
    page = client.get(reverse("centre_audit"), {"subject": "闻人静"}).content.decode()
    assert f"案例 {entries['case'].number}" in page
    assert f"专家 {entries['expert'].alias}" in page
