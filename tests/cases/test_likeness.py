"""The method: what letters are compared, which are kept, and which passages two texts have in common."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import likeness
from cases.likeness import GRAM, SHOWN, WINDOW, Alike, Passage, grams, origins, passages, plain, telling, turned, winnow
from cases.marking import Piece, Text, changed, only_passages
from cases.papers.document_template import HEADINGS, HINTS
from tests.cases.likeness_texts import COPIED, page, prose

TEXT = st.text(alphabet=st.sampled_from("甲乙丙丁戊己庚辛壬癸ab，。 7"), max_size=120)


def prints(letters: str) -> set[int]:
    return winnow(grams(letters))


def shown(one: str, other: str, common: set[int] | frozenset[int] = frozenset()) -> list[Passage]:
    """What is told of two plain texts."""
    return telling(passages(one, other), grams(one), prints(one) & prints(other), common)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("教师 48 人，每周研修。", "教师人每周研修"),
        ("ＡＢＣ和Abc", "abc和abc"),
        ("“引号”——……（括号）", "引号括号"),
        ("㎡　①", "m"),
        ("𠮷野家", "野家"),
        ("", ""),
    ],
)
def test_letters_count_and_nothing_else(text: str, letters: str) -> None:
    assert plain(text) == letters


@given(st.text(max_size=60))
def test_each_letter_knows_its_place(text: str) -> None:
    letters, places = plain(text), origins(text)
    assert len(letters) == len(places)
    assert all(letter in plain(text[at]) for letter, at in zip(letters, places, strict=True))
    assert plain(letters) == letters and all(char <= "\uffff" for char in letters)


@given(TEXT, TEXT, st.text(alphabet="子丑寅卯辰巳午未申酉戌亥", min_size=GRAM + WINDOW - 1, max_size=80))
def test_texts_with_thirty_nine_letters_in_common_have_a_fingerprint_in_common(
    before: str, after: str, common: str
) -> None:
    assert prints(plain(before + common)) & prints(plain(common + after))


def least_of_each_window(values: list[int]) -> set[int]:
    window = min(WINDOW, len(values))
    return {min(values[at : at + window]) for at in range(len(values) - window + 1)} if values else set()


@given(st.lists(st.integers(0, 2**32 - 1), max_size=120))
def test_the_least_of_each_window_is_kept(values: list[int]) -> None:
    assert winnow(values) == least_of_each_window(values)


@pytest.mark.parametrize("low_in_a_hundred", [0, 1, 5, 12, 100])
def test_the_least_is_kept_of_windows_that_have_no_low_value_too(low_in_a_hundred: int) -> None:
    draw = random.Random(low_in_a_hundred)
    values = [draw.randrange(2**28 if draw.randrange(100) < low_in_a_hundred else 2**32) for _ in range(3_000)]
    assert winnow(values) == least_of_each_window(values)


def test_a_short_text_has_few_and_a_shorter_one_none() -> None:
    assert grams("七个字不够一组")[:1] == [] and winnow([]) == set()
    assert len(prints("八个字正好是一组")) == 1


@pytest.mark.parametrize(("documents", "most"), [(0, 20), (2_000, 20), (2_400, 24), (100_000, 1_000)])
def test_in_more_than_a_hundredth_a_fingerprint_says_nothing(documents: int, most: int) -> None:
    assert likeness.too_common(documents) == most


def edited(text: str, share: float, seed: int = 7) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice(("", "改", char + "添")) if rng.random() < share else char for char in text)


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("whole", prose(1)),
        ("2 %", edited(prose(1), 0.02)),
        ("5 %", edited(prose(1), 0.05)),
        ("12 %", edited(prose(1), 0.12)),
        ("half", prose(1)[:450] + prose(2, 450)),
        ("shuffled", "".join(random.Random(1).sample([prose(1)[at : at + 90] for at in range(0, 900, 90)], 10))),
        ("a passage", prose(2, 400) + prose(1)[300:540] + prose(3, 400)),
    ],
)
def test_copies_are_told_of(name: str, copy: str) -> None:
    found = shown(copy, prose(1))
    assert found, name
    assert all(one.weight == one.equal for one in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(copy) and 0 <= one.there < one.there_end <= len(prose(1))
        assert one.equal <= min(one.end - one.start, one.there_end - one.there)


def test_an_exact_passage_is_told_to_the_letter() -> None:
    one, other = prose(2, 100) + COPIED + prose(3, 100), prose(4, 50) + COPIED
    letters = plain(one), plain(other)
    (found,) = shown(*letters)
    assert letters[0][found.start : found.end] == letters[1][found.there : found.there_end] == plain(COPIED)
    assert turned(found)[:4] == (found.there, found.there_end, found.start, found.end)
    assert turned(turned(found)) == found


@pytest.mark.parametrize("length", [0, 39, 120, SHOWN - 1])
def test_what_is_too_little_is_not_told_of(length: int) -> None:
    assert shown(prose(1, 300) + prose(9, length), prose(2, 300) + prose(9, length)) == []


def test_formulas_weigh_nothing_and_half_a_formula_half() -> None:
    one, other = prose(2, 90) + prose(9, 400), prose(9, 400) + prose(3, 90)
    assert [passage.weight for passage in shown(one, other)] == [400]
    assert shown(one, other, prints(prose(9, 400))) == []
    assert shown(one, other, prints(prose(9, 400)[:250])) == []
    (some,) = shown(one, other, prints(prose(9, 400)[:90]))
    assert SHOWN < some.weight < some.equal == 400


@given(TEXT, TEXT)
def test_passages_follow_each_other_and_are_alike(one: str, other: str) -> None:
    one, other = plain(one) * 3, plain(other + one)
    at = 0
    for passage in passages(one, other):
        assert at <= passage.start < passage.end <= len(one) and passage.there_end <= len(other)
        assert one[passage.start] == other[passage.there] and one[passage.end - 1] == other[passage.there_end - 1]
        at = passage.end


def test_a_text_that_repeats_itself_costs_little() -> None:
    assert shown("一" * 6000, "一" * 6000)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Alike(0, 0), ""),
        (Alike(2, 0), "与 2 件案例有相同段落"),
        (Alike(0, 1), "1 个支撑材料与其他案例的文件完全相同"),
        (Alike(1, 3), "与 1 件案例有相同段落，3 个支撑材料与其他案例的文件完全相同"),
    ],
)
def test_the_words_are_a_hint(found: Alike, words: str) -> None:
    assert found.words == words


# A text for reading


def test_headings_and_the_template_are_read_and_not_compared() -> None:
    text = Text(page(HINTS["school"][0], "自己写的话", headings=HEADINGS))
    assert text.paragraphs == [*HEADINGS, HINTS["school"][0], "自己写的话"]
    assert text.letters == "自己写的话"


def test_a_passage_is_marked_across_paragraphs_with_its_punctuation() -> None:
    text = Text("<p>甲乙，丙丁。戊</p><h2>己庚</h2><p>辛 壬1癸</p>")
    assert text.letters == "甲乙丙丁戊辛壬癸"
    assert text.marked([Passage(2, 7, 0, 5, 5)]) == [
        [Piece("甲乙，"), Piece("丙丁。戊", 1, True)],
        [Piece("己庚")],
        [Piece("辛 壬", 1, False), Piece("1癸")],
    ]
    assert only_passages(text.marked([Passage(0, 2, 0, 2, 2)])) == [[Piece("甲乙", 1, True)]]
    assert changed([[Piece("甲乙", 1, True)]], lambda words: words[:1]) == [[Piece("甲", 1, True)]]


def test_passages_over_the_same_words_are_marked_once_each_letter() -> None:
    text = Text("<p>甲乙丙丁戊</p>")
    assert text.marked([Passage(0, 3, 0, 3, 3), Passage(2, 5, 0, 3, 3), Passage(1, 2, 0, 1, 1)]) == [
        [Piece("甲乙丙", 1, True), Piece("丁戊", 2, True)]
    ]
    assert text.marked([Passage(90, 99, 0, 3, 3)]) == [[Piece("甲乙丙丁戊")]], "places of another text"


def test_what_must_stay_whole_is_never_cut() -> None:
    def names(words: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer("欧阳子衿", words)]

    text = Text("<p>老师欧阳子衿说</p>")
    assert text.marked([Passage(4, 7, 0, 3, 3)], names) == [[Piece("老师欧阳子衿"), Piece("说", 1, True)]]
    assert text.marked([Passage(0, 4, 0, 4, 4)], names) == [[Piece("老师欧阳子衿", 1, True), Piece("说")]]


@given(st.lists(TEXT, max_size=4), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=5))
def test_marking_loses_no_word(paragraphs: list[str], places: list[tuple[int, int]]) -> None:
    text = Text(page(*paragraphs))
    marked = text.marked([Passage(min(at), max(at), 0, 0, 0) for at in places])
    assert ["".join(piece.words for piece in pieces) for pieces in marked] == text.paragraphs
