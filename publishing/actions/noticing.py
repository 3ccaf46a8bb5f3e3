"""Writing, changing and deleting public notices and events (R16)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from kernel import audit, keeping
from publishing.models import Notice


def _record(verb: str, notice: Notice, *, actor: User, now: datetime) -> None:
    keeping.changed()
    audit.record(verb=verb, subject=notice, actor=actor, now=now, call_id=notice.call_id, kind=notice.kind)


@transaction.atomic(durable=True)
def post_notice(*, actor: User, now: datetime, **values: Any) -> Notice:
    """Write a notice; `values` are its fields but `by`. It is public from `published_at` on."""
    notice = Notice.objects.create(by=actor, **values)
    _record("notice.post", notice, actor=actor, now=now)
    return notice


@transaction.atomic(durable=True)
def change_notice(*, notice_id: int, actor: User, now: datetime, **values: Any) -> Notice:
    """Change a notice; locks its row."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    for field, value in values.items():
        setattr(notice, field, value)
    notice.save(update_fields=list(values))
    _record("notice.change", notice, actor=actor, now=now)
    return notice


@transaction.atomic(durable=True)
def delete_notice(*, notice_id: int, actor: User, now: datetime) -> None:
    """Take a notice away for good; that it was there stays in the audit trail."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    _record("notice.delete", notice, actor=actor, now=now)
    notice.delete()
