"""Keeping a case's count of supporting bytes true: every caller holds the case's lock."""

from collections.abc import Iterable
from datetime import datetime

from cases.models import Case, FileState, SupportingFile
from cases.quota import Held, reserve, used

COUNTED = (FileState.INSPECTING, FileState.ACCEPTED)


def held(files: Iterable[SupportingFile]) -> list[Held]:
    """The files that take up room; refused and dropped ones take none."""
    return [Held(one.pk, one.title, one.size, one.replaces_id) for one in files if one.state in COUNTED]


def take_room(case: Case, *, size: int, now: datetime, replaces: int | None = None) -> None:
    """Count a file in before its row is written. Refuses: QuotaSpent. The constraint on the case stands behind."""
    limit = case.call.supporting_bytes
    _write(case, reserve(held(case.files.all()), size=size, limit=limit, replaces=replaces))
    touch(case, now=now)


def recount(case: Case) -> None:
    """Count again from the rows, after files were accepted, refused or taken away."""
    _write(case, used(held(case.files.all())))


def touch(case: Case, *, now: datetime) -> None:
    """The author changed what the case holds: a check made before is of an older version."""
    case.saved_at = now
    case.version += 1
    case.save(update_fields=["saved_at", "version"])


def _write(case: Case, size: int) -> None:
    case.supporting_bytes = size
    # A limit lowered after the upload takes nothing away that was accepted under the old one.
    case.supporting_limit = max(case.call.supporting_bytes, size)
    case.save(update_fields=["supporting_bytes", "supporting_limit"])
