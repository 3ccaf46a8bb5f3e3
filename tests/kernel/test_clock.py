"""The clock: set ahead for everyone in demo and tests, fixed in production."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel import clock


def test_the_offset_moves_now() -> None:
    clock.set_offset(timedelta(days=3))
    assert timedelta(days=2) < clock.now() - timezone.now() < timedelta(days=4)


def test_without_an_offset_it_is_the_machines_time() -> None:
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=1)


def test_production_refuses_to_move_the_clock(settings: Any) -> None:
    settings.CLOCK_OFFSET_FILE = None
    with pytest.raises(clock.ClockIsFixed):
        clock.set_offset(timedelta(days=1))
