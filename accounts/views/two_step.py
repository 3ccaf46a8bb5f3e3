"""两步验证: switching it on and off, its codes at login, recovery codes, and showing once more who one is."""

import secrets

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public, requires
from accounts.actions.two_step import note, send_proof
from accounts.forms.contacts import ContactCodeForm
from accounts.http import Request
from accounts.policy import GUARDED, Role
from accounts.queries import proved_by_code, roles_held, roles_locked
from accounts.two_step import switched_on

PROOF = "proof"
"""Where the session holds the code that was sent to its owner."""

reauthenticate = requires(*Role)(base.reauthenticate)
recovery_codes = requires(*Role)(recovery.view_recovery_codes)


@public(reason="the second step of the way in")
def authenticate(request: Request) -> HttpResponseBase:
    if request.method == "POST" and "code" not in request.POST:
        return redirect("mfa_authenticate")  # allauth takes it for the answer of a security key
    return base.authenticate(request)


@requires(*Role)
@require_safe
def index(request: Request) -> HttpResponse:
    return redirect("account")


@requires(*Role)
@never_cache
def activate(request: Request) -> HttpResponseBase:
    """Scan, type the first code. Where the step is required, a password alone must not be enough to take it first."""
    if switched_on(request.user):
        return redirect("account")
    if roles_locked(request) and not proved_by_code(request):
        return redirect(f"{reverse('account_prove')}?next={reverse('mfa_activate_totp')}")
    required = bool(GUARDED & roles_held(request.user)) and settings.MFA_REQUIRED
    answer = totp.ActivateTOTPView.as_view(extra_context={"required": required})(request)
    if request.method == "POST" and switched_on(request.user):
        record_authentication(request, request.user, "mfa", type="totp")
        note(user=request.user, verb="on", now=request.now)
    return answer


@requires(*Role)
def deactivate(request: Request) -> HttpResponseBase:
    answer = totp.deactivate_totp(request)
    if request.method == "POST" and not switched_on(request.user):
        note(user=request.user, verb="off", now=request.now)
        messages.success(request, "两步验证已停用。")
    return answer


@requires(*Role)
def new_recovery_codes(request: Request) -> HttpResponseBase:
    answer = recovery.generate_recovery_codes(request)
    if request.method == "POST" and answer.headers.get("Location") == reverse("mfa_view_recovery_codes"):
        note(user=request.user, verb="codes", now=request.now)
    return answer


@requires(*Role)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: Request) -> HttpResponseBase:
    """A code to one's own e-mail or mobile, for who has no password to type again, or for whom it is not enough."""
    user, sent = request.user, request.session.get(PROOF)
    if sent and timezone.now().timestamp() - sent["at"] > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
        sent = None
    kind, value = ("email", user.email) if user.email else ("mobile", user.mobile)
    typed = request.POST if request.method == "POST" and "code" in request.POST and sent else None
    form = ContactCodeForm(typed, code=sent["code"] if sent else "", kind=kind, value=value or "")
    following = get_next_redirect_url(request) or reverse("account")
    if typed is not None and form.is_valid():
        del request.session[PROOF]
        record_authentication(request, user, "code", reauthenticated=True)
        return resume_request(request) or redirect(following)
    if request.method == "POST" and typed is None:
        if ratelimit.consume(request, action="prove"):
            code = f"{secrets.randbelow(1_000_000):06}"
            send_proof(user=user, code=code, now=request.now)
            request.session[PROOF] = sent = {"code": code, "at": timezone.now().timestamp()}
        else:
            messages.error(request, "验证码要得太频繁，请 15 分钟后再试。")
    context = {"form": form, "kind": kind, "value": value, "sent": sent, "following": following}
    return render(request, "accounts/prove.html", context, status=422 if form.errors else 200)
