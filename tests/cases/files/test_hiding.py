"""Hiding, as a table: the pieces of a text, what is known, and what is left of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.files.hiding import across
from cases.files.identity import HIDDEN, Finder, Known

KNOWN = Known(authors=("张三", "欧阳书瑶"), units=("湖北省云岭镇中心小学",), words=("云岭", "Lab 7"))
X = HIDDEN


@pytest.mark.parametrize(
    ("pieces", "left"),
    [
        (["张三老师"], [f"{X}老师"]),
        (["我校张", "三老师"], [f"我校{X}", "老师"]),
        (["张", "三", "，", "张三"], [X, "", "，", X]),
        (["张", "", "三"], [X, "", ""]),
        (["张", "\t", "三"], [X, "", ""]),
        (["张", "\n", "三好"], [X, "", "好"]),
        (["张 三与欧阳 书 瑶"], [f"{X}与{X}"]),
        (["张\u200b三"], [X]),
        (["湖北省云岭镇", "中心小学的云岭"], [X, f"的{X}"]),
        (["云岭镇中心小学"], [X]),
        (["电话１３８", "０００", "１２３４５"], [f"电话{X}", "", ""]),
        (["2024", "\t", "13800012345"], ["2024", "\t", X]),
        (["身份证11010519491231002", "X。"], [f"身份证{X}", "。"]),
        (["a@b.", "example.cn"], [X, ""]),
        (["在Lab 7里"], [f"在{X}里"]),
        (["长张三角"], [f"长{X}角"]),  # a word inside others is hidden too: too much can be seen, too little cannot
        (["无人"], ["无人"]),
        ([], []),
    ],
)
def test_what_is_left(pieces: list[str], left: list[str]) -> None:
    assert across(pieces, Finder(KNOWN).spans("".join(pieces))) == left


@given(st.lists(st.text("张三 \n云岭a1", max_size=6), max_size=8))
def test_where_a_text_is_cut_makes_no_difference(pieces: list[str]) -> None:
    whole = "".join(pieces)
    spans = Finder(KNOWN).spans(whole)
    left = across(pieces, spans)
    assert len(left) == len(pieces)
    assert "".join(left) == "".join(across([whole], spans))
    assert not Finder(KNOWN).spans("".join(left).replace(X, "|"))
