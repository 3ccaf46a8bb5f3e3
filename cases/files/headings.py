"""A line of a document as a head: its number, the section it names, what tells it from running text."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cases.files.wordtext import Paragraph

TITLES: Final = ("基本情况", "过程与举措", "经验与成效", "特色与创新")

_AND = "(?:与|和|及|以及|、|/|·|&|＆|-|—)?"
_EXACT: Final = {
    "基本情况": re.compile("基本情况"),
    "过程与举措": re.compile(f"过程{_AND}(?:主要|具体|创新|重点|关键|实施|工作)*举措"),
    "经验与成效": re.compile(
        f"经验(?:总结|做法|启示)?{_AND}(?:取得的?|主要|实施|应用|工作)*成效|成效{_AND}(?:主要)?经验(?:总结|启示)?"
    ),
    "特色与创新": re.compile(f"特色{_AND}创新|创新{_AND}特色"),
}
_DEEDS = "(?:举措|措施|做法|方法|路径|策略|步骤)"
_GAINS = "(?:成效|成果|效果|收获|成绩)"
_NEW = "特色|创新|亮点|创新点|特色亮点|创新亮点"
_NEAR: Final = {
    "基本情况": re.compile(
        f"(?:基本|总体|整体)(?:情况|概况)|(?:情况|背景|案例)?(?:简介|概况|概述)(?:{_AND}背景)?|(?:案例|研修|实施)?背景(?:{_AND}(?:基本)?(?:情况|概况|现状|基础|问题))?"
    ),
    "过程与举措": re.compile(
        f"(?:实施|研修|建设|应用|开展|主要|具体)*(?:过程|{_DEEDS})(?:{_AND}(?:主要|具体)?{_DEEDS}|{_AND}过程)?"
    ),
    "经验与成效": re.compile(
        f"(?:取得的?|主要|实施|应用|研修|工作|建设)*(?:经验|{_GAINS})(?:{_AND}(?:经验|{_GAINS}|反思|启示|影响))?"
    ),
    "特色与创新": re.compile(f"(?:{_NEW})(?:{_AND}(?:{_NEW}))?"),
}
_BEFORE = (
    "(?:取得的?|实施|开展|本|该|我|的|案例|研修|教师|区域|校本|学校|区|县|市|园|校|幼儿园|工作室|工作|活动|项目|主要)*"
)
_AFTER = "(?:介绍|说明|概述|总结|分析|之处|点|方面|部分|提炼)?"
_TELLING: Final = re.compile("[情概背简过举措做方路策步经成效收特创亮]")
_CHINESE: Final = "一二三四五六七八九十"
_CAPITAL: Final = "壹贰叁肆伍陆柒捌玖拾"
# Each way to number a head, with its usual depth: 第一章 and 一、 over （一） over 1. over (1) and 1.1 over ①.
_NUMBERS: Final = tuple(
    (depth, re.compile(pattern, re.IGNORECASE))
    for depth, pattern in (
        (0, rf"第\s*([{_CHINESE}\d]+)\s*[章节部分篇条]+[、.．:：]?"),
        (0, r"Part\s*(\d)[.:：]?"),
        (2, rf"[（(\[【〔]\s*([{_CHINESE}]+)\s*[）)\]】〕][、.．]?"),
        (4, r"[（(\[【〔]\s*(\d{1,2}|[ivx]+)\s*[）)\]】〕][、.．]?"),
        (1, rf"([{_CHINESE}]+|[{_CAPITAL}]+)\s*[、.．,，:：）)]"),
        (4, r"\d{1,2}(?:[.．](\d{1,2}))+\s*[、.．）)]?"),
        (3, r"(\d{1,2})\s*[、.．）)]?"),
        (5, r"([①-⑳㈠-㈩❶-❿⑴-⒇])"),
        (1, r"([ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+)\s*[、.．]?"),
        (1, r"([IVX]{1,4})\s*[、.．]"),
        (1, rf"([{_CHINESE}{_CAPITAL}])(?=[\s\u3000])"),
    )
)
# What any of them begins with.
_DIGIT: Final = re.compile(rf"[第P（(\[【〔{_CHINESE}{_CAPITAL}\d①-⑳㈠-㈩❶-❿⑴-⒇Ⅰ-ⅩIVX]", re.IGNORECASE)
_BULLETS = "◆◇■□●○★☆▲△※*#>►▶•·|—-_ \t\u3000\u00a0"
_ORNAMENT = "【】[]〔〕《》〈〉“”\"'「」『』" + _BULLETS
# What a form asks for behind a name: 基本情况（500字以内）.
HINT: Final = re.compile(r"[（(][^（()）]{1,30}[）)]$")
_PAGE_NUMBER: Final = re.compile(r"(?:[.．…·\-—_]{2,}|\t|\s{2,})\s*[-(（]?\s*(?:第\s*)?\d{1,3}\s*页?[-)）]?\s*$")
_CLOSING: Final = tuple("。；;，,！!？?…")
_HEADING_STYLE: Final = re.compile(r"^(?:heading|标题|title|head|小标题|一级|二级|章标题|大标题)", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
LONGEST: Final = 30
LONGEST_TITLE: Final = 40
"""Of a head with its subtitle."""
_LONGEST_LINE: Final = 120


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a head stands among heads: how that is told (outline, style, typed or automatic number), and how deep."""

    sort: str
    level: int
    of: str = ""

    def below(self, other: "Rank") -> bool:
        """Whether a head of this rank stands under one of the other."""
        if (self.sort, self.of) == (other.sort, other.of):
            return self.level > other.level
        return (self.sort == "typed" and self.level >= 2) or (self.sort == "automatic" and self.level >= 1)


@dataclass(slots=True)
class Heading:
    """A line that may open one of the four sections; `inside` is text that stands behind it on the same line.

    `number` is the typed one, 0 where there is none; `score` grows with the evidence.
    """

    index: int
    name: str
    title: str
    how: str
    exact: bool
    score: int
    inside: str = ""
    rank: Rank | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """How running text is set in this document: the size and font that most characters have."""

    size: float = 0.0
    font: str = ""

    @classmethod
    def of(cls, lines: Iterable[Paragraph]) -> "Body":
        sizes: Counter[float] = Counter()
        fonts: Counter[str] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
            fonts[line.font] += len(line.text)
        if not sizes:
            return cls()
        return cls(sizes.most_common(1)[0][0], fonts.most_common(1)[0][0])


def recognise(index: int, line: Paragraph, body: Body, *, caption: bool = False) -> Heading | None:
    """Return what a line opens, None for running text, a line of contents or a note.

    `caption`: the line stands under a picture, so that its place on the page or its font says nothing.
    """
    text = line.text.strip()
    if not text or line.place == "note" or line.contents or is_contents_line(text):
        return None
    first, _, inside = text.partition("\n")
    name, exact = names(first)
    subtitled = False
    if not name:
        first, inside = _run_in(line, text)
        name, exact = names(first)
        subtitled = "\n" not in text and _stands_apart(line, text, body)
        if not name or not (exact or subtitled):
            return None
    how, score = evidence(line, first, body, caption=caption)
    if not how:
        # A line that is nothing but the very name is a head even without any dress; a near name is not.
        if not exact or inside.strip():
            return None
        how, score = ("table" if line.place == "table" else "look"), 1
    depth, number = number_of(first)
    if subtitled:
        first, inside = text, ""
    return Heading(index, name, first.strip(), how, exact, score, inside, rank_of(line, depth), number)


def is_contents_line(text: str) -> bool:
    """Whether a line ends in dots, a tab or wide space and the number of a page."""
    return bool(_PAGE_NUMBER.search(text.partition("\n")[0][-40:]))


def rank_of(line: Paragraph, depth: int | None = None) -> Rank | None:
    """Return where a line stands among heads; `depth` is that of its typed number."""
    if line.outline is not None:
        return Rank("outline", line.outline)
    if _HEADING_STYLE.match(line.style):
        return Rank("style", 0, line.style)
    if depth is None:
        depth = number_of(line.text)[0]
    if depth is not None:
        return Rank("typed", depth)
    return Rank("automatic", line.numbered[1], line.numbered[0]) if line.numbered else None


def closes(line: Paragraph, rank: Rank) -> bool:
    """Whether a line is itself a head that ends a section opened by a head of this rank, whatever it says."""
    text = line.text.strip()
    if not text or line.place == "note" or line.contents or is_contents_line(text):
        return False
    if len(text) > LONGEST or text.endswith(_CLOSING):
        return False
    other = rank_of(line)
    if other is None or (other.sort, other.of) != (rank.sort, rank.of):
        return False
    # Points counted 1. 2. 3. inside a section look like heads counted that way; 一、 and 第一章 are heads alone.
    return other.level == rank.level <= 1 if rank.sort == "typed" else other.level <= rank.level


def number_of(text: str) -> tuple[int | None, int]:
    """Return the depth and the value of a line's typed number: (None, 0) without one."""
    depth, value, _ = _split_number(text)
    return depth, value


def _split_number(text: str) -> tuple[int | None, int, str]:
    line = text.strip().lstrip(_BULLETS)
    for start in (line, line.strip(_ORNAMENT)):  # the number may stand inside brackets with the name: 【一、基本情况】
        for depth, pattern in _NUMBERS if _DIGIT.match(start) else ():
            if match := pattern.match(start):
                return depth, _value(match[1]), start[match.end() :]
    return None, 0, line.strip(_ORNAMENT)


def _value(digits: str) -> int:
    if digits.isdecimal():
        return int(digits)
    for row in (_CHINESE, _CAPITAL, "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", "①②③④⑤⑥⑦⑧⑨⑩"):
        if digits in row:
            return row.index(digits) + 1
    return 0


def names(line: str) -> tuple[str, bool]:
    """Return the section that a line names, number and ornaments aside, and whether in the rules' own words."""
    # Most lines are running text: told by their length, or because no character of any wording is in them.
    if len(line) > _LONGEST_LINE or not _TELLING.search(line):
        return "", False
    plain = _bare(_split_number(line)[2])
    name, exact = _match(plain)
    hint = HINT.search(plain)
    return _match(_bare(plain[: hint.start()])) if hint and not name else (name, exact)


def _bare(text: str) -> str:
    return _SPACES.sub("", text).strip(_ORNAMENT).rstrip(":：").strip(_ORNAMENT)


def _match(plain: str) -> tuple[str, bool]:
    if not plain or len(plain) > LONGEST:
        return "", False
    for name, pattern in _EXACT.items():
        if pattern.fullmatch(plain):
            return name, True
    for table, exact in ((_EXACT, True), (_NEAR, False)):
        for name, pattern in table.items():
            if re.fullmatch(f"{_BEFORE}(?:{pattern.pattern}){_AFTER}", plain):
                return name, exact
    return "", False


def _run_in(line: Paragraph, text: str) -> tuple[str, str]:
    """Split a head that shares its line with text: “一、基本情况：我校……”, or a bold beginning that stands apart."""
    counted = number_of(text)[0] is not None or line.numbered is not None
    match = re.match(r"^(.{2,24}?)(?:[：:。．]|——?)(?=.)", text, re.DOTALL)
    if match and (counted or line.lead >= match.end(1)):
        return match.group(1), text[match.end() :]
    head, rest = line.text[: line.lead], line.text[line.lead :]
    apart = counted or head[-1:] in "：:。． \t\u3000" or rest[:1] in "：:。． \t\u3000\n"
    if 2 <= line.lead < len(line.text) and line.lead <= LONGEST and apart:
        return head, rest
    return "", text


def _stands_apart(line: Paragraph, text: str, body: Body) -> bool:
    """Whether a whole line is dressed as a head, a subtitle behind the name too: 一、基本情况：一所山村学校的困惑."""
    if len(text) > LONGEST_TITLE or text.endswith(_CLOSING):
        return False
    dressed = line.outline is not None or bool(_HEADING_STYLE.match(line.style)) or line.size > body.size + 0.9
    return dressed or line.lead >= len(line.text.rstrip()) or bool(line.font and body.font and line.font != body.font)


def evidence(line: Paragraph, words: str, body: Body, *, caption: bool = False) -> tuple[str, int]:
    """Return how a line shows that it is a head (style, outline, table, look), and how strongly; ("", 0) for none."""
    if _HEADING_STYLE.match(line.style):
        return "style", 5
    if line.outline is not None:
        return "outline", 4
    stripped = words.strip()
    if len(HINT.sub("", stripped)) > LONGEST or stripped.endswith(_CLOSING):
        return "", 0
    how = "table" if line.place == "table" else "look"
    typed = number_of(stripped)[0] is not None or stripped[:1] in "【〔[《"
    if typed or line.numbered or line.lead >= len(stripped) or line.size > body.size + 0.9:
        return how, 3
    placed = line.centred or bool(line.font and body.font and line.font != body.font)
    return (how, 2) if placed and not caption and line.place == "body" else ("", 0)
