"""Expert review in the demo happens in its order at any hour of the day."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from demo.filling import reviewing
from demo.filling.reviewing import Reviewers
from demo.filling.timeline import Timeline


class Assignments:
    """Three experts a case, as the manager of assignments would answer."""

    def filter(self, **asked: Any) -> "Assignments":
        self.cases = list(asked["case_id__in"])
        return self

    def select_related(self, *names: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(case_id=case, pk=3 * case + turn) for case in self.cases for turn in range(3)]


@pytest.mark.parametrize("hour", range(24))
def test_a_case_is_decided_after_all_its_sheets(hour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 27, hour, 42, tzinfo=UTC)
    decided, submitted = now - timedelta(hours=3), defaultdict[int, list[datetime]](list)
    monkeypatch.setattr(reviewing.Assignment, "objects", Assignments())
    monkeypatch.setattr(Reviewers, "_submit", lambda self, row, tale, at: submitted[tale.case_id].append(at))
    monkeypatch.setattr(Reviewers, "_save", lambda self, row, tale, at: None)
    for seed in range(20):
        time = Timeline(now, random.Random(seed))
        round: Any = SimpleNamespace(
            recommendation_closes_at=now - timedelta(days=12), scoring_closes_at=now + timedelta(days=9)
        )
        tales: Any = [SimpleNamespace(case_id=number) for number in range(6)]
        centre: Any = None
        Reviewers(time, round, tales, centre).score_some(decided)
        time.play()
    for case in range(2):
        assert len(submitted[case]) == 60
        assert max(submitted[case]) < decided
