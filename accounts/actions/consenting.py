"""Keeping what people agree to, in the words they read; asked by the actions that ask them."""

from datetime import datetime

from django.db import transaction

from accounts.consents import OF_ACCOUNT, TEXTS, Purpose
from accounts.models import Consent, ConsentText, User
from kernel import audit
from kernel.errors import Refusal
from kernel.jobs import enqueue


class ShowingWithdrawn(Refusal):
    code = "showing_withdrawn"
    sentence = "您撤回了交省级单位和专家审看的同意，案例无法报送。请先在“个人信息与同意”里重新同意。"


def note_consent(
    *, user: User, purpose: Purpose, given: bool, now: datetime, words: str = "", case_id: int | None = None
) -> Consent:
    """Append an answer in the open transaction; `words` are those that were read, the portal's own where not given."""
    words = words or TEXTS[purpose]
    text, _ = ConsentText.objects.get_or_create(purpose=purpose, text=words, defaults={"since": now})
    return Consent.objects.create(user=user, text=text, case_id=case_id, given=given, at=now)


def standing(user: User) -> dict[tuple[str, int | None], Consent]:
    """{(purpose, case): the answer that counts}; of what is given for the account, whenever it was asked, under None.

    One query.
    """
    rows = Consent.objects.filter(user=user).select_related("text").order_by("id")
    return {(row.text.purpose, None if row.text.purpose in OF_ACCOUNT else row.case_id): row for row in rows}


def require_showing(user: User) -> None:
    """Refuse (ShowingWithdrawn) who took the consent back. Who was never asked is asked by the hand-in itself."""
    last = Consent.objects.filter(user=user, text__purpose=Purpose.SHOWING).first()
    if last is not None and not last.given:
        raise ShowingWithdrawn


@transaction.atomic(durable=True)
def set_showing(*, user: User, given: bool, now: datetime) -> None:
    """Give the consent that one's cases are read by province and experts, or take it back (accounts.consents.EFFECTS).

    A job withdraws the cases under way. The same answer again changes nothing.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    last = Consent.objects.filter(user=user, text__purpose=Purpose.SHOWING).first()
    if last is not None and last.given == given:
        return
    note_consent(user=user, purpose=Purpose.SHOWING, given=given, now=now)
    verb = "user.give_consent" if given else "user.withdraw_consent"
    audit.record(verb=verb, subject=user, actor=user, now=now, purpose=str(Purpose.SHOWING))
    if not given:
        enqueue("reviews.withdraw_all", user_id=user.pk)


def note_registration(user: User, now: datetime) -> None:
    """The two consents that registering asks for."""
    for purpose in OF_ACCOUNT:
        note_consent(user=user, purpose=purpose, given=True, now=now)
