"""附表2 from the outside, and the activation of an administrator account (R12, R13)."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public
from accounts.actions.activating import activate
from accounts.actions.contacting import send_contact_sheet
from accounts.forms.activation import ActivationForm, CodeForm, ContactSheetForm
from accounts.http import Request
from accounts.models import User
from calls.queries import current
from kernel.errors import Refusal


@public(reason="a province's contact has no account yet (R12)")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_sheet(request: Request) -> HttpResponse:
    call = current(request.now)
    form = ContactSheetForm(request.POST or None)
    if call is not None and request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="contact_sheet"):
            send_contact_sheet(call=call, data=form.cleaned_data, now=request.now)
            return redirect("contact_sheet_sent")
        form.add_error(None, "这个网络地址提交的信息表太多了，请一小时后再试，或拨打咨询电话。")
    return render(request, "accounts/contact_sheet.html", {"form": form}, status=422 if form.errors else 200)


@public(reason="says that the sheet has arrived")
@require_safe
def contact_sheet_sent(request: Request) -> HttpResponse:
    return render(request, "accounts/contact_sheet_sent.html")


@public(reason="a new administrator has no account yet (R13)")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activation(request: Request) -> HttpResponse:
    """Whoever is logged in becomes the administrator; a visitor gets an account for the sheet's e-mail."""
    actor = request.user if request.user.is_authenticated else None
    form = (CodeForm if actor else ActivationForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="activate"):
            form.add_error("code", "尝试次数过多，请 15 分钟后再试。")
        elif (user := _activated(request, form, actor)) is not None:
            if actor is None:
                get_adapter().login(request, user)
                # The code was mailed: whoever has it may set the second step up without another one.
                record_authentication(request, user, "code", reauthenticated=True)
            messages.success(request, "账号已激活，可以开始初筛了。")
            return redirect("/screening/")
    return render(request, "accounts/activation.html", {"form": form}, status=422 if form.errors else 200)


def _activated(request: Request, form: CodeForm, actor: User | None) -> User | None:
    data = form.cleaned_data
    try:
        admin = activate(
            typed=data["code"],
            name=data.get("name", ""),
            password=data.get("password", ""),
            actor=actor,
            now=request.now,
        )
    except Refusal as refusal:
        form.add_error("code", refusal.sentence)
        return None
    return admin.user
