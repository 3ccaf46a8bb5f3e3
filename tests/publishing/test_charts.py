"""Charts as they are drawn."""

import re

import pytest

from publishing import charts


def size_of(svg: str) -> tuple[int, int]:
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert found
    return int(found[1]), int(found[2])


@pytest.mark.parametrize(("total", "width"), [(1, 400), (3, 400), (200, 400), (230, 460)])
def test_the_paper_of_a_few_places_is_as_flat_as_that_of_two_hundred(total: int, width: int) -> None:
    drawn = charts.places({"region": 1, "school": 0, "studio": 0}, total)
    assert size_of(drawn) == (width, 51)
    assert drawn.count("<rect") == total and drawn.count('data-kind="region"') == 1
