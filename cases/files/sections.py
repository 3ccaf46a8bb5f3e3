"""The four sections a case document must have, found as teachers write them (R7)."""

import re
from dataclasses import dataclass
from typing import Final

from cases.characters import count
from cases.files.wordtext import Paragraph

TITLES: Final = ("基本情况", "过程与举措", "经验与成效", "特色与创新")

_AND = "(?:与|和|及|以及|、|/|·|&|＆|-|—)?"
_EXACT: Final = {
    "基本情况": re.compile("基本情况"),
    "过程与举措": re.compile(f"过程{_AND}(?:主要|具体|创新|重点)?举措"),
    "经验与成效": re.compile(f"经验{_AND}成效|成效{_AND}经验"),
    "特色与创新": re.compile(f"特色{_AND}创新|创新{_AND}特色"),
}
_DEEDS = "(?:举措|措施|做法|方法|路径|策略|步骤)"
_GAINS = "(?:成效|成果|效果|收获|成绩)"
_NEAR: Final = {
    "基本情况": re.compile(
        f"(?:基本|总体|整体)(?:情况|概况)|(?:情况|背景|案例)?(?:简介|概况|概述)|(?:案例|研修|实施)?背景(?:{_AND}(?:基本)?(?:情况|概况|现状|基础|问题))?"
    ),
    "过程与举措": re.compile(
        f"(?:实施|研修|建设|应用|开展|主要|具体)*(?:过程|{_DEEDS})(?:{_AND}(?:主要|具体)?{_DEEDS}|{_AND}过程)?"
    ),
    "经验与成效": re.compile(
        f"(?:取得的?|主要|实施|应用|研修|工作|建设)*(?:经验|{_GAINS})(?:{_AND}(?:经验|{_GAINS}|反思|启示|影响))?"
    ),
    "特色与创新": re.compile(f"(?:特色|创新|亮点|创新点|特色亮点)(?:{_AND}(?:特色|创新|亮点|创新点))?"),
}
_BEFORE = (
    "(?:取得的?|实施|开展|本|该|我|的|案例|研修|教师|区域|校本|学校|区|县|市|园|校|幼儿园|工作室|工作|活动|项目|主要)*"
)
_AFTER = "(?:介绍|说明|概述|总结|分析|之处|点|方面|部分|提炼)?"
_NUMBER: Final = re.compile(
    r"^(?:"
    r"第\s*[一二三四五六七八九十\d]+\s*[章节部分篇条]+[、.．:：]?"
    r"|[（(\[【〔]\s*(?:[一二三四五六七八九十]+|\d{1,2}|[ivxIVX]+)\s*[）)\]】〕][、.．]?"
    r"|(?:[一二三四五六七八九十]+|[壹贰叁肆伍陆柒捌玖拾]+)\s*[、.．,，:：）)]"
    r"|\d{1,2}(?:[.．]\d{1,2})*\s*[、.．）)]?"
    r"|[①-⑳㈠-㈩❶-❿⑴-⒇]"
    r"|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+\s*[、.．]?"
    r"|[IVX]{1,4}\s*[、.．]"
    r"|Part\s*\d[.:：]?"
    r"|[一二三四五六七八九十](?=[\s\u3000])"
    r")",
    re.IGNORECASE,
)
_BULLETS = "◆◇■□●○★☆▲△※*#>►▶•·|—-_ \t\u3000\u00a0"
_ORNAMENT = "【】[]〔〕《》〈〉“”\"'「」『』" + _BULLETS
_PAGE_NUMBER: Final = re.compile(r"(?:[.．…·\-—_]{2,}|\t|\s{2,})\s*[-(（]?\s*(?:第\s*)?\d{1,3}\s*页?[-)）]?\s*$")
_CLOSING = "。；;，,！!？?…"
_HEADING_STYLE: Final = re.compile(r"^(?:heading|标题|title|head|小标题|一级|二级|章标题|大标题)", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_LONGEST = 30
_LARGE = 14.0


@dataclass(slots=True)
class Heading:
    """A paragraph that may open one of the four sections; `inside` is text that stands behind it on the same line."""

    index: int
    name: str
    title: str
    how: str
    exact: bool
    score: int
    inside: str = ""


@dataclass
class Section:
    """One of the four: where it opens, how long it is, how it was recognised (style, outline, look, table)."""

    name: str
    found: bool = False
    title: str = ""
    characters: int = 0
    pictures: int = 0
    how: str = ""
    exact: bool = False
    index: int = -1
    twice: bool = False


def find(paragraphs: list[Paragraph]) -> list[Section]:
    """Return the four sections in the order of R7."""
    headings = [heading for at, one in enumerate(paragraphs) if (heading := _heading(at, one)) is not None]
    headings = _without_contents(headings, paragraphs)
    chosen = _choose(headings, paragraphs)
    opened = sorted(chosen.values(), key=lambda heading: heading.index)
    found: dict[str, Section] = {}
    for at, heading in enumerate(opened):
        end = opened[at + 1].index if at + 1 < len(opened) else len(paragraphs)
        inside = [one for one in paragraphs[heading.index + 1 : end] if one.place != "note"]
        same = [other for other in headings if other.name == heading.name and other.exact and other is not heading]
        found[heading.name] = Section(
            heading.name,
            True,
            heading.title,
            count(heading.inside) + sum(count(one.text) for one in inside),
            sum(one.pictures for one in inside),
            heading.how,
            heading.exact,
            heading.index,
            bool(heading.exact and any(other.score >= heading.score for other in same)),
        )
    return [found.get(name, Section(name)) for name in TITLES]


def _heading(index: int, paragraph: Paragraph) -> Heading | None:
    """Return what a paragraph opens, None for running text, a line of contents or a note."""
    text = paragraph.text.strip()
    if (
        not text
        or paragraph.place == "note"
        or paragraph.contents
        or _PAGE_NUMBER.search(text.partition("\n")[0][-40:])
    ):
        return None
    first, _, rest = text.partition("\n")
    plain, typed = _strip_number(first)
    name, exact = _match(plain)
    inside = rest
    if not name:
        first, inside = _run_in(paragraph, text)
        plain, typed = _strip_number(first)
        name, exact = _match(plain)
        if not name or not exact:
            return None
    how, score = _evidence(paragraph, first, typed)
    if not how:
        # A line that is nothing but the very name is a heading even without any dress; a near name is not.
        if not exact or inside.strip():
            return None
        how, score = ("table" if paragraph.place == "table" else "look"), 1
    return Heading(index, name, first.strip(), how, exact, score + (10 if exact else 0), inside)


def _strip_number(text: str) -> tuple[str, bool]:
    """Return a line without number, ornaments and spaces, and whether it was numbered."""
    line = text.strip().lstrip(_BULLETS)
    match = _NUMBER.match(line)
    if match is None:
        # The number may stand inside brackets with the name: 【一、基本情况】.
        line = line.strip(_ORNAMENT)
        match = _NUMBER.match(line)
    rest = line[match.end() :] if match else line
    return _SPACES.sub("", rest).strip(_ORNAMENT).rstrip(":：").strip(_ORNAMENT), match is not None


def _match(plain: str) -> tuple[str, bool]:
    """Return the section a bare line names and whether in the rules' own words."""
    if not plain or len(plain) > _LONGEST:
        return "", False
    for name, pattern in _EXACT.items():
        if pattern.fullmatch(plain):
            return name, True
    for name, pattern in _EXACT.items():
        if re.fullmatch(f"{_BEFORE}(?:{pattern.pattern}){_AFTER}", plain):
            return name, True
    for name, pattern in _NEAR.items():
        if re.fullmatch(f"{_BEFORE}(?:{pattern.pattern}){_AFTER}", plain):
            return name, False
    return "", False


def _run_in(paragraph: Paragraph, text: str) -> tuple[str, str]:
    """Split a heading that shares its line with text: “一、基本情况：我校……”, or a bold beginning."""
    match = re.match(r"^(.{2,24}?)[：:。．](?=.)", text, re.DOTALL)
    if match and (_NUMBER.match(text) or paragraph.lead >= match.end(1)):
        return match.group(1), text[match.end() :]
    if 2 <= paragraph.lead < len(paragraph.text) and paragraph.lead <= _LONGEST:
        return paragraph.text[: paragraph.lead], paragraph.text[paragraph.lead :]
    return "", text


def _evidence(paragraph: Paragraph, line: str, typed: bool) -> tuple[str, int]:
    """Return how a paragraph shows that it is a heading, and how strongly."""
    if _HEADING_STYLE.match(paragraph.style):
        return "style", 5
    if paragraph.outline is not None:
        return "outline", 4
    stripped = line.strip()
    if len(stripped) > _LONGEST or stripped.endswith(tuple(_CLOSING)):
        return "", 0
    dressed = typed or paragraph.numbered or paragraph.lead >= len(stripped) or paragraph.size >= _LARGE
    dressed = dressed or stripped[:1] in "【〔[《"
    if not dressed:
        return "", 0
    return ("table" if paragraph.place == "table" else "look"), 3


def _without_contents(headings: list[Heading], paragraphs: list[Paragraph]) -> list[Heading]:
    """Drop a typed table of contents: headings that follow one another with nothing between and come again later."""
    dropped: set[int] = set()
    for at, heading in enumerate(headings[:-1]):
        following = headings[at + 1]
        between = paragraphs[heading.index + 1 : following.index]
        bare = not heading.inside.strip() and not any(one.text.strip() or one.pictures for one in between)
        later = any(other.name == heading.name for other in headings[at + 1 :])
        if bare and later and (following.name != heading.name):
            dropped.add(heading.index)
            # The last line of the contents is followed by text, so it goes with its neighbour.
            if any(other.name == following.name for other in headings[at + 2 :]):
                dropped.add(following.index)
    return [heading for heading in headings if heading.index not in dropped]


def _choose(headings: list[Heading], paragraphs: list[Paragraph]) -> dict[str, Heading]:
    """Return the best heading of each section: the rules' words first, then style, then the one with text behind it."""
    chosen: dict[str, Heading] = {}
    marks = [heading.index for heading in headings]
    for heading in headings:
        end = next((mark for mark in marks if mark > heading.index), len(paragraphs))
        inside = paragraphs[heading.index + 1 : end]
        filled = bool(heading.inside.strip()) or any(one.text.strip() or one.pictures for one in inside)
        heading.score = heading.score * 2 + filled
        best = chosen.get(heading.name)
        if best is None or heading.score > best.score:
            chosen[heading.name] = heading
    return chosen


def in_order(sections: list[Section]) -> bool:
    """Return whether the sections that were found stand in the order of R7."""
    places = [section.index for section in sections if section.found]
    return places == sorted(places)
