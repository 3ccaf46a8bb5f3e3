"""What Celery knows: run one job, sweep, tick. Messages carry an id and nothing else."""

from celery import shared_task

from kernel import jobs, letters


@shared_task(name="kernel.run_job", ignore_result=True)
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="kernel.sweep", ignore_result=True)
def sweep() -> None:
    jobs.sweep()


@shared_task(name="kernel.tick", ignore_result=True)
def tick() -> None:
    for run in jobs.TICKS:
        run()


@jobs.job("kernel.send_letter", queue="mail")
def send_letter(*, letter_id: int) -> None:
    letters.send(letter_id)
