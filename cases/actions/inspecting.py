"""What a file's inspection leads to: the bytes go to the inspector, its verdict goes onto the row."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from calls.models import Call
from cases.actions.adding import discard_row, inspection_key
from cases.actions.completing import UNSCANNED, send_back, why_unfit
from cases.actions.likening import ask_to_liken
from cases.actions.moving import lock
from cases.actions.reserving import recount
from cases.files import malware
from cases.files.inspection import Inspection, inspect_in_child, refused
from cases.files.kinds import BY_SLUG, Purpose
from cases.lifecycle import EDITABLE
from cases.makers import makers_of
from cases.models import Case, CaseDocument, ConversionState, FileState, SupportingFile
from cases.storing import beside, discard, fetch, keep_derived
from kernel import audit
from kernel.jobs import Later, enqueue
from kernel.letters import tell
from kernel.models import Job, JobState

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

SECONDS = 30.0
"""The inspector's time for one file. Files take well under one second; this leaves room for a busy machine."""

CONVERTED = frozenset({"video", "office"})
"""The groups of kinds that a page shows by what a later job makes of them (cases.actions.converting)."""

SCANNER_PATIENCE = timedelta(minutes=1)
"""How long a file waits before the scanner, found away, is asked again."""

HELD_BACK = "文件已经收到，正在等病毒扫描服务恢复，恢复后自动继续检查，不用重新上传。"
MALWARE = "被病毒扫描程序认定含有恶意代码，不能接收。请用杀毒软件检查电脑，从没有问题的原文件重新导出后再上传。"
NOT_INSPECTED = "没能检查完，是平台的问题，不是您的操作有误。请再上传一次；若仍不行，请换一种格式或联系我们。"


def inspect_document(*, document_id: int, now: datetime) -> int | None:
    """Inspect a version of a case's document and settle it. Returns its case, or None when there was nothing to do."""
    waiting = CaseDocument.objects.filter(state=FileState.INSPECTING).select_related("case__call")
    document = waiting.filter(pk=document_id).first()
    if document is None:
        return None
    call = document.case.call
    limits = {"characters": call.document_limit, "tolerance_percent": call.document_tolerance_percent}
    inspection = _inspect(document, "document", limits, makers_of(document.case))
    settle_document(document_id=document_id, inspection=inspection, now=now)
    clean_up(document)
    return document.case_id


def inspect_supporting(*, file_id: int, now: datetime) -> int | None:
    """Inspect a supporting file and settle it. Returns its case, or None when there was nothing to do."""
    file = SupportingFile.objects.filter(pk=file_id, state=FileState.INSPECTING).first()
    if file is None:
        return None
    settle_supporting(file_id=file_id, inspection=_inspect(file, "supporting"), now=now)
    clean_up(file)
    return file.case_id


@transaction.atomic(durable=True)
def settle_document(*, document_id: int, inspection: Inspection, now: datetime) -> None:
    """Write the verdict on a document that is still being inspected; on any other row nothing happens.

    Locks the case, then the document. A document that fails after the case was handed in sends the case back (R7).
    """
    found = _locked(CaseDocument, document_id)
    if found is None:
        return
    case, document = found
    assert isinstance(document, CaseDocument)
    roles = {derived["role"] for derived in inspection.facts.get("derived", [])}
    if "document" in roles:
        document.html_key = beside(document.key, "document.html")
    _measure(document, case.call, inspection)
    write_verdict(document, case, inspection, now, fit=document.fit)
    if inspection.accepted:
        ask_to_liken(case)
    newest = not case.documents.filter(pk__gt=document.pk).exists()
    failed = newest and case.state not in EDITABLE and not document.fit
    # A declined case, for one, cannot go back now; its author hears of the file, and the case follows when reopened.
    if not (failed and send_back(case, reason=why_unfit(document), now=now)) and not inspection.accepted:
        tell_refused(case, document, "my_document", now)


def _measure(document: CaseDocument, call: Call, inspection: Inspection) -> None:
    """What the constraint on documents holds to: the length, what the call allows, and the sections found."""
    facts = inspection.facts
    document.characters = facts.get("characters")
    document.characters_allowed = call.document_limit * (100 + call.document_tolerance_percent) // 100
    document.sections_found = sum(section["found"] for section in facts.get("sections", []))
    document.fit = inspection.accepted and bool(facts.get("ready"))


@transaction.atomic(durable=True)
def settle_supporting(*, file_id: int, inspection: Inspection, now: datetime) -> None:
    """Write the verdict on a supporting file that is still being inspected; on any other row nothing happens.

    Locks the case, then the file. Accepted, it takes the place of the file it replaces, and its conversion is promised
    where its kind has one; refused, its room comes back.
    """
    found = _locked(SupportingFile, file_id)
    if found is None:
        return
    case, file = found
    assert isinstance(file, SupportingFile)
    file.kind = inspection.facts.get("kind", "")
    if inspection.accepted and BY_SLUG[file.kind].group in CONVERTED:
        file.conversion = ConversionState.WAITING
        enqueue("cases.convert_supporting", key=conversion_key(file), file_id=file.pk)
    took_over = file.replaces if inspection.accepted else None
    if took_over is not None:
        inspection = replace(inspection, facts={**inspection.facts, "replaced": took_over.name})
    write_verdict(file, case, inspection, now, category=file.category)
    if took_over is not None:
        discard_row(took_over)
    recount(case)
    if not inspection.accepted:
        tell_refused(case, file, "my_materials", now)


def give_up_failed(*, now: datetime) -> set[int]:
    """Refuse every file whose inspection failed for good, so that none stays “检查中” for ever. Returns their cases."""
    cases: set[int] = set()
    settle: tuple[tuple[type[CaseDocument] | type[SupportingFile], Callable[[int, Inspection], None]], ...] = (
        (CaseDocument, lambda pk, verdict: settle_document(document_id=pk, inspection=verdict, now=now)),
        (SupportingFile, lambda pk, verdict: settle_supporting(file_id=pk, inspection=verdict, now=now)),
    )
    for model, refuse in settle:
        waiting = {inspection_key(row): row for row in model.objects.filter(state=FileState.INSPECTING)}
        failed = Job.objects.filter(key__in=list(waiting), state=JobState.FAILED).values_list("key", flat=True)
        for key in filter(None, failed):
            try:
                refuse(waiting[key].pk, refused(waiting[key].name, "not_inspected", NOT_INSPECTED))
            except Exception:  # one row must not keep the others under inspection
                logger.exception("%s could not be given up", key)
            else:
                cases.add(waiting[key].case_id)
    return cases


def conversion_key(file: SupportingFile) -> str:
    """The key of the job that converts a file."""
    return f"convert:{file._meta.model_name}:{file.pk}"


def _inspect(
    row: CaseDocument | SupportingFile,
    kind: Purpose,
    limits: Mapping[str, float] | None = None,
    known: Mapping[str, list[str]] | None = None,
) -> Inspection:
    """The inspector's verdict on a copy of the bytes, and the scanner's; what was drawn is put beside the original.

    Raises: Later while the scanner is away; then the file is held back, and nobody but its author knows of it. A
    scanner that is there and has no verdict for this file fails the attempt like any other error.
    """
    if settings.CLAMD and row.code == UNSCANNED:
        _while_held(row, lambda: malware.ping(settings.CLAMD))
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="inspect-") as place:
        path, drawn = Path(place) / "file", Path(place) / "drawn"
        fetch(row.key, path)
        inspection = inspect_in_child(
            path, name=row.name, kind=kind, derive_to=drawn, seconds=SECONDS, limits=limits, known=known
        )
        if inspection.accepted and settings.CLAMD:
            found = _while_held(row, lambda: malware.scan(path, settings.CLAMD))
            logger.info("%s %s scanned: %s", row._meta.model_name, row.pk, found or "clean")
            inspection.facts["scanned"] = True
            inspection = refused(row.name, "malware", MALWARE) if found else inspection
        if inspection.accepted:
            names = [derived["name"] for derived in inspection.facts.get("derived", [])]
            assert all("/" not in name and name not in ("", ".", "..") for name in names)
            keep_derived(row.key, drawn, names)
    return inspection


def _while_held(row: CaseDocument | SupportingFile, ask: Callable[[], Answer]) -> Answer:
    """What the scanner says. Where it is away the row says why its file waits, and the job comes again."""
    try:
        return ask()
    except malware.ScannerAway as away:
        waiting = type(row).objects.filter(pk=row.pk, state=FileState.INSPECTING)
        waiting.exclude(code=UNSCANNED).update(code=UNSCANNED, message=HELD_BACK)
        raise Later(f"malware scanner away: {away}", delay=SCANNER_PATIENCE) from None


def _locked(
    model: type[CaseDocument] | type[SupportingFile], pk: int
) -> tuple[Case, CaseDocument | SupportingFile] | None:
    """The case and then the file, both locked, while the file is still being inspected."""
    case_id = model.objects.filter(pk=pk).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    case = lock(case_id)
    row = model.objects.select_for_update().filter(pk=pk, state=FileState.INSPECTING).first()
    return None if row is None else (case, row)


def write_verdict(
    row: CaseDocument | SupportingFile, case: Case, inspection: Inspection, now: datetime, **facts: Any
) -> None:
    """Put a verdict on a locked row, with its entry in the trail, and let the bytes of a refused file go."""
    row.state = FileState.ACCEPTED if inspection.accepted else FileState.REFUSED
    row.code, row.message, row.facts, row.inspected_at = inspection.code, inspection.message, inspection.facts, now
    row.save()
    if not inspection.accepted:
        # Nobody may read a refused file, so its bytes need not stay.
        enqueue("cases.discard_bytes", storage_key=row.key)
    noun = "document" if isinstance(row, CaseDocument) else "file"
    audit.record(
        verb=f"{noun}.{'accept' if inspection.accepted else 'refuse'}",
        subject=row,
        actor=None,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        code=inspection.code,
        **facts,
    )


def tell_refused(case: Case, row: CaseDocument | SupportingFile, page: str, now: datetime) -> None:
    """Leave the author the sentence about a refused file."""
    tell(
        user=case.submitter, text=f"有文件没有被接收：{row.message}"[:500], now=now, link=reverse(page, args=[case.pk])
    )


def clean_up(row: CaseDocument | SupportingFile) -> None:
    """Leave nothing in the storage of a file that was taken away, dropped or refused while it was inspected."""
    if not type(row).objects.filter(pk=row.pk, state__in=(FileState.INSPECTING, FileState.ACCEPTED)).exists():
        discard(row.key)
