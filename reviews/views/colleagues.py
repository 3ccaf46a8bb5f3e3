"""The administrators of a province: who they are, inviting one, handing over, leaving (R13)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actions import colleagues
from accounts.forms.colleagues import InvitationForm
from accounts.http import Request
from accounts.overview import code_state, open_invitations
from accounts.policy import Role
from accounts.queries import administrators
from kernel.errors import Refusal
from reviews.forms.numbers import number
from reviews.views.desk import desk_of


@requires(Role.PROVINCE)
@require_http_methods(["GET", "HEAD", "POST"])
def screening_colleagues(request: Request) -> HttpResponse:
    """POST `act`: invite (a colleague, or with `hands_over` a successor), revoke (an invitation, `code`) or leave."""
    desk, act = desk_of(request), request.POST.get("act", "")
    form = InvitationForm(request.POST if act == "invite" else None)
    try:
        if act == "invite" and form.is_valid():
            code = colleagues.invite_colleague(actor=request.user, now=request.now, **form.cleaned_data)
            messages.success(request, f"激活码正在发往 {code.email}，7 日内有效。")
            return redirect("screening_colleagues")
        if act == "revoke":
            code_id = number(request.POST.get("code", "")) or 0
            colleagues.revoke_invitation(code_id=code_id, actor=request.user, now=request.now)
            messages.success(request, "邀请已作废，激活码不能再用。")
            return redirect("screening_colleagues")
        if act == "leave":
            colleagues.leave(actor=request.user, now=request.now)
            messages.success(request, f"您已不再是{desk.province.name}的管理员。谢谢您的工作。")
            return redirect("desk")
    except Refusal as refusal:
        if act != "invite":
            messages.error(request, refusal.sentence)
            return redirect("screening_colleagues")
        form.add_error(refusal.field or None, refusal.sentence)
    invitations = open_invitations(desk.province)
    context = {
        "desk_of": desk,
        "members": list(administrators(desk.province)),
        "invitations": [(code, code_state(code, request.now)) for code in invitations],
        "form": form,
    }
    return render(request, "screening/colleagues.html", context, status=422 if form.errors else 200)
