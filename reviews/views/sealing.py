"""The seal on a province's ranked list, at the province's desk and at the centre's."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.http import Request
from accounts.models import Province
from accounts.policy import Role
from calls.models import Call
from calls.policy import TYPE_SHORT
from cases.lifecycle import STATE_NAMES
from kernel.errors import Refusal
from reviews import policy
from reviews.actions import sealing
from reviews.forms.deciding import OpenForm
from reviews.forms.numbers import number
from reviews.queries import screening as queries
from reviews.queries.sealing import administrators, seal_of
from reviews.views.desk import desk_of


@requires(Role.PROVINCE)
@require_POST
def screening_seal(request: Request) -> HttpResponse:
    """`act`: seal (with `count` and `resolved`), confirm (with `digest`) or undo."""
    desk = desk_of(request)
    if desk.call is None:
        return redirect("screening_home")
    common: dict[str, Any] = {
        "call_id": desk.call.pk,
        "province_id": desk.province.pk,
        "actor": request.user,
        "now": request.now,
    }
    digest, count = request.POST.get("digest", ""), number(request.POST.get("count", "")) or 0
    acts: dict[str, tuple[Callable[[], object] | None, str]] = {
        "seal": (
            lambda: sealing.seal_list(**common, count=count, resolved="resolved" in request.POST),
            "名单已封存，等第二个人确认。",
        ),
        "confirm": (lambda: sealing.confirm_list(**common, digest=digest), "名单已确认封存，可以打印正式的推荐函。"),
        "undo": (lambda: sealing.undo_seal(**common), "已撤销封存，名单可以再改。"),
    }
    act, words = acts.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        messages.error(request, "没有收到您要做的操作，名单没有变。请在页面上点“封存”“确认”或“撤销”按钮，再试一次。")
        return redirect(f"{reverse('screening_recommendations')}?call={desk.call.slug}")
    try:
        act()
        messages.success(request, words)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(f"{reverse('screening_recommendations')}?call={desk.call.slug}")


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_list(request: Request, slug: str, code: str) -> HttpResponse:
    """A province's ranked list and its seal. POST `act`: confirm where the province has nobody else, or open."""
    call, province = get_object_or_404(Call, slug=slug), get_object_or_404(Province, code=code)
    form = OpenForm(request.POST if request.POST.get("act") == "open" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        _act(request, call, province, form)
        return redirect("centre_list", slug, code)
    seal = seal_of(province, call)
    admins = administrators(province.pk)
    context = {
        "call": call,
        "unit": province,
        "rows": queries.ranked(province, call),
        "places": queries.places(province, call),
        "listseal": seal,
        "admins": admins,
        "second_wanted": seal is not None and policy.nobody_besides(seal.sealed_by_id, [one.user_id for one in admins]),
        "recommending": policy.may_recommend(call.dates, request.now),
        "kinds": list(TYPE_SHORT.items()),
        "state_names": {str(state): words for state, words in STATE_NAMES.items()},
        "form": form,
    }
    return render(request, "centre/list.html", context)


def _act(request: Request, call: Call, province: Province, form: OpenForm) -> None:
    """Confirm the list, or open it where the form of the reason was sent."""
    common: dict[str, Any] = {
        "call_id": call.pk,
        "province_id": province.pk,
        "actor": request.user,
        "now": request.now,
    }
    try:
        if form.is_bound:
            sealing.open_list(**common, reason=form.cleaned_data["reason"])
            messages.success(request, "名单已解封，省级管理员会收到消息。")
        else:
            sealing.confirm_list(**common, digest=request.POST.get("digest", ""))
            messages.success(request, "名单已确认封存。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
