"""The demo's calls, side by side: one published, one in review, one in recommendation, one open for hand-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from calls.models import Call
from demo.filling.timeline import ZONE

TITLE = "国家中小学智慧教育平台教师研修应用案例征集"


@dataclass(frozen=True)
class Calls:
    published: Call
    review: Call
    recommendation: Call
    open: Call


def make_calls(now: datetime) -> Calls:
    """Four calls whose windows begin and end at midnight: that of 2024 with the guide's own dates, the others by now."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return Calls(
        published=_published(),
        review=_around(today, slug="2025", year=2025, title=f"2025年{TITLE}", days=(-80, -62, -62, -14, 18, 40)),
        recommendation=_around(
            today, slug="2026-spring", year=2026, title=f"2026年春季{TITLE}", days=(-34, -12, -12, 10, 45, 66)
        ),
        open=_around(today, slug="2026", year=2026, title=f"2026年{TITLE}", days=(-8, 6, 6, 24, 55, 80)),
    )


def _published() -> Call:
    def day(month: int, number: int) -> datetime:
        return datetime(2024, month, number, tzinfo=ZONE)

    return Call.objects.create(
        slug="2024",
        year=2024,
        title=f"2024年{TITLE}",
        contact_sheet_due_at=day(10, 1),
        submission_opens_at=day(10, 1),
        submission_closes_at=day(10, 16),
        recommendation_opens_at=day(10, 16),
        recommendation_closes_at=day(11, 1),
        scoring_closes_at=day(11, 25),
        results_due_at=day(12, 10),
    )


def _around(today: datetime, *, slug: str, year: int, title: str, days: tuple[int, ...]) -> Call:
    opens, closes, recommending, recommended, scored, results = (today + timedelta(days=number) for number in days)
    return Call.objects.create(
        slug=slug,
        year=year,
        title=title,
        contact_sheet_due_at=opens,
        submission_opens_at=opens,
        submission_closes_at=closes,
        recommendation_opens_at=recommending,
        recommendation_closes_at=recommended,
        scoring_closes_at=scored,
        results_due_at=results,
    )
