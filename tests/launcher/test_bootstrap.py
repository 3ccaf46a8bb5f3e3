"""From a bare Python to the .venv: one clear line for what is missing, no pip when nothing changed."""

import subprocess
import sys

import pytest

from launcher import bootstrap
from launcher.errors import LauncherError
from launcher.stamps import Stamp

DEBIAN_SAYS = """The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command."""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with lock files and no .venv; commands are recorded instead of run."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def answer(monkeypatch, *, code: int = 0, output: str = "") -> list[list[str]]:
    """Let every command end with `code`; returns the list in which they are recorded."""
    asked: list[list[str]] = []

    def run(argv, **options):
        asked.append([str(part) for part in argv])
        return subprocess.CompletedProcess(argv, code, output, "")

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return asked


def test_a_missing_venv_module_gets_one_line(project, monkeypatch):
    answer(monkeypatch, code=1, output=DEBIAN_SAYS)
    with pytest.raises(LauncherError) as refused:
        bootstrap.ensure_requirements("run")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert str(refused.value) == f"缺少 venv 模块，请先安装：apt-get install python{version}-venv"


def test_pip_runs_once_with_hashes_and_then_only_when_a_lock_changes(project, monkeypatch):
    asked = answer(monkeypatch)
    bootstrap.ensure_requirements("run")
    assert [part in asked[-1] for part in ("--require-hashes", "requirements.txt")] == [True, True]
    assert "requirements-dev.txt" not in asked[-1]
    count = len(asked)
    bootstrap.ensure_requirements("run")
    assert len(asked) == count
    (project / "requirements.txt").write_text("changed")
    bootstrap.ensure_requirements("run")
    assert len(asked) > count


def test_what_the_tests_need_covers_what_the_portal_needs(project, monkeypatch):
    asked = answer(monkeypatch)
    bootstrap.ensure_requirements("test")
    assert "requirements-dev.txt" in asked[-1]
    count = len(asked)
    bootstrap.ensure_requirements("run")
    assert len(asked) == count


def test_a_failed_install_leaves_no_stamp(project, monkeypatch):
    (project / ".venv" / "bin").mkdir(parents=True)
    monkeypatch.setattr(bootstrap, "_make_venv", lambda: None)
    answer(monkeypatch, code=1)
    with pytest.raises(LauncherError, match="依赖没有装好"):
        bootstrap.ensure_requirements("run")
    assert not Stamp(project / ".venv" / "stamp-run").path.exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 13), (2, 7)])
def test_another_python_is_refused(version):
    with pytest.raises(LauncherError, match=r"3\.11 或 3\.12"):
        bootstrap.refuse_unsupported(version, "Linux", "x86_64")


def test_another_machine_is_pointed_to_servers_of_its_own():
    bootstrap.refuse_unsupported((3, 12), "Linux", "x86_64")
    with pytest.raises(LauncherError, match="REDIS_URL"):
        bootstrap.refuse_unsupported((3, 12), "Linux", "aarch64")
