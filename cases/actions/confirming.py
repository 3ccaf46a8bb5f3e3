"""An author says which part of the document is which section, where its heading does not (R7)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from cases import findings
from cases.actions.moving import lock
from cases.actions.reserving import touch
from cases.editing import require_editable
from cases.models import Case, CaseDocument, FileState
from cases.readiness import counting_document
from kernel import audit
from kernel.errors import Refusal


class AnotherVersion(Refusal):
    code = "another_version"
    sentence = "文档已经换了一版。请看新一版的检查结果，再确认。"


class NotThisPart(Refusal):
    code = "not_this_part"
    sentence = "没有认出要确认的是哪一部分。请重新选择。"


@transaction.atomic(durable=True)
def confirm_section(
    *, case_id: int, document_id: int, section: str, part: str, actor: User, now: datetime
) -> CaseDocument:
    """Take the author's word that a part is this section; `part` is a candidate's index, "" for the one recognised.

    The word belongs to this version: a new one starts without. Locks the case.
    Refuses: AnotherVersion, NotThisPart, and what `require_editable` refuses.
    """
    case, document = _standing(case_id, document_id, actor, now)
    document.confirmed = {**document.confirmed, section: {**_chosen(document, section, part), "at": now.isoformat()}}
    return _keep(case, document, "document.confirm_section", section, actor, now)


@transaction.atomic(durable=True)
def withdraw_section(*, case_id: int, document_id: int, section: str, actor: User, now: datetime) -> CaseDocument:
    """Take a confirmation back; where there is none nothing changes. Locks the case. Refuses as above."""
    case, document = _standing(case_id, document_id, actor, now)
    if section not in document.confirmed:
        return document
    document.confirmed = {name: one for name, one in document.confirmed.items() if name != section}
    return _keep(case, document, "document.withdraw_section", section, actor, now)


def _standing(case_id: int, document_id: int, actor: User, now: datetime) -> tuple[Case, CaseDocument]:
    case = lock(case_id)
    require_editable(case, actor, now)
    document = counting_document(list(case.documents.all()))
    if document is None or document.pk != document_id or document.state != FileState.ACCEPTED:
        raise AnotherVersion
    return case, document


def _chosen(document: CaseDocument, section: str, part: str) -> dict[str, Any]:
    """The title and length of the part chosen; one part cannot be two sections."""
    if not part:
        for one in document.facts.get("sections", []):
            if one["name"] == section and one["found"] and section in findings.doubtful(document):
                return {"title": one["title"], "characters": one["characters"], "part": ""}
        raise NotThisPart
    known = {one["name"] for one in document.facts.get("sections", []) if not one["found"]}
    taken = {one["part"] for name, one in document.confirmed.items() if name != section}
    for one in document.facts.get("candidates", []):
        if str(one["index"]) == part and section in known and part not in taken and one["characters"]:
            return {"title": one["title"], "characters": one["characters"], "part": part}
    raise NotThisPart


def _keep(case: Case, document: CaseDocument, verb: str, section: str, actor: User, now: datetime) -> CaseDocument:
    document.sections_found = sum(one["found"] for one in findings.sections(document))
    document.fit = findings.is_fit(document)
    document.save(update_fields=["confirmed", "sections_found", "fit"])
    touch(case, now=now)
    audit.record(
        verb=verb,
        subject=document,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        case_id=case.pk,
        section=section,
        fit=document.fit,
    )
    return document
