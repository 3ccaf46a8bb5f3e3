"""The plan of parts and the signatures of their addresses, as values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.parts import (
    LARGEST,
    MIB,
    SMALLEST,
    AddressExpired,
    BadPart,
    BadSignature,
    Plan,
    check_signature,
    part_size,
    signature,
)

KEY = b"a secret"
NOW = 1_760_000_000


@pytest.mark.parametrize(
    ("speed", "size"),
    [
        (None, MIB),
        (0, MIB),
        (-5.0, MIB),
        (50_000, MIB),
        (2 * MIB / 10 - 1, MIB),
        (2 * MIB / 10, 2 * MIB),
        (300_000, 2 * MIB),
        (500_000, 4 * MIB),
        (839_000, 8 * MIB),
        (1e300, 8 * MIB),
    ],
)
def test_a_part_is_what_the_line_carries_in_ten_seconds(speed: float | None, size: int) -> None:
    assert part_size(speed) == size


@pytest.mark.parametrize(("speed", "size"), [(None, 5 * MIB), (500_000, 5 * MIB), (1e7, 8 * MIB)])
def test_an_object_store_takes_no_part_below_five_mib(speed: float | None, size: int) -> None:
    assert part_size(speed, least=5 * MIB) == size


@given(st.one_of(st.none(), st.floats(allow_nan=False)))
def test_on_the_line_that_was_measured_no_part_takes_longer_than_twenty_seconds(speed: float | None) -> None:
    size = part_size(speed)
    assert SMALLEST <= size <= LARGEST
    assert size & (size - 1) == 0
    if speed is not None and speed >= SMALLEST / 20:
        assert size / speed <= 20


plans = st.builds(Plan, st.integers(1, 10**6), st.integers(1000, 10**7))


@given(plans)
def test_the_parts_are_the_file(plan: Plan) -> None:
    lengths = [plan.length(number) for number in plan.numbers()]
    assert sum(lengths) == plan.size
    assert set(lengths[:-1]) <= {plan.part_size}
    assert 0 < lengths[-1] <= plan.part_size
    assert plan.missing(dict(enumerate(lengths, start=1))) == []


@given(plans, st.integers())
def test_a_number_outside_the_plan_has_no_length(plan: Plan, number: int) -> None:
    if number in plan:
        assert plan.length(number) > 0
    else:
        with pytest.raises(BadPart):
            plan.length(number)


@pytest.mark.parametrize(
    ("sizes", "missing"),
    [
        ({}, [1, 2, 3]),
        ({1: 10, 2: 10, 3: 5}, []),
        ({3: 5, 1: 10}, [2]),
        ({1: 10, 2: 9, 3: 5}, [2]),
        ({1: 10, 2: 10, 3: 10}, [3]),
        ({1: 10, 2: 10, 3: 5, 4: 10, 0: 10}, []),
    ],
)
def test_a_part_that_is_not_whole_is_missing(sizes: dict[int, int], missing: list[int]) -> None:
    assert Plan(25, 10).missing(sizes) == missing


def allow(**changed: object) -> None:
    given = {"upload": "u", "number": 3, "length": 10, "expires": NOW + 900, "now": NOW, **changed}
    signed = changed.pop("given", signature(KEY, upload="u", number=3, length=10, expires=NOW + 900))
    check_signature(KEY, **{**given, "given": signed})  # type: ignore[arg-type]


def test_what_was_signed_is_let_through_until_it_ends() -> None:
    allow()
    allow(now=NOW + 899.9)
    with pytest.raises(AddressExpired):
        allow(now=NOW + 900)


@pytest.mark.parametrize(
    "changed",
    [
        {"upload": "v"},
        {"number": 4},
        {"length": 11},
        {"expires": NOW + 901},
        {"given": ""},
        {"given": "0" * 64},
        {"given": "签名"},
    ],
)
def test_anything_else_was_not_signed_here(changed: dict[str, object]) -> None:
    with pytest.raises(BadSignature):
        allow(**changed)


@given(st.text(max_size=80))
def test_no_other_text_is_the_signature(given: str) -> None:
    right = signature(KEY, upload="u", number=3, length=10, expires=NOW + 900)
    if given != right:
        with pytest.raises(BadSignature):
            allow(given=given)
