"""Sections whose heads are in the author's own words are found, other parts of a case are not taken for them (R7)."""

from pathlib import Path

import docx
import pytest
from docx.shared import Pt

from cases.files.headings import TITLES
from tests.cases.files.test_corpus import found
from tests.cases.files.word import saved

BODY = "我们从每周一次的共同备课做起，先看平台上的课例，再到自己的课堂上试，有问题当场说，下一周接着改。" * 3


def read(titles: tuple[str, ...], folder: Path, *, numbered: bool = True, bold: bool = True) -> dict[str, str]:
    document = docx.Document()
    document.add_paragraph().add_run("云上教研，山里花开").font.size = Pt(22)
    document.add_paragraph("——一所乡村学校的研修实践")
    for number, title in zip("一二三四五六七八", titles, strict=False):
        run = document.add_paragraph().add_run(f"{number}、{title}" if numbered else title)
        run.bold = bold
        document.add_paragraph(BODY)
        document.add_paragraph("1.建好机制，落实责任")
        document.add_paragraph(BODY)
        document.add_paragraph("2.带来变化，形成特色")
        document.add_paragraph(BODY)
    answer = found(saved(document, folder / "a.docx"))
    return {name: label.title.partition("、")[2] if numbered else label.title for name, label in answer.items()}


@pytest.mark.parametrize(
    "titles",
    [
        ("县域教育概况与工作起点", "主要做法和推进步骤", "取得的成绩与几点体会", "工作亮点与创新之处"),
        ("工作室是怎样的一个团队", "三年里我们做了哪些事", "收获与体会", "我们的做法新在哪里"),
        ("我们从哪里出发", "我们这样走过来", "课堂上看得见的改变", "和别处不一样的地方"),
        ("为什么要做这件事", "我们是怎么做的", "做了以后有什么变化", "这件事的特别之处"),
        ("研修的缘起", "研修的推进", "研修的回响与启示", "研修的独到之处"),
        ("一所山区小学的难题", "破题之路", "带来的改变", "与众不同之处"),
        ("学校简况", "行动路线与实践探索", "成果与展望", "独特之处"),
        ("案例基本概况", "研修实施的三个步骤", "老师们的成长与进步", "案例的突破与创新"),
        ("起因：老师们的困惑", "经过：一步一步推进", "结果：老师变了，学生也变了", "特点：小而实"),
    ],
)
@pytest.mark.parametrize("numbered", [True, False])
def test_heads_in_own_words_are_found(titles: tuple[str, ...], numbered: bool, tmp_path: Path) -> None:
    assert read(titles, tmp_path, numbered=numbered) == dict(zip(TITLES, titles, strict=True))


def test_plain_lines_are_found_by_their_number(tmp_path: Path) -> None:
    titles = ("研修的缘起", "研修的推进", "收获与体会", "新在何处")
    assert read(titles, tmp_path, bold=False) == dict(zip(TITLES, titles, strict=True))


def test_a_head_that_tells_nothing_is_the_one_that_is_left(tmp_path: Path) -> None:
    titles = ("兰溪边的十二位老师", "我们是怎么做的", "收获与体会", "新在何处")
    assert read(titles, tmp_path) == dict(zip(TITLES, titles, strict=True))


@pytest.mark.parametrize(
    ("titles", "missing"),
    [
        (("基本情况", "过程与举措", "经验与成效", "存在的问题与下一步打算"), "特色与创新"),
        (("基本情况", "过程与举措", "保障机制", "特色与创新"), "经验与成效"),
        (("基本情况", "过程与举措", "一堂难忘的课", "特色与创新"), "经验与成效"),
        (("学校概况", "主要做法", "特色亮点", "工作展望"), "经验与成效"),
        (("前言", "主要做法", "取得的成效", "几点创新"), "基本情况"),
        (("学校概况", "取得的成效", "创新之处", "结语"), "过程与举措"),
        (("学校概况", "我们怎么做", "老师们的收获", "不足与改进建议"), "特色与创新"),
    ],
)
def test_another_part_is_not_taken_for_the_missing_section(
    titles: tuple[str, ...], missing: str, tmp_path: Path
) -> None:
    assert set(read(titles, tmp_path)) == set(TITLES) - {missing}


def test_heads_of_another_kind_of_text_are_none(tmp_path: Path) -> None:
    assert read(("会议时间", "参会人员", "会议议程", "有关要求", "联系方式"), tmp_path) == {}
    assert read(("教学目标", "教学重难点", "教学过程", "板书设计", "作业"), tmp_path).keys() <= {"过程与举措"}


def test_more_parts_than_four_are_sorted_out(tmp_path: Path) -> None:
    titles = ("引言", "研修的缘起", "我们怎么推进", "典型课例", "老师们的改变", "做法新在哪里", "下一步打算")
    assert list(read(titles, tmp_path).values()) == [titles[1], titles[2], titles[4], titles[5]]
