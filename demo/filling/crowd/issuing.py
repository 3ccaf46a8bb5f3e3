"""The certificates of the crowd: drawn by several processes, kept and told of as the portal's own job does (R15)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from calls.models import Call
from demo.filling.crowd.dossier import Books
from demo.filling.making import certificates
from publishing.actions.certifying import face_of, picture_key
from publishing.models import Certificate

TOGETHER = 20
EACH = timedelta(seconds=2)


def issue(call: Call, books: Books, now: datetime) -> int:
    """Make the certificates that the call still lacks; how many."""
    rows = Certificate.objects.filter(selected__call=call, made_at__isnull=True).order_by("pk")
    rows = rows.select_related("selected__call", "selected__province", "selected__case").defer("selected__words")
    waiting = list(rows)
    faces = [face_of(row) for row in waiting]
    parts = [faces[start : start + TOGETHER] for start in range(0, len(faces), TOGETHER)]
    drawn = [books.stock.pool.submit(certificates, part) for part in parts]
    papers = [paper for some in drawn for paper in some.result()]
    for number, (row, (pdf, png)) in enumerate(zip(waiting, papers, strict=True)):
        row.key = default_storage.save(f"certificates/{secrets.token_hex(16)}.pdf", ContentFile(pdf))
        default_storage.save(picture_key(row.key), ContentFile(png))
        row.sha256, row.made_at = hashlib.sha256(pdf).hexdigest(), now + EACH * number
        _tell(row, books, row.made_at)
    Certificate.objects.bulk_update(waiting, ["key", "sha256", "made_at"], batch_size=200)
    books.write()
    return len(waiting)


def _tell(row: Certificate, books: Books, at: datetime) -> None:
    selected = row.selected
    books.ledger.note(
        at, "certificate.make", Certificate, row.pk, actor_id=None, call_id=selected.call_id,
        province_code=selected.province.code, sha256=row.sha256,
    )  # fmt: skip
    text = f"“{selected.title}”的电子证书已制作完成，可以下载。"
    books.messages.add(selected.case.submitter_id, text, f"/my/{selected.case_id}/certificate/", at)
