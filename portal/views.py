"""Pages of the house itself: health, readiness and the error pages."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from redis import Redis

from accounts.access import public
from kernel.problems import problem


@public(reason="load balancers ask whether the process lives")
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public(reason="load balancers ask whether database, broker and storage answer")
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all three answer, otherwise 503 naming those that do not."""
    wells = {"database": _database, "broker": _broker, "storage": _storage}
    state = {}
    for name, ask in wells.items():
        try:
            ask()
            state[name] = "ok"
        except Exception:  # whatever a client library raises, the answer is that it is away
            state[name] = "away"
    return JsonResponse(state, status=200 if set(state.values()) == {"ok"} else 503)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()


def _storage() -> None:
    location = getattr(default_storage, "location", "")
    if location and Path(location).is_absolute():
        Path(location).mkdir(parents=True, exist_ok=True)
        probe = Path(location) / ".writable"
        probe.write_bytes(b"")
    else:
        default_storage.exists("probe")


def _error(request: HttpRequest, status: int, **extra: object) -> HttpResponse:
    return render(request, f"errors/{status}.html", {"status": status, **extra}, status=status)


@public(reason="error page")
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


@public(reason="error page")
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


@public(reason="error page")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem(403, "csrf", "页面打开得太久，安全校验没有通过。请刷新页面，再选同一个文件接着传。")
    return _error(request, 403, csrf=True)


@public(reason="error page")
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


@public(reason="error page")
def broken(request: HttpRequest) -> HttpResponse:
    """The pages of last resort: they need neither session nor database. A database that is away is a 503."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(get_template("errors/503.html").render(), status=503, headers={"Retry-After": "30"})
    page = (settings.BASE_DIR / "templates" / "errors" / "500.html").read_text()
    return HttpResponse(page, status=500)
