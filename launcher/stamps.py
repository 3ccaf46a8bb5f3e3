"""Stamps: small files that remember for which inputs a piece of work was last done."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path], *extra: str) -> str:
    """A hash over the names and contents of `paths` in the order given, and over `extra`."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    for text in extra:
        total.update(f"\0{text}".encode())
    return total.hexdigest()


def listing(root: Path) -> str:
    """A cheap hash of a folder: names, sizes and times of change, no contents."""
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            seen = path.stat()
            total.update(f"{path.relative_to(root)}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    return total.hexdigest()


class Stamp:
    """One remembered value. Write it only when the work has succeeded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def matches(self, value: str) -> bool:
        """Whether the work was last done for exactly this value."""
        return self.path.is_file() and self.path.read_text(encoding="utf-8") == value

    def write(self, value: str) -> None:
        """Remember the value; a reader never sees half of it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(value, encoding="utf-8")
        fresh.replace(self.path)
