"""Moving a case from state to state: the only code that assigns `case.state`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cases.lifecycle import SELECTED, State, Verb, target
from cases.models import Case, Compared
from kernel import audit, keeping
from kernel.errors import Refusal


class CaseGone(Refusal):
    code = "case_gone"
    sentence = "这份草稿已经删除。请回到“我的案例”查看。"


def lock(case_id: int) -> Case:
    """The case with its row locked until the transaction ends. Refuses CaseGone: only a draft is ever deleted."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("call", "province")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise CaseGone
    return case


def lock_many(case_ids: Collection[int]) -> QuerySet[Case]:
    """These cases with their rows locked, by id, as everybody does who locks several."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("call", "province")
    return rows.filter(pk__in=case_ids).order_by("pk")


def give_reason(case: Case, reason: str) -> None:
    """Keep why the case was decided against, for its author; empty takes it back. The caller holds the row's lock."""
    case.verdict_reason = reason
    case.save(update_fields=["verdict_reason"])


def move(case: Case, verb: Verb, *, actor: User | None, now: datetime, **facts: Any) -> Case:
    """Make one legal move and write its audit entry. The caller holds the row's lock and saves nothing of the state.

    Refuses: IllegalMove. `facts` go into the audit entry: states, numbers and codes only.
    """
    assert transaction.get_connection().in_atomic_block, "a move happens inside the action's transaction"
    before = State(case.state)
    case.state = target(before, verb)
    case.version += 1
    case.save(update_fields=["state", "version"])
    if before in SELECTED:
        keeping.changed()
    if verb == Verb.WITHDRAW:
        # From now on the case is its author's alone, and nobody compares anything with it.
        Compared.objects.filter(case=case).delete()
    audit.record(
        verb=f"case.{verb}",
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        before=str(before),
        after=str(case.state),
        **facts,
    )
    return case
