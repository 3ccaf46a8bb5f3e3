"""The launcher whole, on a stand-in project without Django: it starts, survives a kill -9, stops without a trace."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from launcher.bootstrap import LOCKS, ROOT, VENV
from launcher.servers import free_port

pytestmark = pytest.mark.slow

WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
CELERY = """
import os
from celery import Celery
app = Celery("portal", broker=os.environ["REDIS_URL"])
"""
MANAGE = """
import os, sys
with open(os.path.join(os.environ["DATA_DIR"], "asked"), "a") as asked:
    print(sys.argv[1], file=asked)
if sys.argv[1] == "prepare_database":
    import psycopg2
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.cursor().execute("CREATE TABLE kept (x int)")
    owner.commit()
if sys.argv[1] == "demo_accounts":
    print("teacher@demo.example")
"""


class Launcher:
    """`python -m launcher run` in the stand-in project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.port = free_port()
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(project), "PORT": str(self.port)}
        self.process: subprocess.Popen | None = None

    def start(self) -> str:
        """Start it and return what it printed until it was ready."""
        self.process = subprocess.Popen(
            [VENV / "bin" / "python", "-m", "launcher", "run"],
            cwd=self.project, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "按 Ctrl-C 停止" in line:
                break
        return printed

    def again(self) -> subprocess.CompletedProcess:
        """Try to start a second one on the same data."""
        command = [VENV / "bin" / "python", "-m", "launcher", "run"]
        return subprocess.run(command, cwd=self.project, env=self.environ, capture_output=True, text=True, timeout=20)

    def left(self) -> list[str]:
        """Commands of processes that name the project in any way, the launcher aside."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    text = (entry / "cmdline").read_bytes() + os.fsencode(os.readlink(entry / "cwd"))
                except OSError:
                    continue
                if os.fsencode(self.project) in text and b"launcher" not in text:
                    found.append(text.replace(b"\0", b" ").decode())
        return found

    def nothing_left(self) -> bool:
        deadline = time.monotonic() + 15
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.left()


@pytest.fixture
def launcher(tmp_path):
    for name in ("portal", "static"):
        (tmp_path / name).mkdir()
    (tmp_path / "portal" / "__init__.py").touch()
    (tmp_path / "portal" / "settings.py").touch()
    (tmp_path / "portal" / "wsgi.py").write_text(WSGI)
    (tmp_path / "portal" / "celery.py").write_text(CELERY)
    (tmp_path / "manage.py").write_text(MANAGE)
    shutil.copytree(ROOT / "launcher", tmp_path / "launcher")
    for name in LOCKS["test"]:
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(VENV)
    launcher = Launcher(tmp_path)
    yield launcher
    if launcher.process and launcher.process.poll() is None:
        launcher.process.terminate()
        launcher.process.wait(40)
    pointer = tmp_path / "var" / "postgres-folder"
    if pointer.exists():
        shutil.rmtree(pointer.read_text())


def test_a_life_of_starts_and_stops(launcher):
    printed = launcher.start()
    assert f"http://127.0.0.1:{launcher.port}/" in printed
    assert "teacher@demo.example" in printed
    assert urllib.request.urlopen(f"http://127.0.0.1:{launcher.port}/", timeout=5).status == 200
    secrets = launcher.project / "var" / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o600}

    second = launcher.again()
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and "正被另一个启动器使用" in second.stderr

    launcher.process.send_signal(signal.SIGKILL)
    launcher.process.wait()
    begun = time.monotonic()
    launcher.start()
    assert time.monotonic() - begun < 20
    # Prepared and filled once: the second start only asks for the accounts.
    asked = (launcher.project / "var" / "asked").read_text().split()
    assert asked == ["prepare_database", "collectstatic", "fill_demo", "demo_accounts", "demo_accounts"]

    launcher.process.send_signal(signal.SIGTERM)
    assert launcher.process.wait(40) == 0
    assert launcher.nothing_left(), launcher.left()


def test_a_broken_portal_ends_the_start_with_its_last_words(launcher):
    (launcher.project / "portal" / "wsgi.py").write_text("raise RuntimeError('这里坏了')")
    printed = launcher.start()
    assert launcher.process.wait(40) == 1
    assert "web 没有启动成功" in printed and "这里坏了" in printed
    assert launcher.nothing_left(), launcher.left()


def test_private_servers_vanish_with_their_folder(tmp_path):
    script = "import os; print(os.environ['DATA_DIR'], os.environ['DEPLOYMENT'], os.environ['DATABASE_URL'][:24])"
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "services", "--", sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    folder, deployment, url = done.stdout.split()
    assert (deployment, url) == ("test", "postgresql://portal_app:")
    assert not Path(folder).exists()
