"""Room on the disk: asked for before work begins, and recognised when it ran out meanwhile. Standard library only."""

import errno
import os
import re
import shutil
from pathlib import Path

from launcher.errors import DiskFull

MB = 1024 * 1024
FOR_REQUIREMENTS = 900 * MB
"""What pip needs to make .venv: the installed packages and the wheels beside them while it works."""
FOR_FIRST_START = 800 * MB
"""A new cluster, its write-ahead log, the static files and the demo."""
FOR_FILLING = 600 * MB
"""The same once the cluster stands: a first start that was cut off goes on."""
FOR_START = 80 * MB
NOTHING = 2 * MB
"""With less than this a failed program is taken to have failed for it, whatever it said (its log was full too)."""
FOR_RUNNING = 32 * MB
"""Two WAL segments of PostgreSQL: with less it ends in a panic, so the launcher stops everything in order before."""

SAYINGS = re.compile(r"No space left on device|Errno 28\b|Disk quota exceeded|Errno 122\b|DiskFull")
"""How the C library, Python and PostgreSQL's driver say that the disk is full."""


def free(path: Path) -> int:
    """Bytes that we may still write where `path` is, or will be once its parents are made."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def places(data_dir: Path) -> list[Path]:
    """Where a data folder's bytes lie: in it, and in the cluster's folder where that had to be elsewhere."""
    pointer = data_dir / "postgres-folder"
    return [data_dir, Path(pointer.read_text(encoding="utf-8"))] if pointer.is_file() else [data_dir]


def least_free(data_dir: Path) -> int:
    """Bytes left where a data folder has the least of them."""
    return min(free(place) for place in places(data_dir))


def refuse_too_little(path: Path, needed: int, purpose: str) -> None:
    """Refuse when the file system of `path` has less than `needed` bytes left."""
    if (left := free(path)) < needed:
        raise DiskFull(
            f"磁盘空间不够：{path} 所在的分区只剩 {left // MB} MB，{purpose}至少要 {needed // MB} MB；"
            "请腾出空间再启动（还没有开始，什么都没有动）"
        )


def says_full(text: str) -> bool:
    """Whether the words of a program tell of a full disk."""
    return bool(SAYINGS.search(text))


def is_full(error: OSError) -> bool:
    """Whether a call failed for want of room (or of quota)."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def ran_out(doing: str, *places: Path) -> DiskFull:
    """The one line for work that was cut off by a full disk; names the place with the least room left."""
    place = min(places, key=free)
    return DiskFull(
        f"磁盘已满，{doing}没有做完：{place} 所在的分区只剩 {free(place) // MB} MB；"
        "请腾出空间（或检查磁盘配额）再启动，会从断处重做，已有的数据没有动"
    )


def writable(path: Path) -> bool:
    """Whether we may make files in a folder; also false on a file system mounted read-only, root included."""
    return os.access(path, os.W_OK | os.X_OK)
