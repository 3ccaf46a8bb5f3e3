"""Time in the fill: what happens when, played in order, so that ids, histories and messages read as they came."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

Happening = Callable[[datetime], object]


class Timeline:
    """Happenings of the past, collected in any order."""

    def __init__(self, now: datetime, rng: random.Random) -> None:
        self.now = now
        self.rng = rng
        self._waiting: list[tuple[datetime, int, Happening]] = []

    def at(self, moment: datetime, do: Happening) -> datetime:
        """Let `do(moment)` happen; what is said first of one moment happens first."""
        assert moment <= self.now, "the fill tells what has happened, not what will"
        self._waiting.append((moment, len(self._waiting), do))
        return moment

    def play(self) -> None:
        """Let everything happen, the earliest first."""
        for moment, _, do in sorted(self._waiting, key=lambda one: one[:2]):
            do(moment)
        self._waiting.clear()

    def between(self, begin: datetime, end: datetime, low: float = 0.0, high: float = 1.0) -> datetime:
        """A moment in the part low..high of a half-open window, by day where the window leaves the choice."""
        end = min(end, self.now)
        span = end - begin
        drawn = begin + span * self.rng.uniform(low, high)
        by_day = drawn.astimezone(ZONE).replace(hour=self.rng.randint(8, 20))
        first, last = begin + span * low, begin + span * high
        moment = by_day if first <= by_day < last else drawn
        return moment.replace(microsecond=0) if moment.replace(microsecond=0) >= begin else moment


def later(moment: datetime, rng: random.Random, least: int = 20, most: int = 240) -> datetime:
    """Some minutes after a moment."""
    return moment + timedelta(minutes=rng.randint(least, most), seconds=rng.randint(0, 59))
