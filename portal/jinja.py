"""The Jinja2 environment of every page: globals, filters and the components of templates/ui/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from markupsafe import Markup

from accounts.policy import mask_mobile
from publishing import art, charts

ZONE = ZoneInfo("Asia/Shanghai")
"""The activity's clock; what a page shows never depends on the browser's or the server's own zone."""

KIND_NAMES = {
    "region": "区域研修应用案例",
    "school": "校本研修应用案例",
    "studio": "线上名师名校长工作室建设与应用案例",
}
GRADE_NAMES = {"typical": "典型", "showcase": "展示"}


PURE = frozenset({"icon", "kind", "pick", "ranked", "stamp", "state"})
"""Components of plain words alone: the same words give the same drawing. Lists ask for them in every row, and from one
page to the next most rows stay as they were."""

DRAWINGS_KEPT = 2000
"""Of each of them, the latest used."""


class Components:
    """`ui` in the templates: `ui.NAME` is the macro NAME of templates/ui/NAME.html."""

    def __init__(self, environment: jinja2.Environment, *, keep: bool) -> None:
        self._environment = environment
        self._keep = keep

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro: Callable[..., str] = getattr(self._environment.get_template(f"ui/{name}.html").module, name)
        if self._keep:
            if name in PURE:
                macro = lru_cache(DRAWINGS_KEPT, typed=True)(macro)
            # An instance attribute is found before __getattr__: the template is looked up once a process.
            self.__dict__[name] = macro
        return macro


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named view."""
    if not kwargs and (not args or (len(args) == 1 and type(args[0]) is int and args[0] >= 0)):
        head, tail = _around(name, len(args))
        return f"{head}{args[0]}{tail}" if args else head
    return reverse(name, args=args or None, kwargs=kwargs or None)


NUMBER = 909_090_909


@cache
def _around(name: str, arguments: int) -> tuple[str, str]:
    """What stands before and behind the one number in the addresses of a view: lists hold many that differ in it."""
    head, _, tail = reverse(name, args=[NUMBER] * arguments).partition(str(NUMBER))
    return head, tail


def query(request: HttpRequest, **changes: object) -> str:
    """The query string of the request with the changes applied; None takes a parameter away.

    Always starts with "?", so that it is a link even when nothing is left.
    """
    kept = [(name, value) for name, values in request.GET.lists() if name not in changes for value in values]
    return "?" + urlencode(kept + [(name, value) for name, value in changes.items() if value is not None])


def _local(moment: date) -> date:
    return moment.astimezone(ZONE) if isinstance(moment, datetime) else moment


def day(moment: date) -> str:
    """2026年10月15日"""
    local = _local(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def short_day(moment: date) -> str:
    """10月15日"""
    local = _local(moment)
    return f"{local.month}月{local.day}日"


def clock(moment: datetime) -> str:
    """14:02"""
    return f"{moment.astimezone(ZONE):%H:%M}"


def moment(value: datetime) -> str:
    """10月15日 18:00"""
    return f"{short_day(value)} {clock(value)}"


def full_moment(value: datetime) -> str:
    """2026年10月15日 18:00"""
    return f"{day(value)} {clock(value)}"


def until(end: datetime, *, year: bool = True) -> str:
    """The end of a half-open window as people say it: midnight is 24:00 of the day before (R11)."""
    local = end.astimezone(ZONE)
    name = day if year else short_day
    if (local.hour, local.minute) == (0, 0):
        return f"{name(local - timedelta(days=1))} 24:00"
    return f"{name(local)} {clock(local)}"


def left(end: datetime, now: datetime) -> str:
    """The time left as “3 天 9 小时 58 分”; at most three parts, never less than “不到 1 分”; past ends are “0 分”."""
    seconds = int((end - now).total_seconds())
    if seconds <= 0:
        return "0 分"
    minutes = seconds // 60
    if minutes == 0:
        return "不到 1 分"
    parts = ((minutes // 1440, "天"), (minutes // 60 % 24, "小时"), (minutes % 60, "分"))
    first = next(i for i, (amount, _) in enumerate(parts) if amount)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first:])


def mb(size: int) -> str:
    """Bytes as “63.4 MB”, a limit of whole megabytes as “100 MB”; what is not empty is at least 0.1 MB."""
    whole, rest = divmod(size, 1024**2)
    return f"{max(size / 1024**2, 0.1):.1f} MB" if rest else f"{whole} MB"


def thousands(number: int) -> str:
    """12,528"""
    return f"{number:,}"


def iso(value: datetime) -> str:
    """For <time datetime> and the attributes that scripts read: 2026-10-16T00:00:00+08:00."""
    return value.astimezone(ZONE).isoformat(timespec="seconds")


def _drawing(draw: Callable[..., str]) -> Callable[..., Markup]:
    """An SVG of our own drawing as markup; the functions escape the words they are given."""

    @wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> Markup:
        return Markup(draw(*args, **kwargs))  # nosec B704

    return drawn


FILTERS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (day, short_day, clock, moment, full_moment, until, left, mb, thousands, iso, mask_mobile)
}
DRAWINGS = (art.seal, charts.places, charts.strip, charts.stack, charts.dots, charts.histogram)


def environment(**options: Any) -> jinja2.Environment:
    """What Django's Jinja2 backend calls once; autoescape, loader and reload come from it."""
    made = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, **options)  # nosec B701
    made.filters.update(FILTERS)
    made.globals.update({draw.__name__: _drawing(draw) for draw in DRAWINGS})
    made.globals.update(
        static=static if settings.DEBUG else cache(static),
        url=url,
        query=query,
        lattice=charts.lattice,
        KIND_NAMES=KIND_NAMES,
        KIND_SHORT=art.KINDS,
        GRADE_NAMES=GRADE_NAMES,
        UNITS=art.UNITS,
        ui=Components(made, keep=not settings.DEBUG),
    )
    return made
