"""A full disk, before the start and in the middle of each thing that writes: one line, nothing left running or lost."""

import errno
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from launcher import bootstrap, disk
from launcher.__main__ import in_one_line
from launcher.children import Child
from launcher.errors import DiskFull, LauncherError
from launcher.guard import Ledger
from launcher.servers import Postgres, Secrets

pytestmark = pytest.mark.fault


def fill_up(folder: Path, *, but: int = 0) -> Path:
    """Leave `but` bytes free on the file system of `folder`."""
    filler = folder / "filler"
    with filler.open("wb") as handle:
        os.posix_fallocate(handle.fileno(), 0, disk.free(folder) - but)
    return filler


def the_one_line(said: str) -> str:
    (line,) = [line for line in said.splitlines() if line.startswith("launcher: ")]
    assert "Traceback" not in said
    return line


@pytest.mark.parametrize(
    "words",
    [
        "OSError: [Errno 28] No space left on device: '/x'",
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        'psycopg2.errors.DiskFull: could not extend file "base/16384/1"',
        'PANIC:  could not write to file "pg_wal/xlogtemp.7": No space left on device',
        "OSError: [Errno 122] Disk quota exceeded",
    ],
)
def test_the_words_of_a_full_disk_are_known(words):
    assert disk.says_full(words)
    assert "磁盘已满" in in_one_line(LauncherError(f"worker 没有启动成功：\n{words}\n"))
    assert "\n" not in in_one_line(LauncherError(f"worker 没有启动成功：\n{words}\n"))


def test_other_words_are_shown_as_they_are():
    assert not disk.says_full("RuntimeError: 这里坏了 Errno 281")
    assert in_one_line(LauncherError("web 没有启动成功：\nRuntimeError")) == "web 没有启动成功：\nRuntimeError"


def test_too_little_room_is_refused_with_the_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "free", lambda path: 7 * disk.MB)
    disk.refuse_too_little(tmp_path, 7 * disk.MB, "启动")
    with pytest.raises(DiskFull, match="只剩 7 MB，首次启动至少要 800 MB"):
        disk.refuse_too_little(tmp_path, disk.FOR_FIRST_START, "首次启动")


def test_a_cluster_that_lives_elsewhere_is_looked_at_too(tmp_path):
    (tmp_path / "postgres-folder").write_text("/elsewhere")
    assert disk.places(tmp_path) == [tmp_path, Path("/elsewhere")]
    assert disk.free(Path("/elsewhere/that/is/not/there")) == disk.free(Path("/"))


@pytest.mark.parametrize("what", ["venv", "pip"])
def test_a_disk_that_fills_up_while_installing(tmp_path, monkeypatch, what):
    (tmp_path / "requirements.txt").touch()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")

    def run(argv, **options):
        said = "[Errno 28] No space left on device" if what in argv else ""
        return subprocess.CompletedProcess(argv, bool(said), "", said)

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    with pytest.raises(DiskFull, match=r"安装依赖没有做完|建立 \.venv 没有做完"):
        bootstrap.ensure_requirements("run")
    assert not (tmp_path / ".venv" / "stamp-run").exists()


def test_too_little_room_for_the_requirements_is_told_before_pip_begins(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").touch()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(disk, "free", lambda path: 100 * disk.MB)
    with pytest.raises(DiskFull, match="只剩 100 MB，安装依赖至少要 900 MB"):
        bootstrap.ensure_requirements("run")
    assert not (tmp_path / ".venv").exists()


def test_a_log_that_cannot_be_begun(mounted):
    folder = mounted("size=1m")
    fill_up(folder)
    child = Child(
        name="web",
        argv=[sys.executable, "-c", "import time; time.sleep(60)"],
        env={},
        log=folder / "log" / "web.log",
        ledger=Ledger(folder / "run" / "processes.json"),
        cwd=folder,
    )
    try:
        with pytest.raises(OSError, match="No space left") as failed:
            child.start()
    finally:
        child.stop()
    assert disk.is_full(failed.value)
    assert "磁盘已满" in in_one_line(failed.value)
    assert not disk.is_full(OSError(errno.EIO, "x"))


def test_a_cluster_that_does_not_fit_leaves_no_half_of_it(mounted):
    folder = mounted("size=24m")
    postgres = Postgres(folder, Secrets(folder / "secrets"), Ledger(folder / "run" / "processes.json"))
    with pytest.raises(LauncherError) as failed:
        postgres.start()
    assert in_one_line(failed.value).startswith("磁盘已满")
    assert not postgres.cluster.data.exists()
    postgres.stop()


@pytest.mark.slow
def test_a_small_disk_is_refused_before_anything_is_made(mounted, launcher):
    launcher.keep_data_in(mounted("size=100m"))
    done = launcher.again()
    assert done.returncode == 1
    assert "首次启动至少要 800 MB" in the_one_line(done.stderr)
    assert {path.name for path in launcher.data_dir.iterdir()} <= {"lock", "run"}
    assert launcher.nothing_left()


@pytest.mark.slow
def test_a_disk_that_fills_up_while_the_demo_is_filled(mounted, launcher):
    launcher.keep_data_in(mounted("size=900m"))
    launcher.environ["FILL_THE_DISK"] = "1"
    done = launcher.again()
    assert done.returncode == 1
    assert "磁盘已满，填充演示数据没有做完" in the_one_line(done.stderr)
    assert launcher.nothing_left()
    # Once there is room again the next start goes on from there.
    del launcher.environ["FILL_THE_DISK"]
    (launcher.data_dir / "filler").unlink()
    assert "门户已就绪" in launcher.start()


@pytest.mark.slow
def test_a_disk_that_fills_up_while_the_portal_runs_stops_it_in_order(mounted, launcher):
    launcher.keep_data_in(mounted("size=900m"))
    assert "门户已就绪" in launcher.start()
    filler = fill_up(launcher.data_dir, but=8 * disk.MB)
    said = launcher.process.stdout.read()
    assert launcher.process.wait(40) == 1
    assert "磁盘快满了" in the_one_line(said)
    assert launcher.nothing_left()
    filler.unlink()
    assert "门户已就绪" in launcher.start()
    assert urllib.request.urlopen(f"http://127.0.0.1:{launcher.port}/", timeout=5).status == 200
