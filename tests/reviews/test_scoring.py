"""An expert's score sheet: drafts, submission, taking back, freezing (R14, R18)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from calls.policy import WindowClosed
from cases.models import Case
from kernel.audit import history
from kernel.models import Job
from reviews.actions import scoring
from reviews.models import Assignment, Decision, ScoreSheet
from reviews.rubric import HEADS, Sheet
from tests import factories

pytestmark = pytest.mark.django_db
FULL = Sheet("school", {head.key: 80 for head in HEADS["school"]}, {}, "", "showcase")


@pytest.fixture
def row(now: datetime) -> Assignment:
    case = factories.make_case(call=factories.make_call(phase="review", now=now), state="in_review")
    return Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)


def args(row: Assignment, now: datetime, given: Sheet | None = FULL) -> dict[str, Any]:
    values = {"assignment_id": row.pk, "actor": row.expert.user, "now": now}
    return values if given is None else {**values, "given": given}


def test_a_draft_is_kept_however_incomplete(row: Assignment, now: datetime) -> None:
    sheet = scoring.save_scores(**args(row, now, Sheet("school", {"modes": 96}, {}, "待看视频")))
    sheet.refresh_from_db()
    assert (sheet.scores, sheet.remark, sheet.vote, sheet.total) == ({"modes": 96}, "待看视频", "", None)
    assert (sheet.saved_at, sheet.submitted_at) == (now, None)


def test_only_a_change_goes_into_the_audit_trail(row: Assignment, now: datetime) -> None:
    sheet = scoring.save_scores(**args(row, now))
    scoring.save_scores(**args(row, now + timedelta(minutes=1)))
    assert [entry.verb for entry in history(sheet)] == ["score.save"]


def test_a_submitted_sheet_has_its_total_and_is_closed(row: Assignment, now: datetime) -> None:
    sheet = scoring.submit_scores(**args(row, now))
    sheet.refresh_from_db()
    assert (sheet.total, sheet.vote, sheet.submitted_at) == (Decimal("80.00"), "showcase", now)
    assert history(sheet).last().facts == {
        "case_id": row.case_id,
        "vote": "showcase",
        "total": "80.00",
        "doubts": False,
    }
    for act in (scoring.save_scores, scoring.submit_scores):
        with pytest.raises(scoring.SheetSubmitted):
            act(**args(row, now))


def test_the_total_weighs_as_the_call_says(row: Assignment, now: datetime) -> None:
    row.case.call.weights = {"school": {"modes": 5, "support": 0}}
    row.case.call.save()
    given = Sheet("school", FULL.scores | {"modes": 90}, {}, "", "typical")
    assert scoring.submit_scores(**args(row, now, given)).total == Decimal("86.25")


def test_an_incomplete_sheet_is_refused_with_a_sentence_a_field(row: Assignment, now: datetime) -> None:
    with pytest.raises(scoring.SheetIncomplete) as refused:
        scoring.submit_scores(**args(row, now, Sheet("school", {**FULL.scores, "modes": 40}, {}, "", "")))
    assert set(refused.value.problems) == {"vote", "comment_modes"}
    assert not ScoreSheet.objects.exists()


def test_who_cannot_judge_gives_a_reason_and_makes_room_for_another(
    row: Assignment, now: datetime, do_jobs: Any
) -> None:
    Assignment.objects.bulk_create(
        Assignment(case=row.case, expert=factories.make_expert(), at=now, released_at=now) for _ in range(2)
    )
    spare = factories.make_expert()
    sheet = scoring.submit_scores(**args(row, now, Sheet("school", {"modes": 70}, {}, "专业不符", "cannot")))
    assert sheet.total is None
    assert Job.objects.get().kind == "reviews.repair"
    do_jobs()
    assert Assignment.objects.filter(case=row.case, expert=spare, released_at__isnull=False).exists()
    with pytest.raises(scoring.NothingSubmitted):
        scoring.withdraw_submission(**args(row, now, None))


def test_a_submission_is_taken_back_while_scoring_lasts(row: Assignment, now: datetime) -> None:
    with pytest.raises(scoring.NothingSubmitted):
        scoring.withdraw_submission(**args(row, now, None))
    scoring.submit_scores(**args(row, now))
    sheet = scoring.withdraw_submission(**args(row, now, None))
    assert (sheet.submitted_at, sheet.scores) == (None, dict(FULL.scores))
    scoring.submit_scores(**args(row, now))


def test_a_sheet_that_a_grade_was_taken_from_is_not_taken_back(row: Assignment, now: datetime) -> None:
    scoring.submit_scores(**args(row, now))
    Decision.objects.create(case=row.case, grade="typical", by=factories.make_centre(), at=now)
    with pytest.raises(scoring.Decided):
        scoring.withdraw_submission(**args(row, now, None))
    assert ScoreSheet.objects.get().submitted_at == now


def test_scores_freeze_when_scoring_closes(row: Assignment, now: datetime) -> None:
    scoring.submit_scores(**args(row, now))
    end = row.case.call.scoring_closes_at
    for act, given in ((scoring.save_scores, FULL), (scoring.submit_scores, FULL), (scoring.withdraw_submission, None)):
        with pytest.raises(WindowClosed):
            act(**args(row, end, given))


@pytest.mark.parametrize("change", [{"released_at": None}, {"recused_at": datetime.max}])
def test_what_is_not_on_the_pile_cannot_be_scored(row: Assignment, now: datetime, change: dict[str, Any]) -> None:
    Assignment.objects.filter(pk=row.pk).update(**{key: value and now for key, value in change.items()})
    with pytest.raises(scoring.NotOnPile):
        scoring.save_scores(**args(row, now))


def test_a_case_that_left_the_review_cannot_be_scored(row: Assignment, now: datetime) -> None:
    Case.objects.filter(pk=row.case_id).update(state="disqualified")
    with pytest.raises(scoring.NotOnPile):
        scoring.save_scores(**args(row, now))


def test_nobody_writes_on_the_sheet_of_another(row: Assignment, now: datetime) -> None:
    with pytest.raises(Assignment.DoesNotExist):
        scoring.save_scores(**{**args(row, now), "actor": factories.make_expert().user})
