"""Making and inspecting the demo's files: pure functions, so that processes of their own can do it side by side."""

import hashlib
import io
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread

import pypdfium2

from cases.files import film
from cases.files.inspection import Inspection
from cases.files.kinds import BY_SLUG, Purpose
from cases.files.opening import inspect
from demo import content
from demo.content.writing import NARRATIVES
from publishing.certificates import CertificateFace, render

PAGES_OF_TEXT = (
    "各教研组围绕本学期的研修主题，先在平台选学课程，再带着问题集中研讨，最后回到课堂检验。",
    "研修管理员负责答疑和数据反馈，每月把参与情况和典型问题汇总后发到教研群。",
    "请各单位于开展前三天报送安排，结束后一周内整理资料并按类别归档。",
    "过程材料应真实、完整，涉及学生的图片须征得监护人同意。",
)
COPIES = {"jpg": 12, "png": 5, "pdf": 8, "pptx": 5, "mp4": 2}
"""How many different files of a kind there are; cases share their bytes."""

MARK, TITLE_MARK = "〖{}〗", "〖题〗"
COLUMNS = ("甲", "乙", "丙")
FIGURES = 6
"""How many rows of figures a case document has."""

PICTURE_SCALE = 1.6
"""Pixels per point of the picture of a certificate, as the portal draws it."""


def end_with_parent() -> None:
    """Let this process end when the one that started it has ended, however that came about."""
    parent = parent_process()
    assert parent is not None, "only a process that was started by another has to watch it"

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@dataclass(frozen=True)
class Made:
    """A file that was made and inspected; what the inspector drew lies in `folder`."""

    path: Path
    size: int
    sha256: str
    inspection: Inspection
    folder: Path

    @property
    def drawn(self) -> list[str]:
        """The names of what the inspector drew."""
        return [derived["name"] for derived in self.inspection.facts.get("derived", [])]


def keep(data: bytes, *, name: str, kind: Purpose, place: Path) -> Made:
    """The bytes at `place`, with the inspector's verdict, whatever it is; what it draws lies beside them."""
    place.write_bytes(data)
    return look_at(place, name=name, kind=kind)


def look_at(place: Path, *, name: str, kind: Purpose) -> Made:
    """A file that lies at `place` already, with the inspector's verdict; a film with its playable copy."""
    folder = place.with_name(f"{place.name}-drawn")
    inspection = inspect(place, name=name, kind=kind, derive_to=folder)
    if inspection.accepted and BY_SLUG[inspection.facts["kind"]].group == "video":
        conversion = list(film.stages(place, folder, film.plan_for(inspection.facts)))[-1]
        assert conversion.outcome == "done", conversion
        inspection.facts["derived"] = [*inspection.facts.get("derived", []), *conversion.derived]
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Made(place, place.stat().st_size, digest, inspection, folder)


def material(extension: str, number: int, place: Path) -> Made:
    """One of the shared supporting files."""
    makers: dict[str, Callable[[random.Random], bytes]] = {
        "jpg": lambda rng: content.picture(rng, content.PICTURE_KINDS[number % len(content.PICTURE_KINDS)]),
        "png": content.png,
        "pdf": lambda rng: content.pdf(rng, content.material_name(rng, "制度文档"), PAGES_OF_TEXT),
        "pptx": lambda rng: content.slides(rng, content.material_name(rng, "研究交流")),
        "mp4": content.video,
    }
    data = makers[extension](random.Random(f"{extension}{number}"))
    return keep(data, name=f"{number}.{extension}", kind="supporting", place=place)


@dataclass(frozen=True)
class Telling:
    """What a document tells of: enough to write it again, letter by letter."""

    kind: str
    title: str
    unit: str
    host: str
    seed: str


def paper(telling: Telling, place: Path) -> Made:
    """A case document of four sections that names no case, so that cases of one theme can share it."""
    rng = random.Random(telling.seed)
    known = {"unit": telling.unit, "host": telling.host}
    sections = content.sections(rng, telling.kind, telling.title, **known)
    data = content.document(rng, "", sections, content.figures(telling.kind, telling.title, **known))
    return keep(data, name="案例介绍文档.docx", kind="document", place=place)


def pattern(number: int, place: Path) -> Made:
    """A document whose texts are marks, to be replaced by those of a case; its picture is the number's."""
    rng = random.Random(f"pattern {number}")
    sections = [content.Section(heading, (MARK.format(part),)) for part, heading in enumerate(NARRATIVES)]
    first, second, third = COLUMNS
    rows = [
        (MARK.format(f"{row}{first}"), MARK.format(f"{row}{second}"), MARK.format(f"{row}{third}"))
        for row in range(FIGURES)
    ]
    data = content.document(rng, TITLE_MARK, sections, rows)
    return keep(data, name="案例介绍文档.docx", kind="document", place=place)


def certificates(faces: Sequence[CertificateFace]) -> list[tuple[bytes, bytes]]:
    """The certificates as PDF, each with its picture as PNG."""
    return [(pdf, _picture(pdf)) for pdf in map(render, faces)]


def _picture(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        out = io.BytesIO()
        # Packed less tightly than the portal does: many are drawn at once, and the picture is the same.
        document[0].render(scale=PICTURE_SCALE).to_pil().save(out, "PNG", compress_level=4)
        return out.getvalue()
    finally:
        document.close()
