"""A whole demo portal for a browser test: web, worker and beat as processes, on the database of the test run."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from launcher.bootstrap import ROOT
from launcher.processes import PROCESSES
from launcher.servers import free_port


class House:
    """The portal with its demo filled, whose worker can be stopped and started. Stop it when done."""

    application = "portal.celery:app"
    """What worker and beat run; a test may put its own in place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = os.environ | {
            "DEPLOYMENT": "demo",
            "DATA_DIR": str(folder),
            "BASE_URL": self.address,
            "PORT": str(self.port),
        }

    def start(self) -> None:
        for command in (["prepare_database", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"], ["fill_demo"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)
        for process in PROCESSES:
            self.start_process(process.name)
        self.wait_until_ready()

    def start_process(self, name: str) -> None:
        process = next(one for one in PROCESSES if one.name == name)
        log = (self.folder / f"{name}.log").open("ab")
        argv = process.argv(port=self.port, run=str(self.folder))
        argv = [self.application if part == "portal.celery:app" else part for part in argv]
        self.running[name] = subprocess.Popen(
            [sys.executable, *argv],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop_process(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill_process(self, name: str) -> None:
        """As a machine that loses its power: the process and its children end between two instructions."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_until_ready(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the portal did not get ready:\n" + (self.folder / "web.log").read_text()[-3000:])

    def stop(self) -> None:
        for name in list(self.running):
            self.stop_process(name)
