"""A handed-in case whose files were still being inspected: when it is complete, and what if not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from calls.policy import latest_return_due
from cases.actions.moving import lock, move
from cases.actions.reserving import recount
from cases.findings import BLOCKING, standing
from cases.lifecycle import EDITABLE, State, Verb, can
from cases.models import Case, CaseDocument, FileState, SupportingFile
from cases.readiness import counting_document
from kernel import audit
from kernel.jobs import enqueue
from kernel.letters import tell
from kernel.models import Job, JobState

STANDING = (State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED)
"""States in which a handed-in case may still be waiting for its files."""
SETTLE_SECONDS = 15
"""How often, at most, a job looks after what waits to be settled."""


@transaction.atomic(durable=True)
def complete(*, case_id: int, now: datetime) -> bool:
    """Mark a handed-in case complete once none of its files is being inspected. True when it is complete.

    A case whose document failed meanwhile goes back to its author as soon as it may move there (R7). Locks the case.
    Harmless to call at any time: a case with its author, or complete already, stays as it is.
    """
    case = lock(case_id)
    if case.handed_in_at is None or case.state in EDITABLE:
        return False
    if case.completed_at is not None:
        return True
    document = counting_document(list(case.documents.all()))
    waiting = case.files.filter(state=FileState.INSPECTING).exists()
    if document is None or document.state == FileState.INSPECTING:
        return False
    if not document.fit:
        send_back(case, reason=why_unfit(document), now=now)
        return False
    if waiting:
        return False
    _finish(case, now)
    return True


@transaction.atomic(durable=True)
def ask_to_settle(*, now: datetime, abandoned: bool = False) -> None:
    """Promise a look at what waits: cases not complete, files under inspection, conversions `abandoned` by their job.

    Asked again soon, it is one job.
    """
    under_inspection = [
        model.objects.filter(state=FileState.INSPECTING).exists() for model in (SupportingFile, CaseDocument)
    ]
    if abandoned or any(under_inspection) or incomplete(now):
        enqueue("cases.settle_files", key=f"settle-files:{int(timezone.now().timestamp()) // SETTLE_SECONDS}")


@transaction.atomic(durable=True)
def drop_unaccepted(*, case_id: int, now: datetime) -> bool:
    """After the grace: drop the supporting files that are not accepted and tell the author. True when any was dropped.

    Locks the case, then its files. A file whose inspection the portal still owes waits for as long, by the machine's
    own time, as the grace lasts: neither a clock set ahead nor a short stop of the workers takes it away.
    """
    case = lock(case_id)
    if case.handed_in_at is None or case.state in EDITABLE or case.completed_at or now < grace_ends_at(case):
        return False
    late = case.files.select_for_update().filter(state__in=(FileState.INSPECTING, FileState.REFUSED))
    owed = _owed(late, case.call)
    dropped = [file for file in late if file.pk not in owed]
    for file in dropped:
        if file.state == FileState.INSPECTING:
            enqueue("cases.discard_bytes", storage_key=file.key)
        before, file.state = file.state, FileState.DROPPED
        file.message = file.message or "没有在宽限时间内完成检查，已从案例中移除。"
        file.save(update_fields=["state", "message"])
        _note("file.drop", file, case, now, before=before)
    if dropped:
        recount(case)
        names = "、".join(f"“{file.title}”" for file in dropped)
        words = f"以下材料没有被接收，已从案例 {case.number} 中移除，其余材料不受影响：{names}"
        tell(user=case.submitter, text=words[:500], now=now, link=reverse("my_case", args=[case.pk]))
    return bool(dropped)


def grace_ends_at(case: Case) -> datetime:
    """Until when a file begun in time may still be settled: the grace after the close, or after a later hand-in."""
    assert case.handed_in_at is not None
    begin = max(case.call.submission_closes_at, case.handed_in_at)
    return begin + timedelta(minutes=case.call.grace_minutes)


def incomplete(now: datetime) -> list[int]:
    """Handed-in cases that can be completed now: nothing is being inspected, or the window has closed."""
    inspecting = {"case": OuterRef("pk"), "state": FileState.INSPECTING}
    waits = Exists(SupportingFile.objects.filter(**inspecting)) | Exists(CaseDocument.objects.filter(**inspecting))
    cases = Case.objects.filter(state__in=STANDING, handed_in_at__isnull=False, completed_at__isnull=True)
    cases = cases.filter(~Q(waits) | Q(call__submission_closes_at__lte=now))
    return list(cases.order_by("handed_in_at").values_list("pk", flat=True)[:200])


def why_unfit(document: CaseDocument) -> str:
    """Why the case goes back, in a sentence for its author."""
    if document.state == FileState.REFUSED:
        return f"案例介绍文档没有通过检查：{document.message}"
    findings = [finding["message"] for finding in standing(document) if finding["code"] in BLOCKING]
    return "案例介绍文档还不符合要求：" + ("".join(findings) or "请打开文档页查看检查结果。")


def send_back(case: Case, *, reason: str, now: datetime) -> bool:
    """Return a handed-in case to its author because its document failed; False where the case may not move back.

    The caller holds the case's lock inside its transaction.
    """
    if not can(State(case.state), Verb.RETURN):
        return False
    case.return_reason, case.return_due_at = reason, _due(case.call, now)
    case.completed_at = None
    case.save(update_fields=["return_reason", "return_due_at", "completed_at"])
    move(case, Verb.RETURN, actor=None, now=now, cause="document")
    due = timezone.localtime(case.return_due_at)
    words = f"{reason} 案例 {case.number} 已退回修改，请在 {due.month}月{due.day}日 {due:%H:%M} 前改好并再次报送。"
    tell(user=case.submitter, text=words[-500:], now=now, link=reverse("my_document", args=[case.pk]))
    return True


def _due(call: Call, now: datetime) -> datetime:
    """The latest date the call allows; where that has gone by, a day, but never beyond the end of recommending."""
    latest = latest_return_due(call.dates, call.return_margin_days)
    return max(latest, min(now + timedelta(days=1), call.recommendation_closes_at))


def _owed(files: Iterable[SupportingFile], call: Call) -> set[int]:
    """The files whose inspection is promised and has not waited as long as the grace, by the machine's time."""
    waiting = {f"inspect:supportingfile:{file.pk}": file.pk for file in files if file.state == FileState.INSPECTING}
    jobs = Job.objects.filter(key__in=list(waiting), state__in=(JobState.WAITING, JobState.RUNNING))
    recent = jobs.filter(created_at__gt=timezone.now() - timedelta(minutes=call.grace_minutes))
    return {waiting[key] for key in recent.values_list("key", flat=True) if key}


def _finish(case: Case, now: datetime) -> None:
    case.completed_at = now
    case.save(update_fields=["completed_at"])
    _note("case.complete", case, case, now)


def _note(verb: str, subject: Case | SupportingFile, case: Case, now: datetime, **facts: str) -> None:
    audit.record(
        verb=verb,
        subject=subject,
        actor=None,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        **facts,
    )
