"""The expert's own page: what they judge, whom and what they must not, whether they can take part (R14)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from reviews.actions.declaring import declare
from reviews.forms.declaring import DeclarationForm


@requires(Role.EXPERT)
@require_http_methods(["GET", "HEAD", "POST"])
def declaration(request: Request) -> HttpResponse:
    expert = request.user.expert
    said = {
        "available": str(expert.available),
        "types": expert.types,
        "conflict_units": expert.conflict_units,
        "conflict_people": expert.conflict_people,
    }
    form = DeclarationForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        declare(actor=request.user, now=request.now, **form.cleaned_data)
        messages.success(request, "申报已保存，今后的分配都会避开。已有的案例如与申报相符，已改派给其他专家。")
        return redirect("expert_pile")
    context = {"form": form, "expert": expert}
    return render(request, "experts/declaration.html", context, status=422 if form.errors else 200)
