"""The moments of a call that a visitor of the demo may want to jump to."""

from datetime import datetime, timedelta

from calls.models import Call


def moments_of(call: Call) -> list[tuple[str, datetime]]:
    """(words, moment) in order: one minute after each of the call's windows opens or closes."""
    after = timedelta(minutes=1)
    return [
        ("报送开始", call.submission_opens_at + after),
        ("报送截止，省级推荐开始", call.recommendation_opens_at + after),
        ("推荐截止，专家评审开始", call.recommendation_closes_at + after),
        ("评审截止，结果评定", call.scoring_closes_at + after),
    ]
