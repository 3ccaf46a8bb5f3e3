"""Ending sessions: what somebody does who finds one that is not theirs, and what a changed password does to all."""

from datetime import datetime

from django.db import transaction

from accounts.models import Session, User
from accounts.queries import number_of
from kernel import audit


@transaction.atomic(durable=True)
def end_session(*, user: User, number: str, now: datetime) -> bool:
    """End one of the user's sessions by what the list calls it; False where it is over already, or another's."""
    keys = Session.objects.filter(user=user).values_list("session_key", flat=True)
    return bool(_end(user, [key for key in keys if number_of(key) == number], now))


@transaction.atomic
def end_other_sessions(*, user: User, keep: str, now: datetime) -> int:
    """End all of the user's sessions but the one with the key `keep`; how many."""
    keys = Session.objects.filter(user=user).exclude(session_key=keep).values_list("session_key", flat=True)
    return _end(user, list(keys), now)


def _end(user: User, keys: list[str], now: datetime) -> int:
    count = Session.objects.filter(session_key__in=keys).delete()[0]
    if count:
        audit.record(verb="session.end", subject=user, actor=user, now=now, sessions=count)
    return count
