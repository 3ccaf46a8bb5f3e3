"""Child processes: started in sessions of their own, tied to the launcher's life, stopped whole."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import LauncherError, Stopped
from launcher.guard import Ledger, end_session

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
LOG_LIMIT = 10 * 1024 * 1024
_asked_to_stop = False


def listen_for_stop() -> None:
    """From now on `pause` raises Stopped once Ctrl-C, SIGTERM or SIGHUP has arrived.

    The handler only sets a flag: an exception out of the blue could lose a child between fork and bookkeeping.
    """

    def remember(signum: int, frame: object) -> None:
        global _asked_to_stop
        _asked_to_stop = True

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, remember)


def pause(seconds: float) -> None:
    """Sleep; the only place where a request to stop takes effect."""
    if not _asked_to_stop:
        time.sleep(seconds)
    if _asked_to_stop:
        raise Stopped


def die_with_parent(signum: int) -> Callable[[], None]:
    """For preexec_fn: the kernel sends `signum` to the child when the launcher dies, kill -9 included."""

    def bind() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(signum))

    return bind


@dataclass
class Child:
    """A server that runs until it is stopped. Output goes to `log`; `account` is (uid, gid) to run as."""

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path
    ledger: Ledger
    cwd: Path
    stop_signal: int = signal.SIGTERM
    patience: float = 10
    account: tuple[int, int] | None = None
    stdin: bytes = b""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0, init=False)
    log_from: int = field(default=0, init=False)
    """Where in the log this life begins."""

    def start(self) -> None:
        """Start it; returns at once."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        uid, gid = self.account or (None, None)
        with self.log.open("ab") as output:
            self.log_from = output.tell()
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.PIPE if self.stdin else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                user=uid,
                group=gid,
                extra_groups=None if gid is None else [],
                preexec_fn=die_with_parent(self.stop_signal),
            )
        self.started = time.monotonic()
        self.ledger.add(self.process.pid, self.name, self.stop_signal)
        if self.process.stdin:
            self.process.stdin.write(self.stdin)
            self.process.stdin.close()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else 0

    def stop(self) -> None:
        """Stop it and every process of its session; harmless when it does not run."""
        if self.process is None:
            return
        pid = self.process.pid
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        end_session(pid, signal.SIGKILL, patience=0.5)
        self.ledger.remove(pid)
        self.process = None

    def tail(self, lines: int = 80) -> str:
        """The last lines of its log that this life has written."""
        text = self.log.read_bytes()[self.log_from :] if self.log.exists() else b""
        return "\n".join(text.decode("utf-8", "replace").splitlines()[-lines:])

    def refuse_if_dead(self) -> None:
        """While waiting for it to become ready: a death is final, and its last words are shown."""
        if self.exit_code is not None:
            raise LauncherError(f"{self.name} 没有启动成功（代码 {self.exit_code}），日志 {self.log}：\n{self.tail()}")


def run_command(
    argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path, quiet: bool = False, stderr: int | None = None
) -> int:
    """Run a command in the foreground and return its exit code; asked to stop, it is stopped first.

    `stderr` is a file descriptor for its complaints; otherwise they are shown.
    """
    process = subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=stderr,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        while process.poll() is None:
            pause(0.02)
    except Stopped:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    return process.returncode


def output_of(argv: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[str]:
    """Start a short command whose printed text is read later."""
    return subprocess.Popen(
        argv, env=env, cwd=cwd, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent(signal.SIGTERM)
    )
