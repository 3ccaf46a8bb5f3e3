"""What a complete score sheet is, and how its total comes about (R18, R19)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import rubric
from reviews.rubric import HEADS, Sheet

FIVE = {head.key: 80 for head in HEADS["school"]}


def sheet(**changes: object) -> Sheet:
    return Sheet(**{"type": "school", "scores": FIVE, "vote": "showcase", **changes})


def test_region_and_school_cases_have_five_heads_and_studio_cases_four() -> None:
    assert {kind: len(heads) for kind, heads in HEADS.items()} == {"region": 5, "school": 5, "studio": 4}


def test_every_head_has_four_different_anchors() -> None:
    for heads in HEADS.values():
        for head in heads:
            assert len(set(head.anchors)) == 4 and all(head.anchors)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (0, "60 以下"),
        (59, "60 以下"),
        (60, "60–74"),
        (74, "60–74"),
        (75, "75–89"),
        (89, "75–89"),
        (90, "90 以上"),
        (100, "90 以上"),
    ],
)
def test_bands(score: int, words: str) -> None:
    assert rubric.BANDS[rubric.band(score)][1] == words


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"vote": ""}, {"vote"}),
        ({"vote": "best"}, {"vote"}),
        ({"scores": {}}, {f"score_{key}" for key in FIVE}),
        ({"scores": FIVE | {"modes": 101}}, {"score_modes"}),
        ({"scores": FIVE | {"modes": 59}}, {"comment_modes"}),
        ({"scores": FIVE | {"modes": 60}}, set()),
        ({"scores": FIVE | {"modes": 95}}, set()),
        ({"scores": FIVE | {"modes": 96}}, {"comment_modes"}),
        ({"scores": FIVE | {"modes": 96}, "comments": {"modes": "数据可查"}}, set()),
        ({"scores": FIVE | {"modes": 96}, "comments": {"modes": "  "}}, {"comment_modes"}),
        ({"vote": "cannot", "scores": {}}, {"remark"}),
        ({"vote": "cannot", "scores": {}, "remark": "与我的专业无关"}, set()),
        ({"doubts_originality": True}, {"remark"}),
        ({"doubts_eligibility": True, "remark": "作者疑似不是教师"}, set()),
    ],
)
def test_what_keeps_a_sheet_from_being_submitted(changes: dict[str, object], fields: set[str]) -> None:
    problems = rubric.problems_of(sheet(**changes))
    assert set(problems) == fields
    assert all(sentence.endswith("。") for sentence in problems.values())


def test_the_total_is_the_mean_when_the_call_sets_no_weights() -> None:
    scores = {"mechanism": 88, "resources": 84, "modes": 96, "support": 78, "exchange": 82}
    assert rubric.total(scores, rubric.weights_of({}, "school")) == Decimal("85.60")


def test_weights_are_the_calls() -> None:
    weights = rubric.weights_of({"studio": {"application": 3, "exchange": 0}}, "studio")
    assert weights == {"mechanism": 1, "functions": 1, "application": 3, "exchange": 0}
    assert rubric.total({"mechanism": 60, "functions": 70, "application": 90}, weights) == Decimal("80.00")


def test_a_sheet_with_a_gap_has_no_total_and_is_never_counted_as_zero() -> None:
    assert rubric.total({"mechanism": 88}, rubric.weights_of({}, "school")) is None


@given(
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
    st.lists(st.integers(1, 10), min_size=5, max_size=5),
)
def test_a_total_lies_between_the_lowest_and_the_highest_score(points: list[int], weights: list[int]) -> None:
    keys = [head.key for head in HEADS["region"]]
    found = rubric.total(dict(zip(keys, points, strict=True)), dict(zip(keys, weights, strict=True)))
    assert found is not None and min(points) <= found <= max(points)
