"""An author's cases: the list, a new one, and the page of one case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.models import Call
from calls.policy import TYPE_NAMES, TYPE_TRAITS, CaseType
from cases import queries
from cases.actions import drafting
from cases.actions.handing_in import may_withdraw
from cases.editing import may_edit
from cases.forms.sheet import TypeForm
from cases.history import ahead_of, history_of
from cases.lifecycle import State
from cases.readiness import readiness
from kernel.errors import Refusal


@require_http_methods(["GET"])
@requires(Role.AUTHOR)
def my_cases(request: Request) -> HttpResponse:
    """Every case of the author, the newest first, with how far each has come."""
    cases = list(queries.with_parts(queries.visible_to_author(request.user)))
    rows = [{"case": case, "found": readiness(case), "editable": may_edit(case, request.now)} for case in cases]
    inbox = list(request.user.inbox.all()[:4])
    opened = queries.open_to_authors(request.now).first()
    asks = list(queries.asks_of(request.user).filter(confirmed__isnull=True))
    return render(request, "cases/mine.html", {"rows": rows, "inbox": inbox, "opened": opened, "asks": asks})


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_new(request: Request) -> HttpResponse:
    """Choose the type of a new case (R2, R3) in a call that is open."""
    calls = list(queries.open_to_authors(request.now))
    wanted = request.POST.get("call") or request.GET.get("call")
    call = next((one for one in calls if one.slug == wanted), calls[0] if calls else None)
    kept = call and _type_kept(request, call)
    form = TypeForm(request.POST if request.method == "POST" else None, initial={"type": kept})
    if request.method == "POST" and call is not None and form.is_valid():
        try:
            case = drafting.open_case(
                call_id=call.pk, type=form.cleaned_data["type"], actor=request.user, now=request.now
            )
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            return redirect("my_case", case.pk)
    smalls = {str(kind): "、".join(traits) for kind, traits in TYPE_TRAITS.items()}
    smalls["studio"] += "；作者须包含工作室主持人"
    page = {
        "form": form,
        "calls": calls,
        "call_options": [(one.slug, one.title) for one in calls],
        "opened": call,
        "kept": kept and TYPE_NAMES[CaseType(kept)],
        "smalls": smalls,
    }
    return render(request, "cases/new.html", page)


def _type_kept(request: Request, call: Call) -> str | None:
    """The type the author has already chosen in this call."""
    cases = queries.visible_to_author(request.user).filter(call=call).exclude(state=State.WITHDRAWN)
    return cases.values_list("type", flat=True).first()


@require_http_methods(["GET"])
@requires(Role.AUTHOR)
def my_case(request: Request, case_id: int) -> HttpResponse:
    """The task list while the case may be changed; how it fares otherwise."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    found = readiness(case)
    page = {
        "case": case,
        "found": found,
        "authors": list(case.authors.all()),
        "trail": history_of(case),
        "may_withdraw": may_withdraw(case, request.now),
        "ahead": ahead_of(case),
        "has_receipt": case.receipts.exists(),
        "coauthors": queries.coauthors_of(case),
    }
    template = "cases/tasks.html" if may_edit(case, request.now) else "cases/case.html"
    return render(request, template, page)


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_type(request: Request, case_id: int) -> HttpResponse:
    """Give a draft another type (R2)."""
    case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id)
    form = TypeForm(request.POST if request.method == "POST" else None, initial={"type": case.type})
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_type(case_id=case.pk, type=form.cleaned_data["type"], actor=request.user, now=request.now)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, "案例类型已更改。")
            return redirect("my_sheet", case.pk)
    return render(request, "cases/type.html", {"case": case, "form": form})


@require_POST
@requires(Role.AUTHOR)
def my_delete(request: Request, case_id: int) -> HttpResponse:
    """Delete a draft."""
    case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id)
    try:
        drafting.delete_draft(case_id=case.pk, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("my_case", case.pk)
    messages.success(request, "草稿已删除。")
    return redirect("my_cases")
