"""What keeps two launchers apart and cleans up after one that was killed.

Standard library only: it runs before there is a .venv.
"""

import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from launcher.errors import LauncherError

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def hold(path: Path, place: str = "") -> IO[str]:
    """Lock a file until the returned handle is closed or the process ends; refuse when another launcher holds it.

    The file names its holder (pid and, where it has one, address) for the one who comes second. What a killed launcher
    left in it means nothing: the kernel has given up its lock, and the text is written anew.
    """
    handle = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        first = handle.read().strip()
        handle.close()
        raise LauncherError(
            f"数据目录 {path.parent} 正被另一个启动器使用{f'（{first}）' if first else ''}；"
            "请直接用它、先停止它，或换一个：DATA_DIR=… make run"
        ) from None
    os.ftruncate(handle.fileno(), 0)
    with suppress(OSError):  # a full disk is told of later, and better
        os.write(handle.fileno(), f"进程 {os.getpid()}{f'，{place}' if place else ''}\n".encode())
    return handle


def port_from(environ: Mapping[str, str]) -> int:
    """The port asked for in PORT, 8000 unless said; refuse what is no port."""
    text = environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise LauncherError(f"PORT={text} 不是有效的端口号，请填 1 到 65535 之间的数字")
    return int(text)


def address(port: int) -> str:
    """Where a portal started with this port is."""
    return f"http://127.0.0.1:{port}/"


def refuse_taken(port: int) -> None:
    """Refuse in one line when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LauncherError(f"没有权限使用端口 {port}，请换一个：PORT=8001 make run") from None
        except OSError:
            raise LauncherError(f"端口 {port} 已被占用，请换一个：PORT={min(port + 1, 65535)} make run") from None


def _stat(pid: int) -> tuple[str, int, int]:
    """State, session and start time (clock ticks since boot) of a process; raises OSError when it is gone."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[3]), int(fields[19])


def started_at(pid: int) -> int | None:
    """When a process started, in clock ticks since boot: with the pid it names one process for good."""
    try:
        state, _, started = _stat(pid)
    except OSError:
        return None
    return None if state == "Z" else started


def session_members(session: int) -> list[int]:
    """The living processes of a session: a child of ours, and all it has started."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                state, its_session, _ = _stat(int(entry))
            except OSError:
                continue
            if its_session == session and state != "Z":
                found.append(int(entry))
    return found


def end_session(session: int, leader_signal: int, patience: float) -> None:
    """Ask the leader to stop, then kill whatever of its session is left after `patience` seconds."""
    try:
        if started_at(session) is not None:
            os.kill(session, leader_signal)
        deadline = time.monotonic() + patience
        while (members := session_members(session)) and time.monotonic() < deadline:
            if session not in members:
                break  # the leader has left without its children: no need to wait
            time.sleep(0.05)
        for pid in members:
            os.kill(pid, signal.SIGKILL)
        while session_members(session):
            time.sleep(0.02)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise LauncherError(f"上次遗留的进程 {session} 属于其他用户，请先停止它") from None


class Ledger:
    """The processes the launcher has started, on disk, so that the next launcher can end what a kill -9 left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[dict[str, int | str]] = []

    def add(self, pid: int, name: str, stop_signal: int) -> None:
        """Remember a process that leads its own session."""
        started = started_at(pid)
        if started is not None:
            self.entries.append({"pid": pid, "started": started, "name": name, "signal": int(stop_signal)})
            self._save()

    def remove(self, pid: int) -> None:
        """Forget a process that has ended with its whole session."""
        self.entries = [entry for entry in self.entries if entry["pid"] != pid]
        # A full disk must not keep the others from being stopped; an entry too many names nobody (see clean).
        with suppress(OSError):
            self._save()

    def _save(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"boot": BOOT_ID.read_text(), "processes": self.entries}), encoding="utf-8")
        fresh.replace(self.path)

    def clean(self) -> list[str]:
        """End what an earlier launcher left running, newest first; return the names. The caller holds the data lock.

        A process counts as ours when pid, start time and boot agree; a number that was given to somebody else is
        left alone. Children of a leader that is gone are found by their session, whose number cannot be reused
        while one of them lives.
        """
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return []
        ended = []
        if known["boot"] == BOOT_ID.read_text():
            for entry in reversed(known["processes"]):
                pid, alive_since = entry["pid"], started_at(entry["pid"])
                if alive_since not in (None, entry["started"]):
                    continue
                if session_members(pid):
                    end_session(pid, entry["signal"], patience=10)
                    ended.append(entry["name"])
        self.path.unlink(missing_ok=True)
        return ended
