"""What the part endpoint of a disk costs beside a bare WSGI application that reads, hashes and writes the same bytes.

100 MB go to each in turns, by three senders as a page has them, in parts of 8 MiB (a fast line) and of 1 MiB (a slow
one). A core's speed is the bytes over the CPU that the workers used for them; a ratio is the median over the rounds.
"""

import argparse
import json
import os
import queue
import socket
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from benchmarks.houses import House, Server, first_house
from benchmarks.load import Unanswered, cpu_seconds
from benchmarks.pages import note, timed

MIB = 1024 * 1024
SENDERS = 3
ROUNDS = 7
CORE, RATIO, GROWTH = 100, 0.6, 32
Parts = list[tuple[str, int]]


@dataclass
class Endpoint:
    """One server with what was measured there of one size of part."""

    server: Server
    pids: list[int]
    idle: list[int]
    """The resident bytes of each worker before it took its first part."""
    parts: Parts
    cpu: list[float] = field(default_factory=list)
    """Worker CPU a MiB, in seconds, of each round."""
    wall: list[float] = field(default_factory=list)
    """Seconds a MiB, by the clock on the wall."""
    growth: float = 0
    """By how many MiB the worker that grew most did, from idle, over all rounds."""

    def round(self) -> None:
        """Send all parts once."""
        most = list(self.idle)
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.01):
                most[:] = map(max, most, resident(self.pids))

        watcher = threading.Thread(target=watch)
        watcher.start()
        cpu, begun = cpu_seconds(self.pids), time.perf_counter()
        try:
            send_all(self.server.port, self.parts)
        finally:
            over.set()
            watcher.join()
        size = sum(length for _, length in self.parts) / MIB
        self.wall.append((time.perf_counter() - begun) / size)
        self.cpu.append((cpu_seconds(self.pids) - cpu) / size)
        self.growth = max(self.growth, *((now - idle) / MIB for now, idle in zip(most, self.idle, strict=True)))


def resident(pids: list[int]) -> list[int]:
    return [psutil.Process(pid).memory_info().rss for pid in pids]


def send_all(port: int, parts: Parts) -> None:
    """Every part once, by SENDERS at a time. Raises Unanswered."""
    waiting: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    body = os.urandom(max(length for _, length in parts))
    wrong: list[Exception] = []

    def sender() -> None:
        try:
            while not wrong:
                send(port, *waiting.get_nowait(), body)
        except queue.Empty:
            return
        except (OSError, Unanswered) as error:
            wrong.append(error)

    threads = [threading.Thread(target=sender) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]


def send(port: int, path: str, length: int, body: bytes) -> None:
    head = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode())
        line.sendall(memoryview(body)[:length])
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    if not answer.startswith(b"HTTP/1.1 200"):
        raise Unanswered(answer[:300].decode(errors="replace"))


def report(size: int, portal: Endpoint, bare: Endpoint) -> bool:
    """Print the figures, one a line; whether each reached what it should (the smaller part is told, not judged)."""
    ratio = median(b / p for b, p in zip(bare.cpu, portal.cpu, strict=True))
    figures = [
        ("core", 1 / median(portal.cpu), "MiB/s", CORE),
        ("wall", 1 / median(portal.wall), "MiB/s", None),
        ("bare_core", 1 / median(bare.cpu), "MiB/s", None),
        ("bare_wall", 1 / median(bare.wall), "MiB/s", None),
        ("ratio", ratio, "portal/bare", RATIO),
        ("growth", portal.growth, "MiB", GROWTH),
    ]
    reached = True
    for name, value, unit, reach in figures:
        print(f"part{size}.{name} {value:.3f} {unit}", flush=True)
        if reach is not None and size > 1:
            good = value < reach if name == "growth" else value >= reach
            reached &= good
            sign = "<" if name == "growth" else "≥"
            note(f"    {'达到' if good else '没有达到'} part{size}.{name} {sign} {reach:g}（{value:.3f}）")
    return reached


def endpoints(house: House) -> dict[int, tuple[Endpoint, Endpoint]]:
    """For each size of part the portal's endpoint and the bare one, warmed."""
    told = json.loads(house.run("-m", "benchmarks.sending").splitlines()[-1])
    servers = [house.serve("portal.wsgi"), house.serve("benchmarks.bare_upload")]
    for server in servers:
        server.wait("/healthz")
    idle = [resident(server.workers()) for server in servers]
    found = {}
    for size, parts in told.items():
        planned = [(path, length) for path, length in parts]
        pair = [Endpoint(one, one.workers(), rss, planned) for one, rss in zip(servers, idle, strict=True)]
        for one in pair:
            send_all(one.server.port, one.parts[: 4 * SENDERS])
        found[int(size)] = (pair[0], pair[1])
    return found


def main() -> int:
    """Prepare, send in turns, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upload", description="测量收分片的速度与内存。")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help=f"各传几个 100 MB（默认 {ROUNDS}）")
    parser.add_argument("--strict", action="store_true", help="有一项没有达到时以 1 退出")
    options = parser.parse_args()
    with ExitStack() as stack:
        house = first_house(Path(os.environ["DATA_DIR"]) / "upload")
        stack.callback(house.stop)
        with timed("准备"):
            house.manage("prepare_database", "--verbosity", "0")
            found = endpoints(house)
        with timed("测量"):
            for _ in range(options.rounds):
                for pair in found.values():
                    for one in pair:
                        one.round()
        reached = [report(size, *pair) for size, pair in sorted(found.items(), reverse=True)]
    return 0 if all(reached) or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
