"""Counts and short lists that many public pages share, kept in the process until something public changes.

They are made from the database whenever the mark of `kernel.keeping` is another, a moment of a call or of a notice has
passed since, or a minute is over; where there is no mark they are made for each request.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar, cast

from accounts.http import Request
from calls.models import Call
from calls.queries import current
from kernel import keeping
from publishing.models import Notice

Made = TypeVar("Made")

LIFE = 60.0
"""Seconds after which a figure is made afresh in any case: the mark of a Redis that was away may be too old."""

SHELF = keeping.Shelf(500)
MOMENTS = (
    "contact_sheet_due_at",
    "submission_opens_at",
    "submission_closes_at",
    "recommendation_opens_at",
    "recommendation_closes_at",
    "scoring_closes_at",
    "results_due_at",
    "published_at",
)


def kept(request: Request, name: Hashable, make: Callable[[], Made], seconds: float = LIFE) -> Made:
    """What `make` gives, from the shelf where it stands there and still holds; it must not be changed by who gets it.

    `name` tells apart all that `make` depends on, but for `request.now`.
    """
    here: dict[Hashable, Any] = request.__dict__.setdefault("figures", {})
    if name not in here:
        mark = mark_of(request)
        if mark is None:
            here[name] = make()
        else:
            moments = _kept((mark, MOMENTS), _moments, LIFE)
            here[name] = _kept((mark, bisect_right(moments, request.now), name), make, seconds)
    return cast(Made, here[name])


def mark_of(request: Request) -> str | None:
    """The mark, asked for once a request."""
    if not hasattr(request, "mark"):
        request.mark = keeping.mark()  # type: ignore[attr-defined]
    return cast("str | None", request.mark)  # type: ignore[attr-defined]


def next_moment(mark: str, now: datetime) -> datetime | None:
    """When the public's pages next change by themselves: a phase begins, a notice comes out."""
    moments = _kept((mark, MOMENTS), _moments, LIFE)
    at = bisect_right(moments, now)
    return moments[at] if at < len(moments) else None


def current_call(request: Request) -> Call | None:
    """The call that the portal speaks of (`calls.queries.current`)."""
    return kept(request, "current", lambda: current(request.now))


def _moments() -> list[datetime]:
    dates = {moment for row in Call.objects.values_list(*MOMENTS) for moment in row if moment is not None}
    return sorted(dates.union(Notice.objects.values_list("published_at", flat=True)))


def _kept(key: Hashable, make: Callable[[], Made], seconds: float) -> Made:
    found: tuple[Made] | None = SHELF.find(key)
    if found is None:
        found = (make(),)  # what is made may itself be None
        SHELF.put(key, found, seconds)
    return found[0]
