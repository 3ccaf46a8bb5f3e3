"""A filled-in form as a browser sends it, read; and what it offers to a sheet, beside what stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from calls.policy import TYPE_NAMES, CaseType
from cases.characters import count
from cases.files.forms.information_sheet import ROOM, TITLE_ROOM, WORDS
from cases.files.forms.opening import Form
from cases.files.forms.reading import read_forms
from cases.models import Case

AUTHOR_FIELDS = ("name", "unit", "post", "mobile")


def read_uploads(files: Sequence[UploadedFile], *, limits: Mapping[str, int] | None = None) -> list[Form]:
    """Read the files in order, in a child process; their bytes are gone again when this returns."""
    with TemporaryDirectory(prefix="forms-") as folder:
        paths = []
        for number, file in enumerate(files):
            path = Path(folder) / str(number)
            with path.open("wb") as copy:
                copy.writelines(file.chunks())
            paths.append((path, str(file.name)))
        return read_forms(paths, limits=limits)


@dataclass(frozen=True)
class Offer:
    """One part of the sheet: what stands there, what the form says, and what is wrong with that.

    `fit` is false for what cannot be written as it is; `chosen` is what an author most likely wants.
    """

    name: str
    words: str
    standing: list[str]
    read: list[str]
    problems: list[str] = field(default_factory=list)
    fit: bool = True

    @property
    def same(self) -> bool:
        return self.standing == self.read

    @property
    def open(self) -> bool:
        """Whether there is something to choose."""
        return bool(self.read) and self.fit and not self.same

    @property
    def chosen(self) -> bool:
        return self.open and not self.problems

    @property
    def characters(self) -> int:
        return count("\n".join(self.read))


def offers(case: Case, fields: Mapping[str, Any], problems: Sequence[Mapping[str, str]]) -> list[Offer]:
    """The parts of 附表1 that the sheet has too, in its order. The declaration is signed elsewhere."""
    wrong = {name: [one["message"] for one in problems if one["field"] == name] for name in WORDS}
    authors: list[Mapping[str, str]] = fields["authors"]
    standing = [{name: getattr(one, name) for name in AUTHOR_FIELDS} for one in case.authors.all()]
    long = any(len(one[name]) > ROOM[name] for one in authors for name in AUTHOR_FIELDS)
    kind = fields["type"]
    return [
        Offer("title", WORDS["title"], _lines(case.title), _lines(fields["title"]), wrong["title"],
              fit=len(fields["title"]) <= TITLE_ROOM),
        Offer("type", WORDS["type"], [TYPE_NAMES[CaseType(case.type)]], [TYPE_NAMES[CaseType(kind)]] if kind else [],
              wrong["type"]),
        Offer("authors", WORDS["authors"], [_author(one) for one in standing], [_author(one) for one in authors],
              wrong["authors"], fit=len(authors) <= case.call.max_authors and not long),
        Offer("overview", WORDS["overview"], _lines(case.overview), _lines(fields["overview"]), wrong["overview"]),
    ]  # fmt: skip


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _author(one: Mapping[str, str]) -> str:
    return "，".join(one[name] or "—" for name in AUTHOR_FIELDS)
