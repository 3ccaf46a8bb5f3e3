"""A province's work on a case before it recommends: reading, the checklist, returning, declining."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.units import confirm_unit
from accounts.letters import write_to
from accounts.models import User
from calls.policy import latest_return_due
from cases.actions.moving import give_reason, lock, move
from cases.lifecycle import State, Verb
from cases.models import Case
from kernel import audit
from kernel.letters import tell
from reviews import policy
from reviews.models import Screening
from reviews.queries.screening import administers

Checks = Mapping[str, bool]
UNDECIDED = (State.HANDED_IN, State.ELIGIBLE)


def lock_own(case_id: int, actor: User) -> Case:
    """The case, its row locked. Refuses NotYourProvince, CaseGone."""
    case = lock(case_id)
    if not administers(actor, case.province_id):
        raise policy.NotYourProvince
    return case


def edition_of(row: Screening | None) -> str:
    """A fingerprint of checklist, note and reason, by which a window finds out that a colleague has saved."""
    said = [sorted(item for item, on in row.checks.items() if on), row.note, row.reason] if row else [[], "", ""]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def record_checks(
    case: Case,
    *,
    actor: User,
    now: datetime,
    checks: Checks | None = None,
    note: str | None = None,
    reason: str | None = None,
    edition: str | None = None,
) -> Screening:
    """Write what is given of checklist, note and reason; the caller holds the case's lock.

    None leaves a part as it was. `edition` is what the writer had read (`edition_of`), None asks for no check.
    Checks that were made before the case was last handed in are of another version and do not count. Once the case is
    decided upon, checklist and reason stand as they were. Refuses WrittenByColleague.
    """
    row, _ = Screening.objects.get_or_create(case_id=case.pk)
    before = edition_of(row)
    if row.at and case.handed_in_at and row.at < case.handed_in_at:
        row.checks = {}
    if checks is not None and case.state == State.HANDED_IN:
        row.checks = {item: bool(checks.get(item)) for item in policy.CHECKLIST}
    if note is not None:
        row.note = note
    if reason is not None and case.state in UNDECIDED:
        row.reason = reason
    if edition is not None and case.state in UNDECIDED and before not in (edition, edition_of(row)):
        raise policy.WrittenByColleague
    row.by, row.at = actor, now
    row.save()
    return row


@transaction.atomic(durable=True)
def open_for_reading(*, case_id: int, actor: User, now: datetime) -> None:
    """Remember that the province has seen the case as it was last handed in. Refuses NotYourProvince, WindowClosed."""
    case = lock_own(case_id, actor)
    policy.require_screening(case.call.dates, now)
    Screening.objects.update_or_create(case_id=case.pk, defaults={"read_at": now})
    audit.record(
        verb="screening.read",
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
    )


@transaction.atomic(durable=True)
def save_screening(
    *,
    case_id: int,
    checks: Checks,
    note: str,
    actor: User,
    now: datetime,
    reason: str | None = None,
    edition: str | None = None,
) -> Screening:
    """Keep checklist, note and the reason begun; the state stays.

    Refuses NotYourProvince, WindowClosed, WrittenByColleague.
    """
    case = lock_own(case_id, actor)
    policy.require_screening(case.call.dates, now)
    row = record_checks(case, actor=actor, now=now, checks=checks, note=note, reason=reason, edition=edition)
    audit.record(
        verb="screening.save",
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        open_items=policy.open_items(row.checks),
    )
    return row


def make_eligible(
    case: Case, *, actor: User, now: datetime, checks: Checks | None, note: str | None, edition: str | None
) -> None:
    """Inside an action that holds the case's lock. Refuses ChecklistOpen (R9), IllegalMove, WrittenByColleague."""
    row = record_checks(case, actor=actor, now=now, checks=checks, note=note, edition=edition)
    # What a colleague has decided meanwhile is told as such, not as a checklist that stands open.
    if case.state == State.HANDED_IN:
        policy.require_checklist(row.checks)
    move(case, Verb.MARK_ELIGIBLE, actor=actor, now=now)
    if case.unit_id is not None:
        confirm_unit(unit_id=case.unit_id, now=now)  # those who know the province have read its name with the case


@transaction.atomic(durable=True)
def mark_eligible(
    *,
    case_id: int,
    actor: User,
    now: datetime,
    checks: Checks | None = None,
    note: str | None = None,
    edition: str | None = None,
) -> Case:
    """Say that the case may be recommended. `checks` and `note` replace what was kept, where given.

    Refuses: NotYourProvince, WindowClosed, ChecklistOpen (R9), IllegalMove, WrittenByColleague.
    """
    case = lock_own(case_id, actor)
    policy.require_screening(case.call.dates, now)
    make_eligible(case, actor=actor, now=now, checks=checks, note=note, edition=edition)
    return case


@transaction.atomic(durable=True)
def return_for_changes(
    *,
    case_id: int,
    reason: str,
    due_at: datetime,
    actor: User,
    now: datetime,
    note: str | None = None,
    edition: str | None = None,
) -> Case:
    """Give the case back to its author, who may hand it in again until `due_at`, also after the window (R11).

    The author is told by message and letter; the checklist begins anew.
    Refuses: NotYourProvince, WindowClosed, ReasonMissing, DueUnfit, IllegalMove, WrittenByColleague.
    """
    case = lock_own(case_id, actor)
    call = case.call
    policy.require_screening(call.dates, now)
    if not reason.strip():
        raise policy.ReasonMissing
    latest = latest_return_due(call.dates, call.return_margin_days)
    policy.require_return_due(due_at, now=now, latest=latest)
    row = record_checks(case, actor=actor, now=now, note=note, edition=edition)
    row.checks, row.reason = {}, ""
    row.save(update_fields=["checks", "reason"])
    move(case, Verb.RETURN, actor=actor, now=now, due_at=due_at.isoformat())
    case.return_reason, case.return_due_at = reason.strip(), due_at
    case.save(update_fields=["return_reason", "return_due_at"])
    _tell_of_return(case, due_at=due_at, now=now)
    return case


def _words_of_end(end: datetime) -> str:
    """2026年12月5日 24:00: a half-open end at midnight is, for people, the end of the day before."""
    last = timezone.localtime(end)
    clock = f"{last:%H:%M}"
    if clock == "00:00":
        last, clock = last - timedelta(days=1), "24:00"
    return f"{last.year}年{last.month}月{last.day}日 {clock}"


def _tell_of_return(case: Case, *, due_at: datetime, now: datetime) -> None:
    until = _words_of_end(due_at)
    author = case.submitter
    tell(
        user=author,
        text=f"“{case.title}”已退回修改，请在 {until} 前重新报送。",
        now=now,
        link=reverse("my_case", args=[case.pk]),
    )
    body = (
        f"{author.name}，您好：\n\n您报送的案例“{case.title}”（编号 {case.number}）由省级管理员退回修改。\n\n"
        f"退回原因：{case.return_reason}\n\n请登录平台修改，并在 {until} 前重新报送，编号保持不变。"
        f"到期未重新报送的，将不参加本届推荐。\n\n{case.call.centre}"
    )
    write_to(author, purpose="case_returned", subject="您的案例需要修改后重新报送", body=body)


@transaction.atomic(durable=True)
def decline(
    *, case_id: int, reason: str, actor: User, now: datetime, note: str | None = None, edition: str | None = None
) -> Case:
    """Say that the case will not be recommended, and why; the author is told both.

    Refuses: NotYourProvince, WindowClosed, ReasonMissing, IllegalMove, WrittenByColleague.
    """
    case = lock_own(case_id, actor)
    policy.require_screening(case.call.dates, now)
    if not reason.strip():
        raise policy.ReasonMissing
    row = record_checks(case, actor=actor, now=now, note=note, edition=edition)
    row.reason = reason.strip()
    row.save(update_fields=["reason"])
    move(case, Verb.DECLINE, actor=actor, now=now)
    give_reason(case, row.reason)
    body = (
        f"{case.submitter.name}，您好：\n\n您报送的案例“{case.title}”（编号 {case.number}）初筛未通过。\n\n"
        f"理由：{row.reason}\n\n如有疑问，请联系本省组织单位，或致电 {case.call.hotline}。"
    )
    write_to(case.submitter, purpose="case_declined", subject="您的案例初筛未通过", body=body)
    tell(
        user=case.submitter,
        text=f"“{case.title}”初筛未通过。理由：{row.reason}"[:500],
        now=now,
        link=reverse("my_case", args=[case.pk]),
    )
    return case


@transaction.atomic(durable=True)
def reopen(*, case_id: int, actor: User, now: datetime) -> Case:
    """Take back that a case was declined; it is to be screened again.

    Refuses: NotYourProvince, WindowClosed, IllegalMove.
    """
    case = lock_own(case_id, actor)
    policy.require_screening(case.call.dates, now)
    move(case, Verb.REOPEN, actor=actor, now=now)
    give_reason(case, "")
    Screening.objects.filter(case_id=case.pk).update(reason="")
    tell(
        user=case.submitter,
        text=f"“{case.title}”已恢复初筛，请等候结果。",
        now=now,
        link=reverse("my_case", args=[case.pk]),
    )
    return case
