"""The consent to publication (R5) after hand-in: it can be withdrawn with effect, and given again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.actions.moving import lock
from cases.editing import NotYours
from cases.models import Case
from kernel import audit, keeping


@transaction.atomic(durable=True)
def set_publication_consent(*, case_id: int, given: bool, actor: User, now: datetime) -> Case:
    """Give or withdraw the consent to publication; the gallery follows it at once, results and certificate stay.

    Locks the case. The same answer again changes nothing. Refuses: NotYours.
    """
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    if case.consent_publication != given:
        case.consent_publication = given
        case.save(update_fields=["consent_publication"])
        keeping.changed()
        audit.record(
            verb="case.give_consent" if given else "case.withdraw_consent",
            subject=case,
            actor=actor,
            now=now,
            call_id=case.call_id,
            province_code=case.province.code,
        )
    return case
