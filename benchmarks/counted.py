"""The portal's WSGI application, which says how many queries an answer took to whoever asks by a header."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from portal.wsgi import application as portal

ASKED = "HTTP_X_COUNT_QUERIES"
ANSWER = "X-Queries"


class Counter:
    """Counts what goes through it to the database."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Without the header the portal answers as it stands, one look into a dictionary later."""
    if ASKED not in environ:
        return portal(environ, start_response)
    counter = Counter()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (ANSWER, str(counter.queries))], *more)

    with connection.execute_wrapper(counter):
        return portal(environ, start)
