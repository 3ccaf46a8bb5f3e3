"""System checks: every view says who may call it; production holds nothing of the demo and scans what is uploaded."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.urls import URLPattern, URLResolver, get_resolver


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every (path, pattern) below a resolver."""
    for item in resolver.url_patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from patterns(item, path)
        else:
            yield path, item


@register
def views_declare_access(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"{path} does not declare who may call it", hint="@public(reason=…) or @requires(…)", id="portal.E001")
        for path, pattern in patterns(get_resolver())
        if not hasattr(pattern.callback, "access")
    ]


@register(deploy=True)
def production_is_not_a_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if "demo" in settings.INSTALLED_APPS and settings.PRODUCTION:
        found.append(Error("the demo app must not be installed in production", id="portal.E002"))
    if settings.CLOCK_OFFSET_FILE is not None and settings.PRODUCTION:
        found.append(Error("the clock must not be adjustable in production", id="portal.E003"))
    return found


@register(deploy=True)
def files_are_scanned(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where containers are told different things this is a question for worker-inspect, who alone asks the scanner."""
    if settings.CLAMD or not settings.PRODUCTION:
        return []
    words = "uploaded files are not scanned for malware: neither CLAMD_HOST nor CLAMD_SOCKET is set"
    return [Warning(words, hint="CLAMD_HOST=clamav, as in .env.example", id="portal.W004")]
