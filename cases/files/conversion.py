"""What becomes of an accepted file behind its inspection: looked at once more, and made into what a page can show."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from cases.files import supervising
from cases.files.supervising import MIB, Limits

FILM: Final = Limits(seconds=480, rss=1200 * MIB, address_space=4096 * MIB, file_size=256 * MIB, threads=2)
"""Well below the worker's own limit for one task (portal.celery), and within its container's memory."""

OFFICE: Final = Limits(
    seconds=120,
    rss=1200 * MIB,
    address_space=8192 * MIB,
    file_size=256 * MIB,
    open_files=256,
    threads=2,
    children=True,
)
"""LibreOffice takes two to ten seconds and 300 MB for what people hand in; it maps far more than it uses."""


@dataclass(frozen=True)
class Conversion:
    """What came of it: `derived` are the records of the files made, as in an inspection's facts.

    done: shown by what was derived, or as it is where nothing had to be. rotten: its bytes do not hold together, and
    `message`, a sentence to follow its name, says where; what was derived shows the rest of it. failed: it stays a
    download, `code` says why. unavailable: this machine lacks the program that it takes. `pages`: how many an office
    file prints to, pictured or not.
    """

    outcome: Literal["done", "rotten", "failed", "unavailable"]
    code: str = ""
    message: str = ""
    derived: list[dict[str, Any]] = field(default_factory=list)
    pages: int = 0


def convert_film(path: Path, *, plan: str, derive_to: Path, limits: Limits = FILM) -> Conversion:
    """Decode a film whole and make its copy in a child process (cases.files.film); bad bytes never raise."""
    return _in_child("film", path, derive_to, limits, plan=plan)


def convert_office(path: Path, *, kind: str, program: str, derive_to: Path, limits: Limits = OFFICE) -> Conversion:
    """Draw the pages of an office file (cases.files.office) in a child process; bad bytes never raise.

    `program` is the path of soffice.
    """
    return _in_child("pages", path, derive_to, limits, kind=kind, program=program)


def _in_child(task: supervising.Task, path: Path, derive_to: Path, limits: Limits, **more: str) -> Conversion:
    request = {"path": str(path.resolve()), "derive_to": str(derive_to.resolve()), **more}
    lines, ending = supervising.run(task, request, limits)
    return Conversion(**lines[-1]) if lines else Conversion("failed", ending or "crashed")
