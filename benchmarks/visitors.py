"""Who visits which page: looks into a filled house and prints {page: [path, cookies]} as JSON, sessions made."""

import json
import os
from typing import Any

import django

FARTHEST = 1000


def visits() -> dict[str, tuple[str, str]]:
    """One page of each sort in the calls made for load, each asked for once, by somebody who may."""
    # Only now: models can be imported once the apps are there.
    from django.urls import reverse

    from accounts.models import CentreStaff, ProvinceAdmin
    from calls.policy import Phase
    from cases.lifecycle import State
    from cases.models import Case
    from publishing.models import SelectedCase
    from reviews.models import Assignment

    calls = load_calls()
    shown = middle(SelectedCase.objects.filter(call=calls[Phase.PUBLISHED], shown=True).order_by("pk"))
    admin = ProvinceAdmin.objects.select_related("user").filter(active=True, province__code="42").earliest("pk")
    desk = Case.objects.filter(call=calls[Phase.RECOMMENDATION], province=admin.province, state=State.ELIGIBLE)
    given = Assignment.objects.filter(case__call=calls[Phase.REVIEW], released_at__isnull=False, expert__active=True)
    duty = middle(given.filter(case__state=State.IN_REVIEW).select_related("expert__user").order_by("pk"))
    centre = CentreStaff.objects.select_related("user").filter(active=True).earliest("pk")
    return {
        "home": visit(reverse("home")),
        "gallery": visit(reverse("gallery")),
        "case": visit(reverse("gallery_case", args=[shown.number])),
        "screening": visit(reverse("screening_case", args=[middle(desk.order_by("pk")).pk]), admin.user),
        "score": visit(reverse("expert_score", args=[duty.pk]), duty.expert.user),
        "workbench": visit(f"{reverse('centre_decisions')}?call={calls[Phase.REVIEW].slug}", centre.user),
    }


def load_calls() -> dict[str, Any]:
    """{phase: the newest call made for load that is in it now}."""
    from calls.models import Call
    from kernel import clock

    now = clock.now()
    return {call.phase(now): call for call in Call.objects.filter(slug__startswith="load-").order_by("pk")}


def middle(rows: Any) -> Any:
    """One among the first thousands: further on the cases made for load are rows without bytes."""
    return rows[min(rows.count() // 2, FARTHEST)]


def visit(path: str, user: Any = None) -> tuple[str, str]:
    """The address and the cookies of its visitor, once the page has been seen: signed in where there is a user."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    if user is not None:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    return path, "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    print(json.dumps(visits()))
