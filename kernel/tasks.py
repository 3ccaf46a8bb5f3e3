"""What Celery knows: run one job, sweep, tick. Messages carry an id and nothing else."""

import logging

from celery import shared_task

from kernel import jobs, letters

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
