"""Changing one's e-mail or mobile, and taking a change back from the old one."""

import secrets

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public, requires
from accounts.actions.contacts import NAMES, ask_new_contact, change_contact, read_regret, take_back
from accounts.forms.contacts import ContactCodeForm, NewContactForm
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import shown_lately
from kernel.errors import Refusal

ASKED = "new_contact"
"""Where the session holds which contact was asked for, and the code that was sent to it."""


@requires(*Role)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, kind: str) -> HttpResponse:
    """The new contact. Whoever asks has just shown once more who they are."""
    user = request.user
    if not shown_lately(request):
        name = "account_reauthenticate" if user.has_usable_password() else "account_prove"
        return redirect(f"{reverse(name)}?next={request.path}")
    form = NewContactForm(request.POST or None, kind=kind, current=getattr(user, kind))
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="change_contact"):
            value, code = form.cleaned_data["value"], f"{secrets.randbelow(1_000_000):06}"
            ask_new_contact(user=user, kind=kind, value=value, code=code, now=request.now)
            request.session[ASKED] = {"kind": kind, "value": value, "code": code, "at": timezone.now().timestamp()}
            return redirect("account_confirm_contact")
        form.add_error("value", "更改得太频繁，请 15 分钟后再试。")
    context = {"form": form, "name": NAMES[kind], "current": getattr(user, kind)}
    return render(request, "accounts/contact.html", context, status=422 if form.errors else 200)


@requires(*Role)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Request) -> HttpResponse:
    """The code that was sent to the new contact."""
    asked = request.session.get(ASKED)
    if not asked or timezone.now().timestamp() - asked["at"] > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
        return redirect("account")
    kind, value = asked["kind"], asked["value"]
    form = ContactCodeForm(request.POST or None, code=asked["code"], kind=kind, value=value)
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(user=request.user, kind=kind, value=value, now=request.now)
        except Refusal as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            del request.session[ASKED]
            messages.success(request, f"{NAMES[kind]}已更改，以后用新的登录。")
            return redirect("account")
    context = {"form": form, "kind": kind, "name": NAMES[kind], "value": value}
    return render(request, "accounts/contact_code.html", context, status=422 if form.errors else 200)


@public(reason="whoever took an account over may have changed its password too")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regret(request: Request, token: str) -> HttpResponse:
    """From the mail to the old contact: put it back. Opening the link asks first."""
    try:
        user, kind, _ = read_regret(token)
        if request.method == "POST":
            take_back(token=token, now=request.now)
            logout(request)
            messages.success(request, f"{NAMES[kind]}已改回，所有设备都已退出。请用验证码登录，再设置新密码。")
            return redirect("account_request_login_code")
    except Refusal as refusal:
        return render(request, "accounts/take_back.html", {"sentence": refusal.sentence})
    return render(request, "accounts/take_back.html", {"owner": user, "name": NAMES[kind]})
