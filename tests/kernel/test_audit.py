"""The audit trail can be written and read, and by nobody bent."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from kernel import audit
from kernel.database import as_owner
from kernel.models import AuditEntry
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_entry_holds_who_what_and_when(now: datetime) -> None:
    user = make_user()
    audit.record(verb="user.test", subject=user, actor=user, now=now, province_code="42", before="a", after="b")
    entry = audit.history(user).get()
    assert (entry.at, entry.actor_id, entry.verb, entry.subject, entry.facts) == (
        now,
        user.pk,
        "user.test",
        "accounts.user",
        {"before": "a", "after": "b"},
    )


@pytest.mark.parametrize("change", ["UPDATE kernel_auditentry SET verb = 'x'", "DELETE FROM kernel_auditentry"])
def test_the_application_role_may_not_change_an_entry(change: str, now: datetime) -> None:
    user = make_user()
    audit.record(verb="user.test", subject=user, actor=user, now=now)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert audit.history(user).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    ["UPDATE kernel_auditentry SET verb = 'x'", "DELETE FROM kernel_auditentry", "TRUNCATE kernel_auditentry"],
)
def test_not_even_the_owner_changes_an_entry(change: str, now: datetime) -> None:
    user = make_user()
    audit.record(verb="user.test", subject=user, actor=user, now=now)
    with as_owner(), pytest.raises(DatabaseError, match="append only"), connection.cursor() as cursor:
        cursor.execute(change)
    assert AuditEntry.objects.filter(subject_id=str(user.pk)).exists()
