"""The heads of the audit chain that are kept outside the database: a file that only grows, and a letter.

Whoever rules the database could rewrite entries and seals together. These lines they would have to rewrite too.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from kernel.jobs import enqueue
from kernel.letters import post_letter
from kernel.models import AuditSeal, Channel

FILE = "heads.jsonl"


@dataclass(frozen=True)
class Head:
    """What the chain had come to on a day: its last sealed id, how many entries were sealed, and the head."""

    day: str
    to_id: int
    entries: int
    head: str

    def line(self) -> str:
        return json.dumps(asdict(self))


@transaction.atomic(durable=True)
def ask_to_write() -> None:
    """Promise today's head, once a day of the machine's time; nothing while nothing is sealed."""
    if AuditSeal.objects.exists():
        enqueue("kernel.write_audit_head", key=f"audit-head:{timezone.localdate()}", day=str(timezone.localdate()))


def write(*, day: str) -> None:
    """Append the head to the file and, where AUDIT_HEADS_MAIL names somebody, mail it; twice does no harm."""
    last = AuditSeal.objects.latest("to_id")
    # Up to that one: another may be added between the two readings.
    entries = AuditSeal.objects.filter(to_id__lte=last.to_id).aggregate(sum=Sum("entries"))["sum"]
    head = Head(day, last.to_id, entries, last.head)
    _append(settings.AUDIT_HEADS_DIR, head.line())
    if settings.AUDIT_HEADS_MAIL:
        _mail(head)


def _append(folder: Path, line: str) -> None:
    """One write at the end of the file, on the disk when this returns."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


@transaction.atomic(durable=True)
def _mail(head: Head) -> None:
    body = (
        f"截至 {head.day}，审计记录已封存 {head.entries} 条，最后一条的编号是 {head.to_id}，"
        f"封存值是：\n\n{head.head}\n\n"
        f"请保留这封邮件。需要核对时，把下面这一行交给运维人员：\n\n{head.line()}"
    )
    post_letter(
        channel=Channel.MAIL,
        recipient=settings.AUDIT_HEADS_MAIL,
        purpose="audit_head",
        subject=f"审计封存值 {head.day}",
        body=body,
    )


def read(folder: Path) -> Iterator[Head | int]:
    """The heads of every `.jsonl` file of the folder; the number of a line that is none."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _head(line) or number


def _head(line: str) -> Head | None:
    try:
        found = Head(**json.loads(line))
        date.fromisoformat(found.day)
    except (TypeError, ValueError):
        return None
    whole = isinstance(found.to_id, int) and isinstance(found.entries, int) and isinstance(found.head, str)
    return found if whole else None
