"""Time in the fill: what happens when, played in order, so that ids, histories and messages read as they came."""

import heapq
import random
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

Happening = Callable[[datetime], object]


class Timeline:
    """Happenings up to now, collected in any order; one that happens may bring others later than itself.

    `before_each` is called with the moment of each happening before it happens.
    """

    def __init__(self, now: datetime, rng: random.Random) -> None:
        self.now = now
        self.rng = rng
        self._waiting: list[tuple[datetime, int, Happening]] = []
        self._said = 0
        self.before_each: Callable[[datetime], object] = lambda moment: None

    def at(self, moment: datetime, do: Happening) -> datetime:
        """Let `do(moment)` happen; what is said first of one moment happens first."""
        moment = moment.astimezone(UTC)  # as a request's time is, so that what is written down of it reads alike
        assert moment <= self.now, "the fill tells what has happened, not what will"
        heapq.heappush(self._waiting, (moment, self._said, do))
        self._said += 1
        return moment

    def play(self) -> None:
        """Let everything happen, the earliest first."""
        while self._waiting:
            moment, _, do = heapq.heappop(self._waiting)
            self.before_each(moment)
            do(moment)

    def between(self, begin: datetime, end: datetime) -> datetime:
        """A moment of a half-open window that is not to come, by day where the window leaves the choice."""
        last = min(end, self.now)
        drawn = begin + (last - begin) * self.rng.random()
        by_day = drawn.astimezone(ZONE).replace(hour=self.rng.randint(8, 20))
        return by_day if begin <= by_day < last else drawn
