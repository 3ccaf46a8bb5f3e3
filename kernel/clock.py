"""The portal's clock: the one place that asks what time it is for the rules of a call."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kernel.errors import Refusal


class ClockIsFixed(Refusal):
    code = "clock_is_fixed"
    sentence = "正式环境的时间不能调整。"


def _file() -> Path | None:
    return settings.CLOCK_OFFSET_FILE


def offset() -> timedelta:
    """How far the clock runs ahead of the machine's; zero in production. Read afresh, since all processes share it."""
    path = _file()
    if path is None:
        return timedelta()
    try:
        return timedelta(seconds=float(path.read_text()))
    except (OSError, ValueError):
        return timedelta()


def now() -> datetime:
    """The aware time by which the rules judge. A request takes it once, on arrival (`request.now`)."""
    return timezone.now() + offset()


def set_offset(value: timedelta) -> None:
    """Move the clock for every process. Refuses in production (ClockIsFixed)."""
    path = _file()
    if path is None:
        raise ClockIsFixed
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(str(value.total_seconds()))
    fresh.replace(path)
