"""The demo's calls, side by side: one published, one in review, one in recommendation, one open for hand-in."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from calls.actions import save_call
from calls.models import Call
from demo.filling.people import Person
from demo.filling.timeline import ZONE

TITLE = "国家中小学智慧教育平台教师研修应用案例征集"


@dataclass
class Round:
    """One call: its dates are known before it is made."""

    slug: str
    year: int
    short: str
    title: str
    contact_sheet_due_at: datetime
    submission_opens_at: datetime
    submission_closes_at: datetime
    recommendation_opens_at: datetime
    recommendation_closes_at: datetime
    scoring_closes_at: datetime
    results_due_at: datetime
    call: Call = field(init=False, repr=False)

    def announce(self, centre: Person, now: datetime) -> None:
        """Make the call."""
        self.call = save_call(call_id=None, values=self.values(), actor=centre.user, now=now)

    def values(self) -> dict[str, Any]:
        """What a call of this round is made of."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.init}


@dataclass(frozen=True)
class Rounds:
    published: Round
    review: Round
    recommendation: Round
    open: Round

    def all(self) -> tuple[Round, ...]:
        return (self.published, self.review, self.recommendation, self.open)

    def by_phase(self) -> dict[str, Round]:
        return {
            "published": self.published,
            "review": self.review,
            "recommendation": self.recommendation,
            "submission": self.open,
        }


def rounds_at(now: datetime) -> Rounds:
    """Four calls whose windows change at midnight: that of 2024 with the guide's own dates (R11), the others by now."""
    return Rounds(
        published=_guide(),
        review=around(now, "2025", 2025, "2025 年", f"2025年{TITLE}", (-80, -62, -62, -14, 18, 40)),
        recommendation=around(
            now, "2026-spring", 2026, "2026 年春季", f"2026年春季{TITLE}", (-34, -12, -12, 10, 45, 66)
        ),
        open=around(now, "2026", 2026, "2026 年", f"2026年{TITLE}", (-8, 6, 6, 24, 55, 80)),
    )


def _guide() -> Round:
    def day(month: int, number: int) -> datetime:
        return datetime(2024, month, number, tzinfo=ZONE)

    days = (day(10, 1), day(10, 1), day(10, 16), day(10, 16), day(11, 1), day(11, 25), day(12, 10))
    return Round("2024", 2024, "2024 年", f"2024年{TITLE}", *days)


def around(now: datetime, slug: str, year: int, short: str, title: str, days: tuple[int, ...]) -> Round:
    """`days` from today: hand-in opens and closes, recommending opens and closes, scoring closes, results due."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    moments = [today + timedelta(days=number) for number in days]
    return Round(slug, year, short, title, moments[0], *moments)
