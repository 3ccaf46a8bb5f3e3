"""The versions of a case's document that readers have had before them: those that were handed in."""

from dataclasses import dataclass, field
from datetime import datetime

from cases.comparing import Row, changes, paragraphs
from cases.models import Case, CaseDocument, FileState
from cases.reading import text_of

_RECEIPTS = 20


@dataclass(frozen=True)
class Changes:
    """How the document now differs from the one handed in before; `before` is None where there is none to compare."""

    before: datetime | None = None
    rows: list[Row] = field(default_factory=list)


def changes_of(case: Case, document: CaseDocument | None) -> Changes:
    """Compare the document that counts with the last other one that was handed in and is still kept. Two queries."""
    if document is None or document.state != FileState.ACCEPTED:
        return Changes()
    receipts = case.receipts.order_by("-id").values_list("contents", flat=True)[:_RECEIPTS]
    handed = [one["document"]["id"] for one in receipts if one.get("document")]
    kept = case.documents.filter(pk__in=handed, pk__lt=document.pk, state=FileState.ACCEPTED).order_by("-pk")
    earlier = kept.first()
    old, new = (text_of(one) if one is not None else None for one in (earlier, document))
    if earlier is None or old is None or new is None:
        return Changes()
    return Changes(earlier.uploaded_at, changes(paragraphs(old), paragraphs(new)))
