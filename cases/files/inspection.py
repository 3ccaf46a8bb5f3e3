"""The inspector as the rest of the house sees it: a verdict on a file's bytes, reached in a child process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from cases.files import supervising
from cases.files.kinds import Purpose
from cases.files.supervising import MIB, Limits

SECONDS: Final = 10.0
MAX_RSS: Final = 300 * MIB
_ADDRESS_SPACE: Final = 1536 * MIB
_LARGEST_FILE: Final = 64 * MIB
LIMIT_SENTENCES: Final = {
    "timeout": "过于复杂，没能在规定时间内检查完。请打开后“另存为”一份，或拆成几个文件再上传。",
    "memory": "过于复杂，检查时占用内存过多。请打开后“另存为”一份，或缩小后再上传。",
    "crashed": "无法正常打开，可能已损坏。请在电脑上确认能正常打开，重新保存后再上传。",
}


@dataclass(frozen=True)
class Inspection:
    """A verdict: `message` is a Chinese sentence naming the file, the reason and the next step; empty when accepted."""

    verdict: Literal["accepted", "refused"]
    code: str = ""
    message: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether the file may be let in."""
        return self.verdict == "accepted"


def refused(name: str, code: str, reason: str) -> Inspection:
    """Return a refusal whose sentence begins with the file's name, shortened and without control or bidi marks."""
    shown = "".join(letter for letter in name if letter.isprintable()).strip() or "未命名文件"
    if len(shown) > 40:
        shown = f"{shown[:24]}…{shown[-12:]}"
    return Inspection("refused", code, f"“{shown}”{reason}")


def inspect_in_child(
    path: Path,
    *,
    name: str,
    kind: Purpose,
    derive_to: Path | None = None,
    seconds: float = SECONDS,
    limits: Mapping[str, float] | None = None,
    known: Mapping[str, list[str]] | None = None,
) -> Inspection:
    """Inspect a file in a child process with bounded time, memory and output; bad bytes never raise.

    `name` is the name as the user typed it. What is shown of the file (thumbnails, page pictures, poster,
    document.html) is written into `derive_to`; a child stopped while it draws those leaves the verdict standing.
    `limits` are the call's characters and tolerance_percent for a document (R7); `known` the authors and units whose
    names are looked for in it.
    """
    request = {
        "path": str(Path(path).resolve()),
        "name": name,
        "kind": kind,
        "derive_to": str(Path(derive_to).resolve()) if derive_to else None,
        "limits": dict(limits) if limits else None,
        "known": dict(known) if known else None,
    }
    bounds = Limits(seconds, MAX_RSS, _ADDRESS_SPACE, _LARGEST_FILE)
    lines, ending = supervising.run("inspect", request, bounds)
    # Each line repeats the verdict with more facts, so the last is the whole of what is known.
    if lines:
        return Inspection(**lines[-1])
    code = ending or "crashed"
    return refused(name, code, LIMIT_SENTENCES[code])
