"""The processes of the portal, described once: `make run` starts them, docker-compose.yml names them.

`python -m launcher.processes NAME` becomes one of them, as compose does; `… check NAME` says by its exit code whether
the one running in the same container is well; `… prepare` does what has to be done before any of them may start.
"""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
QUEUES = ("critical", "mail", "inspect", "convert", "export")
PORT = 8000
"""Where web and web-parts listen in a container of their own."""

SILENT_FOR = 90
"""Seconds without a sign of life after which a worker or beat is taken for hung; each gives one every few seconds."""


@dataclass(frozen=True)
class PortalProcess:
    """What to run on the project's Python; {host}, {port}, {proxies} and {run} (a folder) are filled in."""

    name: str
    command: tuple[str, ...]
    patience: float = 10
    """Seconds it may take to finish what it holds when asked to stop."""
    sign: str = ""
    """Files in {run} that it touches while it is well, as a pattern; a server answers /healthz instead."""

    def argv(self, *, port: int, run: str, host: str = "127.0.0.1", proxies: str = "127.0.0.1") -> list[str]:
        """The arguments for Python; `proxies` are the addresses whose X-Forwarded-… gunicorn believes."""
        return [part.format(host=host, port=port, proxies=proxies, run=run) for part in self.command]


def _web(name: str, *, threads: int, patience: float) -> PortalProcess:
    """A gunicorn. What is under way when it is asked to stop gets two seconds less than its patience."""
    return PortalProcess(
        name,
        ("-m", "gunicorn", "portal.wsgi", "--bind", "{host}:{port}", "--forwarded-allow-ips", "{proxies}")
        + ("--worker-class", "gthread", "--workers", "2", "--threads", str(threads), "--timeout", "60")
        # A worker's pulse is a file: on a disk that is slow for a minute it would be killed for it.
        + ("--worker-tmp-dir", "/dev/shm", "--graceful-timeout", f"{patience - 2:.0f}", "--no-control-socket"),  # nosec B108
        patience,
    )


def _worker(
    name: str, queues: Sequence[str], *, concurrency: int = 2, patience: float = 15, tasks: int = 0
) -> PortalProcess:
    """A Celery worker of these queues. After `tasks` tasks a child makes room for a fresh one (0: never)."""
    return PortalProcess(
        name,
        ("-m", "celery", "-A", "portal.celery:app", "worker", "--queues", ",".join(queues))
        + ("--hostname", f"{name}@%h", "--concurrency", str(concurrency), "--prefetch-multiplier", "1")
        + (("--max-tasks-per-child", str(tasks)) if tasks else ())
        + ("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        patience,
        sign=f"{name}@*.alive",
    )


BEAT = PortalProcess(
    "beat",
    ("-m", "celery", "-A", "portal.celery:app", "beat", "--loglevel", "WARNING")
    + ("--schedule", "{run}/beat-schedule", "--pidfile="),
    sign="beat-schedule*",  # written after every task it sends (portal.celery)
)

PROCESSES = (_web("web", threads=4, patience=10), _worker("worker", QUEUES), BEAT)
"""One machine, one person: `make run`."""

SERVICES = (
    # A form of 100 MB may be on its way when a new version is rolled out.
    _web("web", threads=4, patience=60),
    # Parts of uploads wait for the sender's line and not for a processor: they must not take the pages' threads.
    _web("web-parts", threads=16, patience=30),
    _worker("worker-critical", ["critical"]),
    _worker("worker-mail", ["mail"], patience=20),
    # Libraries that open strangers' files give memory back late or never.
    _worker("worker-inspect", ["inspect"], patience=30, tasks=50),
    _worker("worker-convert", ["convert"], concurrency=1, patience=60, tasks=20),
    _worker("worker-export", ["export"], concurrency=1, patience=60, tasks=20),
    BEAT,
)
"""Each in a container of its own, as many of each as the work asks for (beat: one): docker-compose.yml."""

PREPARE = (("manage.py", "prepare_database"), ("manage.py", "prepare_storage"))
"""Done once before a new version starts; both may be repeated."""


def service(name: str) -> PortalProcess:
    """The service of this name; an unknown one ends the process with the list of names."""
    for process in SERVICES:
        if process.name == name:
            return process
    sys.exit(f"没有这个进程：{name or '（空）'}；可选 prepare、check、{'、'.join(one.name for one in SERVICES)}")


def well(process: PortalProcess, run: Path, environ: Mapping[str, str], *, port: int = PORT) -> bool:
    """Whether the process of this container lives: it answers, or its last sign is younger than SILENT_FOR seconds."""
    if process.sign:
        signs = [path.stat().st_mtime for path in run.glob(process.sign)]
        return bool(signs) and time.time() - max(signs) < SILENT_FOR
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        # Only the portal's own name is let in.
        host = urlsplit(environ.get("BASE_URL", "")).netloc or "127.0.0.1"
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Prepare, check, or become the process named (same pid, so that it hears the signals)."""
    run = Path(environ.get("DATA_DIR") or ROOT / "var") / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    if arguments == ["prepare"]:
        for command in PREPARE:
            if code := subprocess.run([sys.executable, *command], cwd=ROOT).returncode:
                return code
        return 0
    if arguments[:1] == ["check"]:
        return 0 if well(service("".join(arguments[1:])), run, environ) else 1
    process = service("".join(arguments))
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *process.argv(port=PORT, run=str(run), host="0.0.0.0", proxies="*")])  # nosec B104


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
