"""The search of the audit trail and the names its entries are read by: nobody has to know an id."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kernel import audit
from kernel.models import AuditEntry
from reviews.queries.trail import names_in, trail
from reviews.views import centre_audit
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


@pytest.mark.parametrize("cases", [[7], [7, 8, 9]])
def test_entries_about_what_belongs_to_a_case_are_found_by_an_index(cases: list[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = AuditEntry.objects.filter(facts__case_id__in=cases).order_by().explain()
    assert "kernel_auditentry_case" in plan, plan


def test_the_page_shows_no_ids(client: Any, entries: dict[str, Any]) -> None:
    client.force_login(entries["actor"])
    page = client.get(reverse("centre_audit"), {"subject": "闻人静"}).content.decode()
    assert f"案例 {entries['case'].number}" in page
    assert f"专家 {entries['expert'].alias}" in page


def table(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_several_days_are_searched_as_one(entries: dict[str, Any], now: datetime) -> None:
    today, day = timezone.localdate(now), timedelta(days=1)
    actor = entries["actor"]
    audit.record(verb="expert.open", subject=entries["expert"], actor=actor, now=now - 2 * day)

    def found(**days: Any) -> list[str]:
        return list(trail(subject="闻人静", **days).values_list("verb", flat=True))

    assert found(day=today) == ["expert.close", "assignment.give"]
    assert found(day=today - 2 * day) == ["expert.open"]
    assert found(day=today - 2 * day, until=today) == ["expert.open", "expert.close", "assignment.give"]
    assert found(until=today - day) == ["expert.open"]


def test_a_verb_is_searched_by_its_group_or_alone(entries: dict[str, Any]) -> None:
    assert set(trail(verb="expert.", subject="闻人静").values_list("verb", flat=True)) == {"expert.close"}
    assert set(trail(verb="expert.close", subject="闻人静").values_list("verb", flat=True)) == {"expert.close"}


def test_what_was_searched_is_taken_along_as_a_table(client: Any, entries: dict[str, Any], now: datetime) -> None:
    formula = factories.make_centre()
    formula.name = "=HYPERLINK(1)"
    formula.save()
    audit.record(verb="expert.open", subject=entries["expert"], actor=formula, now=now, province_code="42")
    client.force_login(entries["actor"])
    head, *rows = table(client.get(reverse("centre_audit_export"), {"subject": entries["expert"].alias}))
    assert head == ["编号", "时间", "谁", "动作", "对象", "省份", "内容"]
    assert [row[2:4] for row in rows] == [["'=HYPERLINK(1)", "启用专家"], ["闻人静", "停用专家"]]
    assert rows[0][5] == "湖北" and rows[1][1] == f"{timezone.localtime(now):%Y-%m-%d %H:%M:%S}"
    assert rows[0][0] == str(AuditEntry.objects.latest("id").pk)


def test_the_table_is_read_in_portions_and_ends(
    client: Any, entries: dict[str, Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(centre_audit, "PORTION", 2)
    for _ in range(5):
        audit.record(verb="expert.open", subject=entries["expert"], actor=entries["actor"], now=now)
    client.force_login(entries["actor"])
    ask = {"subject": "闻人静", "verb": "expert.open"}
    rows = table(client.get(reverse("centre_audit_export"), ask))[1:]
    numbers = [int(row[0]) for row in rows]
    assert len(numbers) == 5 and numbers == sorted(numbers, reverse=True)
    monkeypatch.setattr(centre_audit, "MOST", 4)
    rows = table(client.get(reverse("centre_audit_export"), ask))[1:]
    assert len(rows) == 5 and "请缩小查找的范围" in rows[4][0]


def test_a_full_page_of_a_search_costs_twelve_queries_at_most(
    client: Any, entries: dict[str, Any], now: datetime
) -> None:
    case, expert, actor = entries["case"], entries["expert"], entries["actor"]
    for n in range(60):
        subject = (case, expert, actor, case.call)[n % 4]
        audit.record(
            verb="assignment.give", subject=subject, actor=actor, now=now, expert_id=expert.pk, case_id=case.pk
        )
    client.force_login(actor)
    ask = {"subject": "闻人静", "province": "", "verb": "assignment.", "day": timezone.localdate(now).isoformat()}
    client.get(reverse("centre_audit"), ask)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("centre_audit"), ask).content.decode()
    assert page.count("<tr>") == 51 and "补派专家" in page
    assert len(queries) <= 12, len(queries)
