"""The centre's register of experts (R14)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.actions.appointing import appoint_expert, set_expert_active
from accounts.forms.appointing import ExpertForm
from accounts.http import Request
from accounts.models import Expert
from accounts.policy import Role
from accounts.queries import experts
from calls.policy import TYPE_SHORT
from kernel.errors import Refusal


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_experts(request: Request) -> HttpResponse:
    form = ExpertForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            expert = appoint_expert(actor=request.user, now=request.now, **form.cleaned_data)
            messages.success(request, f"已登记 {expert.alias}，邀请邮件正在发出。")
            return redirect("centre_experts")
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
    names = {str(kind): words for kind, words in TYPE_SHORT.items()}
    context = {"form": form, "experts": experts(), "type_short": names}
    return render(request, "accounts/experts.html", context, status=422 if form.errors else 200)


@requires(Role.CENTRE)
@require_POST
def centre_expert_switch(request: Request, expert_id: int) -> HttpResponse:
    """Switch an expert on or off; which, the form says, so that a second click changes nothing."""
    expert = get_object_or_404(Expert, pk=expert_id)
    active = request.POST.get("active") == "1"
    set_expert_active(expert_id=expert.pk, active=active, actor=request.user, now=request.now)
    then = "" if active else "如有没评完的案例，请到“专家与分配”中改派。"
    messages.success(request, f"{expert.alias} 已{'启用' if active else '停用'}。{then}")
    return redirect("centre_experts")
