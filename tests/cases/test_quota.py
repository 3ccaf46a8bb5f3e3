"""The 100 MB of a case: tables and Hypothesis over plain values, no database (R8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.quota import MIB, Held, QuotaSpent, mb, reserve, room, used

LIMIT = 100 * MIB


def held(*sizes: int) -> list[Held]:
    return [Held(number, f"材料{number}", size) for number, size in enumerate(sizes, start=1)]


@pytest.mark.parametrize(
    ("files", "total"),
    [
        ([], 0),
        (held(3, 4), 7),
        ([Held(1, "旧", 10), Held(2, "新", 15, replaces=1)], 15),
        ([Held(1, "旧", 10), Held(2, "新", 4, replaces=1)], 10),
        ([Held(2, "旧的已经移除", 4, replaces=1)], 4),
    ],
)
def test_a_file_and_its_replacement_count_as_the_larger_of_the_two(files: list[Held], total: int) -> None:
    assert used(files) == total


@pytest.mark.parametrize(
    ("sizes", "new", "replaces", "after"),
    [
        ([], LIMIT, None, LIMIT),
        ([60 * MIB], 40 * MIB, None, LIMIT),
        ([LIMIT], LIMIT, 1, LIMIT),
        ([LIMIT - 1, 1], 2 * MIB, 1, LIMIT),
    ],
)
def test_a_file_that_fits_is_counted_in(sizes: list[int], new: int, replaces: int | None, after: int) -> None:
    assert reserve(held(*sizes), size=new, limit=LIMIT, replaces=replaces) == after


@pytest.mark.parametrize(
    ("sizes", "new", "replaces", "left"),
    [
        ([], LIMIT + 1, None, LIMIT),
        ([60 * MIB], 40 * MIB + 1, None, 40 * MIB),
        ([LIMIT], 1, None, 0),
        ([60 * MIB, 40 * MIB], 60 * MIB + 1, 1, 60 * MIB),
    ],
)
def test_one_byte_too_many_is_refused(sizes: list[int], new: int, replaces: int | None, left: int) -> None:
    with pytest.raises(QuotaSpent) as refused:
        reserve(held(*sizes), size=new, limit=LIMIT, replaces=replaces)
    assert refused.value.room == left


def test_the_refusal_says_how_much_room_is_left_and_what_is_largest() -> None:
    files = [Held(1, "同课异构课堂实录", 80 * MIB), Held(2, "通知", 2 * MIB)]
    with pytest.raises(QuotaSpent) as refused:
        reserve(files, size=20 * MIB, limit=LIMIT)
    assert refused.value.sentence == (
        "空间不够：这个文件有 20 MB，还可上传 18 MB（全部支撑材料不超过 100 MB）。"
        "目前最大的是“同课异构课堂实录”（80 MB），可以压缩后替换它，或移除不需要的文件。"
    )
    assert refused.value.field == "file"


def test_what_does_not_fit_never_reads_as_if_it_did() -> None:
    assert (mb(5 * MIB + 1), mb(5 * MIB + 1, up=True)) == ("5 MB", "5.1 MB")


sizes = st.integers(min_value=1, max_value=3 * LIMIT)


@given(st.lists(sizes, max_size=12), sizes, st.none() | st.integers(min_value=1, max_value=12))
def test_reserving_never_goes_over_the_limit_and_never_refuses_what_fits(
    present: list[int], new: int, replaces: int | None
) -> None:
    files: list[Held] = []
    for number, size in enumerate(present, start=1):
        if used(files) + size <= LIMIT:
            files.append(Held(number, "", size))
    place = replaces if any(file.id == replaces for file in files) else None
    old = next((file.size for file in files if file.id == place), 0)
    fits = used(files) + max(0, new - old) <= LIMIT
    assert fits == (new <= room(files, LIMIT, replaces=place))
    if fits:
        assert reserve(files, size=new, limit=LIMIT, replaces=place) == used(files) + max(0, new - old) <= LIMIT
    else:
        with pytest.raises(QuotaSpent):
            reserve(files, size=new, limit=LIMIT, replaces=place)
