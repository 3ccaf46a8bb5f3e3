"""Reading a body off a line that falls silent, or drips: the thread comes back; read as gunicorn reads."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from kernel.lines import TooSlow, patience

SIZE = 100_000


@pytest.fixture
def line() -> Iterator[tuple[Any, socket.socket]]:
    """A request for SIZE bytes as it stands in a worker of gunicorn, and the sender's end of its line."""
    here, there = socket.socketpair()
    request = RequestFactory().put("/part", b"", content_type="application/octet-stream")
    body = Body(LengthReader(SocketUnreader(here), SIZE))
    request.META["gunicorn.socket"] = here
    request._stream = body
    yield request, there
    here.close()
    there.close()


def read_all(request: Any, **bounds: float) -> int:
    size = 0
    with patience(request, **bounds) as read:
        while piece := read(64 * 1024):
            size += len(piece)
    return size


def test_what_comes_is_read_whole_and_the_line_is_as_it_was(line: Any) -> None:
    request, there = line
    threading.Thread(target=there.sendall, args=(b"x" * SIZE,)).start()
    assert read_all(request, idle=5, total=5) == SIZE
    assert request.META["gunicorn.socket"].gettimeout() is None


def test_a_line_that_falls_silent_is_left(line: Any) -> None:
    request, there = line
    there.sendall(b"x" * 1000)
    begun = time.monotonic()
    with pytest.raises(TooSlow):
        read_all(request, idle=0.2, total=30)
    assert time.monotonic() - begun < 5


def test_a_line_that_drips_for_ever_is_left(line: Any) -> None:
    """Each byte comes in time, so that only an end of all patience helps."""
    request, there = line
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            there.send(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    begun = time.monotonic()
    try:
        with pytest.raises(TooSlow):
            read_all(request, idle=5, total=0.5)
    finally:
        stop.set()
        dripping.join()
    assert 0.4 < time.monotonic() - begun < 5


def test_a_sender_who_hangs_up_is_not_slow(line: Any) -> None:
    request, there = line
    there.sendall(b"x" * 1000)
    there.close()
    assert read_all(request, idle=5, total=5) == 1000
