"""A trail of its own for a test, and the hands of somebody who rules the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max

from accounts.models import User
from kernel import audit, heads, sealing
from kernel.database import as_owner
from kernel.models import AuditEntry
from kernel.verifying import Report

TABLES = ("kernel_auditentry", "kernel_auditseal")


@contextmanager
def as_ruler() -> Iterator[Any]:
    """A cursor of the tables' owner with every trigger switched off."""
    with as_owner(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def wipe() -> None:
    """Begin with an empty trail: what other tests left is nobody's chain."""
    with as_ruler() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}")


def append(count: int, now: datetime) -> list[int]:
    """So many entries; their ids. Nothing else is written: writers wait for each other by the trail alone."""
    user = User(pk=1)
    for n in range(count):
        audit.record(verb="user.test", subject=user, actor=user, now=now, province_code="42", number=n, word="研")
    return list(AuditEntry.objects.order_by("-id").values_list("id", flat=True)[:count])[::-1]


def seal_all() -> int:
    """Seal what is there, as the job does when nobody writes."""
    top = AuditEntry.objects.aggregate(top=Max("id"))["top"] or 0
    return sealing.seal(top=top, writing=[])


def findings(folder: Path | None = None) -> list[str]:
    return list(Report().findings(heads.read(folder or settings.AUDIT_HEADS_DIR)))
