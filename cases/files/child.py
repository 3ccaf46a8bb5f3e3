"""What runs in the inspector's child process: limits first, then one file, a line of JSON a stage."""

import json
import math
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cases.files.identity import Known
from cases.files.opening import stages

_ADDRESS_SPACE = 1536 * 1024 * 1024
_LARGEST_FILE = 64 * 1024 * 1024
# What is shown of a file is drawn only while this share of the time lasts; the verdict is out before.
_DRAWING_SHARE = 0.7


def _limit(seconds: float) -> None:
    """Bound address space, CPU time, file size, open files; no core dumps."""
    cpu = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a request from standard input, inspect, and report every stage on standard output."""
    started = time.monotonic()
    request: dict[str, Any] = json.loads(sys.stdin.read())
    seconds = float(request["seconds"])
    _limit(seconds)
    for inspection in stages(
        Path(request["path"]),
        name=request["name"],
        kind=request["kind"],
        derive_to=Path(request["derive_to"]) if request["derive_to"] else None,
        limits=request["limits"],
        known=Known.of(request["known"]),
        until=started + seconds * _DRAWING_SHARE,
    ):
        sys.stdout.write(json.dumps(asdict(inspection)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
