"""The home page."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from accounts.provinces import PROVINCES
from calls.models import Call
from calls.policy import Phase
from publishing import figures, queries
from publishing.calendar import slips
from publishing.cards import cards
from publishing.forms.certificates import CodeForm
from publishing.guide import GUIDES


@public(reason="the portal's front door (R16)", cached_for=30)
@require_safe
def home(request: Request) -> HttpResponse:
    """What is going on in the call, what was selected before, what is announced; where hand-in stands by the minute."""
    now = request.now
    call = figures.current_call(request)
    books = figures.kept(request, "newest", lambda: cards(queries.cards(queries.front(now))[:4]))
    shown = figures.kept(request, "shown", lambda: queries.shown(now).count())
    context = {
        "call": call,
        "phase": call.phase(now) if call else None,
        "phases": Phase,
        "slips": slips(call, now) if call else [],
        "tiles": _tiles() if shown else {},
        "standing": figures.kept(request, "standing", lambda: queries.standing(call, now)) if call else None,
        "guides": GUIDES,
        "books": books,
        "shown": shown,
        "newest_call": figures.kept(request, "newest call", lambda: _newest_call(now)) if books else None,
        "notices": figures.kept(request, "notices", lambda: list(queries.notices(now)[:3])),
        "code_form": CodeForm(),
    }
    return render(request, "publishing/home.html", context)


def _tiles() -> dict[str, str]:
    """{unit: address of its cases in the gallery}, for the lattice."""
    return {short: f"{reverse('gallery')}?province={code}" for code, _, short in PROVINCES}


def _newest_call(now: datetime) -> Call | None:
    return Call.objects.filter(published_at__lte=now).order_by("-published_at").first()
