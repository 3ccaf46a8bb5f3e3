"""Pages of words: help with its guides and contact, privacy, accessibility (R17)."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public, requires
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import roles_of
from calls.models import Call
from calls.queries import current
from kernel.retention import KINDS
from publishing.guides import FOR, guide


def _page(request: Request, name: str, **more: object) -> HttpResponse:
    """The page with the call's telephone, address and limits; without a call those that a new one begins with."""
    call = current(request.now)
    return render(request, f"publishing/{name}.html", {"terms": call or Call(), "call": call, **more})


@public(reason="help is for everyone, also for those who cannot log in (R17)")
@require_safe
def help_page(request: Request) -> HttpResponse:
    staff = request.user.is_authenticated and Role.CENTRE in roles_of(request)
    guides = [(name, whom, guide(name)) for name, whom in FOR.items() if name != "operator" or staff]
    return _page(request, "help", guides=guides)


@public(reason="how each role works here is no secret, and is read before an account is had (R17)")
@require_safe
def help_guide(request: Request, name: str) -> HttpResponse:
    return _page(request, "help_guide", guide=guide(name), whom=FOR[name])


@requires(Role.CENTRE)
@require_safe
def help_operator(request: Request) -> HttpResponse:
    return _page(request, "help_guide", guide=guide("operator"), whom=FOR["operator"])


@public(reason="what happens to personal data is told before any is asked for")
@require_safe
def privacy(request: Request) -> HttpResponse:
    return _page(request, "privacy", kinds=list(KINDS.values()), audit_days=settings.AUDIT_KEPT_DAYS)


@public(reason="how the portal can be used by everyone")
@require_safe
def accessibility(request: Request) -> HttpResponse:
    return _page(request, "accessibility")
