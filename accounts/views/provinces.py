"""The centre's inbox of contact sheets, and the codes and administrators of every province (R12, R13)."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires
from accounts.actions.codes import revoke_code, send_codes
from accounts.actions.colleagues import set_admin_active
from accounts.actions.contacting import accept_sheet, correct_sheet, reject_sheet, reveal_sheet
from accounts.forms.activation import AcceptForm, ContactSheetForm, RejectForm
from accounts.http import Request
from accounts.models import SheetState
from accounts.overview import code_state, codes_of, overview_of_provinces, sending
from accounts.policy import Role
from accounts.queries import administrators, every_admin, every_code, sheets
from kernel.errors import Refusal


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_provinces(request: Request) -> HttpResponse:
    """POST: mail codes for the marked sheets (`sheet`), all or none."""
    if request.method == "POST":
        marked = [int(pk) for pk in request.POST.getlist("sheet") if pk.isdecimal() and len(pk) < 18]
        _send(request, marked)
        return redirect(request.get_full_path())
    rows, wanted = overview_of_provinces(request.now), request.GET.get("show", "")
    context = {
        "rows": [row for row in rows if not wanted or row.state[0] == wanted],
        "units": len(rows),
        "shows": Counter(row.state[0] for row in rows).most_common(),
        "show": wanted,
        "waiting": sheets().filter(state=SheetState.NEW).order_by("sent_at", "pk"),
        "sending": sending(request.now),
    }
    return render(request, "accounts/provinces.html", context)


def _send(request: Request, sheet_ids: list[int]) -> None:
    try:
        codes = send_codes(sheet_ids=sheet_ids, actor=request.user, now=request.now)
        names = "、".join(code.province.short for code in codes)
        messages.success(request, f"新的激活码正在发往 {len(codes)} 个单位的邮箱：{names}。旧码已失效。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)


@requires(Role.CENTRE)
@require_safe
def centre_sending(request: Request) -> HttpResponse:
    """The fragment that says how many of the letters have left; it asks for itself again until all have."""
    return render(request, "accounts/sending.html", {"sending": sending(request.now)})


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_sheet(request: Request, sheet_id: int) -> HttpResponse:
    """One contact sheet: read, accept with a note of how the sender was made sure of, or reject.

    Contact details are masked until somebody asks for them, which is recorded.
    """
    sheet = get_object_or_404(sheets(), pk=sheet_id)
    verb = request.POST.get("verb", "")
    accept = AcceptForm(request.POST if verb in ("accept", "accept_later") else None)
    reject = RejectForm(request.POST if verb == "reject" else None)
    if verb == "reveal":
        reveal_sheet(sheet=sheet, actor=request.user, now=request.now)
    try:
        if accept.is_bound and accept.is_valid():
            send = verb == "accept"
            accept_sheet(sheet_id=sheet.pk, actor=request.user, now=request.now, send=send, **accept.cleaned_data)
            then = f"激活码正在发往 {sheet.email}。" if send else "激活码还没有发，可以和其他单位一起发送。"
            return _next(request, f"已接收{sheet.province.short}的信息表，{then}")
        if verb == "reject" and reject.is_valid():
            reject_sheet(sheet_id=sheet.pk, actor=request.user, now=request.now, **reject.cleaned_data)
            return _next(request, f"已退回{sheet.province.short}的信息表，并已写信说明原因。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("centre_sheet", sheet.pk)
    context = {
        "sheet": sheet,
        "accept": accept,
        "reject": reject,
        "codes": [(code, code_state(code, request.now)) for code in codes_of(sheet.province)],
        "members": administrators(sheet.province),
        "masked": verb != "reveal",
    }
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
@require_http_methods(["GET", "HEAD", "POST"])
def centre_sheet_correct(request: Request, sheet_id: int) -> HttpResponse:
    """Put right what a sheet says, as the sender told the centre; that it is shown whole is recorded."""
    sheet = get_object_or_404(sheets(), pk=sheet_id)
    if request.method == "GET":
        reveal_sheet(sheet=sheet, actor=request.user, now=request.now)
    form = ContactSheetForm(request.POST or None, initial={name: getattr(sheet, name) for name in sheet.WRITTEN})
    if request.method == "POST" and form.is_valid():
        try:
            before = sheet.state
            sheet = correct_sheet(sheet_id=sheet.pk, data=form.cleaned_data, actor=request.user, now=request.now)
            again = "更正的是能认出对方的内容，请重新核实；没有用过的激活码已失效。" if sheet.state != before else ""
            messages.success(request, f"信息表已更正。{again}")
            return redirect("centre_sheet", sheet.pk)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
    context = {"sheet": sheet, "form": form}
    return render(request, "accounts/sheet_correct.html", context, status=422 if form.errors else 200)


@requires(Role.CENTRE)
@require_POST
def centre_resend(request: Request, sheet_id: int) -> HttpResponse:
    sheet = get_object_or_404(sheets(), pk=sheet_id)
    _send(request, [sheet.pk])
    return redirect("centre_sheet", sheet.pk)


@requires(Role.CENTRE)
@require_POST
def centre_revoke(request: Request, code_id: int) -> HttpResponse:
    code = get_object_or_404(every_code(), pk=code_id)
    revoke_code(code_id=code.pk, actor=request.user, now=request.now)
    messages.success(request, "激活码已作废。")
    return _to_sheet_of(code.province_id)


@requires(Role.CENTRE)
@require_POST
def centre_admin_switch(request: Request, admin_id: int) -> HttpResponse:
    """Switch an administrator off or on; which, the form says, so that a second click changes nothing."""
    admin = get_object_or_404(every_admin(), pk=admin_id)
    active = request.POST.get("active") == "1"
    set_admin_active(admin_id=admin.pk, active=active, actor=request.user, now=request.now)
    messages.success(request, f"{admin.user.name}的管理员账号已{'启用' if active else '停用'}。")
    return _to_sheet_of(admin.province_id)


def _to_sheet_of(province_id: int) -> HttpResponse:
    """Back to the page that shows the codes and administrators of a province: that of its newest sheet."""
    sheet = sheets().filter(province_id=province_id).exclude(state=SheetState.REJECTED).first()
    return redirect("centre_sheet", sheet.pk) if sheet else redirect("centre_provinces")
