"""The centre's grade for a case before publication (R9, R15)."""

from datetime import datetime
from typing import Any

import pytest

from kernel.models import AuditEntry
from reviews.actions import deciding
from reviews.models import Assignment, Decision, Grade, ScoreSheet
from tests import factories

pytestmark = pytest.mark.django_db


def reviewed(now: datetime, *, phase: str = "review", sheets: int = 3, experts: int = 3, **values: Any) -> Any:
    """A case in review with some experts, of whom the first `sheets` have submitted."""
    call = values.pop("call", None) or factories.make_call(phase=phase, now=now)
    case = factories.make_case(call=call, state="in_review")
    for i in range(experts):
        row = Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)
        if i < sheets:
            fields = {"vote": "typical", "total": 80 + i, "submitted_at": now, **values}
            ScoreSheet.objects.create(assignment=row, saved_at=now, **fields)
    return case


def test_a_decision_leaves_the_state_alone_until_publication(now: datetime) -> None:
    case, centre = reviewed(now), factories.make_centre()
    row = deciding.decide(case_id=case.pk, grade=Grade.TYPICAL, actor=centre, now=now)
    case.refresh_from_db()
    assert (row.grade, row.by, row.at, case.state) == ("typical", centre, now, "in_review")
    entry = AuditEntry.objects.filter(verb="decision.take").latest("id")
    assert (entry.facts["before"], entry.facts["after"], entry.actor_id) == ("", "typical", centre.pk)


def test_a_decision_can_be_changed_and_taken_back(now: datetime) -> None:
    case, centre = reviewed(now), factories.make_centre()
    deciding.decide(case_id=case.pk, grade=Grade.TYPICAL, actor=centre, now=now)
    deciding.decide(case_id=case.pk, grade=Grade.NOT, actor=centre, now=now)
    assert Decision.objects.get(case=case).grade == "not"
    deciding.clear_decision(case_id=case.pk, actor=centre, now=now)
    assert not Decision.objects.exists()
    with pytest.raises(deciding.NoDecision):
        deciding.clear_decision(case_id=case.pk, actor=centre, now=now)


@pytest.mark.parametrize(
    ("phase", "experts", "sheets", "allowed"),
    [
        ("review", 3, 3, True),
        ("review", 3, 2, False),
        ("review", 2, 2, False),
        ("review", 0, 0, False),
        ("decision", 3, 1, True),
        ("decision", 2, 2, True),
    ],
)
def test_during_review_only_cases_with_all_their_sheets_are_decided(
    now: datetime, phase: str, experts: int, sheets: int, allowed: bool
) -> None:
    case = reviewed(now, phase=phase, experts=experts, sheets=sheets)
    act = {"case_id": case.pk, "grade": Grade.SHOWCASE, "actor": factories.make_centre(), "now": now}
    if allowed:
        deciding.decide(**act)
    else:
        with pytest.raises(deciding.SheetsOpen):
            deciding.decide(**act)


def test_a_case_without_scores_can_only_be_left_out(now: datetime) -> None:
    case, centre = reviewed(now, phase="decision", sheets=0), factories.make_centre()
    with pytest.raises(deciding.NoScores):
        deciding.decide(case_id=case.pk, grade=Grade.SHOWCASE, actor=centre, now=now)
    assert deciding.decide(case_id=case.pk, grade=Grade.NOT, actor=centre, now=now).grade == "not"


def test_who_cannot_judge_does_not_count(now: datetime) -> None:
    case = reviewed(now, phase="decision", sheets=1, vote="cannot", total=None)
    with pytest.raises(deciding.NoScores):
        deciding.decide(case_id=case.pk, grade=Grade.TYPICAL, actor=factories.make_centre(), now=now)


def test_a_doubt_is_answered_for_in_writing(now: datetime) -> None:
    case, centre = reviewed(now, doubts_originality=True), factories.make_centre()
    with pytest.raises(deciding.DoubtOpen) as refused:
        deciding.decide(case_id=case.pk, grade=Grade.TYPICAL, actor=centre, now=now)
    assert refused.value.field == "note"
    row = deciding.decide(case_id=case.pk, grade=Grade.TYPICAL, actor=centre, now=now, note="已核查，属原创")
    assert row.note == "已核查，属原创"


def test_many_are_decided_together_and_the_others_are_told(now: datetime) -> None:
    call = factories.make_call(phase="review", now=now)
    good, open_one, doubted = (
        reviewed(now, call=call),
        reviewed(now, call=call, sheets=1),
        reviewed(now, call=call, doubts_eligibility=True),
    )
    ids = [doubted.pk, open_one.pk, good.pk]
    done = deciding.decide_many(case_ids=ids, grade=Grade.SHOWCASE, actor=factories.make_centre(), now=now)
    assert done.decided == [good.pk]
    assert [title for title, _ in done.refused] == [open_one.title, doubted.title]
    assert set(Decision.objects.values_list("case_id", flat=True)) == {good.pk}


@pytest.mark.parametrize("state", ["recommended", "typical", "disqualified", "withdrawn"])
def test_only_cases_in_review_are_decided(now: datetime, state: str) -> None:
    case = factories.make_case(call=factories.make_call(phase="decision", now=now), state=state)
    with pytest.raises(deciding.NotInReview):
        deciding.decide(case_id=case.pk, grade=Grade.NOT, actor=factories.make_centre(), now=now)
