"""The centre's overview of a call."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import PHASE_NAMES, Phase
from calls.queries import every_call
from cases.lifecycle import STATE_NAMES
from reviews.queries import centre as queries
from reviews.queries.progress import Progress, progress_of_provinces

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


BEFORE_REVIEW = (Phase.UPCOMING, Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION)


@requires(Role.CENTRE)
@require_safe
def centre_home(request: Request) -> HttpResponse:
    calls = every_call()
    call = queries.chosen_call(request.GET.get("call", ""), request.now, among=calls)
    context: dict[str, object] = {"chosen": call, "calls": calls}
    if call is not None:
        phase = call.phase(request.now)
        early = phase in BEFORE_REVIEW
        numbers = queries.overview(call)
        progress = progress_of_provinces(call, request.now) if early else []
        moment = AFTER.get(phase)
        context |= {
            "phase": PHASE_NAMES[phase],
            "deciding": phase in (Phase.REVIEW, Phase.DECISION),
            "next_at": getattr(call, moment[0]) if moment else None,
            "next_words": moment[1] if moment else "",
            "numbers": numbers,
            "funnel": _funnel(numbers),
            "states": [(words, str(state), numbers.states.get(str(state), 0)) for state, words in STATE_NAMES.items()],
            "lattice": _lattice(call, phase, progress),
            "waiting": _waiting(call, phase, numbers, progress),
            "others": _others(calls, call, request.now),
            "early": early,
            "draw": None if early else queries.last_draw(call),
            "loads": None if early else _loads(call),
        }
    return render(request, "centre/home.html", context)


def _lattice(call: Call, phase: Phase, progress: list[Progress]) -> dict[str, Any]:
    """Cases by province: those handed in while that is what comes in, then those recommended."""
    cases, handed_in = reverse("centre_cases"), phase in BEFORE_REVIEW and phase != Phase.RECOMMENDATION
    units = (
        {row.province.short: (row.province.code, row.handed_in if handed_in else row.recommended) for row in progress}
        if progress
        else queries.recommended_by_province(call)
    )
    most = max((n for _, n in units.values()), default=0) if handed_in else call.places
    return {
        "words": "报送" if handed_in else "推荐",
        "values": {short: n for short, (_, n) in units.items()},
        "links": {short: f"{cases}?call={call.slug}&province={code}" for short, (code, n) in units.items() if n},
        "steps": (max(most // 4, 1), max(most // 2, 2), max(most * 3 // 4, 3), max(most, 4)),
        "many": "多" if handed_in else f"满 {call.places}",
    }


def _others(calls: list[Call], chosen: Call, now: datetime) -> list[tuple[Call, str, str, Any]]:
    """The other calls under way: phase, what ends it and when; work may wait there too."""
    found = []
    for call in calls:
        moment = AFTER.get(call.phase(now))
        if call.pk != chosen.pk and moment:
            found.append((call, PHASE_NAMES[call.phase(now)], moment[1], getattr(call, moment[0])))
    return found


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


LAGGING = [
    ("nobody", "个单位还没有管理员", "请核实联系人，发激活码"),
    ("no_cases", "个单位还没有报送", "可以提醒管理员"),
    ("unscreened", "个单位还没开始初筛", "可以提醒管理员"),
    ("unrecommended", "个单位还没开始推荐", "可以提醒管理员"),
]


def _lagging(call: Call, progress: list[Progress]) -> list[Waiting]:
    """The provinces that lag while they are to screen and recommend."""
    lags = Counter(row.lag for row in progress)
    address = reverse("centre_progress") + f"?call={call.slug}&show="
    return [
        (address + lag, f"{lags[lag]} {words}", small, "wait", "clock") for lag, words, small in LAGGING if lags[lag]
    ]


def _waiting(call: Call, phase: Phase, numbers: queries.Overview, progress: list[Progress]) -> list[Waiting]:
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
    if sealed := [row for row in progress if row.for_the_centre]:
        first = reverse("centre_list", args=[call.slug, sealed[0].province.code])
        address = first if len(sealed) == 1 else reverse("centre_progress") + of_call
        words = "、".join(row.province.short for row in sealed[:3]) + ("等" if len(sealed) > 3 else "")
        found.append((address, f"{len(sealed)} 个单位的推荐名单待复核", f"{words}只有一位管理员", "act", "lock"))
    found += _lagging(call, progress)
    if phase == Phase.REVIEW and numbers.lacking:
        found.append((assignment, f"{numbers.lacking} 件案例的专家不够", "请分配，或单独补派", "wait", "clock"))
    if phase == Phase.REVIEW and numbers.hidden:
        found.append((assignment, f"{numbers.hidden} 项分配还没有发放", "发放后专家才能看到", "act", "mail"))
    if numbers.doubts:
        found.append(
            (
                decisions + "&mark=doubt&grade=open",
                f"{numbers.doubts} 件被专家标出存疑",
                "评定前请先核查",
                "bad",
                "flag",
            )
        )
    if phase == Phase.DECISION and numbers.undecided:
        found.append((decisions + "&grade=open", f"{numbers.undecided} 件还没有评定", "评分已截止", "act", "pen"))
    if numbers.failed:
        found.append((reverse("centre_jobs"), f"{numbers.failed} 项任务失败", "已自动重试，可手动再试", "bad", "alert"))
    return found
