"""What runs in the child process: limits first, then one task on one file, a line of JSON a stage."""

import ctypes
import json
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.files.identity import Known
from cases.files.later import later
from cases.files.supervising import Limits

if TYPE_CHECKING:
    from cases.files import blinding, film, office, opening
    from cases.files.forms import opening as forms
else:
    film, office, opening = later("cases.files.film"), later("cases.files.office"), later("cases.files.opening")
    forms, blinding = later("cases.files.forms.opening"), later("cases.files.blinding")

# What is shown of a file is drawn only while this share of the time lasts; the verdict is out before.
_DRAWING_SHARE = 0.7
# Nobody waits for a copy: on a machine that does everything, pages come first.
_PATIENCE = 10
# prctl(2): the signal that a process gets when the one that started it is gone.
_PR_SET_PDEATHSIG = 1


def _limit(bounds: Limits) -> None:
    """Bound address space, CPU time, file size, open files; no core dumps, and no life after the worker's."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    cpu = math.ceil(bounds.seconds * bounds.threads)
    resource.setrlimit(resource.RLIMIT_AS, (bounds.address_space, bounds.address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file_size, bounds.file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (bounds.open_files, bounds.open_files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _inspect(request: dict[str, Any], until: float) -> Iterator[Any]:
    return opening.stages(
        Path(request["path"]),
        name=request["name"],
        kind=request["kind"],
        derive_to=Path(request["derive_to"]) if request["derive_to"] else None,
        limits=request["limits"],
        known=Known.of(request["known"]),
        until=until,
    )


def _film(request: dict[str, Any], until: float) -> Iterator[Any]:
    os.nice(_PATIENCE)
    return film.stages(Path(request["path"]), Path(request["derive_to"]), request["plan"])


def _pages(request: dict[str, Any], until: float) -> Iterator[Any]:
    os.nice(_PATIENCE)
    return office.stages(
        Path(request["path"]), Path(request["derive_to"]), kind=request["kind"], program=request["program"]
    )


def _form(request: dict[str, Any], until: float) -> Iterator[Any]:
    return forms.each(request["files"], request["limits"])


def _blind(request: dict[str, Any], until: float) -> Iterator[Any]:
    known = Known.of(request["known"])
    return blinding.stages(Path(request["path"]), Path(request["derive_to"]), known=known, left_out=request["left_out"])


TASKS: dict[str, Callable[[dict[str, Any], float], Iterator[Any]]] = {
    "inspect": _inspect,
    "film": _film,
    "pages": _pages,
    "form": _form,
    "blind": _blind,
}


def main() -> None:
    """Read a request from standard input, do it, and report every stage on standard output."""
    started = time.monotonic()
    request: dict[str, Any] = json.loads(sys.stdin.read())
    bounds = Limits(**request["within"])
    _limit(bounds)
    for stage in TASKS[request["task"]](request, started + bounds.seconds * _DRAWING_SHARE):
        sys.stdout.write(json.dumps(asdict(stage)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
