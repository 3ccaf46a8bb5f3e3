"""Periods of keeping: what is due goes with a record and without a trace of whom it was about; the rest stays."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.actions.consenting import note_registration
from accounts.models import ActivationCode, ContactSheet, DataCopy, Session, User
from cases.lifecycle import State
from cases.models import Case, CaseAuthor
from kernel import retention
from kernel.models import AuditEntry, Deletion, Job, Letter, Message
from tests import factories

pytestmark = pytest.mark.django_db
MOBILE = "19900001234"


def make(now: datetime, age: timedelta) -> None:
    """One row of every kind whose days began so long ago, each with what may point to it."""
    at = now - age
    Letter.objects.create(channel="sms", recipient=MOBILE, body="验证码", created_at=at)
    reader = factories.make_user(last_login=at)
    Message.objects.create(user=reader, text="已报送", at=at)
    Session.objects.create(session_key=f"{age.days}", session_data="", expire_date=at, seen_at=at)
    DataCopy.objects.create(user=reader, asked_at=at, made_at=at, contents=MOBILE)
    ActivationCode.objects.create(
        invited_by=reader, province=factories.province(), name="受邀人", email="c@d.cn", public_id=f"I{age.days}",
        salt="0", digest="0", created_at=at, expires_at=at,
    )  # fmt: skip
    unused = factories.make_user("从未来过", date_joined=at)
    note_registration(unused, at)
    EmailAddress.objects.create(user=unused, email=str(unused.email))
    call = factories.make_call(now=at)
    type(call).objects.filter(pk=call.pk).update(results_due_at=at, submission_closes_at=at)
    factories.make_case(call=call, author=factories.make_user(date_joined=at, last_login=at))
    factories.make_case(call=call, state=State.DECLINED, author=factories.make_user(date_joined=at, last_login=at))
    home = factories.province()
    ContactSheet.objects.create(call=call, province=home, unit="省电教馆", mobile=MOBILE, email="a@b.cn", sent_at=at)


def left() -> dict[str, int]:
    return {
        "letters": Letter.objects.count(),
        "messages": Message.objects.count(),
        "sessions": Session.objects.count(),
        "copies": DataCopy.objects.count(),
        "registrations": User.objects.filter(name="从未来过").count(),
        "drafts": Case.objects.filter(state=State.DRAFT).count(),
        "mobiles": CaseAuthor.objects.exclude(mobile="").count(),
        "invitations": ActivationCode.objects.exclude(email="").count(),
        "sheets": ContactSheet.objects.exclude(mobile="").count(),
    }


def test_every_kind_has_its_days_and_every_number_a_kind() -> None:
    assert set(retention.KINDS) == set(settings.RETENTION_DAYS) == set(left())


def test_on_the_date_it_goes_and_the_day_before_it_stays(now: datetime) -> None:
    make(now, timedelta(days=2000))
    make(now, timedelta(hours=1))
    before = left()
    assert min(before.values()) >= 2
    said = io.StringIO()
    call_command("delete_due", "--dry-run", stdout=said)
    assert left() == before and "什么也没有删除" in said.getvalue()
    found = retention.delete_due(now)
    # A draft takes its author along.
    assert found == {**dict.fromkeys(found, 1), "mobiles": found["mobiles"]} and 1 <= found["mobiles"] <= 2
    assert left() == {**dict.fromkeys(before, 1), "mobiles": 2}
    assert set(retention.delete_due(now).values()) == {0}


@pytest.mark.parametrize("kind", sorted(settings.RETENTION_DAYS))
def test_the_days_of_the_setting_decide(kind: str, now: datetime) -> None:
    days = settings.RETENTION_DAYS[kind]
    make(now, timedelta(days=days, seconds=-30))
    assert retention.KINDS[kind].rows(now).count() == 0
    assert retention.KINDS[kind].rows(now + timedelta(minutes=1)).count() >= 1


def test_a_deletion_is_on_record_without_whom_it_was_about(now: datetime) -> None:
    make(now, timedelta(days=2000))
    retention.delete_due(now)
    rows = {row.kind: (row.count, row.days) for row in Deletion.objects.all()}
    assert rows["letters"] == (1, 180) and set(rows) == set(retention.KINDS)
    entries = AuditEntry.objects.filter(verb="retention.delete")
    assert entries.count() == len(rows)
    for entry in entries:
        assert set(entry.facts) == {"kind", "count", "days"} and MOBILE not in str(entry.facts)


def test_who_has_a_role_or_a_case_is_no_unused_registration(now: datetime) -> None:
    long_ago = now - timedelta(days=400)
    kept = [
        factories.make_admin(date_joined=long_ago), factories.make_centre(date_joined=long_ago),
        factories.make_user(date_joined=long_ago, last_login=long_ago),
        factories.make_case(author=factories.make_user(date_joined=long_ago)).submitter,
    ]  # fmt: skip
    retention.delete_due(now)
    assert User.objects.filter(pk__in=[user.pk for user in kept]).count() == len(kept)


@pytest.mark.parametrize(("hour", "promised"), [(1, 0), (2, 1), (4, 1), (5, 0), (14, 0)])
def test_it_is_promised_once_a_night(hour: int, promised: int, monkeypatch: pytest.MonkeyPatch) -> None:
    here = timezone.localtime().replace(hour=hour)
    monkeypatch.setattr(retention.timezone, "localtime", lambda: here)
    for _ in range(2):
        retention.ask_to_delete.__wrapped__()  # type: ignore[attr-defined]
    assert Job.objects.filter(kind="kernel.delete_due").count() == promised


def test_the_notice_tells_the_periods(client: Any) -> None:
    page = client.get("/privacy/").content.decode()
    for kind in retention.KINDS.values():
        assert kind.words in page
    assert f">{settings.RETENTION_DAYS['mobiles']}<" in page and f">{settings.AUDIT_KEPT_DAYS}<" in page
