"""Leaving: a person takes back that their data are processed, and the account is closed (PIPL, articles 15 and 47)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.actions.consenting import note_consent
from accounts.consents import Purpose
from accounts.models import CentreStaff, Expert, ProvinceAdmin, User
from cases.actions.consenting import change_consent
from cases.actions.drafting import discard_draft
from cases.lifecycle import State
from cases.models import Case, CaseAuthor
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue


class HasDuties(Refusal):
    code = "has_duties"
    sentence = "您还担任省级管理员、专家或中心工作人员。请先联系项目组织中心办理交接，再关闭账号。"


@transaction.atomic(durable=True)
def close_account(*, user: User, now: datetime) -> None:
    """Close the account as accounts.consents.EFFECTS says: what can be deleted goes at once, cases under way by a job.

    Name, unit and results stay as the record of the activity. Locks the account, then its cases.
    Refuses: HasDuties.
    """
    account = User.objects.select_for_update().get(pk=user.pk)
    if any(model.objects.filter(user=account, active=True).exists() for model in (ProvinceAdmin, CentreStaff, Expert)):
        raise HasDuties
    note_consent(user=account, purpose=Purpose.PROCESSING, given=False, now=now)
    note_consent(user=account, purpose=Purpose.SHOWING, given=False, now=now)
    rows = Case.objects.select_for_update(of=("self",)).select_related("call", "province")
    for case in rows.filter(submitter=account).order_by("pk"):
        if case.consent_publication and case.state != State.DRAFT:
            change_consent(case, Purpose.PUBLISHING, given=False, actor=account, now=now)
        if case.state == State.DRAFT:
            discard_draft(case, actor=account, now=now)
    CaseAuthor.objects.filter(case__submitter=account).update(mobile="")
    EmailAddress.objects.filter(user=account).delete()
    account.email, account.mobile, account.mobile_verified = f"closed-{account.pk}@closed.invalid", None, False
    account.is_active = False
    account.set_unusable_password()
    account.save()
    enqueue("reviews.withdraw_all", user_id=account.pk)
    audit.record(verb="user.close", subject=account, actor=account, now=now)
