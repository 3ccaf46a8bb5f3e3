"""bandit finds nothing in what is installed where people work; pyproject.toml says what it leaves out, and why."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def bandit(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.slow
def test_bandit_finds_nothing() -> None:
    done = bandit("--recursive", ".")
    assert done.returncode == 0, done.stdout


def test_bandit_would_find_something(tmp_path: Path) -> None:
    """The control."""
    (tmp_path / "shell.py").write_text("import os\nos.system(input())\n")
    done = bandit(str(tmp_path / "shell.py"))
    assert done.returncode == 1 and "B605" in done.stdout
