"""Changing an e-mail or mobile: the new one is confirmed by a code, the old one is told and can take it back."""

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts.actions.registering import confirm_email
from accounts.letters import ALREADY_EXISTS, CODE
from accounts.models import Session, User
from accounts.policy import mask_mobile
from kernel import audit
from kernel.errors import Refusal
from kernel.letters import post_letter
from kernel.models import Channel
from kernel.sms import with_code

EMAIL, MOBILE = "email", "mobile"
NAMES: Final = {EMAIL: "电子邮箱", MOBILE: "手机号"}
CHANNELS: Final = {EMAIL: Channel.MAIL, MOBILE: Channel.SMS}
SALT: Final = "accounts.contacts"
REGRET: Final = timedelta(days=7)
"""For how long the old contact can take a change back."""


class ContactTaken(Refusal):
    code = "contact_taken"
    sentence = "这个号码或邮箱不能用于您的账号，请换一个。"


class ChangeStands(Refusal):
    code = "change_stands"
    sentence = "链接已失效。如果账号不是您本人在用，请拨打咨询电话。"


def holder_of(kind: str, value: str) -> User | None:
    """Whose contact this is."""
    return User.objects.filter(**{"email__iexact" if kind == EMAIL else "mobile": value}).first()


@transaction.atomic(durable=True)
def ask_new_contact(*, user: User, kind: str, value: str, code: str, now: datetime) -> None:
    """Send the code to the new contact. Where that belongs to another account its owner is told so instead."""
    if (holder := holder_of(kind, value)) is not None and holder.pk != user.pk:
        body = ALREADY_EXISTS
    else:
        body = CODE.format(code=code) if kind == EMAIL else with_code(code)
    post_letter(
        channel=CHANNELS[kind], recipient=value, purpose="contact_code", subject=f"确认新的{NAMES[kind]}", body=body
    )
    audit.record(verb="user.ask_contact", subject=user, actor=user, now=now, kind=kind)


@transaction.atomic(durable=True)
def change_contact(*, user: User, kind: str, value: str, now: datetime) -> None:
    """Put a confirmed contact in the old one's place, and tell the old ones, who may take it back.

    Locks the user. Refuses: ContactTaken.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if (holder := holder_of(kind, value)) is not None and holder.pk != user.pk:
        raise ContactTaken(field="code")
    email, mobile = user.email, user.mobile
    _put(user, kind, value)
    audit.record(verb="user.change_contact", subject=user, actor=user, now=now, kind=kind)
    _tell(user, kind, email, mobile)


def _put(user: User, kind: str, value: str) -> None:
    if kind == EMAIL:
        user.email = value
        EmailAddress.objects.filter(user=user).exclude(email__iexact=value).delete()
    else:
        user.mobile, user.mobile_verified = value, True
    user.save(update_fields=["email", "mobile", "mobile_verified"])
    confirm_email(user)


def _tell(user: User, kind: str, email: str | None, mobile: str | None) -> None:
    """Write to the contacts as they were before, mail first: it holds a link that puts the old one back."""
    old = email if kind == EMAIL else mobile
    said = f"您的账号的{NAMES[kind]}刚刚改为 {user.email if kind == EMAIL else mask_mobile(user.mobile or '')}。"
    if email:
        link = settings.BASE_URL + reverse("account_take_back", args=[signing.dumps([user.pk, kind, old], salt=SALT)])
        undo = (
            f"如果不是您本人所为，请在 {REGRET.days} 天内打开这个链接，改回原来的{NAMES[kind]}：\n{link}\n\n"
            if old
            else ""
        )
        post_letter(
            channel=Channel.MAIL, recipient=email, purpose="contact_changed", subject=f"{NAMES[kind]}已更改",
            body=f"{user.name}您好：\n\n{said}\n\n{undo}如有疑问，请拨打咨询电话。",
        )  # fmt: skip
    if mobile and (kind == MOBILE or not email):
        body = f"{said}如非本人操作，请拨打咨询电话。"
        post_letter(channel=Channel.SMS, recipient=mobile, purpose="contact_changed", body=body)


def read_regret(token: str) -> tuple[User, str, str]:
    """(user, kind, old contact) of a link. Refuses: ChangeStands, where it is too old or made up."""
    try:
        account, kind, old = signing.loads(token, salt=SALT, max_age=REGRET)
        return User.objects.get(pk=account), kind, old
    except (signing.BadSignature, User.DoesNotExist):
        raise ChangeStands from None


@transaction.atomic(durable=True)
def take_back(*, token: str, now: datetime) -> User:
    """Put the old contact back, end every session and the password: whoever changed it must not stay.

    Locks the user. Refuses: ChangeStands, also when there is nothing to take back.
    """
    user, kind, old = read_regret(token)
    user = User.objects.select_for_update().get(pk=user.pk)
    holder = holder_of(kind, old)
    if holder is not None:
        raise ChangeStands
    _put(user, kind, old)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Session.objects.filter(user=user).delete()
    audit.record(verb="user.take_back_contact", subject=user, actor=None, now=now, kind=kind)
    return user
