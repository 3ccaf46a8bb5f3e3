"""The province's desk of a request: whose it is, and on which call it works."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.http import Request
from accounts.models import Province
from calls.models import Call
from calls.policy import PHASE_NAMES, Phase
from reviews import policy
from reviews.queries import screening as queries

REMEMBERED = "desk_call"


@dataclass
class Desk:
    """A province at work on one call; `call` is None before any call has begun."""

    province: Province
    call: Call | None
    calls: list[Call]
    now: datetime

    @cached_property
    def places(self) -> queries.Places:
        assert self.call is not None
        return queries.places(self.province, self.call)

    @cached_property
    def may_screen(self) -> bool:
        return self.call is not None and policy.may_screen(self.call.dates, self.now)

    @cached_property
    def recommending(self) -> bool:
        """Whether it is the recommendation phase."""
        return self.call is not None and policy.may_recommend(self.call.dates, self.now)

    @cached_property
    def may_recommend(self) -> bool:
        """Whether the list may be changed now: in its phase, and not sealed."""
        return self.recommending and not self.places.sealed

    @property
    def phase_name(self) -> str:
        return PHASE_NAMES[self.call.phase(self.now)] if self.call else ""


def desk_of(request: Request) -> Desk:
    """The desk of the signed-in administrator: the call of ?call=, else the one chosen last, else the most urgent.

    Most urgent is a call in which recommending is open; without one the newest begun.
    """
    calls = queries.desk_calls(request.now)
    asked = request.GET.get("call")
    by_slug = {call.slug: call for call in calls}
    if asked in by_slug and request.session.get(REMEMBERED) != asked:
        request.session[REMEMBERED] = asked
    chosen = by_slug.get(asked or "") or by_slug.get(request.session.get(REMEMBERED, ""))
    urgent = [call for call in calls if call.phase(request.now) == Phase.RECOMMENDATION]
    call = chosen or next(iter(urgent + calls), None)
    return Desk(request.user.province_admin.province, call, calls, request.now)


def desk_on(request: Request, call: Call) -> Desk:
    """The desk with a case open: its call is the case's, published or not."""
    desk = desk_of(request)
    if all(call.pk != each.pk for each in desk.calls):
        desk.calls.append(call)
    return Desk(desk.province, call, desk.calls, desk.now)
