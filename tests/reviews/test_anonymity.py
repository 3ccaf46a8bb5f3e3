"""Hiding who made a case from those who score it (R14)."""

import pytest

from reviews.anonymity import HIDDEN, Veil

VEIL = Veil(["韦秋棠", "云岭镇中心小学", "云岭镇", "13800001234", "A&B学校", "", "王", "湖北省武汉市第一小学"])


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("韦秋棠老师", f"{HIDDEN}老师"),
        ("韦 秋　棠", HIDDEN),
        ("云岭镇中心小学与云岭镇", f"{HIDDEN}与{HIDDEN}"),
        ("电话13800001234。", f"电话{HIDDEN}。"),
        ("王者归来", "王者归来"),
        ("湖北省武汉市第一小学", HIDDEN),
        ("我在武汉市第一小学，第 一 小 学的老师", f"我在{HIDDEN}，{HIDDEN}的老师"),
        ("每周三同研一课", "每周三同研一课"),
    ],
)
def test_names_units_and_numbers_are_hidden(words: str, shown: str) -> None:
    assert VEIL.text(words) == shown


def test_tags_stay_whole_and_lose_what_tells() -> None:
    page = (
        '<h2 id="part-1">云岭镇</h2><p><a href="#part-1">目录</a><a href="http://school.example/">主页</a>'
        '<img src="/experts/files/document/1/picture-1.png" alt="韦秋棠 > 合影.png" title="x">A&amp;B学校</p>'
    )
    assert VEIL.html(page) == (
        f'<h2 id="part-1">{HIDDEN}</h2><p><a href="#part-1">目录</a><a>主页</a>'
        f'<img src="/experts/files/document/1/picture-1.png" alt="插图">{HIDDEN}</p>'
    )


def test_a_veil_without_words_hides_nothing() -> None:
    assert Veil(["", " "]).text("韦秋棠") == "韦秋棠"
