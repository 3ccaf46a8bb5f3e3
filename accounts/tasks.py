"""Jobs and ticks of the accounts app, and what of its own turns with the ring of keys."""

from datetime import timedelta

from accounts import two_step
from accounts.actions import reminding
from calls.queries import reaching
from kernel import clock
from kernel.jobs import job, tick
from kernel.rotation import ALSO


@tick
def ask_to_remind_of_sheets() -> None:
    """As the date for the contact sheets comes near, those who have not sent one hear of it from a job."""
    now = clock.now()
    for days in reminding.DAYS_BEFORE:
        ahead = timedelta(days=days)
        for call in reaching(reminding.moment(days), "contact_sheet_due_at", now, ahead=ahead):
            reminding.ask_to_remind(call_id=call.pk, days=days, now=now)


@job("accounts.remind_of_sheets", queue="mail")
def remind_of_sheets(*, call_id: int, days: int) -> None:
    reminding.remind_of_sheets(call_id=call_id, days=days, now=clock.now())


ALSO["mfa_authenticator.data"] = two_step.rotate
