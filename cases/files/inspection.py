"""The inspector as the rest of the house sees it: a verdict on a file's bytes, reached in a child process."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Literal

import psutil

from cases.files.kinds import Purpose

log = logging.getLogger(__name__)

SECONDS: Final = 10.0
MAX_RSS: Final = 300 * 1024 * 1024
_MAX_REPORT: Final = 4 * 1024 * 1024
_PROJECT: Final = Path(__file__).resolve().parents[2]
_LIMIT_SENTENCES: Final = {
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
        "seconds": seconds,
        "limits": dict(limits) if limits else None,
        "known": dict(known) if known else None,
    }
    with tempfile.TemporaryFile() as report, tempfile.TemporaryFile() as complaints:
        child = _start(request, report, complaints)
        ending = _watch(child, seconds)
        inspection = _last(report)
        if inspection is None:
            code = ending or "crashed"
            complaints.seek(0)
            log.warning(
                "inspector %s (status %s): %s", code, child.returncode, complaints.read(2000).decode("utf-8", "replace")
            )
            return refused(name, code, _LIMIT_SENTENCES[code])
    return inspection


def _start(request: dict[str, Any], report: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the child in a process group of its own; its environment holds nothing of ours."""
    child = subprocess.Popen(
        [sys.executable, "-s", "-B", "-m", "cases.files.child"],
        stdin=subprocess.PIPE,
        stdout=report,
        stderr=complaints,
        cwd=_PROJECT,
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        start_new_session=True,
        close_fds=True,
    )
    if child.stdin is not None:
        try:
            child.stdin.write(json.dumps(request).encode())
            child.stdin.close()
        except BrokenPipeError:
            log.warning("inspector died before it read its request")
    return child


def _watch(child: subprocess.Popen[bytes], seconds: float) -> str:
    """Wait for the child, killing its group at the limits; return which limit it met, or nothing."""
    deadline = time.monotonic() + seconds
    ending = ""
    try:
        process = psutil.Process(child.pid)
        while child.poll() is None:
            if time.monotonic() > deadline:
                ending = "timeout"
            elif process.memory_info().rss > MAX_RSS:
                ending = "memory"
            if ending:
                break
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        log.debug("the inspector ended while it was watched")
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("the inspector had ended by itself")
        child.wait()
    return ending or ("timeout" if child.returncode == -signal.SIGXCPU else "")


def _last(report: IO[bytes]) -> Inspection | None:
    """Return the last whole line of the child's report: each line repeats the verdict with more facts."""
    report.seek(0)
    lines = report.read(_MAX_REPORT).split(b"\n")[:-1]
    for line in reversed(lines):
        try:
            return Inspection(**json.loads(line))
        except (ValueError, TypeError):
            continue
    return None
