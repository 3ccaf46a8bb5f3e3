"""The centre's pages of jobs and of the audit trail."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import provinces
from cases.queries import last_verification, open_faults
from kernel.errors import Refusal
from kernel.models import Job, JobState
from reviews import records
from reviews.actions.retrying import retry_job
from reviews.forms.deciding import AuditForm
from reviews.forms.numbers import number
from reviews.queries import centre as queries
from reviews.queries.trail import Names, names_in, numbers_of, trail

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


def _named(facts: dict[str, Any], names: Names) -> dict[str, Any]:
    """The facts with names for ids; the case stands under the thing already, a lone case or a list of them does not."""
    kept = {name: value for name, value in facts.items() if name != "case_id"}
    if "expert_id" in kept:
        kept["expert_id"] = names.experts.get(kept["expert_id"], "")
    if isinstance(kept.get("cases"), list):
        kept["cases"] = f"{len(kept['cases'])} 件"
    return kept


@requires(Role.CENTRE)
@require_safe
def centre_audit(request: Request) -> HttpResponse:
    form = AuditForm(request.GET)
    clean = form.cleaned_data if form.is_valid() else {**form.cleaned_data, "day": None}
    entries = trail(**clean)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    names = names_in(shown)
    units = list(provinces().values_list("code", "short"))
    short = dict(units)
    context = {
        "page": page,
        "form": form,
        "rows": [
            {
                "at": entry.at,
                "who": names.users.get(entry.actor_id or 0, "系统"),
                "verb": records.verb_words(entry.verb),
                "subject": records.subject_words(
                    entry.subject, names.of(entry.subject, entry.subject_id, entry.facts.get("case_id"))
                ),
                "province": short.get(entry.province_code, entry.province_code),
                "facts": records.facts_words(_named(entry.facts, names)),
            }
            for entry in shown
        ],
        "verb_options": [("", "全部动作"), *records.VERB_GROUPS],
        "province_options": [("", "全部省份"), *units],
    }
    return render(request, "centre/audit.html", context)
