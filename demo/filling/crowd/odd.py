"""The crowd's odd files: documents that are not taken or stand exactly at a limit, materials that are refused."""

import random
from dataclasses import dataclass
from pathlib import Path

from demo import content
from demo.content import extremes
from demo.filling.making import Made, Telling, keep, look_at

CUT_OFF = 0.6
"""How much of a file arrives that was cut off on its way."""


@dataclass(frozen=True)
class Oddity:
    """One odd file: what is odd about it, what it is called, and of which case it tells."""

    what: str
    name: str
    telling: Telling
    characters: int = 0


DOCUMENTS = {
    "too_long": "案例介绍（完整版）.docx",
    "section_missing": "案例介绍（初稿）.docx",
    "cut_off": "案例介绍0928.docx",
    "old_word": "案例介绍终稿.doc",
    "exact": "案例介绍文档.docx",
    "tolerated": "案例介绍文档（定稿）.docx",
}
"""What a document may be, and the name its author gave it."""

MATERIALS = {"archive": "活动照片合集.zip", "film_cut_off": "课例录像.mp4", "page": "公众号报道.html"}
"""Materials that are refused."""

LENGTHS = {"exact": extremes.DOCUMENT_LIMIT, "tolerated": extremes.DOCUMENT_TOLERATED - 22, "too_long": 3_412}


def odd_document(oddity: Oddity, place: Path) -> Made:
    """The document with the inspector's verdict on it."""
    telling = oddity.telling
    rng = random.Random(telling.seed)
    known = {"unit": telling.unit, "host": telling.host}
    if oddity.what == "section_missing":
        data = extremes.document_without(rng, telling.kind, telling.title, **known)
    else:
        characters = LENGTHS.get(oddity.what, 2_100)
        data = extremes.document_of(rng, telling.kind, telling.title, characters, **known)
    if oddity.what == "cut_off":
        data = data[: int(len(data) * CUT_OFF)]
    return keep(data, name=oddity.name, kind="document", place=place)


def odd_material(what: str, place: Path) -> Made:
    """A material that the portal refuses, with the inspector's words."""
    rng = random.Random(what)
    film = content.video(rng)
    data = {
        "archive": b"PK\x03\x04" + rng.randbytes(4_000),
        "film_cut_off": film[: int(len(film) * CUT_OFF)],
        "page": "<html><body><p>教师研修展示活动举行</p></body></html>".encode(),
    }[what]
    return keep(data, name=MATERIALS[what], kind="supporting", place=place)


def long_film(size: int, place: Path) -> Made:
    """A film of exactly so many bytes, most of them a hole in the file."""
    extremes.write_padded_film(place, size)
    return look_at(place, name="研修活动全程录像.mp4", kind="supporting")
