"""The home page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from accounts.provinces import PROVINCES
from calls.models import Call
from calls.policy import Phase
from calls.queries import current
from publishing import queries
from publishing.calendar import slips
from publishing.cards import cards
from publishing.forms.certificates import CodeForm
from publishing.guide import GUIDES


@public(reason="the portal's front door (R16)")
@require_safe
def home(request: Request) -> HttpResponse:
    """What is going on in the call, what was selected before, what is announced; every number counted afresh."""
    call = current(request.now)
    newest = queries.shown(request.now).order_by("-published_at", "-grade", "number")
    books = cards(queries.cards(newest)[:4])
    shown = queries.shown(request.now).count()
    context = {
        "call": call,
        "phase": call.phase(request.now) if call else None,
        "phases": Phase,
        "slips": slips(call, request.now) if call else [],
        "tiles": _tiles() if shown else {},
        "standing": queries.standing(call, request.now) if call else None,
        "guides": GUIDES,
        "books": books,
        "shown": shown,
        "newest_call": _newest_call(request) if books else None,
        "notices": list(queries.notices(request.now)[:3]),
        "code_form": CodeForm(),
    }
    return render(request, "publishing/home.html", context)


def _tiles() -> dict[str, str]:
    """{unit: address of its cases in the gallery}, for the lattice."""
    return {short: f"{reverse('gallery')}?province={code}" for code, _, short in PROVINCES}


def _newest_call(request: Request) -> Call | None:
    return Call.objects.filter(published_at__lte=request.now).order_by("-published_at").first()
