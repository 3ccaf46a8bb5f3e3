"""A call's phase is a pure function of its dates and of now (R11)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.policy import Dates, Phase, WindowClosed, latest_return_due, phase, require_phase


def at(month: int, day: int) -> datetime:
    return datetime(2024, month, day, tzinfo=UTC)


DATES = Dates(at(10, 1), at(10, 16), at(10, 16), at(11, 1), at(11, 25), at(12, 15))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(10, 1) - SECOND, Phase.UPCOMING),
        (at(10, 1), Phase.SUBMISSION),
        (at(10, 16) - SECOND, Phase.SUBMISSION),
        (at(10, 16), Phase.RECOMMENDATION),
        (at(11, 1) - SECOND, Phase.RECOMMENDATION),
        (at(11, 1), Phase.REVIEW),
        (at(11, 25), Phase.DECISION),
        (at(12, 15), Phase.PUBLISHED),
    ],
)
def test_windows_are_half_open(now: datetime, expected: Phase) -> None:
    assert phase(DATES, now) == expected


def test_between_hand_in_and_recommending_there_is_screening() -> None:
    dates = Dates(at(10, 1), at(10, 16), at(10, 18), at(11, 1), at(11, 25))
    assert phase(dates, at(10, 17)) == Phase.SCREENING


@given(st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC)), st.integers(0, 10**7))
def test_phases_never_go_back(now: datetime, seconds: int) -> None:
    order = list(Phase)
    assert order.index(phase(DATES, now)) <= order.index(phase(DATES, now + timedelta(seconds=seconds)))


def test_an_act_outside_its_phase_is_refused_with_a_sentence() -> None:
    with pytest.raises(WindowClosed) as refused:
        require_phase(DATES, at(10, 20), Phase.SUBMISSION, sentence="报送已截止。")
    assert refused.value.sentence == "报送已截止。"


def test_a_returned_case_must_be_back_three_days_before_recommending_ends() -> None:
    assert latest_return_due(DATES, 3) == at(10, 29)
