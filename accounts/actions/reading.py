"""Reading one's messages."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from kernel.models import Message


@transaction.atomic(durable=True)
def mark_read(*, user: User, ids: Sequence[int], now: datetime) -> int:
    """Count these messages of the user as read; how many were unread."""
    return Message.objects.filter(user=user, pk__in=ids, read_at__isnull=True).update(read_at=now)
