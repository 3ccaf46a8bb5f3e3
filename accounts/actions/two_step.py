"""What is written down and told when the second step of a login is switched on, off, or ended for somebody."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.letters import NOT_YOU, write_to
from accounts.models import Session, User
from kernel import audit
from kernel.errors import Refusal
from kernel.sms import with_code


class NotSwitchedOn(Refusal):
    code = "not_switched_on"
    sentence = "这个账号没有开启两步验证。"


@transaction.atomic
def note(*, user: User, verb: str, now: datetime) -> None:
    """Keep in the record what somebody has done to their second step; the letter about it is allauth's to ask for."""
    audit.record(verb=f"two_step.{verb}", subject=user, actor=user, now=now)


@transaction.atomic(durable=True)
def end_two_step(*, user: User, now: datetime) -> None:
    """Take the second step away from somebody who has lost phone and recovery codes, and end their sessions.

    The operator's act, once it is certain who asks; they switch it on anew at their next login. Refuses: NotSwitchedOn.
    """
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise NotSwitchedOn
    Session.objects.filter(user=user).delete()
    audit.record(verb="two_step.end", subject=user, actor=None, now=now)
    words = "您的两步验证已按您的请求解除"
    write_to(user, purpose="two_step", subject=words, body=f"{user.name}您好：\n\n{words}，请登录后重新开启。{NOT_YOU}")


@transaction.atomic
def send_proof(*, user: User, code: str, now: datetime) -> None:
    """Send the code by which the account's owner shows once more who they are."""
    audit.record(verb="user.ask_proof", subject=user, actor=user, now=now)
    body = with_code(code)
    write_to(user, purpose="proof", subject="确认是您本人", body=body)
