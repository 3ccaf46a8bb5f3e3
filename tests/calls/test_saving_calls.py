"""Changing a call: dates in order, what is settled, and what the trail keeps (R11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from calls.actions import CallPublished, DatesDisordered, Settled, SlugTaken, save_call
from calls.forms import DATES, NUMBERS, SIZES, TEXTS, CallForm
from calls.models import MIB, Call
from kernel.audit import history
from tests import factories

pytestmark = pytest.mark.django_db
HEADS = [("weight_school_modes", "创新研修模式"), ("weight_school_support", "加大支持服务")]


def values_of(call: Call, **changes: Any) -> dict[str, Any]:
    names = [*DATES, *NUMBERS, *SIZES, *TEXTS, "year", "help_email", "cases_per_author", "city_units", "weights"]
    return {name: getattr(call, name) for name in names} | changes


def save(call: Call, now: datetime, **changes: Any) -> Call:
    return save_call(call_id=call.pk, values=values_of(call, **changes), actor=factories.make_centre(), now=now)


def test_only_what_changed_goes_into_the_trail(now: datetime) -> None:
    call = factories.make_call(phase="submission", now=now)
    save(call, now)
    assert not history(call).exists()
    saved = save(call, now, places=180, hotline="010-12345678")
    assert (saved.places, saved.hotline) == (180, "010-12345678")
    facts = history(call).get().facts
    assert facts == {
        "before": {"places": 200, "hotline": "010-66490925"},
        "after": {"places": 180, "hotline": "010-12345678"},
    }


@pytest.mark.parametrize(
    ("field", "as_late_as", "fits"),
    [
        ("submission_closes_at", "submission_opens_at", False),
        ("recommendation_opens_at", "submission_closes_at", True),
        ("recommendation_closes_at", "recommendation_opens_at", False),
        ("scoring_closes_at", "recommendation_closes_at", False),
        ("results_due_at", "scoring_closes_at", False),
    ],
)
def test_dates_follow_one_another(now: datetime, field: str, as_late_as: str, fits: bool) -> None:
    call = factories.make_call(phase="upcoming", now=now)
    change = {field: getattr(call, as_late_as)}
    if fits:
        save(call, now, **change)
    else:
        with pytest.raises(DatesDisordered) as refused:
            save(call, now, **change)
        assert refused.value.field == field


def test_what_others_have_built_on_is_settled(now: datetime) -> None:
    call = factories.make_call(phase="review", now=now)
    later = call.recommendation_closes_at + timedelta(hours=1)
    for field, value in (("recommendation_closes_at", later), ("places", 1), ("weights", {"school": {"modes": 2}})):
        with pytest.raises(Settled) as refused:
            save(call, now, **{field: value})
        assert refused.value.field == field
    longer = call.scoring_closes_at + timedelta(days=1)
    assert save(call, now, scoring_closes_at=longer).scoring_closes_at == longer


def test_a_published_call_does_not_change(now: datetime) -> None:
    with pytest.raises(CallPublished):
        save(factories.make_call(phase="published", now=now), now, hotline="1")


def test_a_new_call_needs_a_name_of_its_own(now: datetime) -> None:
    old = factories.make_call(phase="published", now=now)
    values = values_of(old, slug="2031", weights={})
    made = save_call(call_id=None, values=values, actor=factories.make_centre(), now=now)
    assert (made.slug, made.places, made.published_at) == ("2031", 200, None)
    with pytest.raises(SlugTaken):
        save_call(call_id=None, values=values, actor=factories.make_centre(), now=now)


def sent(call: Call, **changes: Any) -> dict[str, Any]:
    """What a browser would send back: moments in minutes of Asia/Shanghai."""
    form = CallForm(call=call, heads=HEADS)
    plain = {
        name: field.widget.format_value(form[name].value())
        for name, field in form.fields.items()
        if name not in ("city_units",) and form[name].value() is not None
    }
    return {**plain, **changes}


def test_a_form_sent_back_untouched_changes_nothing(now: datetime) -> None:
    call = factories.make_call(phase="review", now=now, weights={"school": {"modes": 3, "support": 1}})
    form = CallForm(sent(call), call=call, heads=HEADS)
    assert form.is_valid(), form.errors
    assert form.values() == values_of(call)


def test_sizes_weights_and_full_width_digits_are_read(now: datetime) -> None:
    call = factories.make_call(phase="upcoming", now=now)
    form = CallForm(sent(call, supporting_bytes="１２０", weight_school_modes="2"), call=call, heads=HEADS)
    assert form.is_valid(), form.errors
    values = form.values()
    assert values["supporting_bytes"] == 120 * MIB
    assert values["weights"] == {"school": {"modes": 2, "support": 1}}
    nothing = CallForm(sent(call, weight_school_modes="0", weight_school_support="0"), call=call, heads=HEADS)
    assert not nothing.is_valid()


def test_the_page_saves_and_shows_a_refusal_beside_its_field(client: Any, now: datetime) -> None:
    client.force_login(factories.make_centre())
    call = factories.make_call(phase="upcoming", now=now)
    address = reverse("centre_call", args=[call.slug])
    every = {**sent(call), **{f"weight_{kind}_{key}": 1 for kind, key in _heads()}}
    assert client.post(address, {**every, "places": "150"})["Location"] == address
    call.refresh_from_db()
    assert call.places == 150
    early = {**every, "submission_closes_at": every["submission_opens_at"]}
    assert "须晚于它前一项的时间" in client.post(address, early).content.decode()


def _heads() -> list[tuple[str, str]]:
    five = ("mechanism", "resources", "modes", "support", "exchange")
    four = ("mechanism", "functions", "application", "exchange")
    return [(kind, key) for kind in ("region", "school") for key in five] + [("studio", key) for key in four]
