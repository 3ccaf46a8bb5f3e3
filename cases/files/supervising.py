"""A child process that opens a stranger's file: started with nothing of ours, watched, killed at its limits."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from cases.files.later import later

if TYPE_CHECKING:
    import psutil
else:
    psutil = later("psutil")

log = logging.getLogger(__name__)

MIB: Final = 1024 * 1024
_MAX_REPORT: Final = 4 * MIB
_PROJECT: Final = Path(__file__).resolve().parents[2]

Task = Literal["inspect", "film", "pages", "form", "blind"]
Ending = Literal["", "timeout", "memory", "crashed"]


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds (of CPU, as many on each of its threads), bytes of memory, of a file written.

    `rss` is watched from outside, with `children` over the processes that the child starts too; the kernel holds it
    to the others.
    """

    seconds: float
    rss: int
    address_space: int
    file_size: int
    open_files: int = 64
    threads: int = 1
    children: bool = False


def run(task: Task, request: Mapping[str, Any], limits: Limits) -> tuple[list[dict[str, Any]], Ending]:
    """Do a task of cases.files.child in a child process; bad bytes never raise.

    Returns the lines that it reported, as far as it came, and why it did not come to its end: a limit, or a crash.
    """
    with tempfile.TemporaryFile() as report, tempfile.TemporaryFile() as complaints:
        child = _start({"task": task, "within": asdict(limits), **request}, report, complaints)
        ending = _watch(child, limits)
        lines = _lines(report)
        if ending:
            complaints.seek(0)
            words = complaints.read(2000).decode("utf-8", "replace")
            log.warning("%s %s (status %s): %s", task, ending, child.returncode, words)
    return lines, ending


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
            log.warning("the child died before it read its request")
    return child


def _watch(child: subprocess.Popen[bytes], limits: Limits) -> Ending:
    """Wait for the child, killing its group at the limits; return which limit it met, or nothing."""
    deadline = time.monotonic() + limits.seconds
    ending: Ending = ""
    try:
        process = psutil.Process(child.pid)
        while child.poll() is None:
            if time.monotonic() > deadline:
                ending = "timeout"
            elif _memory(process, limits) > limits.rss:
                ending = "memory"
            if ending:
                break
            time.sleep(0.2 if limits.children else 0.01)
    except psutil.NoSuchProcess:
        log.debug("the child ended while it was watched")
    finally:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            log.debug("the child had ended by itself")
        child.wait()
    if not ending and child.returncode:
        return "timeout" if child.returncode == -signal.SIGXCPU else "crashed"
    return ending


def _memory(process: "psutil.Process", limits: Limits) -> int:
    """Bytes in use. Children may end while they are counted."""
    total: int = process.memory_info().rss
    for one in process.children(recursive=True) if limits.children else ():
        with suppress(psutil.NoSuchProcess):
            total += one.memory_info().rss
    return total


def _lines(report: IO[bytes]) -> list[dict[str, Any]]:
    """The whole lines of the child's report, each an object; the last may have been cut off when it was killed."""
    report.seek(0)
    lines = []
    for line in report.read(_MAX_REPORT).split(b"\n")[:-1]:
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines
