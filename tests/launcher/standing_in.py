"""A project without Django to try the launcher in whole: it starts, prints, listens, and fills the disk on demand."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from launcher.bootstrap import LOCKS, ROOT, VENV
from launcher.servers import free_port

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
import glob, os, sys
with open(os.path.join(os.environ["DATA_DIR"], "asked"), "a") as asked:
    print(sys.argv[1], file=asked)
if sys.argv[1] == "prepare_database":
    import psycopg2
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    owner.cursor().execute("CREATE TABLE IF NOT EXISTS kept (x int)")
    owner.cursor().execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
    for path in glob.glob("portal/migrations/*.py"):
        owner.cursor().execute("INSERT INTO django_migrations VALUES ('portal', %s)", [path[18:-3]])
    owner.commit()
if sys.argv[1] == "fill_demo" and "FILL_THE_DISK" in os.environ:
    with open(os.path.join(os.environ["DATA_DIR"], "filler"), "wb", buffering=0) as filler:
        while filler.write(bytes(1 << 20)):
            pass
if sys.argv[1] == "demo_accounts":
    print("teacher@demo.example")
"""


class Launcher:
    """`python -m launcher run` in the stand-in project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.port = free_port()
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(project), "PORT": str(self.port)}
        self.data_dir = project / "var"
        self.process: subprocess.Popen | None = None

    def start(self) -> str:
        """Start it and return what it printed until it was ready."""
        self.process = subprocess.Popen(
            [VENV / "bin" / "python", "-m", "launcher", "run"],
            cwd=self.project,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "按 Ctrl-C 停止" in line:
                break
        return printed

    def keep_data_in(self, folder: Path) -> None:
        """Say DATA_DIR."""
        self.data_dir = folder
        self.environ["DATA_DIR"] = str(folder)

    def again(self) -> subprocess.CompletedProcess:
        """Start another one, on the same data, that is expected to end by itself."""
        command = [VENV / "bin" / "python", "-m", "launcher", "run"]
        return subprocess.run(command, cwd=self.project, env=self.environ, capture_output=True, text=True, timeout=60)

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


def build(folder: Path) -> Launcher:
    """Write the project into an empty folder."""
    for name in ("portal", "static"):
        (folder / name).mkdir()
    (folder / "portal" / "__init__.py").touch()
    (folder / "portal" / "settings.py").touch()
    (folder / "portal" / "wsgi.py").write_text(WSGI)
    (folder / "portal" / "celery.py").write_text(CELERY)
    (folder / "manage.py").write_text(MANAGE)
    shutil.copytree(ROOT / "launcher", folder / "launcher")
    for name in LOCKS["test"]:
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(VENV)
    return Launcher(folder)
