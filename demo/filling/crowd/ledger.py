"""What the crowd leaves in the audit trail, written in the order of time between the entries of the story."""

from bisect import bisect_right
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import models

from demo.filling.crowd.copying import Table
from kernel.models import AuditEntry

Entry = tuple[datetime, tuple[Any, ...]]


class Ledger:
    """Gathers entries in any order; `write_until` writes those whose time has come, the earliest first."""

    def __init__(self) -> None:
        self.table = Table(AuditEntry, "at actor_id verb subject subject_id call_id province_code facts")
        self._waiting: list[Entry] = []
        self._sorted = True

    def note(
        self,
        at: datetime,
        verb: str,
        subject: type[models.Model],
        pk: int,
        *,
        actor_id: int | None,
        call_id: int | None,
        province_code: str,
        **facts: Any,
    ) -> None:
        """One entry, in the shape of `kernel.audit.record`."""
        label = subject._meta.label_lower
        self._waiting.append((at, (actor_id, verb, label, str(pk), call_id, province_code, facts)))
        self._sorted = False

    def write_until(self, moment: datetime | None = None) -> None:
        """Write the entries up to the moment; None writes all."""
        if not self._sorted:
            self._waiting.sort(key=itemgetter(0))
            self._sorted = True
        due = len(self._waiting) if moment is None else bisect_right(self._waiting, moment, key=itemgetter(0))
        if not due:
            return
        for at, values in self._waiting[:due]:
            self.table.add(at, *values)
        del self._waiting[:due]
        self.table.write()
