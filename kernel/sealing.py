"""Sealing the audit trail: a job links what was appended, batch by batch, into the chain.

Entries are sealed in the order of their ids, but they become visible in the order of commits: a batch may end at an id
only when nobody can append below it any more. An id is drawn under the lock that every INSERT takes on the table and
holds to the end of its transaction. So whoever drew an id below one that is visible either has ended, or stands among
the holders of that lock who are asked for afterwards (as CREATE INDEX CONCURRENTLY does); when those have ended, all
below is there for good. Nobody is kept waiting by it, and ids that rolled back leave gaps that mean nothing.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from kernel.chain import BEGINNING, Link, Row
from kernel.jobs import Later, enqueue
from kernel.models import AuditEntry, AuditSeal

BATCH = 10_000
"""Entries under one seal at most: a finding names a batch."""

CHUNK = 2_000
PATIENCE = timedelta(seconds=10)
ONE_SEALER = 0x5EA1

WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE relation = 'kernel_auditentry'::regclass AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid IS DISTINCT FROM pg_backend_pid()
"""


def rows(entries: QuerySet[AuditEntry], limit: int | None = None) -> Iterator[Row]:
    """Entries as they are sealed, read as a stream; in an open transaction."""
    values = entries.order_by("id").annotate(text=Cast("facts", TextField()))
    names = (*(name for name in Row._fields if name != "facts"), "text")
    return map(Row._make, values.values_list(*names)[:limit].iterator(chunk_size=CHUNK))


def unsealed() -> QuerySet[AuditEntry]:
    """Entries that stand behind the last seal."""
    return AuditEntry.objects.filter(id__gt=_last_id())


def _last_id() -> int:
    return AuditSeal.objects.aggregate(last=Max("to_id"))["last"] or 0


def writers() -> set[str]:
    """The transactions, other than our own, that have appended to the trail or are about to, and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {name for (name,) in cursor.fetchall()}


@transaction.atomic(durable=True)
def ask_to_seal() -> None:
    """Promise the sealing of what is visible now, at most once a minute of the machine's time."""
    top = unsealed().aggregate(top=Max("id"))["top"]
    if top is not None:
        minute = int(timezone.now().timestamp()) // 60
        # Who is writing is asked after what is visible: the other way round a writer could slip between.
        enqueue("kernel.seal_audit", key=f"seal-audit:{minute}", top=top, writing=sorted(writers()))


def seal(*, top: int, writing: list[str]) -> int:
    """Seal every entry up to `top`; how many. `writing` are those who wrote when `top` was seen.

    Raises Later while one of them has not ended.
    """
    if waiting := writers().intersection(writing):
        raise Later(f"{len(waiting)} transactions still write", delay=PATIENCE)
    sealed = 0
    while batch := _seal_batch(top):
        sealed += batch
    return sealed


@transaction.atomic(durable=True)
def _seal_batch(top: int) -> int:
    """Append one seal; how many entries are under it. None while another sealer is at work: it does the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_SEALER])
        if cursor.fetchone() != (True,):
            return 0
    last = AuditSeal.objects.order_by("-to_id").first()
    link, from_id, to_id = Link(last.head if last else BEGINNING), (last.to_id if last else 0) + 1, 0
    for row in rows(AuditEntry.objects.filter(id__gte=from_id, id__lte=top), BATCH):
        link.add(row)
        to_id = row.id
    if to_id:
        head = link.head(from_id, to_id)
        AuditSeal.objects.create(
            from_id=from_id, to_id=to_id, entries=link.entries, head=head, sealed_at=timezone.now()
        )
    return link.entries


@transaction.atomic(durable=True)
def ask_to_forget() -> None:
    """Promise, once a day of the machine's time, that what is too old goes; nothing while nothing is sealed."""
    if AuditSeal.objects.exists():
        enqueue("kernel.forget_audit", key=f"audit-forget:{timezone.localdate()}")


@transaction.atomic(durable=True)
def forget(*, days: int) -> int:
    """Remove sealed entries older than so many days (183 at least); how many. An entry tells of it.

    The database does it in a function of its own: the application's role may not delete (migration 0003).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_audit_forget(%s)", [days])
        found = cursor.fetchone()
    return int(found[0]) if found else 0
