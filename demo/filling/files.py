"""Real files for the demo's cases: made, inspected once in this process, and put where uploads lie."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile

from accounts.models import User
from cases.actions import inspecting, uploading
from cases.files.inspection import Inspection
from cases.files.kinds import Purpose
from cases.files.opening import inspect
from cases.models import CaseDocument, Category, SupportingFile
from cases.storing import keep_derived
from demo import content

PAGES_OF_TEXT = (
    "各教研组围绕本学期的研修主题，先在平台选学课程，再带着问题集中研讨，最后回到课堂检验。",
    "研修管理员负责答疑和数据反馈，每月把参与情况和典型问题汇总后发到教研群。",
    "请各单位于开展前三天报送安排，结束后一周内整理资料并按类别归档。",
    "过程材料应真实、完整，涉及学生的图片须征得监护人同意。",
)
KINDS = (
    ("课件", "pptx"),
    ("提纲", "pptx"),
    ("视频", "mp4"),
    ("实录", "mp4"),
    ("照片", "jpg"),
    ("风采", "jpg"),
    ("美篇", "jpg"),
    ("截图", "png"),
    ("数据", "png"),
)
"""What the name of a material says of its kind; all others are papers."""

COPIES = {"jpg": 12, "png": 5, "pdf": 8, "pptx": 5, "mp4": 2}
"""How many different files of a kind there are; cases share their bytes."""


@dataclass(frozen=True)
class Made:
    """A file that was made and inspected; what the inspector drew lies in `folder`."""

    data: bytes
    inspection: Inspection
    folder: Path


class Shelf:
    """Makes files and keeps them for this fill. `kept` are the storage keys it has given out."""

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self.rng = rng
        self.folder = folder
        self.kept: list[str] = []
        self._made: dict[tuple[str, int], Made] = {}
        self._count = 0

    def add_document(self, case_id: int, *, name: str, data: bytes, actor: User, now: datetime) -> CaseDocument:
        """Upload a case document and settle what its inspection found."""
        made = self._inspected(data, name, "document")
        row = uploading.upload_document(
            case_id=case_id, name=name, content=ContentFile(data, name), actor=actor, now=now
        )
        self._keep(row, made)
        inspecting.settle_document(document_id=row.pk, inspection=made.inspection, now=now)
        return row

    def add_supporting(
        self, case_id: int, *, category: str, extension: str, title: str, actor: User, now: datetime
    ) -> SupportingFile:
        """Upload a supporting file off the shelf and settle what its inspection found."""
        made = self._of_kind(extension)
        name = f"{title}.{extension}"
        row = uploading.upload_supporting(
            case_id=case_id,
            title=title,
            category=category,
            name=name,
            content=ContentFile(made.data, name),
            actor=actor,
            now=now,
        )
        self._keep(row, made)
        inspecting.settle_supporting(file_id=row.pk, inspection=made.inspection, now=now)
        return row

    def _keep(self, row: CaseDocument | SupportingFile, made: Made) -> None:
        self.kept.append(row.key)
        keep_derived(row.key, made.folder, [derived["name"] for derived in made.inspection.facts.get("derived", [])])

    def _of_kind(self, extension: str) -> Made:
        number = self.rng.randrange(COPIES[extension])
        if (extension, number) not in self._made:
            makers: dict[str, Callable[[random.Random], bytes]] = {
                "jpg": lambda rng: content.picture(rng, content.PICTURE_KINDS[number % len(content.PICTURE_KINDS)]),
                "png": content.png,
                "pdf": lambda rng: content.pdf(rng, content.material_name(rng, "制度文档"), PAGES_OF_TEXT),
                "pptx": lambda rng: content.slides(rng, content.material_name(rng, "研究交流")),
                "mp4": content.video,
            }
            data = makers[extension](random.Random(f"{extension}{number}"))
            self._made[extension, number] = self._inspected(data, f"{number}.{extension}", "supporting")
        return self._made[extension, number]

    def _inspected(self, data: bytes, name: str, kind: Purpose) -> Made:
        """The bytes with the inspector's verdict; ours are never refused."""
        self._count += 1
        path, folder = self.folder / f"{self._count}", self.folder / f"{self._count}-drawn"
        path.write_bytes(data)
        inspection = inspect(path, name=name, kind=kind, derive_to=folder)
        assert inspection.accepted, inspection.message
        return Made(data, inspection, folder)


def choose_materials(rng: random.Random, count: int) -> Sequence[tuple[str, str, str]]:
    """(category, extension, title) of so many files, no title twice, a notice and some of the exchange among them."""
    usual = [Category.NOTICE, Category.EXCHANGE, Category.EXCHANGE]
    categories = [*usual, *rng.choices(list(Category), k=count)][:count]
    chosen: dict[str, tuple[str, str, str]] = {}
    for category in categories:
        title = content.material_name(rng, category.label)
        extension = next((kind for sign, kind in KINDS if sign in title), "pdf")
        chosen.setdefault(title, (category, extension, title))
    return list(chosen.values())
