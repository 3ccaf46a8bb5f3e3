"""What changed between two versions is told by paragraph and word, in bounded time."""

import random
import time
from difflib import SequenceMatcher
from typing import Any

import pytest

from cases import comparing
from cases.comparing import Row, changes, paragraphs


def test_a_page_is_split_into_its_blocks() -> None:
    page = "<h2>一、基本情况</h2><p>甲<b>乙</b><br>丙</p><table><tr><td><p>1</p></td><td></td></tr></table>"
    page += "<ul><li>丁</li></ul>"
    assert paragraphs(page) == ["一、基本情况", "甲乙", "丙", "1", "丁"]


def test_the_same_text_has_no_changes() -> None:
    assert changes(["甲", "乙"], ["甲", "乙"]) == [] == changes([], [])


def test_words_are_marked_in_a_paragraph_that_was_rewritten() -> None:
    old = ["一、基本情况", "全校教师48人，每周研修一次。", "结语"]
    new = ["一、基本情况", "全校教师52人，每周研修两次。", "结语"]
    assert changes(old, new) == [
        Row(same=1),
        Row(
            (
                ("", "全校教师"), ("out", "48"), ("in", "52"), ("", "人，每周研修"), ("out", "一"), ("in", "两"),
                ("", "次。"),
            )
        ),
        Row(same=1),
    ]  # fmt: skip


def test_whole_paragraphs_come_and_go() -> None:
    assert changes(["甲甲甲甲", "乙乙乙乙"], ["乙乙乙乙", "丙丙丙丙"]) == [
        Row((("out", "甲甲甲甲"),)),
        Row(same=1),
        Row((("in", "丙丙丙丙"),)),
    ]


@pytest.mark.parametrize("effort", [comparing._EFFORT, 400])
def test_nothing_is_lost_of_either_text(effort: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_EFFORT", effort)
    dice = random.Random(5)
    for _ in range(60):
        old = ["".join(dice.choices("研修教师课堂平台12", k=dice.randint(1, 30))) for _ in range(dice.randint(0, 12))]
        new = [one if dice.random() < 0.6 else one[::-1] + "新" for one in old if dice.random() < 0.9] + ["尾"]
        rows = changes(old, new)
        for sign, whole in (("out", old), ("in", new)):
            told = ["".join(text for mark, text in row.pieces if mark in ("", sign)) for row in rows if not row.same]
            told = [text for text in told if text]
            assert told == [text for text in told if text in whole]
            assert len(told) + sum(row.same for row in rows) == len(whole)


def test_a_monstrous_text_takes_bounded_time() -> None:
    dice = random.Random(7)
    old = ["".join(dice.choices("的一是在不了有和人这", k=900)) for _ in range(900)]
    new = ["".join(dice.choices("的一是在不了有和人这", k=900)) for _ in range(900)]
    started = time.process_time()
    assert changes(old, new)
    assert time.process_time() - started < 2
    fitting = ["".join(dice.choices("研修教师课堂", k=1400)) for _ in range(20)]
    started = time.process_time()
    changes(fitting, [one[::-1] for one in fitting])
    assert time.process_time() - started < 5


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many equal items difflib looked at, a number for each search that was made."""
    found: list[int] = []
    search = SequenceMatcher.find_longest_match

    def counted(self: Any, alo: int = 0, ahi: Any = None, blo: int = 0, bhi: Any = None) -> Any:
        found.append(sum(len(self.b2j.get(each, ())) for each in self.a[alo:ahi]))
        assert sum(found) <= comparing._EFFORT
        return search(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", counted)
    return found


def test_a_table_of_repeated_cells_costs_no_more_than_any_text(looks: list[int]) -> None:
    old = ["是" if n % 2 else f"甲{n}" for n in range(800)]
    assert changes(old, ["是" if n % 2 else f"{n}乙" for n in range(800)])
    assert looks


def test_a_paragraph_of_repeated_words_costs_no_more_than_any_text(looks: list[int]) -> None:
    row = "".join(f"是{n}甲" for n in range(225))
    assert changes([row], [row.replace("甲", "乙")])
    assert len(looks) > 1
