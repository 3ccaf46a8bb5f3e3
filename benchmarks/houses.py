"""A house to measure: a database filled to a size, and the servers that answer from it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from benchmarks.load import Request, Unanswered
from launcher.bootstrap import ROOT
from launcher.children import die_with_parent
from launcher.processes import PROCESSES
from launcher.servers import free_port

READY_WITHIN = 60
FILLS = (["--phase", "published"], ["--phase", "recommendation", "--province", "42"], ["--phase", "review"])


@dataclass
class Server:
    """gunicorn as the launcher runs it, with settings of our choosing."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def workers(self) -> list[int]:
        """The processes whose CPU counts: gunicorn's workers, not its master."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def wait(self, path: str) -> None:
        """Until the page answers. Raises Unanswered."""
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                Request(self.port, path).header("Date")
                return
            except (OSError, Unanswered) as error:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise Unanswered(f"{path}: {error}\n{self.log.read_text()[-3000:]}") from error
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class House:
    """One database and one folder of files. `environment` leads every process of ours to them."""

    name: str
    folder: Path
    environment: dict[str, str]
    servers: list[Server] = field(default_factory=list)

    def manage(self, *command: str) -> None:
        self.run("manage.py", *command)

    def run(self, *command: str) -> str:
        """What a command of the project prints; one that fails ends the benchmark."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout[-3000:]}")
        return done.stdout

    def furnish(self) -> None:
        """Tables, static files and the demo: its people do the work of the calls made for load."""
        self.manage("prepare_database", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage("fill_demo", "--quiet")

    def fill(self, cases: int) -> None:
        """So many cases in the gallery, on one province's desk and before the experts: three calls."""
        for options in FILLS:
            self.manage("fill_demo", "--quiet", "--cases", str(cases), *options)
        # Without it the database plans for the few rows it knew before.
        _execute(self.environment["DATABASE_OWNER_URL"], "ANALYZE")

    def visits(self) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = json.loads(self.run("-m", "benchmarks.visitors").splitlines()[-1])
        return found

    def serve(self, application: str, settings: str = "portal.settings") -> Server:
        """Start gunicorn with the launcher's own arguments, but for the application."""
        port = free_port()
        web = next(process for process in PROCESSES if process.name == "web")
        argv = [part if part != "portal.wsgi" else application for part in web.argv(port=port, run=str(self.folder))]
        log = self.folder / f"{settings}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *argv],
                cwd=ROOT,
                env=self.environment | {"DJANGO_SETTINGS_MODULE": settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.servers.append(Server(process, port, log))
        return self.servers[-1]

    def stop(self) -> None:
        while self.servers:
            self.servers.pop().stop()


def first_house(folder: Path) -> House:
    """The house on the database that the environment leads to."""
    folder.mkdir(parents=True, exist_ok=True)
    return House(folder.name, folder, os.environ | {"DEPLOYMENT": "demo", "DATA_DIR": str(folder)})


def second_house(first: House, folder: Path) -> House:
    """A copy of a furnished house that nobody is in: a database beside it, the same files under other names."""
    database = f"portal_{folder.name}"
    owner = first.environment["DATABASE_OWNER_URL"]
    _execute(_elsewhere(owner, "postgres"), f"CREATE DATABASE {database} TEMPLATE {urlsplit(owner).path[1:]}")
    # Files are never written in place, so both houses can hold the same ones.
    subprocess.run(["cp", "-al", str(first.folder), str(folder)], check=True)
    there = {name: _elsewhere(first.environment[name], database) for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    redis = urlunsplit(urlsplit(first.environment["REDIS_URL"])._replace(path="/1"))
    return House(folder.name, folder, first.environment | there | {"DATA_DIR": str(folder), "REDIS_URL": redis})


def _execute(url: str, sql: str) -> None:
    """One statement of the tables' owner."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()


def _elsewhere(url: str, database: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
