"""Real files for the demo's cases: made, inspected once, and put where uploads lie."""

import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.core.files import File

from accounts.models import User
from cases.actions import converting, inspecting, uploading
from cases.files.conversion import Conversion
from cases.models import CaseDocument, Category, SupportingFile
from cases.storing import keep_derived
from demo import content
from demo.filling.making import COPIES, Made, keep, material

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


class Shelf:
    """Keeps the files that cases share. `kept` are the storage keys it has given out in this fill."""

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self.rng = rng
        self.folder = folder
        self.kept: list[str] = []
        self._made: dict[tuple[str, int], Made] = {}
        self._count = 0

    def place(self) -> Path:
        """A place in the folder that nothing lies at."""
        self._count += 1
        return self.folder / f"{self._count}"

    def of_kind(self, extension: str, rng: random.Random) -> Made:
        """One of the shared files of a kind."""
        number = rng.randrange(COPIES[extension])
        if (extension, number) not in self._made:
            self._made[extension, number] = material(extension, number, self.place())
        return self._made[extension, number]

    def add_document(self, case_id: int, *, name: str, data: bytes, actor: User, now: datetime) -> CaseDocument:
        """Upload a case document and settle what its inspection found."""
        made = keep(data, name=name, kind="document", place=self.place())
        assert made.inspection.accepted, made.inspection.message
        with made.path.open("rb") as file:
            row = uploading.upload_document(case_id=case_id, name=name, content=File(file, name), actor=actor, now=now)
        self._keep(row, made)
        inspecting.settle_document(document_id=row.pk, inspection=made.inspection, now=now)
        return row

    def add_supporting(
        self, case_id: int, *, category: str, extension: str, title: str, actor: User, now: datetime
    ) -> SupportingFile:
        """Upload a supporting file off the shelf and settle what its inspection found."""
        made = self.of_kind(extension, self.rng)
        name = f"{title}.{extension}"
        with made.path.open("rb") as file:
            row = uploading.upload_supporting(
                case_id=case_id,
                title=title,
                category=category,
                name=name,
                content=File(file, name),
                actor=actor,
                now=now,
            )
        self._keep(row, made)
        inspecting.settle_supporting(file_id=row.pk, inspection=made.inspection, now=now)
        # A film of the shelf has its copy already; LibreOffice may be missing where the demo runs.
        outcome = Conversion("done" if extension == "mp4" else "unavailable")
        converting.settle(file_id=row.pk, conversion=outcome, now=now)
        return row

    def _keep(self, row: CaseDocument | SupportingFile, made: Made) -> None:
        self.kept.append(row.key)
        keep_derived(row.key, made.folder, made.drawn)


def choose_materials(rng: random.Random, count: int, *, subject: str, theme: str) -> Sequence[tuple[str, str, str]]:
    """(category, extension, title) of so many files, no title twice, a notice and some of the exchange among them.

    Their titles speak of the case's own subject and theme.
    """
    usual = [Category.NOTICE, Category.EXCHANGE, Category.EXCHANGE]
    categories = [*usual, *rng.choices([one for one in Category if one != Category.SIGNED], k=count)][:count]
    chosen: dict[str, tuple[str, str, str]] = {}
    for category in categories:
        title = content.material_name(rng, category.label, subject=subject, theme=theme)
        extension = next((kind for sign, kind in KINDS if sign in title), "pdf")
        chosen.setdefault(title, (category, extension, title))
    return list(chosen.values())
