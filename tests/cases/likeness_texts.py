"""Texts for the tests of likeness: prose that repeats nothing, and a passage to be copied."""

import random
from collections.abc import Iterable

COPIED = (
    "每周三下午，全镇十二所学校的语文老师在同一间线上教室里坐下来，由轮值学校先放一段十分钟的课堂实录，"
    "再请三位老师各说一个看不懂的地方。我们不评优劣，只追问学生当时在想什么，为什么会在这里停下来。"
    "讨论结束前，主持人把大家的疑问写成三句话，贴进共享文档，下一周的轮值学校就带着这三句话去备课。"
    "坚持了两个学期以后，老师们发现自己上课时停顿变多了，等学生开口的时间变长了，黑板上的字变少了。"
    "镇里最远的一所教学点只有两位语文老师，他们说，从前一年见不到几个同行，如今每个星期都有人问起他们班上的孩子。"
)
"""Some two hundred and thirty letters."""


def prose(seed: int, length: int = 900) -> str:
    """Characters drawn at random, so that no eight of them stand in another text."""
    rng = random.Random(f"prose {seed}")
    return "".join(chr(rng.randrange(0x4E00, 0x9F00)) for _ in range(length))


def page(*paragraphs: str, headings: Iterable[str] = ()) -> str:
    """The clean HTML of a document."""
    heads = "".join(f"<h2>{words}</h2>" for words in headings)
    return heads + "".join(f"<p>{words}</p>" for words in paragraphs)
