"""Reading calls: which is current, which are published."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from calls.models import Call
from calls.policy import Phase
from kernel.rows import Table, fetch


def current(now: datetime) -> Call | None:
    """The call that the home page speaks of: one open for hand-in, else the next to open, else the newest begun."""
    calls = list(Call.objects.all()[:20])
    for wanted in (Phase.SUBMISSION, Phase.UPCOMING):
        found = [call for call in calls if call.phase(now) == wanted]
        if found:
            return min(found, key=lambda call: call.submission_closes_at)
    return calls[0] if calls else None


CALLS = Table(Call, "k")


def every_call() -> list[Call]:
    """All calls, the newest first: a handful, however old the portal gets. One query."""
    sql = f"SELECT {CALLS.columns} FROM calls_call k ORDER BY k.submission_opens_at DESC, k.id DESC"
    return [call for (call,) in fetch(sql, [], CALLS)]


def published(now: datetime) -> QuerySet[Call]:
    return Call.objects.filter(published_at__lte=now)


def reaching(moment: str, field: str, now: datetime, *, ahead: timedelta = timedelta()) -> QuerySet[Call]:
    """Calls whose date `field` has come, or comes within `ahead`, and whose moment has not been noted yet."""
    return Call.objects.filter(**{f"{field}__lte": now + ahead}).exclude(reached__moment=moment)
