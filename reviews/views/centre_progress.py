"""The centre's page of how far each province has come, with reminders to those that lag (R10, R13)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import PHASE_NAMES, Phase
from calls.queries import every_call
from kernel.errors import Refusal
from reviews.actions import pressing
from reviews.queries import centre as queries
from reviews.queries.progress import LAGS, Progress, progress_of_provinces

OPEN = (Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION)
SORTS = {
    "handed_in": lambda row: row.handed_in,
    "unscreened": lambda row: row.unscreened,
    "recommended": lambda row: row.recommended,
}


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_progress(request: Request) -> HttpResponse:
    """POST: remind the administrators of the marked provinces (`province`, by code)."""
    calls = every_call()
    call = queries.chosen_call(request.GET.get("call", ""), request.now, *OPEN, among=calls)
    if call is None:
        return render(request, "centre/progress.html", {"chosen": None, "calls": calls})
    if request.method == "POST":
        _remind(request, call)
        kept = request.GET.copy()
        kept["call"] = call.slug
        return redirect(f"{reverse('centre_progress')}?{kept.urlencode()}")
    return render(request, "centre/progress.html", {"chosen": call, "calls": calls, **_page(request, call)})


def shown(request: Request, rows: list[Progress]) -> list[Progress]:
    """Those provinces that the request's filter leaves, in the order it asks for."""
    wanted, sort = request.GET.get("show", ""), request.GET.get("sort", "")
    found = [row for row in rows if not wanted or row.lag == wanted]
    return sorted(found, key=SORTS[sort], reverse=True) if sort in SORTS else found


def _page(request: Request, call: Call) -> dict[str, Any]:
    rows, phase = progress_of_provinces(call, request.now), call.phase(request.now)
    return {
        "rows": shown(request, rows),
        "units": len(rows),
        "totals": {name: sum(getattr(row, name) for row in rows) for name in COUNTS},
        "lags": LAGS,
        "shows": [(key, words, sum(row.lag == key for row in rows)) for key, words in LAGS.items()],
        "show": request.GET.get("show", ""),
        "sort": request.GET.get("sort", ""),
        "open": phase in OPEN,
        "phase": PHASE_NAMES[phase],
    }


COUNTS = ("handed_in", "unscreened", "returned", "eligible", "recommended")


def _remind(request: Request, call: Call) -> None:
    try:
        count = pressing.remind_provinces(
            call_id=call.pk, codes=request.POST.getlist("province"), actor=request.user, now=request.now
        )
        messages.success(request, f"已提醒 {count} 个单位的管理员，他们会收到邮件和站内消息。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
