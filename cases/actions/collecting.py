"""A person's copy of their own data: asked for, collected by a job, told of by a message (PIPL, article 45)."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import Consent, DataCopy, User
from cases.models import Case, UploadedFile
from kernel import audit
from kernel.jobs import enqueue
from kernel.letters import tell
from kernel.retention import KINDS

ACCOUNT = ("name", "email", "mobile", "mobile_verified", "post_kind", "date_joined", "last_login")
CASE = (
    "number", "type", "state", "title", "overview", "sources", "contribution", "broadcasts", "pledge_signed",
    "declared", "portraits_cleared", "consent_publication", "consent_platform", "signature",
    "signature_drawing", "signed_on", "created_at", "saved_at", "handed_in_at", "return_reason", "verdict_reason",
)  # fmt: skip
AUTHOR = ("position", "name", "unit", "post", "mobile", "is_host")
FILE = ("name", "size", "sha256", "state", "uploaded_at")


@transaction.atomic(durable=True)
def ask_for_copy(*, user: User, now: datetime) -> DataCopy:
    """Promise a copy of all that is kept of the person; one that is still there is given back instead.

    Locks the account.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = DataCopy.objects.filter(user=user).first()
    if standing is not None and standing.is_there(now):
        return standing
    copy = DataCopy.objects.create(user=user, asked_at=now)
    enqueue("cases.collect_copy", copy_id=copy.pk)
    audit.record(verb="user.ask_copy", subject=user, actor=user, now=now)
    return copy


@transaction.atomic(durable=True)
def collect_copy(*, copy_id: int, now: datetime) -> None:
    """Write the copy and tell its owner where it is; twice does no harm. A copy deleted meanwhile is left so."""
    copy = DataCopy.objects.select_for_update(of=("self",)).filter(pk=copy_id).first()
    if copy is None or copy.made_at is not None:
        return
    user = User.objects.select_related("unit", "province").get(pk=copy.user_id)
    copy.contents, copy.made_at = json.dumps(data_of(user), ensure_ascii=False, default=str, indent=1), now
    copy.save(update_fields=["contents", "made_at"])
    tell(
        user=user,
        text=f"您的个人数据副本已经备好，{KINDS['copies'].days} 天内可以下载。",
        now=now,
        link=reverse("my_privacy"),
    )


@transaction.atomic(durable=True)
def take_copy(*, copy: DataCopy, now: datetime) -> dict[str, Any]:
    """The contents of a copy, for its owner; that it was taken is recorded."""
    audit.record(verb="user.take_copy", subject=copy.user, actor=copy.user, now=now)
    found: dict[str, Any] = json.loads(copy.contents)
    return found


def data_of(user: User) -> dict[str, Any]:
    """{data: the person's own account, consents, messages and cases; files: what they uploaded, by name and size}."""
    cases = Case.objects.filter(submitter=user).select_related("call", "province", "unit").order_by("pk")
    told = list(cases.prefetch_related("authors", "receipts", "documents", "files"))
    consents = Consent.objects.filter(user=user).select_related("text").order_by("id")
    files = [(case, one) for case in told for one in (*case.documents.all(), *case.files.all())]
    return {
        "data": {
            "account": _some(user, ACCOUNT) | {"unit": str(user.unit or ""), "province": str(user.province or "")},
            "consents": [
                {
                    "purpose": one.text.purpose,
                    "text": one.text.text,
                    "given": one.given,
                    "at": one.at,
                    "case": one.case_id,
                }
                for one in consents
            ],
            "messages": [{"at": one.at, "text": one.text, "read_at": one.read_at} for one in user.inbox.all()],
            "cases": [_case(case) for case in told],
        },
        "files": [_file(case, one) for case, one in files],
    }


def _case(case: Case) -> dict[str, Any]:
    return _some(case, CASE) | {
        "call": case.call.title,
        "province": str(case.province),
        "unit": str(case.unit or ""),
        "authors": [_some(one, AUTHOR) for one in case.authors.all()],
        "receipts": [{"at": one.at, "digest": one.digest, **one.contents} for one in case.receipts.all()],
    }


def _file(case: Case, one: UploadedFile) -> dict[str, Any]:
    return {"case": case.number or f"draft {case.pk}", "title": getattr(one, "title", "")} | _some(one, FILE)


def _some(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
