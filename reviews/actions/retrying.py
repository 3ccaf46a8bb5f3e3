"""Giving failed jobs another try."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from kernel import audit, jobs
from kernel.errors import Refusal
from kernel.models import Job, JobState


class NotFailed(Refusal):
    code = "not_failed"
    sentence = "这项任务没有失败，或已经重新开始。请刷新页面。"


@transaction.atomic(durable=True)
def retry_job(*, job_id: int, actor: User, now: datetime) -> Job:
    """Give a failed job three more attempts. Locks the job. Refuses: NotFailed."""
    row = Job.objects.select_for_update().get(pk=job_id)
    if row.state != JobState.FAILED:
        raise NotFailed
    jobs.retry(row.pk)
    audit.record(verb="job.retry", subject=row, actor=actor, now=now, kind=row.kind)
    return row
