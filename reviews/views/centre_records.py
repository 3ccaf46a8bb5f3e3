"""The centre's page of jobs, and of what the night's look at the files has found."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases.queries import last_verification, open_faults
from kernel.errors import Refusal
from kernel.models import Job, JobState
from reviews import records
from reviews.actions.retrying import retry_job
from reviews.forms.numbers import number
from reviews.queries import centre as queries
from reviews.queries.trail import numbers_of

PAGE = 50
FAULTS = 100


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_jobs(request: Request) -> HttpResponse:
    """POST: give the failed job `job` another try."""
    if request.method == "POST":
        chosen = number(request.POST.get("job", ""))
        try:
            if chosen is not None:
                retry_job(job_id=chosen, actor=request.user, now=request.now)
                messages.success(request, "任务已重新开始。")
        except Job.DoesNotExist:
            messages.error(request, "没有找到这项任务。请刷新页面。")
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        return redirect("centre_jobs")
    page = Paginator(queries.jobs_to_show(), PAGE).get_page(request.GET.get("page"))
    jobs = list(page.object_list)
    cases = numbers_of({job.args["case_id"] for job in jobs if "case_id" in job.args})
    faults = open_faults()
    context = {
        "page": page,
        "verification": last_verification(),
        "fault_count": faults.count(),
        "faults": list(faults[:FAULTS]),
        "rows": [
            (job, records.job_words(job.kind), cases.get(job.args.get("case_id"), ""), JobState(job.state).label)
            for job in jobs
        ],
    }
    return render(request, "centre/jobs.html", context)
