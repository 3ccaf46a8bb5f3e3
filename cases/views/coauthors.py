"""What a co-author is asked: whether name, order and consents are right."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import queries
from cases.actions import asking
from cases.forms.coauthor import AnswerForm
from kernel.errors import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.AUTHOR)
def my_coauthor(request: Request, ask_id: int) -> HttpResponse:
    """The title, the authors in their order, the consents; POST keeps the answer, which may be changed later."""
    ask = get_object_or_404(queries.asks_of(request.user).prefetch_related("case__authors"), pk=ask_id)
    said = {"confirmed": str(ask.confirmed), "reason": ask.reason}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            asking.answer(ask_id=ask.pk, actor=request.user, now=request.now, **form.cleaned_data)
            messages.success(request, "已记下您的意见，报送人会收到消息。谢谢。")
            return redirect("my_cases")
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
    context = {"ask": ask, "case": ask.case, "form": form}
    return render(request, "cases/coauthor.html", context, status=422 if form.errors else 200)
