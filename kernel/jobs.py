"""The job outbox: work that can wait, promised in the transaction that asks for it.

`enqueue` writes a Job row; on commit a message wakes a worker. The row alone decides: a worker leases it, beats while
it works, and closes it only while it still holds the lease, so that a lost, doubled or late message does no harm.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from kombu.pools import producers

from kernel.models import Job, JobState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 3
KEPT_FOR = timedelta(days=90)
RESEND_AFTER = timedelta(seconds=20)
QUEUES = ("critical", "mail", "inspect", "convert", "export")

BOUNDS = {
    "socket_timeout": 0.5, "socket_connect_timeout": 0.5, "max_retries": 1, "interval_start": 0, "interval_step": 0,
}  # fmt: skip
"""How long one message may keep a request waiting, in seconds: the workers' own bounds are longer than their reads."""

PAUSE = 5.0
"""Seconds for which a process leaves a broker alone that did not answer: one request waits for it, not every one."""

_silent_until = 0.0


@dataclass(frozen=True)
class Kind:
    run: Callable[..., None]
    queue: str


class Later(Exception):
    """Raised by a handler when what it needs outside is away: the attempt does not count, the job waits for `delay`."""

    def __init__(self, why: str, *, delay: timedelta) -> None:
        super().__init__(why)
        self.delay = delay


KINDS: dict[str, Kind] = {}
TICKS: list[Callable[[], None]] = []


def job(name: str, *, queue: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the handler of a kind of job. It must be harmless to run twice."""
    assert queue in QUEUES, queue

    def register(run: Callable[..., None]) -> Callable[..., None]:
        KINDS[name] = Kind(run, queue)
        return run

    return register


def tick(run: Callable[[], None]) -> Callable[[], None]:
    """Register what beat calls every few seconds: it looks at the clock and enqueues what has come due."""
    TICKS.append(run)
    return run


def enqueue(kind: str, *, key: str | None = None, delay: timedelta = timedelta(), **args: Any) -> Job:
    """Promise a job in the open transaction. The same `key` twice gives the first job back."""
    assert connection.in_atomic_block, "a job is promised together with the change that needs it"
    fields = {"kind": kind, "args": args, "queue": KINDS[kind].queue, "run_at": timezone.now() + delay}
    if key is None:
        row = Job.objects.create(**fields)
    else:
        row, made = Job.objects.get_or_create(key=key, defaults=fields)
        if not made:
            return row
    if not delay:
        transaction.on_commit(lambda: wake(row.pk, row.queue))
    return row


def wake(job_id: int, queue: str) -> None:
    """Tell a worker. A broker that is away costs nothing but time: the sweeper sends again."""
    global _silent_until
    if time.monotonic() >= _silent_until and not publish(job_id, queue):
        _silent_until = time.monotonic() + PAUSE


def publish(job_id: int, queue: str) -> bool:
    """Put the message that wakes a worker into its queue; whether the broker took it, known within BOUNDS."""
    try:
        with producers[current_app.connection_for_write(transport_options=BOUNDS)].acquire(block=True) as producer:
            current_app.send_task("kernel.run_job", args=[job_id], queue=queue, retry=False, producer=producer)
    except Exception:  # whatever the broker's client raises, the promise stands in the table
        logger.warning("broker away, job %s waits for the sweeper", job_id)
        return False
    return True


def sweep() -> int:
    """Wake every job that is due and that nobody holds, until the broker is found away; how many."""
    now = timezone.now()
    due = Q(state=JobState.WAITING, run_at__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    stale = Q(woken_at__isnull=True, created_at__lt=now - RESEND_AFTER / 10) | Q(woken_at__lt=now - RESEND_AFTER)
    woken: list[int] = []
    for pk, queue in Job.objects.filter(due & stale).order_by("run_at").values_list("pk", "queue")[:1000]:
        if not publish(pk, queue):
            break
        woken.append(pk)
    Job.objects.filter(pk__in=woken).update(woken_at=now)
    return len(woken)


def forget() -> int:
    """Delete a batch of jobs done long ago; how many. Their traces are in the audit trail and in what they made."""
    old = Job.objects.filter(state=JobState.DONE, finished_at__lt=timezone.now() - KEPT_FOR)
    return Job.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:1000])).delete()[0]


def take(job_id: int) -> Job | None:
    """Lease a job, or None when it is done, not due, or held by another. The attempt counts from here."""
    now = timezone.now()
    free = Q(state=JobState.WAITING, run_at__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    lease = uuid.uuid4()
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=MAX_ATTEMPTS).update(
        state=JobState.RUNNING, lease=lease, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if taken:
        return Job.objects.get(pk=job_id)
    # A handler that killed its worker three times never came back to say so.
    Job.objects.filter(free, pk=job_id, attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED, error="处理进程多次中断", finished_at=now
    )
    return None


def run(job_id: int) -> None:
    """Take a job, do it, close it. An error is kept on the row; the third one fails the job for people to see."""
    row = take(job_id)
    if row is None:
        return
    held = Job.objects.filter(pk=row.pk, lease=row.lease, state=JobState.RUNNING)
    stop = threading.Event()
    beater = threading.Thread(target=_beat, args=(row, stop), daemon=True)
    beater.start()
    try:
        KINDS[row.kind].run(**row.args)
    except Later as later:
        logger.warning("job %s %s waits: %s", row.pk, row.kind, later)
        run_at = timezone.now() + later.delay
        held.update(
            state=JobState.WAITING, attempts=F("attempts") - 1, error=str(later)[:2000], run_at=run_at, woken_at=None
        )
    except Exception as error:
        logger.exception("job %s %s failed, attempt %s", row.pk, row.kind, row.attempts)
        last = row.attempts >= MAX_ATTEMPTS
        held.update(
            state=JobState.FAILED if last else JobState.WAITING,
            error=f"{type(error).__name__}: {error}"[:2000],
            run_at=timezone.now() + timedelta(seconds=2 * row.attempts**2),
            woken_at=None,
            finished_at=timezone.now() if last else None,
        )
    else:
        held.update(state=JobState.DONE, finished_at=timezone.now(), error="")
    finally:
        stop.set()
        beater.join()


def _beat(row: Job, stop: threading.Event) -> None:
    while not stop.wait(LEASE.total_seconds() / 3):
        try:
            close_old_connections()
            Job.objects.filter(pk=row.pk, lease=row.lease).update(lease_until=timezone.now() + LEASE)
        except DatabaseError:  # a database that restarts within the lease must not cost it
            logger.warning("lease of job %s could not be prolonged, trying again", row.pk)
    connection.close()


def retry(job_id: int) -> None:
    """Give a failed job three more attempts."""
    with transaction.atomic():
        rows = Job.objects.filter(pk=job_id, state=JobState.FAILED)
        if rows.update(state=JobState.WAITING, attempts=0, run_at=timezone.now(), woken_at=None, finished_at=None):
            row = Job.objects.get(pk=job_id)
            transaction.on_commit(lambda: wake(row.pk, row.queue))
