"""What tests of the launcher share: a stand-in project, and small file systems of a test's own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.standing_in import Launcher, build


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[Launcher]:
    """`make run` of a stand-in project, stopped at the end, with nothing of it left on the machine."""
    launcher = build(tmp_path)
    yield launcher
    if launcher.process and launcher.process.poll() is None:
        launcher.process.terminate()
        launcher.process.wait(40)
    pointer = launcher.data_dir / "postgres-folder"
    if pointer.exists():
        shutil.rmtree(pointer.read_text())


@pytest.fixture
def mounted() -> Iterator[Callable[[str], Path]]:
    """`mounted("size=8m")`: a tmpfs of its own with these options; skipped, loudly, where mounting is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("!!! 不是 root：不能挂载小磁盘，磁盘故障没有检查 !!!")
    made: list[Path] = []

    def mount(options: str) -> Path:
        place = Path(tempfile.mkdtemp(prefix="portal-disk-", dir="/tmp"))
        place.chmod(0o711)  # PostgreSQL's account passes through it
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place], capture_output=True, text=True)
        if done.returncode:
            place.rmdir()
            pytest.skip(f"!!! 不能挂载（{done.stderr.strip()}），磁盘故障没有检查 !!!")
        made.append(place)
        return place

    yield mount
    for place in made:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()
