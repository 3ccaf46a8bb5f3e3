"""The chain over the audit trail, and what `verify_audit` finds after somebody who rules the database."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kernel import heads, sealing, tasks
from kernel.chain import BEGINNING, Link, Row, line
from kernel.database import as_owner
from kernel.models import AuditEntry, AuditSeal, Job, Letter
from kernel.verifying import Report
from tests.kernel.trail import append, as_ruler, findings, seal_all, wipe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_trail() -> Iterator[None]:
    wipe()
    yield
    wipe()


@pytest.fixture
def sealed(now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Twelve entries under three seals of five at most, known outside as well; their ids."""
    monkeypatch.setattr(sealing, "BATCH", 5)
    ids = append(12, now)
    assert seal_all() == 12
    heads.write(day=str(timezone.localdate()))
    assert findings() == []
    return ids


def test_an_entry_has_one_form() -> None:
    at = datetime.fromisoformat("2024-10-16T00:00:00+08:00")
    row = Row(7, at, None, "case.hand_in", "cases.case", "3", 1, "42", '{"after": "handed_in"}')
    form = '[7,"2024-10-15T16:00:00.000000+00:00",null,"case.hand_in","cases.case","3",1,"42","{\\"after\\": \\"handed_in\\"}"]\n'  # noqa: E501
    assert line(row) == form.encode()


def test_every_entry_is_under_exactly_one_seal(sealed: list[int]) -> None:
    seals = list(AuditSeal.objects.all())
    assert [seal.entries for seal in seals] == [5, 5, 2]
    assert [seal.to_id for seal in seals] == [sealed[4], sealed[9], sealed[11]]
    assert [seal.from_id for seal in seals] == [1, sealed[4] + 1, sealed[9] + 1]
    link = Link(BEGINNING)
    with transaction.atomic():
        for row in sealing.rows(AuditEntry.objects.filter(id__lte=sealed[4])):
            link.add(row)
    assert link.head(1, sealed[4]) == seals[0].head
    assert seal_all() == 0


def test_ids_that_rolled_back_are_no_finding(now: datetime) -> None:
    append(2, now)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append(3, now)
        raise ZeroDivisionError
    ids = append(2, now)
    assert ids[0] > AuditEntry.objects.order_by("id")[1].pk + 3
    seal_all()
    assert findings() == []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("UPDATE kernel_auditentry SET facts = '{}' WHERE id = {2}", "内容与封存值不符"),
        ("UPDATE kernel_auditentry SET actor_id = actor_id + 1 WHERE id = {7}", "内容与封存值不符"),
        ("UPDATE kernel_auditentry SET at = at + interval '1 microsecond' WHERE id = {11}", "内容与封存值不符"),
        ("UPDATE kernel_auditentry SET facts = facts || '{\"number\": 2.0}' WHERE id = {2}", "内容与封存值不符"),
        ("DELETE FROM kernel_auditentry WHERE id = {3}", "少了 1 条"),
        ("DELETE FROM kernel_auditentry WHERE id <= {4}", "少了 5 条"),
        ("UPDATE kernel_auditentry a SET facts = b.facts FROM kernel_auditentry b"
         " WHERE a.id IN ({1}, {2}) AND b.id IN ({1}, {2}) AND a.id <> b.id", "内容与封存值不符"),
        ("INSERT INTO kernel_auditentry (id, at, verb, subject, subject_id, province_code, facts)"
         " OVERRIDING SYSTEM VALUE VALUES (0, now(), 'x', 'x', '1', '', '{}')", "后来插入"),
        ("DELETE FROM kernel_auditseal WHERE to_id = {9}", "封存链断开"),
        ("DELETE FROM kernel_auditseal WHERE to_id = {9}", "库里没有这次封存"),
        ("UPDATE kernel_auditseal SET head = repeat('0', 64) WHERE to_id = {11}", "与库外记录不符"),
        ("DELETE FROM kernel_auditentry WHERE id > {9}; DELETE FROM kernel_auditseal WHERE to_id > {9}", "末尾被截去"),
        ("DELETE FROM kernel_auditentry; DELETE FROM kernel_auditseal", "末尾被截去"),
    ],
)  # fmt: skip
def test_what_a_superuser_does_is_found(harm: str, told: str, sealed: list[int]) -> None:
    for n in (1, 2, 3, 4, 7, 9, 11):
        harm = harm.replace(f"{{{n}}}", str(sealed[n]))
    if "to_id = " in harm and "封存" in told and "库里没有" in told:
        # The middle seal must be known outside, as yesterday's head is.
        middle = AuditSeal.objects.get(to_id=sealed[9])
        heads._append(settings.AUDIT_HEADS_DIR, heads.Head("2026-01-01", middle.to_id, 10, middle.head).line())
    with as_ruler() as cursor:
        cursor.execute(harm)
    assert any(told in sentence for sentence in findings()), findings()


def test_a_chain_reckoned_anew_disagrees_with_the_heads_outside(sealed: list[int]) -> None:
    """The control: without the heads outside, a ruler who seals again after the forgery is not found."""
    with as_ruler() as cursor:
        cursor.execute("UPDATE kernel_auditentry SET verb = 'case.open' WHERE id = %s", [sealed[3]])
        cursor.execute("DELETE FROM kernel_auditseal")
    seal_all()
    assert len(findings()) == 1 and "与库外记录不符" in findings()[0]
    assert findings(Path("/nowhere")) == []


def test_the_place_of_the_harm_is_told_and_only_it(sealed: list[int]) -> None:
    with as_ruler() as cursor:
        cursor.execute("DELETE FROM kernel_auditentry WHERE id = %s", [sealed[6]])
    assert findings() == [f"第 {sealed[5]} 至 {sealed[9]} 条：少了 1 条，记录被删除"]


def test_nobody_removes_a_seal(sealed: list[int]) -> None:
    for change in ("UPDATE kernel_auditseal SET head = ''", "DELETE FROM kernel_auditseal"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(change)
        with as_owner(), pytest.raises(DatabaseError, match="append only"), connection.cursor() as cursor:
            cursor.execute(change)
    with as_owner(), pytest.raises(DatabaseError, match="append only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE kernel_auditseal")


def test_the_command_says_a_line_a_finding_and_fails(sealed: list[int]) -> None:
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert "核对了 12 条记录、3 次封存" in said.getvalue() and "没有发现问题" in said.getvalue()
    append(1, timezone.now())
    with as_ruler() as cursor:
        cursor.execute("DELETE FROM kernel_auditentry WHERE id IN (%s, %s)", [sealed[0], sealed[7]])
    said = io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", stdout=said)
    lines = said.getvalue().splitlines()
    assert left.value.code == 1 and len(lines) == 3
    assert "另有 1 条尚未封存。发现 2 处问题。" in lines[2]


def test_the_ticks_promise_a_seal_each_minute_and_a_head_each_day(now: datetime, do_jobs: Any, settings: Any) -> None:
    settings.AUDIT_HEADS_MAIL = "audit@test.example"
    tasks.look_after_the_audit_trail()
    assert not Job.objects.exists()
    ids = append(3, now)
    tasks.look_after_the_audit_trail()
    tasks.look_after_the_audit_trail()
    assert Job.objects.get().kind == "kernel.seal_audit"
    do_jobs()
    assert AuditSeal.objects.get().to_id == ids[-1]
    for _ in range(2):
        tasks.look_after_the_audit_trail()
    for kind in ("kernel.write_audit_head", "kernel.forget_audit"):
        assert Job.objects.filter(kind=kind).count() == 1
    do_jobs()
    head = json.loads((settings.AUDIT_HEADS_DIR / heads.FILE).read_text())
    seal = AuditSeal.objects.get()
    assert head == {"day": str(timezone.localdate()), "to_id": ids[-1], "entries": 3, "head": seal.head}
    letter = Letter.objects.get(purpose="audit_head")
    assert letter.subject.startswith("审计封存值") and letter.sent_at is not None
    assert (settings.AUDIT_HEADS_DIR / heads.FILE).stat().st_mode & 0o777 == 0o600


def test_a_seal_added_while_the_head_is_read_is_not_counted_into_it(now: datetime, settings: Any) -> None:
    append(3, now)
    seal_all()
    added: list[int] = []

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "kernel_auditseal" in sql and not added:
            added.extend(append(2, now))
            seal_all()
        return found

    with connection.execute_wrapper(meanwhile):
        heads.write(day=str(timezone.localdate()))
    head = json.loads((settings.AUDIT_HEADS_DIR / heads.FILE).read_text())
    assert (AuditSeal.objects.count(), head["entries"]) == (2, 3)


def test_a_forgetting_that_fails_writes_no_head_again(now: datetime, do_jobs: Any, settings: Any) -> None:
    settings.AUDIT_KEPT_DAYS = 1  # the database refuses
    append(1, now)
    seal_all()
    tasks.look_after_the_audit_trail()
    for _ in range(2):
        Job.objects.filter(state="waiting").update(run_at=timezone.now())
        do_jobs()
    job = Job.objects.get(kind="kernel.forget_audit")
    assert (job.attempts, "183 days" in job.error) == (2, True)
    assert len((settings.AUDIT_HEADS_DIR / heads.FILE).read_text().splitlines()) == 1


def test_heads_that_stopped_are_a_finding(sealed: list[int], settings: Any) -> None:
    file = settings.AUDIT_HEADS_DIR / heads.FILE
    old = str(timezone.localdate() - timedelta(days=3))
    file.write_text(file.read_text().replace(str(timezone.localdate()), old) + "ragged\n")
    assert findings() == [
        "库外记录第 2 行：写法不对，不能用来核对",
        f"库外记录停在 {old}：之后的封存没有留存到库外，末尾无法核对",
    ]


def age(days: int, ids: list[int]) -> None:
    """Entries and their seal as if so many days had passed."""
    with as_ruler() as cursor:
        cursor.execute("UPDATE kernel_auditentry SET at = at - %s WHERE id = ANY(%s)", [timedelta(days), ids])


def test_what_is_too_old_goes_and_leaves_a_record(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    ids = append(6, now)
    age(400, ids[:5])
    seal_all()
    with as_ruler() as cursor:
        cursor.execute(
            "UPDATE kernel_auditseal SET sealed_at = sealed_at - interval '400 days' WHERE to_id < %s", ids[5:]
        )
    heads.write(day=str(timezone.localdate()))
    assert sealing.forget(days=500) == 0
    assert sealing.forget(days=365) == 4
    assert list(AuditEntry.objects.values_list("id", flat=True))[:2] == ids[4:]
    record = AuditEntry.objects.get(verb="audit.forget")
    assert record.facts == {"upto": ids[3], "count": 4, "days": 365}
    assert sealing.forget(days=365) == 0
    seal_all()
    assert findings() == []
    with as_ruler() as cursor:
        cursor.execute("UPDATE kernel_auditseal SET sealed_at = now() WHERE to_id = %s", [ids[3]])
    assert "没有到保存期限就删去了" in findings()[0]


def test_six_months_are_kept_whoever_asks(now: datetime) -> None:
    with pytest.raises(DatabaseError, match="183 days"):
        sealing.forget(days=182)
    ids = append(1, now)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET kernel.audit_forgets = 'on'")
        with pytest.raises(DatabaseError, match="append only"):
            cursor.execute("DELETE FROM kernel_auditentry WHERE id = %s", ids)


def test_verifying_takes_no_more_memory_for_more_entries(now: datetime) -> None:
    def peak(count: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_auditentry (at, verb, subject, subject_id, province_code, facts)"
                " SELECT now(), 'case.open', 'cases.case', n::text, '42', '{}' FROM generate_series(1, %s) n",
                [count],
            )
        seal_all()
        tracemalloc.start()
        report = Report()
        assert list(report.findings([])) == []
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(3_000)
    assert peak(18_000) < 2 * few
