"""An expert's score sheet: saving, submitting, taking back (R14, R18, R19)."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from accounts.models import User
from calls.policy import Phase, require_phase
from cases.actions.moving import lock
from cases.lifecycle import State
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue
from reviews import rubric
from reviews.models import Assignment, Decision, ScoreSheet, Vote

CLOSED = "评分已经截止，分数不能再改。如有问题请联系项目组织中心。"


class SheetIncomplete(Refusal):
    """What is missing, by field of the score form."""

    code = "sheet_incomplete"

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(f"还有 {len(problems)} 处没有完成，暂时不能提交。")


class SheetSubmitted(Refusal):
    code = "sheet_submitted"
    sentence = "这件案例的评分已经提交。如需修改，请先撤回评分。"


class NotOnPile(Refusal):
    code = "not_on_pile"
    sentence = "这件案例已不在您的待评列表中，可能已撤回或已另请专家。请回到列表。"


class NothingSubmitted(Refusal):
    code = "nothing_submitted"
    sentence = "这件案例的评分还没有提交。"


class Decided(Refusal):
    """A grade rests on the sheets it was taken from: none of them changes under it."""

    code = "decided"
    sentence = "项目组织中心已根据评分评定了这件案例，评分不能再撤回。如有问题请联系项目组织中心。"


def _hold(assignment_id: int, actor: User, now: datetime) -> tuple[Case, Assignment]:
    """Case, then assignment, both locked, the expert's own and open for scoring."""
    unlocked = Assignment.objects.get(pk=assignment_id, expert__user_id=actor.pk)
    case = lock(unlocked.case_id)
    row = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    if row.released_at is None or row.recused_at is not None or case.state != State.IN_REVIEW:
        raise NotOnPile
    require_phase(case.call.dates, now, Phase.REVIEW, sentence=CLOSED)
    return case, row


def _write(case: Case, row: Assignment, given: rubric.Sheet, *, now: datetime) -> tuple[ScoreSheet, bool]:
    """The sheet with the given values, and whether they differ from what it held."""
    sheet = ScoreSheet.objects.filter(assignment_id=row.pk).first()
    if sheet is not None and sheet.submitted_at is not None:
        raise SheetSubmitted
    sheet = sheet or ScoreSheet(assignment=row)
    values = asdict(given)
    del values["type"]
    changed = sheet.pk is None or any(getattr(sheet, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(sheet, name, value)
    judged = given.vote != rubric.CANNOT
    sheet.total = rubric.total(given.scores, rubric.weights_of(case.call.weights, case.type)) if judged else None
    sheet.saved_at = now
    sheet.save()
    return sheet, changed


def _record(verb: str, sheet: ScoreSheet, case: Case, *, actor: User, now: datetime, **facts: object) -> None:
    audit.record(
        verb=verb,
        subject=sheet,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        **facts,
    )


@transaction.atomic(durable=True)
def save_scores(*, assignment_id: int, given: rubric.Sheet, actor: User, now: datetime) -> ScoreSheet:
    """Keep a draft of a sheet, however incomplete.

    Locks the case, then the assignment. Refuses: NotOnPile, WindowClosed, SheetSubmitted.
    """
    case, row = _hold(assignment_id, actor, now)
    sheet, changed = _write(case, row, given, now=now)
    if changed:
        _record("score.save", sheet, case, actor=actor, now=now, scored=len(given.scores))
    return sheet


@transaction.atomic(durable=True)
def submit_scores(*, assignment_id: int, given: rubric.Sheet, actor: User, now: datetime) -> ScoreSheet:
    """Submit a complete sheet; who cannot judge makes room for another expert, found by a job.

    Locks the case, then the assignment. Refuses: NotOnPile, WindowClosed, SheetSubmitted, SheetIncomplete.
    """
    case, row = _hold(assignment_id, actor, now)
    if problems := rubric.problems_of(given):
        raise SheetIncomplete(problems)
    sheet, _ = _write(case, row, given, now=now)
    sheet.submitted_at = now
    sheet.save(update_fields=["submitted_at"])
    _record(
        "score.submit",
        sheet,
        case,
        actor=actor,
        now=now,
        vote=given.vote,
        total=str(sheet.total or ""),
        doubts=given.doubts_originality or given.doubts_eligibility,
    )
    if given.vote == Vote.CANNOT:
        enqueue("reviews.repair", case_id=case.pk)
    return sheet


@transaction.atomic(durable=True)
def withdraw_submission(*, assignment_id: int, actor: User, now: datetime) -> ScoreSheet:
    """Open a submitted sheet again while scoring lasts.

    Locks the case, then the assignment. Refuses: NotOnPile, WindowClosed, NothingSubmitted (also who could not judge:
    another expert has been asked), Decided.
    """
    case, row = _hold(assignment_id, actor, now)
    if Decision.objects.filter(case_id=case.pk).exists():
        raise Decided
    sheet = ScoreSheet.objects.filter(assignment_id=row.pk, submitted_at__isnull=False).first()
    if sheet is None:
        raise NothingSubmitted
    if sheet.vote == Vote.CANNOT:
        raise NothingSubmitted("您说明无法评判后，中心已另请专家，这份意见不能再撤回。")
    sheet.submitted_at = None
    sheet.save(update_fields=["submitted_at"])
    _record("score.withdraw", sheet, case, actor=actor, now=now)
    return sheet
