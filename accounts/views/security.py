"""账号与安全: how one logs in, from where one is logged in, and the ends of that."""

from allauth.account import views as allauth_views
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import requires
from accounts.actions.ending import end_other_sessions, end_session
from accounts.http import Request
from accounts.policy import GUARDED, STAFF, Role
from accounts.queries import roles_held, sessions_of

reauthenticate = requires(*Role)(allauth_views.reauthenticate)


@requires(*Role)
@never_cache
@require_safe
def account(request: Request) -> HttpResponse:
    rows = sessions_of(request.user, str(request.session.session_key))
    authenticators = {one.type: one for one in Authenticator.objects.filter(user=request.user)}
    codes = authenticators.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "sessions": rows,
        "others": len(rows) > 1,
        "two_step": Authenticator.Type.TOTP in authenticators,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "required": settings.MFA_REQUIRED and bool(GUARDED & roles_held(request.user)),
    }
    return render(request, "accounts/account.html", context)


@requires(*Role)
@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """One session by what the list calls it, or all but this one."""
    if number := request.POST.get("one"):
        ended = end_session(user=request.user, number=number, now=request.now)
        messages.success(request, "那台设备已退出登录。" if ended else "那台设备已经退出了。")
    elif request.POST.get("others"):
        count = end_other_sessions(user=request.user, keep=str(request.session.session_key), now=request.now)
        messages.success(request, f"已退出另外 {count} 处登录。如果不是您本人，请马上更改密码。")
    return redirect("account")


@require_POST
@requires(*STAFF, api=True)
def here(request: Request) -> HttpResponse:
    """A page says that a hand is on it; it is told for how many seconds the session still lasts."""
    idle, longest = request.session.seconds_left(timezone.now())
    return JsonResponse({"idle": idle, "longest": longest})


@requires(*Role)
def change_password(request: Request) -> HttpResponseBase:
    """A new password ends all other sessions: Django refuses them, and the list must not show them any more."""
    return _then_end_others(request, allauth_views.password_change(request))


@requires(*Role)
def set_password(request: Request) -> HttpResponseBase:
    view = allauth_views.PasswordSetView.as_view(template_name="account/password_change.html")
    return _then_end_others(request, view(request))


def _then_end_others(request: Request, answer: HttpResponseBase) -> HttpResponseBase:
    if request.method == "POST" and answer.status_code == 302:
        end_other_sessions(user=request.user, keep=str(request.session.session_key), now=request.now)
        messages.success(request, "密码已更改，其他设备都已退出登录。")
    return answer
