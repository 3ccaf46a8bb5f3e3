"""Changing a call: its dates, limits and wording, by the centre."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import models, transaction

from calls.models import Call, Reached
from kernel import audit, keeping
from kernel.errors import Refusal

FIXED_AFTER = {
    "recommendation_closes_at": "recommendation_closes_at",
    "scoring_closes_at": "scoring_closes_at",
    "places": "recommendation_opens_at",
    "weights": "recommendation_closes_at",
    "cases_per_author": "submission_closes_at",
}
"""Fields that are settled once the named moment of the call has passed: others have built on them."""

ORDER = (
    "submission_opens_at",
    "submission_closes_at",
    "recommendation_opens_at",
    "recommendation_closes_at",
    "scoring_closes_at",
    "results_due_at",
)
TOUCHING = frozenset({"recommendation_opens_at"})
"""A moment that may be the same as the one before it: recommending may begin when hand-in ends."""


class DatesDisordered(Refusal):
    code = "dates_disordered"


class Settled(Refusal):
    """The field cannot change any more: its moment has passed."""

    code = "settled"


class CallPublished(Refusal):
    code = "call_published"
    sentence = "这一届的结果已经公布，设置不能再改。"


class SlugTaken(Refusal):
    code = "slug_taken"

    def __init__(self) -> None:
        super().__init__("这个网址名已被另一届使用，请换一个。", field="slug")


def require_order(values: Mapping[str, Any]) -> None:
    """Refuses (DatesDisordered) dates that do not follow one another; the field is the first that stands wrong."""
    for before, after in pairwise(ORDER):
        early, late = values[before], values[after]
        if late < early or (late == early and after not in TOUCHING):
            raise DatesDisordered("这个时间须晚于它前一项的时间，请调整。", field=after)


def locked_fields(call: Call, now: datetime) -> set[str]:
    """The fields of a call that are settled at `now`."""
    return {name for name, moment in FIXED_AFTER.items() if now >= getattr(call, moment)}


def _fact(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def reach(*, call_id: int, moment: str, now: datetime) -> bool:
    """Note in the open transaction that a moment of the call has come; whether this was the first time."""
    _, first = Reached.objects.get_or_create(call_id=call_id, moment=moment, defaults={"at": now})
    return first


@transaction.atomic(durable=True)
def save_call(*, call_id: int | None, values: Mapping[str, Any], actor: models.Model, now: datetime) -> Call:
    """Change a call, or make one when `call_id` is None; each changed field goes into the audit entry.

    Locks the call. Refuses: DatesDisordered, Settled, CallPublished, SlugTaken.
    """
    require_order(values)
    keeping.changed()
    if call_id is None:
        if Call.objects.filter(slug=values["slug"]).exists():
            raise SlugTaken
        call = Call.objects.create(**values)
        audit.record(verb="call.make", subject=call, actor=actor, now=now, call_id=call.pk, slug=call.slug)
        return call
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.published_at is not None and now >= call.published_at:
        raise CallPublished
    changed = {name: value for name, value in values.items() if getattr(call, name) != value}
    for name in sorted(locked_fields(call, now) & set(changed)):
        raise Settled("相应的时间已过，这一项不能再改。", field=name)
    if not changed:
        return call
    before = {name: _fact(getattr(call, name)) for name in changed}
    for name, value in changed.items():
        setattr(call, name, value)
    call.save(update_fields=list(changed))
    after = {name: _fact(value) for name, value in changed.items()}
    audit.record(verb="call.save", subject=call, actor=actor, now=now, call_id=call.pk, before=before, after=after)
    return call
