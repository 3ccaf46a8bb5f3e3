"""A document's blind copy as the rest of the house sees it: asked for here, made in a child process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cases.files import supervising
from cases.files.supervising import MIB, Limits

SECONDS: Final = 30.0
COPY: Final = "blind.docx"
CHOICE: Final = "choice"
"""The role of the small pictures by which an author decides what stays; nobody else may see them."""
_BOUNDS: Final = Limits(SECONDS, 300 * MIB, 1536 * MIB, 64 * MIB)


@dataclass(frozen=True)
class Blinded:
    """What came of it. `replaced` and `left` are {"kind", "where", "text_masked"}: what was found in the document, and
    what is found in the copy still. `pictures` are {"name", "where", "shown", "out"}: the name of the part, where it
    stands, the small picture of it (empty where no page can show it) and whether it was left out. `derived` are
    records as in an inspection's facts. `code` is empty unless it failed.
    """

    code: str = ""
    replaced: list[dict[str, str]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)
    derived: list[dict[str, Any]] = field(default_factory=list)


def blind_in_child(
    path: Path, *, known: Mapping[str, list[str]], left_out: list[str], derive_to: Path, limits: Limits = _BOUNDS
) -> Blinded:
    """Write COPY, its document.html and pictures into `derive_to`; bad bytes never raise.

    `known` are the authors, units and words to hide, `left_out` the names of the pictures to leave out.
    """
    request = {
        "path": str(path.resolve()),
        "derive_to": str(derive_to.resolve()),
        "known": dict(known),
        "left_out": left_out,
    }
    lines, ending = supervising.run("blind", request, limits)
    return Blinded(**lines[-1]) if lines else Blinded(ending or "crashed")
