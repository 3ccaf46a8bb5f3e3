"""The centre's grade for a case, before publication (R15); the case's state moves only when it is published."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from calls.models import Reached
from calls.policy import Phase
from cases.actions.moving import lock
from cases.lifecycle import State
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal
from reviews.models import Decision, Grade
from reviews.queries.centre import standing_of

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


def _require_changeable(case: Case) -> None:
    """Asked with the case locked: whoever confirms the results locks every case in review before looking."""
    if case.state != State.IN_REVIEW:
        raise NotInReview
    if Reached.objects.filter(call_id=case.call_id, moment=RESULTS_CONFIRMED).exists():
        raise ResultsConfirmed


def _require_open(case: Case, now: datetime) -> None:
    """From the review phase on when the case's sheets are all in, otherwise once scoring has closed."""
    _require_changeable(case)
    phase = case.call.phase(now)
    if phase == Phase.DECISION:
        return
    if phase != Phase.REVIEW or not standing_of(case).complete:
        raise SheetsOpen


def _decide(case: Case, grade: Grade, note: str, *, actor: User, now: datetime) -> Decision:
    _require_open(case, now)
    standing = standing_of(case)
    selected = grade in (Grade.TYPICAL, Grade.SHOWCASE)
    if selected and not standing.scored:
        raise NoScores
    if selected and standing.doubts and not note.strip():
        raise DoubtOpen
    before = Decision.objects.filter(case_id=case.pk).values_list("grade", flat=True).first()
    row, _ = Decision.objects.update_or_create(
        case=case, defaults={"grade": grade, "by": actor, "at": now, "note": note.strip()}
    )
    audit.record(
        verb="decision.take",
        subject=row,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        before=before or "",
        after=str(grade),
        noted=bool(note.strip()),
    )
    return row


@transaction.atomic(durable=True)
def decide(*, case_id: int, grade: Grade, actor: User, now: datetime, note: str = "") -> Decision:
    """Give a case its grade, or change it.

    Locks the case. Refuses: NotInReview, ResultsConfirmed, SheetsOpen, NoScores, DoubtOpen (R9, R15).
    """
    return _decide(lock(case_id), grade, note, actor=actor, now=now)


@transaction.atomic(durable=True)
def decide_many(*, case_ids: Collection[int], grade: Grade, actor: User, now: datetime) -> Many:
    """Give many cases one grade; those that `decide` would refuse are left as they were and told.

    Locks the cases by id.
    """
    done = Many()
    for case_id in sorted(set(case_ids)):
        case = lock(case_id)
        try:
            _decide(case, grade, "", actor=actor, now=now)
        except Refusal as refusal:
            done.refused.append((case.title, refusal.sentence))
        else:
            done.decided.append(case_id)
    return done


@transaction.atomic(durable=True)
def clear_decision(*, case_id: int, actor: User, now: datetime) -> None:
    """Take a grade back before publication. Locks the case. Refuses: NotInReview, ResultsConfirmed, NoDecision."""
    case = lock(case_id)
    _require_changeable(case)
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
