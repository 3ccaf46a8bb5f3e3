"""Making sure, night after night, that the storage still holds what the rows of files say."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import CentreStaff
from cases.models import CaseDocument, FaultKind, FileFault, FileState, SupportingFile, Verification
from cases.queries import open_faults
from cases.storing import ORIGINAL, Missing, digest, sizes
from kernel.jobs import enqueue
from kernel.letters import post_letter, tell
from kernel.models import Channel

logger = logging.getLogger(__name__)

Row = CaseDocument | SupportingFile
BATCH = 50
HOUR = 2
"""The hour of the night, by the activity's clock, from which a walk may begin."""
NAMED = 20
"""How many faults a letter names; the page has them all."""
KEPT = (FileState.INSPECTING, FileState.ACCEPTED)
"""States in which a file's bytes must be there."""


@dataclass(frozen=True)
class Batch:
    """What one step of a walk did: files looked at, fingerprints taken, and the faults that are open after it."""

    looked_at: int
    hashed: int
    faults: tuple[FileFault, ...]


@transaction.atomic(durable=True)
def ask_to_verify(*, now: datetime) -> None:
    """Promise the walk of this night, once; in the daytime too, where the portal slept at the hour."""
    here = timezone.localtime(now)
    if here.hour < HOUR or Verification.objects.filter(night=here.date()).exists():
        return
    Verification.objects.create(night=here.date(), started_at=now)
    enqueue("cases.verify_files", key=f"verify-files:{here.date()}", night=str(here.date()))


@transaction.atomic(durable=True)
def ask_to_go_on(*, night: date) -> None:
    """Promise the rest of a walk that one job should not finish alone."""
    walk = Verification.objects.get(night=night)
    key = f"verify-files:{night}:{walk.documents_to}:{walk.files_to}"
    enqueue("cases.verify_files", key=key, night=str(night))


def verify_batch(*, night: date, now: datetime) -> bool:
    """Go a step further in a night's walk; whether anything is left of it. Harmless to run twice.

    Every object's presence is looked at, every original's size, and the fingerprint of those whose turn it is.
    Raises: Unreadable, where the storage is away; nothing is concluded from that.
    """
    walk = Verification.objects.get(night=night)
    if walk.finished_at is not None:
        return False
    for model, reached in ((CaseDocument, "documents_to"), (SupportingFile, "files_to")):
        rows = _next(model, getattr(walk, reached))
        if rows:
            done = _look(rows, now=now, turn=night.toordinal() % settings.VERIFY_NIGHTS)
            walk.looked_at += done.looked_at
            walk.hashed += done.hashed
            setattr(walk, reached, rows[-1].pk)
            walk.save(update_fields=[reached, "looked_at", "hashed"])
            return True
    return False


def verify_all(*, now: datetime, hash_all: bool) -> Iterable[Batch]:
    """The same walk by hand, at once and over everything; yields what each step found, then closes what is over."""
    turn = None if hash_all else timezone.localdate(now).toordinal() % settings.VERIFY_NIGHTS
    for model in (CaseDocument, SupportingFile):
        reached = 0
        while rows := _next(model, reached):
            reached = rows[-1].pk
            yield _look(rows, now=now, turn=turn)
    close_settled(now=now)


@transaction.atomic(durable=True)
def close_settled(*, now: datetime) -> None:
    """Close the faults of files that need not be there any more: refused, dropped."""
    kept = Q(document__state__in=KEPT) | Q(file__state__in=KEPT)
    FileFault.objects.filter(resolved_at__isnull=True).exclude(kept).update(resolved_at=now)


@transaction.atomic(durable=True)
def finish(*, night: date, now: datetime) -> None:
    """End a night's walk and tell the centre, once, of what it does not know yet."""
    walk = Verification.objects.select_for_update().get(night=night)
    if walk.finished_at is not None:
        return
    walk.finished_at = now
    walk.save(update_fields=["finished_at"])
    fresh = FileFault.objects.filter(resolved_at__isnull=True, told_at__isnull=True).update(told_at=now)
    if not fresh:
        return
    page = reverse("centre_jobs")
    head = f"夜间核验发现 {fresh} 个文件的存储有问题（缺失或内容变了）。请通知运维人员从备份恢复。"
    lines = [head, "", *(_words(fault) for fault in open_faults().filter(told_at=now)[:NAMED])]
    lines += [f"……另有 {fresh - NAMED} 个。"] if fresh > NAMED else []
    lines += ["", f"全部列在“任务”页：{settings.BASE_URL}{page}"]
    for staff in CentreStaff.objects.filter(active=True).select_related("user").order_by("pk"):
        tell(user=staff.user, text=head, now=now, link=page)
        if staff.user.email:
            post_letter(
                channel=Channel.MAIL, recipient=staff.user.email, purpose="file_faults",
                subject="文件核验发现问题", body="\n".join(lines),
            )  # fmt: skip


def _words(fault: FileFault) -> str:
    row: Any = fault.document or fault.file
    title = row.title if isinstance(row, SupportingFile) else "案例介绍文档"
    return f"案例 {row.case.number or '（草稿）'}，{title}：{fault.part}{fault.get_kind_display()}"


def _next(model: type[Row], reached: int) -> list[Any]:
    """The rows behind `reached` whose bytes must be there, in the order of their ids."""
    rows = model.objects.filter(pk__gt=reached, state__in=KEPT).order_by("pk")
    return list(rows.only("pk", "key", "size", "sha256", "state", "facts")[:BATCH])


def _look(rows: list[Any], *, now: datetime, turn: int | None) -> Batch:
    """Compare rows of one model with the storage and write down what differs; `turn` None takes every fingerprint."""
    owner = "document" if isinstance(rows[0], CaseDocument) else "file"
    known = FileFault.objects.filter(**{f"{owner}__in": rows}, resolved_at__isnull=True)
    suspects = set(known.values_list(f"{owner}_id", flat=True))
    hashed, faults = 0, []
    for row in rows:
        # What was found changed stays so until its fingerprint is right again, whosever turn it is.
        deep = turn is None or row.pk % settings.VERIFY_NIGHTS == turn or row.pk in suspects
        found = _compare(row, deep)
        hashed += deep
        if found or row.pk in suspects:
            faults += _write(row, owner, deep, now)
    return Batch(len(rows), hashed, tuple(faults))


def _compare(row: Row, deep: bool) -> dict[str, str]:
    """{name of an object: what is wrong with it}. Raises: Unreadable."""
    there = sizes(row.key)
    found: dict[str, str] = {}
    for one in row.facts.get("derived", []) if row.state == FileState.ACCEPTED else []:
        length = there.get(one["name"], 0)
        if length != one.get("size", length) or not length:
            found[one["name"]] = FaultKind.CHANGED if length else FaultKind.MISSING
    if ORIGINAL not in there:
        return found | {ORIGINAL: FaultKind.MISSING}
    try:
        if there[ORIGINAL] != row.size or (deep and digest(row.key) != row.sha256):
            found[ORIGINAL] = FaultKind.CHANGED
    except Missing:
        found[ORIGINAL] = FaultKind.MISSING
    return found


@transaction.atomic(durable=True)
def _write(row: Row, owner: str, deep: bool, now: datetime) -> list[FileFault]:
    """Look a second time, with the row locked, and let the table say what was seen; the faults that are open then.

    A file that was taken away between the two looks has none: its bytes were to go.
    """
    locked = type(row).objects.select_for_update().filter(pk=row.pk, state__in=KEPT).first()
    if locked is None:
        return []
    found = _compare(locked, deep)
    known = {fault.name: fault for fault in FileFault.objects.filter(**{owner: locked}, resolved_at__isnull=True)}
    for name, fault in known.items():
        if found.get(name) != fault.kind:
            fault.resolved_at = now
            fault.save(update_fields=["resolved_at"])
    still = [fault for fault in known.values() if fault.resolved_at is None]
    fresh = [
        FileFault(**{owner: locked}, name=name, kind=kind, found_at=now)
        for name, kind in sorted(found.items())
        if name not in {fault.name for fault in still}
    ]
    for fault in FileFault.objects.bulk_create(fresh):
        logger.error("storage: %s of %s %s (%s)", fault.kind, owner, locked.pk, locked.key)
    return still + fresh
