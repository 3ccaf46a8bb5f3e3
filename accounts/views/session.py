"""Logging in and out, signing up: allauth's views, each with who may call it; and the way to one's desk."""

from allauth.account import views as allauth_views
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import public, requires
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import roles_of

login = public(reason="the way in")(allauth_views.login)
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

change_password = requires(*Role)(allauth_views.password_change)
set_password = requires(*Role)(allauth_views.PasswordSetView.as_view(template_name="account/password_change.html"))


@public(reason="comes before the first login")
def verify_phone(request: Request) -> HttpResponseBase:
    """The code of a mobile. Who is logged in already goes to their desk: allauth would look for a page we have not."""
    return redirect("desk") if request.user.is_authenticated else allauth_views.verify_phone(request)


@requires(*Role)
@require_safe
def desk(request: Request) -> HttpResponse:
    """After logging in everyone lands where their work is."""
    roles = roles_of(request)
    for role, place in ((Role.CENTRE, "/centre/"), (Role.PROVINCE, "/screening/"), (Role.EXPERT, "/experts/")):
        if role in roles:
            return redirect(place)
    return redirect("/my/")
