"""A small reader of the project's Dockerfile."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def stages() -> dict[str, list[tuple[str, str]]]:
    """{name of a stage: [(instruction, arguments)…]}, FROM first; lines that go on are joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: dict[str, list[tuple[str, str]]] = {}
    for line in filter(None, map(str.strip, joined.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            current = found.setdefault(shlex.split(rest)[-1], [])
        current.append((word, rest))
    return found
