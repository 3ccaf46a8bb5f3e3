"""The centre's grade for a case, before publication (R15); the case's state moves only when it is published."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from calls.models import Reached
from calls.policy import Phase
from cases.actions.moving import lock, lock_many
from cases.lifecycle import State
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal
from reviews.models import Decision, Grade
from reviews.queries.centre import Standing, standing_of, standings_of

RESULTS_CONFIRMED = "results_confirmed"
"""The moment of a call after which no decision changes: two people have vouched for them."""


class ResultsConfirmed(Refusal):
    code = "results_confirmed"
    sentence = "这一届的结果已由两人确认，正在公布，评定不能再改。"


class NotInReview(Refusal):
    code = "not_in_review"
    sentence = "这件案例不在专家评审中，不能评定。请刷新页面查看最新状态。"


class SheetsOpen(Refusal):
    code = "sheets_open"
    sentence = "专家评分还没有交齐。请等评分交齐，或在评分截止后再评定。"


class NoScores(Refusal):
    code = "no_scores"
    sentence = "这件案例还没有专家评分，不能评为典型或展示案例。"


class DoubtOpen(Refusal):
    """R9: a flag is answered for in writing before the case may be selected."""

    code = "doubt_open"

    def __init__(self) -> None:
        super().__init__("有专家标出存疑。请先核查，在备注中写明核查结论，再评为典型或展示案例。", field="note")


class NoDecision(Refusal):
    code = "no_decision"
    sentence = "这件案例还没有评定。"


@dataclass
class Many:
    """What a bulk decision did: cases decided, and (title, sentence) of those it could not decide."""

    decided: list[int] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def _confirmed(call_id: int) -> bool:
    """Asked with the case locked: whoever confirms the results locks every case in review before looking."""
    return Reached.objects.filter(call_id=call_id, moment=RESULTS_CONFIRMED).exists()


def _require_changeable(case: Case, *, confirmed: bool) -> None:
    if case.state != State.IN_REVIEW:
        raise NotInReview
    if confirmed:
        raise ResultsConfirmed


def hindrance(standing: Standing, grade: Grade, note: str, phase: Phase) -> Refusal | None:
    """Why a case that stands so cannot be given the grade now, or None.

    From the review phase on when its sheets are all in, otherwise once scoring has closed (R9, R15).
    """
    if phase != Phase.DECISION and not (phase == Phase.REVIEW and standing.complete):
        return SheetsOpen()
    selected = grade in (Grade.TYPICAL, Grade.SHOWCASE)
    if selected and not standing.scored:
        return NoScores()
    if selected and standing.doubts and not note.strip():
        return DoubtOpen()
    return None


def _decide(
    case: Case, held: Decision | None, standing: Standing, grade: Grade, note: str, *, actor: User, now: datetime
) -> Decision:
    """`held` is the decision that stands; the case's lock keeps it as it was read."""
    if refusal := hindrance(standing, grade, note, case.call.phase(now)):
        raise refusal
    before, row = (held.grade, held) if held else ("", Decision(case=case))
    row.grade, row.by, row.at, row.note = grade, actor, now, note.strip()
    row.save()
    audit.record(
        verb="decision.take",
        subject=row,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        before=before,
        after=str(grade),
        noted=bool(note.strip()),
    )
    return row


@transaction.atomic(durable=True)
def decide(*, case_id: int, grade: Grade, actor: User, now: datetime, note: str = "") -> Decision:
    """Give a case its grade, or change it.

    Locks the case. Refuses: NotInReview, ResultsConfirmed, SheetsOpen, NoScores, DoubtOpen (R9, R15).
    """
    case = lock(case_id)
    _require_changeable(case, confirmed=_confirmed(case.call_id))
    held = Decision.objects.filter(case_id=case.pk).first()
    return _decide(case, held, standing_of(case), grade, note, actor=actor, now=now)


@transaction.atomic(durable=True)
def decide_many(*, case_ids: Collection[int], grade: Grade, actor: User, now: datetime) -> Many:
    """Give many cases one grade; those that `decide` would refuse are left as they were and told.

    A doubt that was answered for keeps its answer. Locks the cases by id; two queries a case beside a fixed few.
    """
    done = Many()
    cases = list(lock_many(case_ids))
    calls = {case.call for case in cases}
    confirmed = {call.pk for call in calls if _confirmed(call.pk)}
    standings = {pk: each for call in calls for pk, each in standings_of(call, case_ids).items()}
    held = {row.case_id: row for row in Decision.objects.filter(case__in=cases)}
    for case in cases:
        row = held.get(case.pk)
        try:
            _require_changeable(case, confirmed=case.call_id in confirmed)
            _decide(case, row, standings[case.pk], grade, row.note if row else "", actor=actor, now=now)
        except Refusal as refusal:
            done.refused.append((case.title, refusal.sentence))
        else:
            done.decided.append(case.pk)
    return done


@transaction.atomic(durable=True)
def clear_decision(*, case_id: int, actor: User, now: datetime) -> None:
    """Take a grade back before publication. Locks the case. Refuses: NotInReview, ResultsConfirmed, NoDecision."""
    case = lock(case_id)
    _require_changeable(case, confirmed=_confirmed(case.call_id))
    row = Decision.objects.filter(case_id=case.pk).first()
    if row is None:
        raise NoDecision
    audit.record(
        verb="decision.clear",
        subject=row,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        before=row.grade,
    )
    row.delete()
