"""The arithmetic of the chain over the audit trail: entries as bytes, and the head of a batch. Knows no database."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Final, NamedTuple

BEGINNING: Final = "0" * 64
"""What the first batch has for a previous head."""


class Row(NamedTuple):
    """An entry as it is sealed. `facts` is the text of its jsonb: no number or key is read into anything else."""

    id: int
    at: datetime
    actor_id: int | None
    verb: str
    subject: str
    subject_id: str
    call_id: int | None
    province_code: str
    facts: str


def line(row: Row) -> bytes:
    """The one form in which an entry is hashed: a JSON list in the order of Row, its moment in UTC, a line feed."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([row[0], at, *row[2:]], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Link:
    """One batch on its way to a head: SHA-256 over the previous head, every entry, and the batch's bounds."""

    def __init__(self, previous: str) -> None:
        self.entries = 0
        self._hash = hashlib.sha256(f"{previous}\n".encode())

    def add(self, row: Row) -> None:
        self.entries += 1
        self._hash.update(line(row))

    def head(self, from_id: int, to_id: int) -> str:
        """64 hexadecimal digits."""
        whole = self._hash.copy()
        whole.update(f"{from_id}-{to_id}:{self.entries}".encode())
        return whole.hexdigest()
