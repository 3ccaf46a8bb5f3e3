"""What the directory offers while the name of a unit is typed."""

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.directory import offered
from accounts.http import Request
from accounts.queries import provinces


@public(reason="who registers has no account yet (R1); names of confirmed units are public")
@require_safe
def units(request: Request) -> HttpResponse:
    """Options of a datalist: confirmed units of `province` whose name holds `q`."""
    pk, typed = request.GET.get("province", ""), request.GET.get("q", "")[:80]
    asked = pk.isdecimal() and pk.isascii() and len(pk) < 9 and ratelimit.consume(request, action="units")
    province = provinces().filter(pk=int(pk)).first() if asked else None
    return render(request, "accounts/units.html", {"units": offered(province, typed) if province else []})
