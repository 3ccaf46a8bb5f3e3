"""Certificates: made after publication, revoked with a reason; and taking a case out of public view."""

import hashlib
import io
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

import pypdfium2
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from calls.policy import TYPE_NAMES, CaseType
from cases.lifecycle import SELECTED, State
from cases.models import Case
from kernel import audit, keeping
from kernel.errors import Refusal
from kernel.letters import tell
from publishing.certificates import CertificateFace, render
from publishing.models import Certificate, SelectedCase

ZONE = ZoneInfo("Asia/Shanghai")
PICTURE_SCALE = 1.6
"""Pixels per point of the picture that stands on the verification page: an A4 page is 1347 pixels wide."""


class ReasonMissing(Refusal):
    code = "reason_missing"

    def __init__(self) -> None:
        super().__init__("请写明原因。", field="reason")


class AlreadyHidden(Refusal):
    code = "already_hidden"
    sentence = "这件案例的内容已经不再公开展示。"


class AlreadyRevoked(Refusal):
    code = "already_revoked"
    sentence = "这张证书已经撤销。"


def face_of(certificate: Certificate) -> CertificateFace:
    """What stands on the certificate, from the snapshot that was published."""
    selected = certificate.selected
    return CertificateFace(
        call=selected.call.title,
        body=selected.call.organiser,
        grade=selected.get_grade_display(),
        title=selected.title,
        authors=tuple(author["name"] for author in selected.authors),
        unit=selected.unit,
        kind=TYPE_NAMES[CaseType(selected.type)],
        number=certificate.number,
        code=certificate.code,
        day=certificate.issued_at.astimezone(ZONE).date(),
        verification_url=settings.BASE_URL.rstrip("/") + reverse("certificate", args=[certificate.code]),
    )


def picture_key(key: str) -> str:
    """Where the picture of a certificate lies: beside its PDF."""
    return key.removesuffix(".pdf") + ".png"


def make_certificate(*, case_id: int, now: datetime) -> None:
    """Set the certificate of a selected case, keep it with its picture, tell the author. Twice is harmless.

    A case that has lost its grade since gets none (R9).
    Refuses: MissingGlyph. The bytes are written before the row says so: a file without a row harms nobody.
    """
    rows = Certificate.objects.select_related("selected__call", "selected__province", "selected__case")
    certificate = rows.get(selected__case_id=case_id)
    lost = certificate.selected.case.state not in SELECTED
    if lost or certificate.made_at is not None or certificate.revoked_at is not None:
        return
    pdf = render(face_of(certificate))
    key = default_storage.save(f"certificates/{secrets.token_hex(16)}.pdf", ContentFile(pdf))
    default_storage.save(picture_key(key), ContentFile(_picture(pdf)))
    if not _record_made(certificate, key=key, sha256=hashlib.sha256(pdf).hexdigest(), now=now):
        default_storage.delete(key)
        default_storage.delete(picture_key(key))


def _picture(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        out = io.BytesIO()
        document[0].render(scale=PICTURE_SCALE).to_pil().save(out, "PNG", optimize=True)
        return out.getvalue()
    finally:
        document.close()


@transaction.atomic(durable=True)
def _record_made(certificate: Certificate, *, key: str, sha256: str, now: datetime) -> bool:
    """Whether this run was the first to bring the certificate."""
    first = Certificate.objects.filter(pk=certificate.pk, made_at__isnull=True)
    if not first.update(key=key, sha256=sha256, made_at=now):
        return False
    selected = certificate.selected
    audit.record(
        verb="certificate.make",
        subject=certificate,
        actor=None,
        now=now,
        call_id=selected.call_id,
        province_code=selected.province.code,
        sha256=sha256,
    )
    author = Case.objects.select_related("submitter").get(pk=selected.case_id).submitter
    text = f"“{selected.title}”的电子证书已制作完成，可以下载。"
    tell(user=author, text=text, now=now, link=f"/my/{selected.case_id}/certificate/")
    return True


@transaction.atomic(durable=True)
def hide_selected(*, case_id: int, reason: str, actor: User, now: datetime) -> SelectedCase:
    """Take the contents of a selected case out of public view, as when its author withdraws consent.

    It keeps its place on the results list and its certificate. Locks the row. Refuses: ReasonMissing, AlreadyHidden.
    """
    if not reason.strip():
        raise ReasonMissing
    selected = _hold(case_id)
    if not selected.shown:
        raise AlreadyHidden
    _hide(selected, actor=actor, now=now)
    submitter = Case.objects.select_related("submitter").get(pk=case_id).submitter
    text = f"“{selected.title}”的内容已不再公开展示。原因：{reason.strip()}"
    tell(user=submitter, text=text[:500], now=now, link=f"/my/{case_id}/")
    return selected


@transaction.atomic(durable=True)
def revoke_certificate(*, case_id: int, reason: str, actor: User, now: datetime) -> Certificate:
    """Revoke a certificate; its verification page says so, with the reason.

    Locks the selected case, then the certificate. Refuses: ReasonMissing, AlreadyRevoked.
    """
    if not reason.strip():
        raise ReasonMissing
    selected = _hold(case_id)
    certificate = Certificate.objects.select_for_update().get(selected=selected)
    if certificate.revoked_at is not None:
        raise AlreadyRevoked
    _revoke(certificate, selected, reason=reason.strip()[:200], actor=actor, now=now)
    submitter = Case.objects.select_related("submitter").get(pk=case_id).submitter
    text = f"“{selected.title}”的电子证书已被撤销。原因：{reason.strip()}"
    tell(user=submitter, text=text[:500], now=now, link=f"/my/{case_id}/certificate/")
    return certificate


@transaction.atomic(durable=True)
def follow_loss(*, case_id: int, now: datetime) -> None:
    """Hide the case and revoke the certificate of one that lost its grade after publication (R9). Twice is harmless."""
    selected = _hold(case_id)
    certificate = Certificate.objects.select_for_update().get(selected=selected)
    case = Case.objects.get(pk=case_id)
    if case.state in SELECTED:
        return
    if selected.shown:
        _hide(selected, actor=None, now=now)
    if certificate.revoked_at is None:
        reason = "案例已被取消参加资格" if case.state == State.DISQUALIFIED else "案例已撤回"
        _revoke(certificate, selected, reason=reason, actor=None, now=now)


def _hold(case_id: int) -> SelectedCase:
    rows = SelectedCase.objects.select_for_update(of=("self",)).select_related("province").defer("words")
    return rows.get(case_id=case_id)


def _hide(selected: SelectedCase, *, actor: User | None, now: datetime) -> None:
    selected.shown = False
    selected.save(update_fields=["shown"])
    keeping.changed()
    audit.record(
        verb="selected.hide",
        subject=selected,
        actor=actor,
        now=now,
        call_id=selected.call_id,
        province_code=selected.province.code,
    )


def _revoke(
    certificate: Certificate, selected: SelectedCase, *, reason: str, actor: User | None, now: datetime
) -> None:
    certificate.revoked_at, certificate.revoked_reason = now, reason
    certificate.save(update_fields=["revoked_at", "revoked_reason"])
    keeping.changed()
    audit.record(
        verb="certificate.revoke",
        subject=certificate,
        actor=actor,
        now=now,
        call_id=selected.call_id,
        province_code=selected.province.code,
    )
