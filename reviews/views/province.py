"""Pages of a province about itself: the overview and the colleagues."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.policy import Role
from cases.lifecycle import VERB_NAMES, Verb
from reviews.queries import screening as queries
from reviews.views.desk import desk_of

TONES = {
    Verb.RECOMMEND: "done",
    Verb.MARK_ELIGIBLE: "done",
    Verb.RETURN: "wait",
    Verb.TAKE_BACK: "wait",
    Verb.DECLINE: "bad",
    Verb.DISQUALIFY: "bad",
}


@requires(Role.PROVINCE)
@require_safe
def screening_home(request: HttpRequest) -> HttpResponse:
    """Phase, numbers, places left, what to do next."""
    desk = desk_of(request)
    if desk.call is None:
        return render(request, "screening/home.html", {"desk_of": desk})
    trail = []
    for entry, name in queries.recent(desk.province, desk.call):
        verb = entry.verb.removeprefix("case.")
        if verb in set(Verb):
            trail.append((entry.at, name or "平台", VERB_NAMES[Verb(verb)], TONES.get(Verb(verb), "")))
    context = {
        "desk_of": desk,
        "numbers": queries.numbers(desk.province, desk.call),
        "cities": queries.by_city(desk.province, desk.call),
        "colleagues": [member for member in queries.colleagues(desk.province) if member.active],
        "trail": trail,
    }
    return render(request, "screening/home.html", context)


@requires(Role.PROVINCE)
@require_safe
def screening_colleagues(request: HttpRequest) -> HttpResponse:
    """The province's administrators and when each was last here."""
    desk = desk_of(request)
    members = list(queries.colleagues(desk.province))
    return render(request, "screening/colleagues.html", {"desk_of": desk, "members": members})
