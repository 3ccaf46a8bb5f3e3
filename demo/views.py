"""The demo's own pages: the outbox that shows what was sent, and the clock that can be set ahead."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public
from accounts.http import Request
from calls.queries import current
from demo.forms import ClockForm
from demo.models import OutboxLetter
from demo.moments import moments_of
from kernel import clock


@public(reason="the demo's visitors play every role; the app does not exist in production")
@require_safe
def outbox(request: Request) -> HttpResponse:
    letters = OutboxLetter.objects.all()
    wanted = request.GET.get("to", "").strip()
    if wanted:
        letters = letters.filter(recipient=wanted)
    page = Paginator(letters, 20).get_page(request.GET.get("page"))
    return render(request, "demo/outbox.html", {"page": page, "wanted": wanted})


@public(reason="the demo's visitors move time; the app does not exist in production")
@require_http_methods(["GET", "HEAD", "POST"])
def set_clock(request: Request) -> HttpResponse:
    form = ClockForm(request.POST or None, now=request.now)
    if request.method == "POST" and form.is_valid():
        moment = form.cleaned_data["moment"]
        clock.set_offset(moment - timezone.now() if moment else timedelta())
        messages.success(request, "演示时间已调整。")
        return redirect("demo_clock")
    call = current(request.now)
    return render(request, "demo/clock.html", {"form": form, "moments": moments_of(call) if call else []})
