"""How long each kind of personal data is kept: a table of kinds, and their deletion on the date, on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kernel import audit
from kernel.jobs import enqueue
from kernel.models import Deletion, Letter, Message

BATCH = 200
NIGHT = range(2, 5)
"""The hours of Asia/Shanghai in which it is done."""

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of data: what it is and from when its days count, in words; which rows are due; how they are deleted."""

    name: str
    words: str
    since: str
    due: Callable[[datetime], Rows]
    delete: Callable[[Rows, datetime], Any]

    @property
    def days(self) -> int:
        return int(settings.RETENTION_DAYS[self.name])

    def rows(self, now: datetime) -> Rows:
        """The rows whose date has come."""
        return self.due(now - timedelta(days=self.days)).order_by("pk")


KINDS: dict[str, Kind] = {}


def keeps(
    name: str, *, words: str, since: str, due: Callable[[datetime], Rows]
) -> Callable[[Callable[[Rows, datetime], Any]], Callable[[Rows, datetime], Any]]:
    """Register how rows of a kind are deleted; afterwards they must not be `due` any more. RETENTION_DAYS says when."""

    def register(delete: Callable[[Rows, datetime], Any]) -> Callable[[Rows, datetime], Any]:
        KINDS[name] = Kind(name, words, since, due, delete)
        return delete

    return register


@transaction.atomic(durable=True)
def ask_to_delete() -> None:
    """Promise, once a night of the machine's time, that what is due goes. A clock set ahead deletes nothing."""
    here = timezone.localtime()
    if here.hour in NIGHT:
        enqueue("kernel.delete_due", key=f"delete-due:{here.date()}")


def delete_due(now: datetime) -> dict[str, int]:
    """Delete everything whose date has come; {kind: how many}. A batch a transaction; run again it goes on."""
    found = {}
    for kind in KINDS.values():
        found[kind.name] = 0
        while count := _delete_batch(kind, now):
            found[kind.name] += count
    return found


@transaction.atomic(durable=True)
def _delete_batch(kind: Kind, now: datetime) -> int:
    rows = kind.rows(now)
    pks = [row.pk for row in rows.only("pk").select_for_update(of=("self",), skip_locked=True)[:BATCH]]
    if pks:
        kind.delete(rows.model._default_manager.filter(pk__in=pks), now)
        row = Deletion.objects.create(kind=kind.name, count=len(pks), days=kind.days, at=now)
        audit.record(
            verb="retention.delete", subject=row, actor=None, now=now, kind=kind.name, count=len(pks), days=kind.days
        )
    return len(pks)


@keeps(
    "letters",
    words="邮件和短信的发送记录（正文和收件人发出后即清空）",
    since="写成之日",
    due=lambda before: Letter.objects.filter(created_at__lt=before),
)
def delete_letters(rows: Rows, now: datetime) -> None:
    rows.delete()


@keeps("messages", words="站内消息", since="发出之日", due=lambda before: Message.objects.filter(at__lt=before))
def delete_messages(rows: Rows, now: datetime) -> None:
    rows.delete()
