"""An entry that commits late, below ids that are visible already: it is sealed all the same, on real connections."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.db.models import Max

from kernel import jobs, sealing
from kernel.jobs import Later
from kernel.models import AuditEntry, AuditSeal, Job, JobState
from tests.kernel.trail import append, findings, seal_all, wipe

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_trail() -> Iterator[None]:
    wipe()
    yield
    wipe()


class Late(threading.Thread):
    """Appends on a connection of its own and commits only when it is told to."""

    def __init__(self, now: datetime) -> None:
        super().__init__(daemon=True)
        self.now, self.written, self.go = now, threading.Event(), threading.Event()
        self.ids: list[int] = []

    def run(self) -> None:
        with transaction.atomic():
            self.ids = append(1, self.now)
            self.written.set()
            self.go.wait(20)
        connection.close()

    def commit(self) -> None:
        self.go.set()
        self.join(20)


@pytest.fixture
def late(now: datetime) -> Iterator[Late]:
    thread = Late(now)
    thread.start()
    assert thread.written.wait(20)
    yield thread
    thread.commit()


def test_the_seal_waits_for_who_drew_a_lower_id(late: Late, now: datetime) -> None:
    after = append(2, now)
    assert late.ids[0] < after[0]
    sealing.ask_to_seal()
    job = Job.objects.get()
    assert job.args["top"] == after[-1] and len(job.args["writing"]) == 1
    with pytest.raises(Later):
        sealing.seal(**job.args)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, AuditSeal.objects.count()) == (JobState.WAITING, 0, 0)
    late.commit()
    assert sealing.seal(**job.args) == 3
    assert AuditSeal.objects.get().entries == 3
    assert findings() == []


def test_the_naive_sealer_misses_it(late: Late, now: datetime) -> None:
    """The control: sealing whatever is visible leaves the late entry out, and a true record looks put in."""
    append(2, now)
    seal_all()
    late.commit()
    assert AuditEntry.objects.filter(id=late.ids[0]).exists()
    assert "多出 1 条" in findings()[0]


def test_a_writer_that_came_later_keeps_nobody_waiting(now: datetime) -> None:
    append(2, now)
    sealing.ask_to_seal()
    thread = Late(now)
    thread.start()
    assert thread.written.wait(20)
    assert sealing.seal(**Job.objects.get().args) == 2
    thread.commit()
    assert findings() == [] and sealing.unsealed().count() == 1


def test_sealing_while_many_write_leaves_no_entry_out(now: datetime) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with transaction.atomic():
                append(3, now)
        connection.close()

    def keep_sealing() -> None:
        while not stop.is_set():
            top = sealing.unsealed().aggregate(top=Max("id"))["top"]
            if top is not None:
                writing = sorted(sealing.writers())
                while not stop.is_set():
                    try:
                        sealing.seal(top=top, writing=writing)
                        break
                    except Later:
                        continue
        connection.close()

    threads = [threading.Thread(target=act) for act in (write, write, write, keep_sealing, keep_sealing)]
    for thread in threads:
        thread.start()
    stop.wait(2)
    stop.set()
    for thread in threads:
        thread.join(20)
    seal_all()
    assert AuditSeal.objects.count() > 2
    assert findings() == []
    assert sum(AuditSeal.objects.values_list("entries", flat=True)) == AuditEntry.objects.count()
