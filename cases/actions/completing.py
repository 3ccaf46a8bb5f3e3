"""A handed-in case whose files were still being inspected: when it is complete, and what if not."""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from calls.models import Call
from calls.policy import latest_return_due
from cases.actions.adding import inspection_key
from cases.actions.ending import end_upload
from cases.actions.moving import lock, move
from cases.actions.receiving import assembly_key
from cases.actions.reserving import recount
from cases.findings import BLOCKING, standing
from cases.finishing import STANDING, grace_ends_at
from cases.lifecycle import EDITABLE, State, Verb, can
from cases.models import (
    AWAITED,
    UNDER_WAY,
    Case,
    CaseDocument,
    Category,
    FileState,
    SupportingFile,
    Target,
    Upload,
    UploadState,
)
from cases.readiness import counting_document
from kernel import audit
from kernel.jobs import enqueue
from kernel.letters import tell
from kernel.models import Job, JobState

Key = TypeVar("Key", bound=Hashable)
UNSCANNED = "unscanned"
"""The code of a file under inspection that only waits for the malware scanner."""
SETTLE_SECONDS = 15
"""How often, at most, a job looks after what waits to be settled."""
MOST_AT_ONCE = 200
"""How many cases one such job looks at."""


@transaction.atomic(durable=True)
def complete(*, case_id: int, now: datetime) -> bool:
    """Mark a handed-in case complete once none of its files is on its way or being inspected. True when it is complete.

    A case whose document failed meanwhile, or was lost, goes back to its author as soon as it may move there (R7).
    Locks the case.
    Harmless to call at any time: a case with its author, or complete already, stays as it is.
    """
    case = lock(case_id)
    if case.handed_in_at is None or case.state in EDITABLE:
        return False
    if case.completed_at is not None:
        return True
    document = counting_document(list(case.documents.all()))
    arriving = case.uploads.filter(AWAITED)
    inspecting = document is not None and document.state == FileState.INSPECTING
    if inspecting or arriving.filter(target=Target.DOCUMENT).exists():
        return False
    if document is None or not document.fit:
        send_back(case, reason=why_unfit(document), now=now)
        return False
    if arriving.exists() or case.files.filter(state=FileState.INSPECTING).exists():
        return False
    if not case.files.filter(state=FileState.ACCEPTED).exclude(category=Category.SIGNED).exists():
        _tell_that_none_is_left(case, now)
    _finish(case, now)
    return True


@transaction.atomic(durable=True)
def ask_to_settle(*, now: datetime, abandoned: bool = False) -> None:
    """Promise a look at what waits: cases not complete, files joined or inspected, `abandoned` conversions.

    Asked again soon, it is one job.
    """
    waiting = [model.objects.filter(state=FileState.INSPECTING).exists() for model in (SupportingFile, CaseDocument)]
    waiting.append(Upload.objects.filter(state=UploadState.ASSEMBLING).exists())
    if abandoned or any(waiting) or incomplete(now):
        enqueue("cases.settle_files", key=f"settle-files:{int(timezone.now().timestamp()) // SETTLE_SECONDS}")


@transaction.atomic(durable=True)
def drop_unaccepted(*, case_id: int, now: datetime) -> bool:
    """After the grace: drop the supporting files that are not accepted, and the uploads that are not finished, and tell
    the author. True when any was dropped.

    Locks the case, then its files. What the portal still owes (joining, inspection) waits for as long, by the machine's
    own time, as the grace lasts: neither a clock set ahead nor a short stop of the workers takes it away.
    """
    case = lock(case_id)
    if case.handed_in_at is None or case.state in EDITABLE or case.completed_at or now < grace_ends_at(case):
        return False
    late = case.files.select_for_update().filter(state__in=(FileState.INSPECTING, FileState.REFUSED))
    waiting = {inspection_key(file): file.pk for file in late if file.state == FileState.INSPECTING}
    # What is held back while the scanner is away waits for as long as that lasts: nothing is wrong with it.
    held_back = {file.pk for file in late if file.state == FileState.INSPECTING and file.code == UNSCANNED}
    owed = _owed(waiting, case.call) | held_back
    dropped = [file for file in late if file.pk not in owed]
    for file in dropped:
        if file.state == FileState.INSPECTING:
            enqueue("cases.discard_bytes", storage_key=file.key)
        before, file.state = file.state, FileState.DROPPED
        file.message = file.message or "没有在宽限时间内完成检查，已从案例中移除。"
        file.save(update_fields=["state", "message"])
        _note("file.drop", file, case, now, before=before)
    unfinished = _end_uploads(case, now)
    if dropped or unfinished:
        recount(case)
        titles = [file.title for file in dropped] + [upload.title for upload in unfinished]
        names = "、".join(f"“{title}”" for title in titles)
        words = f"以下材料没有传完或没有被接收，已从案例 {case.number} 中移除，其余材料不受影响：{names}"
        tell(user=case.submitter, text=words[:500], now=now, link=reverse("my_case", args=[case.pk]))
    return bool(dropped or unfinished)


def _end_uploads(case: Case, now: datetime) -> list[Upload]:
    """End what is still being sent when the grace is over; the supporting files among it, for the author to be told.

    A document that has arrived is owed to its author: it is joined, or `give_up_failed` sends the case back.
    """
    under_way = list(
        case.uploads.select_for_update()
        .filter(state__in=UNDER_WAY)
        .exclude(target=Target.DOCUMENT, state=UploadState.ASSEMBLING)
    )
    owed = _owed({assembly_key(one): one.pk for one in under_way if one.state == UploadState.ASSEMBLING}, case.call)
    ending = [one for one in under_way if one.pk not in owed]
    for one in ending:
        words = "没有在宽限时间内传完，已从案例中移除。"
        end_upload(one, case, UploadState.EXPIRED, actor=None, now=now, code="grace_over", message=words)
    return [one for one in ending if one.target == Target.SUPPORTING]


def incomplete(now: datetime) -> list[int]:
    """Handed-in cases that can be completed now: nothing is being inspected, or the window has closed.

    At most MOST_AT_ONCE, whichever: those that cannot be completed yet keep no other from its turn.
    """
    inspecting = {"case": OuterRef("pk"), "state": FileState.INSPECTING}
    waits = (
        Exists(SupportingFile.objects.filter(**inspecting))
        | Exists(CaseDocument.objects.filter(**inspecting))
        | Exists(Upload.objects.filter(AWAITED, case=OuterRef("pk")))
    )
    cases = Case.objects.filter(state__in=STANDING, handed_in_at__isnull=False, completed_at__isnull=True)
    cases = cases.filter(~Q(waits) | Q(call__submission_closes_at__lte=now))
    return list(cases.order_by("?").values_list("pk", flat=True)[:MOST_AT_ONCE])


def why_unfit(document: CaseDocument | None) -> str:
    """Why the case goes back, in a sentence for its author."""
    if document is None:
        return "平台没有收到案例介绍文档，请重新上传。"
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


def _owed(waiting: Mapping[str, Key], call: Call) -> set[Key]:
    """Of {key of a job: what it is about}, what is promised and has not waited as long as the grace, by the machine."""
    jobs = Job.objects.filter(key__in=list(waiting), state__in=(JobState.WAITING, JobState.RUNNING))
    recent = jobs.filter(created_at__gt=timezone.now() - timedelta(minutes=call.grace_minutes))
    return {waiting[key] for key in recent.values_list("key", flat=True) if key}


def _tell_that_none_is_left(case: Case, now: datetime) -> None:
    """No material came of those that the receipt counted: its author hears of it, and those who screen see it."""
    receipt = case.receipts.first()
    if receipt is not None and receipt.contents["files"]:
        words = (
            f"案例 {case.number} 报送时列出的支撑材料都没有传完或没有被接收，这件案例现在没有支撑材料。"
            "报送截止前可以撤回案例，补上材料后再次报送；截止以后以省级组织单位的审核为准。"
        )
        tell(user=case.submitter, text=words, now=now, link=reverse("my_materials", args=[case.pk]))


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
