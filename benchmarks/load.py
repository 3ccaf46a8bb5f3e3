"""Sending requests and reading clocks: how long answers take, and how much CPU the workers spend on them."""

import socket
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CPU_CLOCK = 2
"""CPUCLOCK_SCHED of Linux: with a process id it makes a clock of that process's CPU (clock_getcpuclockid(3))."""


class Unanswered(Exception):
    """A page that was to be measured did not answer as it should."""


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire; a connection each, as behind a proxy that keeps none."""

    port: int
    path: str
    cookie: str = ""

    def wire(self, *more: str) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close", *more]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def answer(self, wire: bytes) -> bytes:
        """The whole answer, head and body. Raises Unanswered unless it is a 200."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(wire)
            pieces = []
            while piece := connection.recv(262_144):
                pieces.append(piece)
        whole = b"".join(pieces)
        if not whole.startswith(b"HTTP/1.1 200"):
            raise Unanswered(f"{self.path}: {whole[:300].decode(errors='replace')}")
        return whole

    def header(self, name: str, *more: str) -> str:
        """One header of a fresh answer; empty where it is missing."""
        head = self.answer(self.wire(*more)).partition(b"\r\n\r\n")[0].decode("latin-1")
        found = [line.partition(":")[2].strip() for line in head.split("\r\n") if line.lower().startswith(name.lower())]
        return found[0] if found else ""


@dataclass
class Measured:
    """What the slices of one page have come to."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0
    cpu: list[float] = field(default_factory=list)
    """Worker CPU a request, in milliseconds, of each slice."""

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds: so many of the answers (0–1) came within it."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU that the processes have used since they began, all threads, user and system."""
    return sum(time.clock_gettime((~pid << 3) | CPU_CLOCK) for pid in pids)


def fire(request: Request, *, count: int, clients: int, pids: Sequence[int], into: Measured) -> None:
    """Send `count` requests from so many clients, each waiting for its answer before it asks again."""
    wire = request.wire()
    taken: list[list[float]] = [[] for _ in range(clients)]
    wrong: list[Exception] = []

    def client(mine: list[float], share: int) -> None:
        try:
            for _ in range(share):
                begun = time.perf_counter()
                request.answer(wire)
                mine.append(time.perf_counter() - begun)
        except (OSError, Unanswered) as error:
            wrong.append(error)

    shares = [count // clients + (i < count % clients) for i in range(clients)]
    threads = [threading.Thread(target=client, args=pair) for pair in zip(taken, shares, strict=True)]
    cpu, begun = cpu_seconds(pids), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    into.seconds += time.perf_counter() - begun
    into.cpu.append((cpu_seconds(pids) - cpu) / count * 1000)
    if wrong:
        raise wrong[0]
    into.latencies += [seconds for mine in taken for seconds in mine]
