"""Pages of words: help and contact, privacy, accessibility (R17)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from calls.models import Call
from calls.queries import current


def _page(request: Request, name: str) -> HttpResponse:
    """The page with the call's telephone, address and limits; without a call those that a new one begins with."""
    call = current(request.now)
    return render(request, f"publishing/{name}.html", {"terms": call or Call(), "call": call})


@public(reason="help is for everyone, also for those who cannot log in (R17)")
@require_safe
def help_page(request: Request) -> HttpResponse:
    return _page(request, "help")


@public(reason="what happens to personal data is told before any is asked for")
@require_safe
def privacy(request: Request) -> HttpResponse:
    return _page(request, "privacy")


@public(reason="how the portal can be used by everyone")
@require_safe
def accessibility(request: Request) -> HttpResponse:
    return _page(request, "accessibility")
