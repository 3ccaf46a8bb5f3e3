"""The centre's overview of a call."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import PHASE_NAMES, Phase
from cases.lifecycle import STATE_NAMES
from reviews.queries import centre as queries

Waiting = tuple[str, str, str, str, str]
"""Address, words, small words, tone and sign of something that waits for the centre."""

AFTER = {
    Phase.UPCOMING: ("submission_opens_at", "报送开始"),
    Phase.SUBMISSION: ("submission_closes_at", "报送截止"),
    Phase.SCREENING: ("recommendation_opens_at", "省级推荐开始"),
    Phase.RECOMMENDATION: ("recommendation_closes_at", "省级推荐截止"),
    Phase.REVIEW: ("scoring_closes_at", "评分截止"),
    Phase.DECISION: ("results_due_at", "计划公布"),
}


@requires(Role.CENTRE)
@require_safe
def centre_home(request: Request) -> HttpResponse:
    call = queries.chosen_call(request.GET.get("call", ""), request.now)
    context: dict[str, object] = {"chosen": call, "calls": queries.calls()}
    if call is not None:
        phase = call.phase(request.now)
        numbers = queries.overview(call)
        units = queries.recommended_by_province(call)
        moment = AFTER.get(phase)
        cases = reverse("centre_cases")
        context |= {
            "phase": PHASE_NAMES[phase],
            "deciding": phase in (Phase.REVIEW, Phase.DECISION),
            "next_at": getattr(call, moment[0]) if moment else None,
            "next_words": moment[1] if moment else "",
            "numbers": numbers,
            "funnel": _funnel(numbers),
            "states": [(words, str(state), numbers.states.get(str(state), 0)) for state, words in STATE_NAMES.items()],
            "lattice_values": {short: n for short, (_, n) in units.items()},
            "lattice_links": {short: f"{cases}?call={call.slug}&province={code}" for short, (code, _) in units.items()},
            "steps": (max(call.places // 4, 1), max(call.places // 2, 2), max(call.places * 3 // 4, 3), call.places),
            "waiting": _waiting(call, phase, numbers),
            "draw": queries.last_draw(call),
            "loads": _loads(call),
        }
    return render(request, "centre/home.html", context)


def _funnel(numbers: queries.Overview) -> list[tuple[str, int]]:
    return [
        ("开始填写", numbers.begun),
        ("已报送", numbers.handed_in),
        ("省级推荐", numbers.recommended),
        ("进入评审", numbers.reviewed),
        ("评分交齐", numbers.scored),
    ]


def _loads(call: Call) -> tuple[int, int, int] | None:
    """Experts with cases, and the smallest and largest load among them."""
    given = [expert.given for expert in queries.experts_with_loads(call) if expert.given]
    return (len(given), min(given), max(given)) if given else None


def _waiting(call: Call, phase: Phase, numbers: queries.Overview) -> list[Waiting]:
    """What waits for somebody at the centre, each with the way to it."""
    of_call = f"?call={call.slug}"
    assignment, decisions = reverse("centre_assignment") + of_call, reverse("centre_decisions") + of_call
    found: list[Waiting] = []
    if numbers.sheets:
        found.append(
            (
                "/centre/provinces/",
                f"{numbers.sheets} 份联系人信息表待核实",
                "核实后再发激活码",
                "act",
                "phone",
            )
        )
    if phase == Phase.REVIEW and numbers.lacking:
        found.append((assignment, f"{numbers.lacking} 件案例的专家不够", "请分配，或单独补派", "wait", "clock"))
    if phase == Phase.REVIEW and numbers.hidden:
        found.append((assignment, f"{numbers.hidden} 项分配还没有发放", "发放后专家才能看到", "act", "mail"))
    if numbers.doubts:
        found.append((decisions + "&mark=doubt", f"{numbers.doubts} 件被专家标出存疑", "评定前请先核查", "bad", "flag"))
    if phase == Phase.DECISION and numbers.undecided:
        found.append((decisions + "&grade=open", f"{numbers.undecided} 件还没有评定", "评分已截止", "act", "pen"))
    if numbers.failed:
        found.append((reverse("centre_jobs"), f"{numbers.failed} 项任务失败", "已自动重试，可手动再试", "bad", "alert"))
    return found
