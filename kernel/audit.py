"""The audit trail: who did what to which thing, when."""

from datetime import datetime
from typing import Any

from django.db import models

from kernel.models import AuditEntry


def record(
    *,
    verb: str,
    subject: models.Model,
    actor: models.Model | None,
    now: datetime,
    call_id: int | None = None,
    province_code: str = "",
    **facts: Any,
) -> None:
    """Append one entry in the caller's transaction. `actor` None is the portal itself.

    `facts` hold states, numbers and codes, never names, contact details or other personal values.
    """
    AuditEntry.objects.create(
        at=now,
        actor_id=actor.pk if actor is not None else None,
        verb=verb,
        subject=subject._meta.label_lower,
        subject_id=str(subject.pk),
        call_id=call_id,
        province_code=province_code,
        facts=facts,
    )


def history(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """All entries about one thing, oldest first."""
    return AuditEntry.objects.filter(subject=subject._meta.label_lower, subject_id=str(subject.pk))
