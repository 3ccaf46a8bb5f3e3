"""The overview of a province: phase, numbers, places left, what to do next."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.models import User
from accounts.policy import Role
from cases.lifecycle import VERB_NAMES, Verb
from reviews.queries import overview
from reviews.queries import screening as queries
from reviews.queries.sealing import seal_of
from reviews.views.desk import Desk, desk_of

TONES = {
    Verb.RECOMMEND: "done",
    Verb.MARK_ELIGIBLE: "done",
    Verb.RETURN: "wait",
    Verb.TAKE_BACK: "wait",
    Verb.DECLINE: "bad",
    Verb.DISQUALIFY: "bad",
}


def short_moment(at: datetime, *, end: bool = False) -> str:
    """10月15日 18:00; a half-open `end` at midnight is, for people, 24:00 of the day before."""
    local = timezone.localtime(at)
    if end and (local.hour, local.minute) == (0, 0):
        return f"{(day := local - timedelta(days=1)).month}月{day.day}日 24:00"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _next_steps(
    desk: Desk, user: User, numbers: dict[str, Any], begun: overview.Begun | None
) -> list[tuple[str, str, str, str, str]]:
    """What waits for the province, as the arguments of `ui.lack`: address, words, small words, tone, icon."""
    pile = reverse("screening_cases")
    judged = numbers["waiting"] - numbers["unread"]
    steps = []
    seal = seal_of(desk.province, desk.call) if desk.call and desk.places.sealed else None
    if seal and seal.confirmed_at is None:
        mine = seal.sealed_by_id == user.pk
        words = "等第二个人确认" if mine else f"{seal.sealed_by.name}封存，请您核对后确认"
        address = reverse("screening_recommendations")
        steps.append((address, f"推荐名单 {seal.count} 件已封存", words, "wait" if mine else "act", "flag"))
    if begun:
        words = f"{short_moment(begun.at)} 打开过，还没有决定"
        steps.append((reverse("screening_case", args=[begun.pk]), f"接着看“{begun.title}”", words, "act", "arrow"))
    if numbers["unread"]:
        words = "一边看一边核对，看完就是下一件"
        steps.append((f"{pile}?unread=1", f"还有 {numbers['unread']} 件没有看", words, "", "alert"))
    if numbers["again"]:
        words = f"{numbers['again']} 件退回修改的案例已重新报送"
        steps.append((f"{pile}?state=again", words, "请复看后再决定", "act", "undo"))
    if judged:
        words = "合格、不推荐，或退回修改"
        steps.append((f"{pile}?state=undecided", f"{judged} 件看过了还没有决定", words, "wait", "clock"))
    if desk.may_recommend and numbers["eligible"] and desk.places.left:
        words = f"还有 {desk.places.left} 个名额，不必用满"
        steps.append((f"{pile}?state=eligible", f"{numbers['eligible']} 件备选案例可以推荐", words, "act", "flag"))
    if numbers["incomplete"]:
        words = f"{numbers['incomplete']} 件备选案例的材料还在检查"
        steps.append((f"{pile}?state=eligible", words, "检查完才能推荐", "wait", "clock"))
    if numbers["returned"] and numbers["back_at"]:
        words = f"最早的一件 {short_moment(numbers['back_at'], end=True)} 到期"
        steps.append((f"{pile}?state=returned", f"{numbers['returned']} 件等作者改好重交", words, "wait", "clock"))
    return steps


@requires(Role.PROVINCE)
@require_safe
def screening_home(request: Request) -> HttpResponse:
    """Phase, numbers, places left, what to do next."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    morning = timezone.localtime(request.now).replace(hour=0, minute=0, second=0, microsecond=0)
    numbers = queries.numbers(desk.province, desk.call, since=morning - timedelta(days=1))
    begun = overview.left_open(request.user, desk.province, desk.call) if desk.may_screen else None
    trail = [
        (one.at, one.name or "平台", VERB_NAMES[one.verb], one.title, TONES.get(one.verb, ""))
        for one in overview.recent(desk.province, desk.call)
    ]
    context = {
        "desk_of": desk,
        "numbers": numbers,
        "steps": _next_steps(desk, request.user, numbers, begun) if desk.may_screen else [],
        "cities": queries.by_city(desk.province, desk.call),
        "colleagues": list(overview.workload(desk.province, desk.call, morning)),
        "trail": trail,
    }
    return render(request, "screening/home.html", context)
