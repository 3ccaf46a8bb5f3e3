"""Showing whole what stands masked on a page: each time leaves its entry."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case
from kernel import audit
from kernel.errors import Refusal

REASONS = {
    "contact": "就案例与作者联系",
    "identity": "核实作者身份",
    "complaint": "处理异议或举报",
    "correction": "更正结果或证书",
}
"""Why the centre may look. Codes, so that the record holds no words about a person."""


class WhyNotSaid(Refusal):
    code = "why_not_said"
    sentence = "请先选择查看的原因，再显示完整手机号。"


@transaction.atomic(durable=True)
def reveal_contacts(*, case: Case, actor: User, now: datetime, why: str = "", needs_reason: bool = True) -> None:
    """Record that somebody looks at the whole mobiles of a case's authors; the caller has made sure that they may.

    A province's administrators look at their own province's cases without a reason. Refuses: WhyNotSaid.
    """
    if needs_reason and why not in REASONS:
        raise WhyNotSaid(field="why")
    facts = {"why": why} if why else {}
    audit.record(
        verb="case.reveal_contacts",
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
        **facts,
    )
