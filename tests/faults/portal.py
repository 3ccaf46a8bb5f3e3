"""A portal of real processes on the test's own database: what a fault is done to."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from django.db import connection
from django.test import Client

from accounts.models import User
from launcher.bootstrap import ROOT
from tests.flows.house import House


class Portal(House):
    """Web, worker and beat as `make run` starts them, without the demo's content; processes can be killed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # What the test writes through the ORM is what the processes read.
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            url = urlsplit(self.environment[name])
            self.environment[name] = url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()

    def open(self, *names: str) -> None:
        """Start these processes and wait until the portal answers."""
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
            cwd=ROOT, env=self.environment, check=True,
        )  # fmt: skip
        for name in names:
            self.start_process(name)
        self.wait_until_ready()

    def kill(self, name: str) -> None:
        """SIGKILL for a process and all it has started: nobody gets to say goodbye."""
        process = self.running.pop(name)
        # Held still first: a master that sees its children die would start others, who outlive it for a moment.
        process.send_signal(signal.SIGSTOP)
        for one in tree(process.pid):
            one.kill()
        process.wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        self.running[name].send_signal(number)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    @property
    def media(self) -> Path:
        return self.folder / "media"


def tree(pid: int) -> list[psutil.Process]:
    """A process and all that come from it, the youngest first."""
    try:
        process = psutil.Process(pid)
        return [*reversed(process.children(recursive=True)), process]
    except psutil.NoSuchProcess:
        return []


def cookies_of(user: User) -> dict[str, str]:
    """What a browser in which this person has logged in sends."""
    client = Client()
    client.force_login(user)
    return {"sessionid": client.cookies["sessionid"].value, "csrftoken": secrets.token_hex(16)}


def environment_of(portal: Portal, **more: str) -> dict[str, str]:
    return {**os.environ, **portal.environment, **more}
