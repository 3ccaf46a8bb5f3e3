"""How far each province has come with a call: cases handed in, screened and recommended (R10, R13)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import Province, ProvinceAdmin
from accounts.queries import provinces
from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import State
from cases.models import Case
from kernel.models import AuditEntry
from reviews import policy
from reviews.queries.centre import RECOMMENDED
from reviews.queries.sealing import seals_of

OUT = (State.DRAFT, State.WITHDRAWN)
UNSCREENED = (State.HANDED_IN,)


@dataclass(frozen=True)
class Progress:
    """One province in one call; `lag` is one of LAGS, or nothing where nothing lags.

    `for_the_centre`: a sealed list waits for the centre, because its province has nobody besides who sealed it.
    """

    province: Province
    admins: list[str]
    handed_in: int
    unscreened: int
    returned: int
    eligible: int
    recommended: int
    reminded_at: datetime | None
    lag: str
    sealed: bool
    confirmed: bool
    for_the_centre: bool


LAGS = {
    "nobody": "没有管理员",
    "no_cases": "还没有报送",
    "unscreened": "还没开始初筛",
    "unrecommended": "还没开始推荐",
    "going": "初筛未完",
}
"""Why a province lags, the worst first, in words."""


def progress_of_provinces(call: Call, now: datetime) -> list[Progress]:
    """Every provincial unit in code order: five queries."""
    counts: dict[int, dict[str, int]] = {}
    rows = Case.objects.filter(call_id=call.pk).exclude(state__in=OUT).order_by()
    for province_id, state, n in rows.values_list("province_id", "state").annotate(n=Count("pk")):
        counts.setdefault(province_id, {})[state] = n
    admins: dict[int, dict[int, str]] = {}
    held = ProvinceAdmin.objects.filter(active=True).order_by("since")
    for province_id, user_id, name in held.values_list("province_id", "user_id", "user__name"):
        admins.setdefault(province_id, {})[user_id] = name
    reminded, seals, phase = provinces_reminded_at(call), seals_of(call), call.phase(now)
    found = []
    for province in provinces():
        own, names = counts.get(province.pk, {}), admins.get(province.pk, {})
        handed_in, unscreened = sum(own.values()), sum(own.get(state, 0) for state in UNSCREENED)
        recommended = sum(own.get(state, 0) for state in RECOMMENDED)
        lag = _lag(phase, bool(names), handed_in, unscreened, recommended)
        at, returned, eligible = reminded.get(province.code), own.get(State.RETURNED, 0), own.get(State.ELIGIBLE, 0)
        sealed_by, confirmed = seals.get(province.pk, (None, False))
        alone = sealed_by is not None and policy.nobody_besides(sealed_by, names)
        row = Progress(
            province, list(names.values()), handed_in, unscreened, returned, eligible, recommended, at, lag,
            sealed=province.pk in seals, confirmed=confirmed, for_the_centre=alone and not confirmed,
        )  # fmt: skip
        found.append(row)
    return found


def _lag(phase: Phase, named: bool, handed_in: int, unscreened: int, recommended: int) -> str:
    if phase not in (Phase.SUBMISSION, Phase.SCREENING, Phase.RECOMMENDATION):
        return ""
    if not named:
        return "nobody"
    if not handed_in:
        return "no_cases"
    if phase == Phase.RECOMMENDATION and not recommended:
        return "unrecommended" if unscreened < handed_in else "unscreened"
    if not unscreened:
        return ""
    return "unscreened" if unscreened == handed_in else "going"


def provinces_reminded_at(call: Call) -> dict[str, datetime]:
    """{code: when last reminded of the call}: one query."""
    rows = AuditEntry.objects.filter(verb="province.remind", call_id=call.pk).order_by("id")
    return dict(rows.values_list("province_code", "at"))
