"""Provinces without a contact sheet are reminded before the date (R12)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts import tasks
from accounts.actions import contacting, reminding
from accounts.models import Province
from calls.models import Call
from kernel.models import Job, Letter, Message
from tests.accounts.test_activating import send
from tests.factories import make_admin, make_call, make_centre, province

pytestmark = pytest.mark.django_db


def due_in(now: datetime, days: float) -> Call:
    return make_call(phase="upcoming", now=now, contact_sheet_due_at=now + timedelta(days=days))


def reminded() -> list[str]:
    return sorted(Letter.objects.filter(purpose="sheet_reminder").values_list("recipient", flat=True))


def test_who_is_known_is_written_to_and_the_centre_hears_of_the_others(now: datetime) -> None:
    centre, call = make_centre(), due_in(now, 6)
    make_admin("42", email="admin@test.example")
    make_admin("43", email="sent@test.example")
    send(now, call=call, province=province("43"))
    earlier = send(now, call=make_call(phase="published", now=now), province=province("44"), email="old@test.example")
    contacting.accept_sheet(sheet_id=earlier.pk, assurance="电话回拨", actor=centre, now=now, send=False)
    Province.objects.exclude(code__in=("42", "43", "44", "45")).update(enabled=False)
    assert reminding.remind_of_sheets(call_id=call.pk, days=7, now=now) == 2
    assert reminded() == ["admin@test.example", "old@test.example"]
    words = Message.objects.get(user=centre).text
    assert "还有 3 个单位没有提交" in words and "1 个没有可用的邮箱，请电话联系：广西" in words


def test_a_second_run_of_the_job_writes_nobody_again(now: datetime) -> None:
    call = due_in(now, 6)
    make_admin("42")
    assert reminding.remind_of_sheets(call_id=call.pk, days=7, now=now) == 1
    assert reminding.remind_of_sheets(call_id=call.pk, days=7, now=now) == 0
    assert len(reminded()) == 1


@pytest.mark.parametrize(
    ("days_left", "promised", "written"),
    [(8, [], 0), (6.9, [7], 1), (1.9, [7, 2], 1), (-0.1, [7, 2], 0)],
    ids=["early", "a week", "two days", "over"],
)
def test_the_clock_decides_which_reminder_goes_out(
    days_left: float, promised: list[int], written: int, now: datetime, do_jobs: Any
) -> None:
    due_in(now, days_left)
    make_admin("42")
    for _ in range(2):
        tasks.ask_to_remind_of_sheets()
    jobs = Job.objects.filter(kind="accounts.remind_of_sheets").order_by("pk")
    assert [job.args["days"] for job in jobs] == promised
    do_jobs()
    assert Message.objects.count() == 0
    assert Letter.objects.filter(purpose="sheet_reminder").count() == written
