"""The job outbox: a promise is kept exactly once in effect, whatever the broker and the workers do."""

from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from kernel import jobs, letters, tasks
from kernel.models import Job, JobState, Letter

pytestmark = pytest.mark.django_db

calls: list[int] = []


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    def work(*, n: int) -> None:
        calls.append(n)

    def fail(*, n: int) -> None:
        calls.append(n)
        raise ValueError("no")

    jobs.KINDS["test.work"] = jobs.Kind(work, "critical")
    jobs.KINDS["test.fail"] = jobs.Kind(fail, "critical")
    calls.clear()
    yield
    del jobs.KINDS["test.work"], jobs.KINDS["test.fail"]


def promise(kind: str = "test.work", **options: object) -> Job:
    with transaction.atomic():
        return jobs.enqueue(kind, n=1, **options)  # type: ignore[arg-type]


def test_a_job_runs_once_however_often_it_is_woken() -> None:
    row = promise()
    jobs.run(row.pk)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (calls, row.state, row.attempts) == ([1], JobState.DONE, 1)


def test_the_same_key_promises_one_job() -> None:
    assert promise(key="once").pk == promise(key="once").pk


@pytest.mark.django_db(transaction=True)
def test_a_job_is_promised_only_together_with_a_change() -> None:
    with pytest.raises(AssertionError):
        jobs.enqueue("test.work", n=1)


def test_a_failing_job_is_tried_three_times_then_shown_as_failed() -> None:
    row = promise("test.fail")
    for _ in range(5):
        Job.objects.filter(pk=row.pk).update(run_at=timezone.now())
        jobs.run(row.pk)
    row.refresh_from_db()
    assert (calls, row.state, row.error) == ([1, 1, 1], JobState.FAILED, "ValueError: no")


def test_a_failed_job_can_be_retried_by_hand() -> None:
    row = promise("test.fail")
    Job.objects.filter(pk=row.pk).update(state=JobState.FAILED, attempts=3)
    jobs.retry(row.pk)
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (calls, row.attempts) == ([1], 1)


def test_a_held_job_is_left_alone_and_a_dropped_one_taken_again() -> None:
    row = promise()
    assert jobs.take(row.pk) is not None
    assert jobs.take(row.pk) is None
    Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.take(row.pk) is not None


def test_a_job_that_killed_its_worker_three_times_fails() -> None:
    row = promise()
    for _ in range(3):
        assert jobs.take(row.pk) is not None
        Job.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.take(row.pk) is None
    row.refresh_from_db()
    assert row.state == JobState.FAILED


def test_a_worker_that_lost_its_lease_closes_nothing() -> None:
    row = promise()

    def slow(*, n: int) -> None:
        Job.objects.filter(pk=row.pk).update(lease="00000000-0000-0000-0000-000000000000")

    jobs.KINDS["test.work"] = jobs.Kind(slow, "critical")
    jobs.run(row.pk)
    row.refresh_from_db()
    assert row.state == JobState.RUNNING


def test_the_sweeper_wakes_what_nobody_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "publish", lambda job_id, queue: woken.append(job_id) is None)
    row, later = promise(), promise(delay=timedelta(hours=1))
    Job.objects.filter(pk__in=[row.pk, later.pk]).update(created_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep() == 1
    assert jobs.sweep() == 0  # just sent: not again at once
    assert woken == [row.pk]


def test_a_broker_that_is_away_does_not_fail_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(jobs.current_app, "send_task", away)
    monkeypatch.setattr(jobs, "_silent_until", 0.0)
    jobs.wake(1, "critical")


def test_a_sweep_that_finds_the_broker_away_leaves_the_rest_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = promise(), promise()
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    tried: list[int] = []
    monkeypatch.setattr(jobs, "publish", lambda job_id, queue: tried.append(job_id) is None and len(tried) < 2)
    assert (jobs.sweep(), tried) == (1, [first.pk, second.pk])
    tried.clear()
    assert (jobs.sweep(), tried) == (1, [second.pk])  # not put off as if it had been sent


def test_one_tick_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def broken() -> None:
        raise ValueError("no")

    monkeypatch.setattr(jobs, "TICKS", [broken, lambda: ran.append("second")])
    tasks.tick()
    assert ran == ["second"]


def test_a_letter_that_is_not_taken_leaves_no_address_on_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPRecipientsRefused({"wei@test.example": (550, b"no such user wei@test.example")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with transaction.atomic():
        letters.post_letter(
            channel="mail", recipient="wei@test.example", purpose="receipt", body="正文", subject="回执"
        )
    row = Job.objects.get()
    jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (JobState.WAITING, 1, "NotTaken: SMTPRecipientsRefused 550")


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError("no"), TimeoutError(), SMTPDataError(451, b"wei@test.example")]
)
def test_a_mail_server_that_is_away_costs_a_letter_none_of_its_attempts(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: EmailMessage, fail_silently: bool = False) -> int:
        raise error

    with transaction.atomic():
        letter = letters.post_letter(channel="mail", recipient="wei@test.example", purpose="receipt", body="正文")
    row = Job.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", away)
        for _ in range(5):
            Job.objects.update(run_at=timezone.now())
            jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.WAITING, 0)
    assert row.run_at > timezone.now() + timedelta(seconds=50)
    assert "wei@" not in row.error
    Job.objects.update(run_at=timezone.now())
    jobs.run(row.pk)
    letter.refresh_from_db()
    assert (letter.sent_at is not None, letter.recipient) == (True, "")


def test_a_mail_server_that_stays_away_fails_the_job_for_people_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailMessage, "send", away)
    with transaction.atomic():
        letters.post_letter(channel="mail", recipient="wei@test.example", purpose="receipt", body="正文")
    Letter.objects.update(created_at=timezone.now() - letters.PATIENCE)
    row = Job.objects.get()
    for _ in range(3):
        Job.objects.update(run_at=timezone.now())
        jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (JobState.FAILED, "NotTaken: ConnectionRefusedError")


def test_jobs_done_long_ago_are_forgotten() -> None:
    old, fresh = promise(), promise()
    for row in (old, fresh):
        jobs.run(row.pk)
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - jobs.KEPT_FOR - timedelta(days=1))
    assert jobs.forget() == 1
    assert list(Job.objects.values_list("pk", flat=True)) == [fresh.pk]
