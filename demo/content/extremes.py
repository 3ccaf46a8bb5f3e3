"""What stands at the edge of a rule: the longest, shortest and rarest that the portal takes, what it refuses."""

# Chinese sentences stand whole on their lines; the linter counts each character twice.
# ruff: noqa: E501

import io
import random
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cases.characters import count
from cases.files import document as doctor
from demo.content import persons, places
from demo.content.facts import Facts, facts
from demo.content.films import video
from demo.content.narrative import overviews
from demo.content.titles import title
from demo.content.word import document
from demo.content.wording import fill
from demo.content.writing import NARRATIVES, OVERVIEW_LIMIT, Section, figures, pool

NAME_LIMIT: Final = 30
UNIT_LIMIT: Final = 80
POST_LIMIT: Final = 40
DOCUMENT_LIMIT: Final = 3_000
DOCUMENT_TOLERATED: Final = 3_060
"""R7 with the call's tolerance of 2 %: 3,001–3,060 字 are taken with a warning, 3,061 refused."""

MATERIALS_LIMIT: Final = 100 * 1024 * 1024
MAIN_PART: Final = "word/document.xml"

ONE_CHARACTER_TITLES: Final = ("研", "融", "听", "光", "同", "问")
"""The shortest titles the information sheet takes."""

UNUSUAL_TITLES: Final[dict[str, tuple[str, ...]]] = {
    "region": (
        "“1+6+N”：县域教师研修网的三年", "《研修地图》绘成记", "从 0 到 1，再从 1 到 100：一个小县的平台应用", "T.E.A.M. 四步研修法的区域应用（2021—2024）",
        "98.5% 之后怎么办？——应用率背后的区域研修", "5G+AI 双师研训：区域教师发展的“双螺旋”", "研修“∞”形环：线上·线下·线上",
    ),
    "school": (
        "读《教育漫话》，改《秋天》一课：一个语文组的 30 次碰面", "PBL × 平台：七年级跨学科备课的 12 个星期", "3:00 pm，云上见", "“Yes, and……”：英语组的即兴评课",
        "a² + b²：两个备课组合起来以后", "《难忘的一课》上了四遍（附 4 版教案）", "Hello, 老教研组！", "A 稿、B 稿、C 稿——我们的“三稿制”备课",
    ),
    "studio": (
        "e 路同研：工作室 1000 天", "STEAM 课堂的“N 次方”——工作室联合备课", "“1 名师 + 8 校 + 46 人”的云上三年", "《工作室周记》第 100 期：我们记下了什么？",
        "QQ 群之后：工作室从聊天到研究", "24 节气·24 次直播·24 份教案",
    ),
}  # fmt: skip
"""Titles with Latin letters, digits, book marks and signs, all of them within 60 characters."""

LONGEST_NAME: Final = "阿依努尔古丽·阿卜杜热依木江·麦麦提图尔荪托合提尼亚孜艾力汗"
"""Thirty characters, in the Uyghur manner."""

LONG_NAMES: Final = (
    LONGEST_NAME, "古丽巴哈尔·阿卜杜外力江", "麦尔哈巴·吐尔逊托合提", "阿力木江·努尔艾合买提", "热孜宛古丽·沙吾提阿洪", "叶尔波拉提·哈森别克",
    "次旺卓玛·贡嘎曲珍", "白玛央宗·格桑旺堆", "嘎玛多吉·索朗次旦", "阿古拉·孟和巴图", "孛儿只斤·苏伦格日勒", "乌云塔娜·额尔敦朝克图",
)  # fmt: skip
"""Names in the Uyghur, Kazakh, Tibetan and Mongolian manner, parted by ·."""

RARE_NAMES: Final = (
    "王䶮", "㛃然", "𠅤知远", "李㛃", "陈䶮秋", "乜𬭎", "亓𫖳言", "禤㴖晖", "褟䴖", "逄𬍛岚", "訾𤩽", "庹龑", "酆㙓", "缑燚棠", "笪叕", "郗龘明",
)  # fmt: skip
"""Two and three characters with those that old fonts and input methods lack; the certificate's fonts draw all of them."""

SHORTEST_NAMES: Final = ("乜一", "丁丨", "卜丁", "于乙")
"""Two characters of few strokes: what a cell looks like that is nearly empty."""

LONGEST_POST: Final = "正高级教师、特级教师/党总支书记、校长、县域校本研修联盟秘书长兼名师工作室主持人"
"""Forty characters of 职称/职务."""

_SHORT_OVERVIEWS: Final = (
    "一个教研组，一块屏，一学期只研一个问题。", "把每周三下午还给研修，这就是本案例的全部。", "十二位教师用平台把一节课备了四遍。", "本案例只讲一件事：怎样让教研群不冷场。",
)  # fmt: skip
# Lengths without gaps, so that what is left of an exact count can always be made up.
_ENDINGS: Final = (
    "做法易学。", "已成常态。", "大家认可。", "效果很实在。", "经验可分享。", "仍在路上。", "教师得益，学生受益。", "一年来从未间断。", "由此走出一条新路。", "过程材料完整可查。",
    "研修真正回到课堂。", "从此教研不再孤单。", "同行评价普遍较好。", "起步虽慢，贵在坚持。", "成本不高，人人可学。", "这条路我们还将走下去。", "每一步都有记录可以查证。",
)  # fmt: skip


class LimitAuthor(NamedTuple):
    """One of three authors whose every field is as long as the information sheet takes (R5)."""

    name: str
    unit: str
    post: str


def longest_title(rng: random.Random, case_type: str, *, unit: str = "", host: str = "") -> str:
    """A title of exactly 60 characters."""
    return title(rng, case_type, unit=unit, host=host, size="long")


def unusual_title(rng: random.Random, case_type: str) -> str:
    """A title with Latin letters, digits or book marks."""
    return rng.choice(UNUSUAL_TITLES[str(case_type)])


def full_overview(rng: random.Random, case_type: str, title: str, *, unit: str = "", host: str = "") -> str:
    """An overview of exactly 300 字 (R5) by the portal's own count."""
    known = facts(case_type, title, unit, host)
    angle = known.angle
    while True:
        patterns = (*rng.sample(angle.deeds, min(2, len(angle.deeds))), *overviews.MIDDLES, rng.choice(angle.results))
        rest = [fill(rng, pattern, known.words) for pattern in (*patterns, *rng.sample(overviews.ENDS, 3))]
        # Two short endings at most: a row of them reads like a list of slogans.
        rest += rng.sample(_ENDINGS, 2)
        first = fill(rng, rng.choice(overviews.BEGINNINGS[str(case_type)]), known.words)
        chosen = _adding_up(rng, [count(sentence) for sentence in rest], OVERVIEW_LIMIT - count(first))
        if chosen is not None:
            return first + "".join(rest[place] for place in chosen)


def shortest_overview(rng: random.Random) -> str:
    """An overview of one sentence."""
    return rng.choice(_SHORT_OVERVIEWS)


def longest_unit(rng: random.Random, province_short: str) -> str:
    """A work unit of exactly 80 characters, beginning with its province."""
    place = places.setting(rng)
    first, last = places.province_name(province_short) + place.county + place.town, "九年一贯制寄宿学校"
    between = (
        "城乡教育共同体", "第三教育联盟", "中心学区", "沿河片区", "乡村振兴示范", "书院路", "初级中学与中心小学合并办学", "教师研修实验基地", "附属幼儿园及", "双语", "东校区",
        "对口帮扶协作", "义务教育优质均衡发展改革试点", "劳动教育实践", "人民", "第一", "联合", "新", "综合高级中学分校暨", "民族团结进步示范",
    )  # fmt: skip
    chosen = _adding_up(rng, [len(piece) for piece in between], UNIT_LIMIT - len(first) - len(last))
    assert chosen is not None, "the pieces' lengths leave no gap"
    return first + "".join(between[piece] for piece in chosen) + last


def limit_authors(rng: random.Random, province_short: str) -> tuple[LimitAuthor, LimitAuthor, LimitAuthor]:
    """Three authors (the most R5 allows) whose names, units and posts are as long as they may be, or rare."""
    unit = longest_unit(rng, province_short)
    second = rng.choice(LONG_NAMES[1:])
    return (
        LimitAuthor(LONGEST_NAME, unit, LONGEST_POST),
        LimitAuthor(second, longest_unit(rng, province_short), LONGEST_POST),
        LimitAuthor(rng.choice(RARE_NAMES), unit, persons.post(rng)),
    )


def document_of(
    rng: random.Random, case_type: str, title: str, characters: int, *, unit: str = "", host: str = ""
) -> bytes:
    """A .docx of exactly so many 字 by the portal's own count (R7), between about 1,000 and 3,700.

    All four sections, a table and a picture are in it; whether it is taken is a matter of the number alone.
    """
    seed = rng.random()
    rows = figures(case_type, title, unit=unit, host=host)

    def made(sections: Sequence[Section]) -> bytes:
        return document(random.Random(seed), title, sections, rows)

    bare = counted(made([Section(heading, ()) for heading in NARRATIVES]))
    return made(_sections(rng, str(case_type), facts(case_type, title, unit, host), characters - bare))


def document_without(
    rng: random.Random, case_type: str, title: str, *, missing: str = "特色与创新", unit: str = "", host: str = ""
) -> bytes:
    """A .docx the portal refuses for want of one of the four sections (R7)."""
    known = facts(case_type, title, unit, host)
    kept = [section for section in _sections(rng, str(case_type), known, 1_900) if section.heading != missing]
    return document(rng, title, kept, figures(case_type, title, unit=unit, host=host))


def document_too_long(
    rng: random.Random, case_type: str, title: str, *, characters: int = 3_412, unit: str = "", host: str = ""
) -> bytes:
    """A .docx the portal refuses because it is beyond the tolerance (R7)."""
    assert characters > DOCUMENT_TOLERATED
    return document_of(rng, case_type, title, characters, unit=unit, host=host)


def counted(data: bytes) -> int:
    """字 of a .docx as the portal's inspection counts them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found, _ = doctor.examine(archive, MAIN_PART, remote=[])
    return int(found["characters"])


def padded_film(size: int, rng: random.Random | None = None) -> bytes:
    """A playable mp4 of exactly `size` bytes: a short film, then a `free` box of zeros that players skip.

    All of it in memory: for a film of many megabytes that goes to disk, `write_padded_film` is the cheaper way.
    """
    head = _film_head(size, rng)
    return head + bytes(size - len(head))


def write_padded_film(path: Path, size: int, rng: random.Random | None = None) -> None:
    """The same film as a file whose zeros are a hole: it says `size` bytes and takes some kilobytes of disk."""
    head = _film_head(size, rng)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)


def _film_head(size: int, rng: random.Random | None) -> bytes:
    """The film with the eight bytes that open the free box (ISO/IEC 14496-12, 8.1.2)."""
    film = video(rng or random.Random("padded film"))
    free = size - len(film)
    if free < 8:
        raise ValueError(f"a film cannot be smaller than {len(film) + 8} bytes: {size}")
    return film + struct.pack(">L4s", free, b"free")


def _sections(rng: random.Random, case_type: str, known: Facts, characters: int) -> list[Section]:
    """The four sections whose paragraphs come to exactly so many 字."""
    shapes = pool(rng, case_type, known)
    following = [(place, sentence) for place, (_, _, others) in enumerate(shapes) for sentence in others]
    following += [(len(shapes) - 1, sentence) for sentence in _ENDINGS]
    left = characters - sum(count(opening) for _, opening, _ in shapes)
    chosen = _adding_up(rng, [count(sentence) for _, sentence in following], left)
    if chosen is None:
        raise ValueError(f"no four sections come to {characters} 字")
    paragraphs = [opening for _, opening, _ in shapes]
    for number in chosen:
        place, sentence = following[number]
        paragraphs[place] += sentence
    return [
        Section(heading, tuple(text for (own, _, _), text in zip(shapes, paragraphs, strict=True) if own == heading))
        for heading in NARRATIVES
    ]


def _adding_up(rng: random.Random, sizes: Sequence[int], want: int) -> list[int] | None:
    """Places, in order, of some of the sizes that add up to exactly `want`; None where no choice does."""
    if want < 0:
        return None
    order = rng.sample(range(len(sizes)), len(sizes))
    last_added: dict[int, int] = {0: -1}
    for place in order:
        for total in sorted(last_added, reverse=True):
            # A total reached by an earlier place is kept, so that no place is added twice on the way back.
            if total + sizes[place] <= want and total + sizes[place] not in last_added:
                last_added[total + sizes[place]] = place
        if want in last_added:
            break
    if want not in last_added:
        return None
    chosen = []
    while want:
        chosen.append(last_added[want])
        want -= sizes[last_added[want]]
    return sorted(chosen)
