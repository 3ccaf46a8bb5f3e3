"""The processes of the portal, described once: the launcher runs them, other ways of running it read the same list."""

from dataclasses import dataclass

QUEUES = ("critical", "mail", "inspect", "convert", "export")


@dataclass(frozen=True)
class PortalProcess:
    """What to run on the project's Python; {port} and {run} (a folder for run-time files) are filled in."""

    name: str
    command: tuple[str, ...]
    patience: float = 10
    """Seconds it may take to finish what it holds when asked to stop."""

    def argv(self, *, port: int, run: str) -> list[str]:
        return [part.format(port=port, run=run) for part in self.command]


PROCESSES = (
    PortalProcess(
        "web",
        ("-m", "gunicorn", "portal.wsgi", "--bind", "127.0.0.1:{port}")
        + ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60")
        + ("--graceful-timeout", "8", "--no-control-socket"),
    ),
    PortalProcess(
        "worker",
        ("-m", "celery", "-A", "portal.celery:app", "worker", "--queues", ",".join(QUEUES))
        + ("--concurrency", "2", "--prefetch-multiplier", "1", "--loglevel", "INFO")
        + ("--without-gossip", "--without-mingle"),
        patience=15,
    ),
    PortalProcess(
        "beat",
        ("-m", "celery", "-A", "portal.celery:app", "beat", "--loglevel", "WARNING")
        + ("--schedule", "{run}/beat-schedule", "--pidfile="),
    ),
)
