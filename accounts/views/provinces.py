"""The centre's inbox of contact sheets, and the codes of every province (R12, R13)."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.actions.activating import accept_sheet, reject_sheet, resend_code, reveal_sheet, revoke_code
from accounts.forms.activation import AcceptForm, RejectForm
from accounts.http import Request
from accounts.models import ActivationCode, SheetState
from accounts.policy import Role
from accounts.queries import overview_of_provinces, sheets
from kernel.errors import Refusal


@requires(Role.CENTRE)
@require_safe
def centre_provinces(request: Request) -> HttpResponse:
    rows, wanted = overview_of_provinces(request.now), request.GET.get("show", "")
    context = {
        "rows": [(row, state) for row, state in rows if not wanted or state[0] == wanted],
        "units": len(rows),
        "shows": Counter(state[0] for _, state in rows).most_common(),
        "show": wanted,
        "waiting": sheets().filter(state=SheetState.NEW).order_by("sent_at", "pk"),
    }
    return render(request, "accounts/provinces.html", context)


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_sheet(request: Request, sheet_id: int) -> HttpResponse:
    """One contact sheet: read, accept with a note of how the sender was made sure of, or reject.

    Contact details are masked until somebody asks for them, which is recorded.
    """
    sheet = get_object_or_404(sheets(), pk=sheet_id)
    verb = request.POST.get("verb", "")
    accept = AcceptForm(request.POST if verb == "accept" else None)
    reject = RejectForm(request.POST if verb == "reject" else None)
    if verb == "reveal":
        reveal_sheet(sheet=sheet, actor=request.user, now=request.now)
    try:
        if verb == "accept" and accept.is_valid():
            accept_sheet(sheet_id=sheet.pk, actor=request.user, now=request.now, **accept.cleaned_data)
            return _next(request, f"已接收{sheet.province.short}的信息表，激活码正在发往 {sheet.email}。")
        if verb == "reject" and reject.is_valid():
            reject_sheet(sheet_id=sheet.pk, actor=request.user, now=request.now, **reject.cleaned_data)
            return _next(request, f"已退回{sheet.province.short}的信息表，并已写信说明原因。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("centre_sheet", sheet.pk)
    context = {
        "sheet": sheet, "accept": accept, "reject": reject, "codes": sheet.codes.all(), "masked": verb != "reveal",
    }  # fmt: skip
    return render(request, "accounts/sheet.html", context, status=422 if accept.errors or reject.errors else 200)


def _next(request: Request, done: str) -> HttpResponse:
    """On to the sheet that has waited longest, or back to the list when none waits."""
    waiting = list(sheets().filter(state=SheetState.NEW).order_by("sent_at", "pk"))
    if not waiting:
        messages.success(request, done)
        return redirect("centre_provinces")
    messages.success(request, f"{done}下面是下一份，还有 {len(waiting)} 份待核实。")
    return redirect("centre_sheet", waiting[0].pk)


@requires(Role.CENTRE)
@require_POST
def centre_resend(request: Request, sheet_id: int) -> HttpResponse:
    sheet = get_object_or_404(sheets(), pk=sheet_id)
    try:
        resend_code(sheet_id=sheet.pk, actor=request.user, now=request.now)
        messages.success(request, f"新的激活码正在发往 {sheet.email}，旧码已失效。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("centre_sheet", sheet.pk)


@requires(Role.CENTRE)
@require_POST
def centre_revoke(request: Request, code_id: int) -> HttpResponse:
    code = get_object_or_404(ActivationCode, pk=code_id)
    revoke_code(code_id=code.pk, actor=request.user, now=request.now)
    messages.success(request, "激活码已作废。")
    return redirect("centre_sheet", code.sheet_id)
