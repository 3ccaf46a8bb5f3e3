"""The consents of a case (R5) after hand-in: they can be taken back with effect, and given again."""

from datetime import datetime

from django.db import transaction

from accounts.actions.consenting import note_consent
from accounts.consents import Purpose
from accounts.models import CentreStaff, User
from cases.actions.moving import lock
from cases.editing import NotYours
from cases.lifecycle import SELECTED
from cases.models import Case
from kernel import audit, keeping
from kernel.errors import Refusal
from kernel.letters import tell

VERBS = {
    (Purpose.PUBLISHING, True): "case.give_consent",
    (Purpose.PUBLISHING, False): "case.withdraw_consent",
    (Purpose.PLATFORM, True): "case.give_platform",
    (Purpose.PLATFORM, False): "case.withdraw_platform",
}
FIELDS = {Purpose.PUBLISHING: "consent_publication", Purpose.PLATFORM: "consent_platform"}


class CoauthorRefused(Refusal):
    code = "coauthor_refused"
    sentence = "有合作者没有确认署名和共享意愿，暂时不能同意。请先与合作者商定，由对方登录后改为确认。"


@transaction.atomic(durable=True)
def set_consent(*, case_id: int, purpose: Purpose, given: bool, actor: User, now: datetime) -> Case:
    """Give a case's consent to publication or to the national platform, or take it back (accounts.consents.EFFECTS).

    The gallery follows at once, results and certificate stay; of a selected case that may not go to the platform any
    more the centre is told. Locks the case. The same answer again changes nothing. Refuses: NotYours,
    CoauthorRefused.
    """
    case = lock(case_id)
    if case.submitter_id != actor.pk:
        raise NotYours
    if given and case.asks.filter(confirmed=False).exists():
        raise CoauthorRefused
    if getattr(case, FIELDS[purpose]) != given:
        change_consent(case, purpose, given=given, actor=actor, now=now)
    return case


def change_consent(case: Case, purpose: Purpose, *, given: bool, actor: User, now: datetime) -> None:
    """The change itself; the caller holds the row's lock."""
    setattr(case, FIELDS[purpose], given)
    case.save(update_fields=[FIELDS[purpose]])
    note_consent(user=actor, purpose=purpose, given=given, now=now, words=words_of(case)[purpose], case_id=case.pk)
    if purpose == Purpose.PUBLISHING:
        keeping.changed()
    elif not given and case.state in SELECTED:
        for staff in CentreStaff.objects.filter(active=True).select_related("user"):
            tell(user=staff.user, text=f"作者撤回了把案例 {case.number} 推荐给国家平台的同意。", now=now)
    audit.record(
        verb=VERBS[purpose, given],
        subject=case,
        actor=actor,
        now=now,
        call_id=case.call_id,
        province_code=case.province.code,
    )


def words_of(case: Case) -> dict[Purpose, str]:
    """The wording that the case's call gives its consents."""
    return {
        Purpose.PUBLISHING: case.call.consent_publication_text,
        Purpose.PLATFORM: case.call.consent_platform_text,
    }


def note_hand_in(case: Case, author: User, now: datetime) -> None:
    """Keep what is agreed to by handing in: as said in the declaration, and that the case is read (check page)."""
    words = words_of(case)
    note_consent(user=author, purpose=Purpose.SHOWING, given=True, now=now, case_id=case.pk)
    note_consent(user=author, purpose=Purpose.THIRD_PARTY, given=case.portraits_cleared, now=now, case_id=case.pk)
    for purpose, field in FIELDS.items():
        given = bool(getattr(case, field))
        note_consent(user=author, purpose=purpose, given=given, now=now, words=words[purpose], case_id=case.pk)
