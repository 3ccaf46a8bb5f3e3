"""Names of files: what is taken comes back as typed, what misleads is refused with its own sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.naming import LONGEST_NAME, BadName, BadTitle, check_name, check_title


@pytest.mark.parametrize(
    "name",
    [
        "山区小学校本研修案例（第三稿）.docx",
        " 前后有空格 .pdf ",
        "a&amp;b.pdf",
        "报告..终稿.docx",
        "𰻝𰻝面.jpg",
        '引号"和%.png',
        "x" * LONGEST_NAME,
    ],
)
def test_a_name_comes_back_exactly_as_typed(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "没有名称"),
        ("   ", "没有名称"),
        ("长" * (LONGEST_NAME + 1), "超过 255 个"),
        ("a\0.docx", "空字符"),
        ("a\r\nSet-Cookie: x.docx", "换行"),
        ("a\u202excod.exe", "文字方向"),
        ("a\u2066b.docx", "文字方向"),
        ("a\x07.docx", "控制字符"),
        ("../../etc/passwd", "路径符号"),
        ("..\\a.docx", "路径符号"),
        ("..", "路径符号"),
    ],
)
def test_a_name_that_misleads_is_refused_with_its_own_sentence(name: str, words: str) -> None:
    with pytest.raises(BadName, match=words):
        check_name(name)


@given(st.text(max_size=300))
def test_what_is_taken_can_neither_leave_its_folder_nor_break_a_header(name: str) -> None:
    try:
        taken = check_name(name)
    except BadName:
        return
    assert taken == name
    assert not set("/\\\0\r\n").intersection(taken)


@pytest.mark.parametrize("title", ["", "  ", "长" * 61, "研修\u202e通知"])
def test_a_title_must_say_something_in_sixty_characters(title: str) -> None:
    with pytest.raises(BadTitle):
        check_title(title)


def test_blanks_around_a_title_go() -> None:
    assert check_title("  研修通知 ") == "研修通知"
