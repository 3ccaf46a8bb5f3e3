"""Following the audit chain from its beginning: what was edited, removed, moved, put in or cut off, a sentence each.

Entries and seals are read as two streams side by side, so that memory does not grow with them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from kernel.chain import BEGINNING, Link
from kernel.heads import Head
from kernel.models import AuditEntry, AuditSeal
from kernel.sealing import CHUNK, rows

AT_LEAST = timedelta(days=183)
"""So long every entry is kept (migration 0003)."""

OVERDUE = timedelta(days=2)
"""After so long without a head outside the database something has stopped."""


@dataclass
class Report:
    """What was followed, filled while the findings are read."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    forgotten_up_to: int = 0
    _outside: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _previous: AuditSeal | None = None

    def findings(self, outside: Iterable[Head | int]) -> Iterator[str]:
        """Every finding, in the order of ids; those that the heads outside tell of stand last."""
        heads = list(outside)
        for head in heads:
            if isinstance(head, Head):
                self._outside[head.to_id].add(head.head)
            else:
                yield f"库外记录第 {head} 行：写法不对，不能用来核对"
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield from self._follow()
            yield from self._compare([head for head in heads if isinstance(head, Head)])

    def _follow(self) -> Iterator[str]:
        forgotten_at = self._forgotten()
        entries = rows(AuditEntry.objects.all())
        row = next(entries, None)
        for seal in AuditSeal.objects.order_by("to_id").iterator(chunk_size=CHUNK):
            link = Link(self._previous.head if self._previous else BEGINNING)
            while row is not None and row.id <= seal.to_id:
                if row.id < seal.from_id:
                    yield f"第 {row.id} 条：不在任何一次封存之内，是后来插入的"
                else:
                    link.add(row)
                self.entries += 1
                row = next(entries, None)
            yield from self._judge(seal, link, forgotten_at)
            self.seals += 1
            self._previous = seal
        # What stands behind the last seal is only counted: its turn comes within minutes.
        self.unsealed = sum(1 for _ in entries) + (row is not None)

    def _judge(self, seal: AuditSeal, link: Link, forgotten_at: datetime | None) -> Iterator[str]:
        """One batch against its seal."""
        where, expected = f"第 {seal.from_id} 至 {seal.to_id} 条", (self._previous.to_id if self._previous else 0) + 1
        linked = seal.from_id == expected
        if not linked:
            yield f"第 {expected} 至 {seal.from_id - 1} 条：封存记录缺失或被改动，封存链断开"
        if self._outside.get(seal.to_id, {seal.head}) != {seal.head}:
            yield f"{where}：封存值与库外记录不符，封存记录被改写"
        if link.entries == 0 and seal.to_id <= self.forgotten_up_to:
            if forgotten_at is None or seal.sealed_at > forgotten_at - AT_LEAST:
                yield f"{where}：没有到保存期限就删去了"
        elif link.entries < seal.entries:
            yield f"{where}：少了 {seal.entries - link.entries} 条，记录被删除"
        elif link.entries > seal.entries:
            yield f"{where}：多出 {link.entries - seal.entries} 条，记录被插入"
        elif linked and link.head(seal.from_id, seal.to_id) != seal.head:
            yield f"{where}：内容与封存值不符，记录被改动或调换了次序"

    def _forgotten(self) -> datetime | None:
        """When entries were removed because their time was over, and up to which."""
        last = AuditEntry.objects.filter(verb="audit.forget").order_by("-id").values_list("facts__upto", "at").first()
        if last is None:
            return None
        self.forgotten_up_to = last[0]
        return last[1]

    def _compare(self, heads: list[Head]) -> Iterator[str]:
        """The heads outside against the chain: what they know of and the chain does not was cut off or taken out."""
        end = self._previous.to_id if self._previous else 0
        known = set(AuditSeal.objects.filter(to_id__in=list(self._outside)).values_list("to_id", flat=True))
        for head in heads:
            if head.to_id > end:
                yield f"{head.day} 的库外记录封存到第 {head.to_id} 条，库里只到第 {end} 条：末尾被截去"
            elif head.to_id not in known:
                yield f"{head.day} 的库外记录封存到第 {head.to_id} 条，库里没有这次封存：封存记录被删除或改写"
        first = AuditSeal.objects.order_by("to_id").first()
        if first is not None:
            last = max((date.fromisoformat(head.day) for head in heads), default=timezone.localdate(first.sealed_at))
            if timezone.localdate() - last > OVERDUE:
                yield f"库外记录停在 {last}：之后的封存没有留存到库外，末尾无法核对"
