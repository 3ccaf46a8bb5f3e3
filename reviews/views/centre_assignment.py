"""The centre's page of experts, draw and release."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import TYPE_SHORT, Phase
from kernel.errors import Refusal
from kernel.models import JobState
from reviews.actions import assigning, pressing
from reviews.forms.numbers import number
from reviews.models import Draw
from reviews.queries import centre as queries
from reviews.queries import drawing
from reviews.queries.supply import supply

GAPS_SHOWN = 20


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_assignment(request: Request) -> HttpResponse:
    """POST: `draw` asks for a draw, `release` shows the hidden assignments to the experts.

    `remind` writes to the marked experts who still owe sheets; `relieve` gives what one of them owes to others.
    """
    call = queries.chosen_call(request.GET.get("call", ""), request.now, Phase.REVIEW)
    if request.method == "POST" and call is not None:
        _act(request, call)
        kept = request.GET.copy()
        kept["call"] = call.slug
        return redirect(f"{reverse('centre_assignment')}?{kept.urlencode()}")
    context: dict[str, Any] = {"chosen": call, "calls": queries.calls()}
    if call is not None:
        experts = list(queries.experts_with_loads(call))
        reminded = queries.reminded_at(call)
        gaps = list(queries.lacking(call)[: GAPS_SHOWN + 1])
        loads = [expert.given for expert in experts if expert.active]
        context |= {
            "experts": shown(request, experts),
            "registered": len(experts),
            "shows": [(value, words, sum(_pace(expert) == value for expert in experts)) for value, words in PACES],
            "show": request.GET.get("show", ""),
            "sort": request.GET.get("sort", ""),
            "reminded": reminded,
            "type_short": {str(kind): words for kind, words in TYPE_SHORT.items()},
            "cases": drawing.in_review(call).count(),
            "given": sum(expert.given for expert in experts),
            "hidden": sum(expert.hidden for expert in experts),
            "done": sum(expert.done for expert in experts),
            "loads": (min(loads), max(loads)) if loads else None,
            "gaps": gaps[:GAPS_SHOWN],
            "more_gaps": len(gaps) > GAPS_SHOWN,
            "supply": supply(call),
            "open": call.phase(request.now) == Phase.REVIEW,
            **_run(queries.last_draw(call)),
        }
    return render(request, "centre/assignment.html", context)


PACES = [("idle", "还没开始"), ("behind", "评分中"), ("done", "评完"), ("off", "停用")]


def shown(request: Request, experts: list[Any]) -> list[Any]:
    """Those experts that the request's filter leaves, in the order it asks for."""
    wanted = request.GET.get("show", "")
    found = [expert for expert in experts if not wanted or _pace(expert) == wanted]
    if request.GET.get("sort"):
        found.sort(key=lambda expert: expert.given - expert.done, reverse=True)
    return found


def _pace(expert: Any) -> str:
    """How far an expert with their counts has come: one of PACES, or nothing without released cases."""
    if not expert.active:
        return "off"
    if expert.given == expert.hidden:
        return ""
    return "done" if expert.done == expert.given else "behind" if expert.done else "idle"


def _act(request: Request, call: Call) -> None:
    try:
        if request.POST.get("act") == "remind":
            ids = [pk for pk in map(number, request.POST.getlist("expert")) if pk is not None]
            count = pressing.remind_experts(call_id=call.pk, expert_ids=ids, actor=request.user, now=request.now)
            messages.success(request, f"已提醒 {count} 位专家，他们会收到邮件和站内消息。")
        elif (expert := number(request.POST.get("relieve", ""))) is not None:
            count = pressing.take_cases_back(call_id=call.pk, expert_id=expert, actor=request.user, now=request.now)
            messages.success(request, f"已收回 {count} 件没有提交的案例，正在改派给其他专家。")
        elif request.POST.get("act") == "release":
            count = assigning.release_assignments(call_id=call.pk, actor=request.user, now=request.now)
            messages.success(request, f"已发放 {count} 项分配，专家会收到邮件和站内消息。")
        else:
            assigning.draw_experts(call_id=call.pk, actor=request.user, now=request.now)
            messages.success(request, "已开始分配。完成前可以离开这一页。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)


@requires(Role.CENTRE)
@require_safe
def centre_draw_run(request: Request, pk: int) -> HttpResponse:
    """The fragment that says how a draw is going; it asks for itself again until the draw is done."""
    draw = get_object_or_404(Draw.objects.defer("snapshot").select_related("asked_by"), pk=pk)
    return render(request, "centre/draw_run.html", _run(draw))


def _run(draw: Draw | None) -> dict[str, Any]:
    if draw is None:
        return {"draw": None, "running": False, "failed": False}
    job = queries.job_of(draw) if draw.done_at is None else None
    failed = job is not None and job.state == JobState.FAILED
    return {"draw": draw, "running": draw.done_at is None and not failed, "failed": failed}
