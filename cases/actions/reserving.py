"""Keeping a case's count of supporting bytes true: every caller holds the case's lock."""

from datetime import datetime

from cases.models import UNDER_WAY, Case, FileState, Target
from cases.quota import UNNUMBERED, Held, reserve, used

COUNTED = (FileState.INSPECTING, FileState.ACCEPTED)


def held(case: Case) -> list[Held]:
    """What takes up room: files that stand or are inspected, and uploads under way; refused and dropped ones do not.

    Asks the database nothing where `queries.with_parts` read the case.
    """
    files = {one.pk: one for one in case.files.all()}
    found = [Held(one.pk, one.title, one.size, one.replaces_id) for one in files.values() if one.state in COUNTED]
    for upload in case.uploads.all():
        if upload.state in UNDER_WAY and upload.target == Target.SUPPORTING:
            replaced = files.get(upload.replaces_id or UNNUMBERED)
            found.append(Held(UNNUMBERED, upload.title, upload.size, replaced.place_id if replaced else None))
    return found


def take_room(case: Case, *, size: int, replaces: int | None = None) -> None:
    """Count a file in before its row is written. Refuses: QuotaSpent. The constraint on the case stands behind."""
    _write(case, reserve(held(case), size=size, limit=case.call.supporting_bytes, replaces=replaces))


def recount(case: Case) -> None:
    """Count again from the rows, after files were accepted, refused or taken away, or uploads ended."""
    _write(case, used(held(case)))


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
