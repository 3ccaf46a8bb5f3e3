"""Confirming and publishing on real connections: neither waits for the other in a ring (R15)."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import OperationalError, connection, transaction

from calls.models import Call
from publishing.actions import publishing
from publishing.models import Notice
from tests import factories

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def written_meanwhile(call: Call, hold: Callable[[], object]) -> list[BaseException]:
    """Errors of a row written for the call on a second connection while the first holds what `hold` locks."""
    errors: list[BaseException] = []
    by = factories.make_centre()

    def write() -> None:
        try:
            with transaction.atomic():
                connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
                Notice.objects.create(call=call, title="通知", body="。", published_at=call.submission_opens_at, by=by)
        except OperationalError as error:
            errors.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        hold()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=30)
    return errors


def test_control_a_full_lock_of_the_call_keeps_the_jobs_rows_out() -> None:
    call = factories.make_call(phase="decision")
    assert written_meanwhile(call, lambda: Call.objects.select_for_update().get(pk=call.pk))


def test_confirming_holds_the_call_and_lets_the_job_write_its_rows(now: datetime) -> None:
    """The job holds the publication and writes rows of the call; who confirms holds the call, then wants the other."""
    call = factories.make_call(phase="decision", now=now)
    assert not written_meanwhile(call, lambda: publishing._hold(call.pk, now))
