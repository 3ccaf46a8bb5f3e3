"""What Celery knows: run one job, sweep, tick. Messages carry an id and nothing else."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from kernel import heads, jobs, letters, retention, sealing

logger = logging.getLogger(__name__)


@shared_task(name="kernel.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="kernel.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()
    jobs.forget()


@shared_task(name="kernel.tick", ignore_result=True)
def tick() -> None:
    for run in jobs.TICKS:
        try:
            run()
        except Exception:  # one app's tick must not keep the clock of the others from moving
            logger.exception("tick %s.%s failed", run.__module__, run.__qualname__)


@jobs.job("kernel.send_letter", queue="mail")
def send_letter(*, letter_id: int) -> None:
    letters.send(letter_id)


@jobs.tick
def look_after_the_audit_trail() -> None:
    """What was appended is sealed within a minute or two; once a day the head leaves the database, and what is too old
    goes."""
    sealing.ask_to_seal()
    heads.ask_to_write()
    sealing.ask_to_forget()


@jobs.job("kernel.seal_audit", queue="critical")
def seal_audit(*, top: int, writing: list[str]) -> None:
    sealing.seal(top=top, writing=writing)


@jobs.job("kernel.write_audit_head", queue="critical")
def write_audit_head(*, day: str) -> None:
    heads.write(day=day)


@jobs.job("kernel.forget_audit", queue="critical")
def forget_audit() -> None:
    sealing.forget(days=settings.AUDIT_KEPT_DAYS)


@jobs.tick
def look_for_what_is_due() -> None:
    """Once a night what has been kept for its whole period is deleted by a job."""
    retention.ask_to_delete()


@jobs.job("kernel.delete_due", queue="export")
def delete_due() -> None:
    retention.delete_due(timezone.now())
