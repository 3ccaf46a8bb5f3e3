"""Filled-in forms as the rest of the house reads them: in a child process, many files in one."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cases.files import supervising
from cases.files.forms.opening import Form, not_read
from cases.files.inspection import LIMIT_SENTENCES, MAX_RSS
from cases.files.supervising import MIB, Limits

SECONDS: Final = 10.0
"""For one file. A form takes some hundredths; somebody waits before the page."""
ALTOGETHER: Final = 40.0
"""For all files of one request, below the patience of gunicorn and nginx."""
_ADDRESS_SPACE: Final = 1536 * MIB
_LATE: Final = "没能与其他文件一起在规定时间内读完。请单独再选一次。"


def read_forms(files: Sequence[tuple[Path, str]], *, limits: Mapping[str, int] | None = None) -> list[Form]:
    """Read (path, name as the user typed it) in order; bad bytes never raise.

    One child reads them all. The one that it is stopped at gets its own sentence, and another child goes on behind it.
    `limits` are the call's `overview` (characters) and `authors`.
    """
    until = time.monotonic() + ALTOGETHER
    found: list[Form] = []
    while len(found) < len(files):
        left = until - time.monotonic()
        if left <= 1:
            return found + [not_read(name, "timeout", _LATE) for _, name in files[len(found) :]]
        waiting = files[len(found) :]
        request = {
            "files": [(str(path.resolve()), name) for path, name in waiting],
            "limits": dict(limits) if limits else None,
        }
        bounds = Limits(min(left, SECONDS + len(waiting) / 2), MAX_RSS, _ADDRESS_SPACE, MIB)
        lines, ending = supervising.run("form", request, bounds)
        found += [Form(**line) for line in lines]
        if len(found) < len(files):
            code = ending or "crashed"
            found.append(not_read(files[len(found)][1], code, LIMIT_SENTENCES[code]))
    return found
