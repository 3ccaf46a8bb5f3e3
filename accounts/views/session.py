"""Logging in and out, signing up: allauth's views, each with who may call it; and the way to one's desk."""

from allauth.account import views as allauth_views
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public, requires
from accounts.http import Request
from accounts.links import owner_of
from accounts.policy import Role
from accounts.queries import roles_locked, roles_of

logout = public(reason="the way out; harmless without a session")(allauth_views.logout)
signup = public(reason="anyone may register (R1)")(allauth_views.signup)
confirm_email = public(reason="comes before the first login")(allauth_views.email_verification_sent)
request_login_code = public(reason="the way in without a password")(allauth_views.request_login_code)
confirm_login_code = public(reason="the way in without a password")(allauth_views.confirm_login_code)
reset_password = public(reason="the way back in")(allauth_views.password_reset)
confirm_reset = public(reason="the way back in")(allauth_views.confirm_password_reset_code)
complete_reset = public(reason="the way back in")(allauth_views.complete_password_reset)
reset_done = public(reason="the way back in")(allauth_views.password_reset_from_key_done)
inactive = public(reason="says that an account was closed")(allauth_views.account_inactive)


@public(reason="the way in")
def login(request: Request) -> HttpResponseBase:
    """allauth leads back to the step that a login stands at; `?again` begins anew, by another way or as another."""
    if "again" in request.GET:
        clear_login(request)
    return allauth_views.login(request)


@public(reason="comes before the first login")
def verify_phone(request: Request) -> HttpResponseBase:
    """The code of a mobile. Who is logged in already goes to their desk: allauth would look for a page we have not."""
    return redirect("desk") if request.user.is_authenticated else allauth_views.verify_phone(request)


@public(reason="the way in by a mailed link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_link(request: Request, token: str) -> HttpResponseBase:
    """Opening the link asks first: programs that look through mail open links too."""
    if request.user.is_authenticated:
        return redirect("desk")
    owner = owner_of(token)
    if owner is None or request.method != "POST":
        return render(request, "account/login_link.html", {"owner": owner})
    record_authentication(request, owner, method="code", email=owner.email)
    verify_email_indirectly(request, owner, owner.email or "")
    return perform_login(request, Login(user=owner, email=owner.email))


@requires(*Role)
@require_safe
def desk(request: Request) -> HttpResponse:
    """After logging in everyone lands where their work is; where that waits for the second step, so it says."""
    roles = roles_of(request) | roles_locked(request)
    for role, place in ((Role.CENTRE, "/centre/"), (Role.PROVINCE, "/screening/"), (Role.EXPERT, "/experts/")):
        if role in roles:
            return redirect(place)
    return redirect("/my/")
