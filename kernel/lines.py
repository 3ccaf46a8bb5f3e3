"""Reading the body of a request off a line that may be slow, or not meant to end."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.http import HttpRequest, UnreadablePostError


class TooSlow(Exception):
    """Nothing came for too long, or all of it took too long."""


@contextmanager
def patience(request: HttpRequest, *, idle: float, total: float) -> Iterator[Callable[[int], bytes]]:
    """`read(bytes)` for the body: at most `idle` seconds of silence and `total` seconds in all, then TooSlow.

    Without bounds a handful of senders that fall silent hold every thread there is. The server's reader fills its
    buffer in a loop of its own, so the end of all patience comes from outside: it closes the line for reading.
    Where the server does not show its socket (tests), nothing is bounded.
    """
    line: socket.socket | None = request.META.get("gunicorn.socket")
    over = threading.Event()

    def read(size: int) -> bytes:
        try:
            piece = request.read(size)
        except UnreadablePostError as error:
            raise TooSlow from error
        if not piece and over.is_set():
            raise TooSlow
        return piece

    if line is None:
        yield read
        return

    def end() -> None:
        over.set()
        with suppress(OSError):  # the other side may have hung up
            line.shutdown(socket.SHUT_RD)

    watch = threading.Timer(total, end)
    watch.daemon = True
    before = line.gettimeout()
    line.settimeout(idle)
    watch.start()
    try:
        yield read
    finally:
        watch.cancel()
        line.settimeout(before)
