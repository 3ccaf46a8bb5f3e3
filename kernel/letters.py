"""Mail, SMS and in-portal messages to people, sent by a job and never from a request."""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.utils import timezone

from kernel import sms
from kernel.jobs import Later, enqueue
from kernel.models import Channel, Letter, Message

PATIENCE = timedelta(days=1)
"""How long a letter waits for a mail server or gateway that is away before its attempts count."""


class NotTaken(Exception):
    """A letter was not taken. Says why in a word and a code: what mail servers answer repeats people's addresses."""

    def __init__(self, error: Exception) -> None:
        said = [error.code] if isinstance(error, sms.Unsent) else map(str, _codes(error))
        super().__init__(" ".join([type(error).__name__, *said]))


def _codes(error: Exception) -> list[int]:
    """What the mail server answered, in numbers."""
    if isinstance(error, SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, SMTPResponseException) else []


def _passing(error: Exception) -> bool:
    """Whether the same letter may well be taken later: nobody answered, or the answer was 4xx (RFC 5321)."""
    if isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected):
        codes = _codes(error)
        return bool(codes) and all(400 <= code < 500 for code in codes)
    return isinstance(error, OSError)


def post_letter(*, channel: str, recipient: str, purpose: str, body: str, subject: str = "") -> Letter:
    """Write a letter in the open transaction and promise its sending."""
    letter = Letter.objects.create(channel=channel, recipient=recipient, purpose=purpose, subject=subject, body=body)
    enqueue("kernel.send_letter", letter_id=letter.pk)
    return letter


def send(letter_id: int) -> None:
    """Send at least once, under a Message-ID that stays the same, then blank what was personal.

    Raises: Later while the server is away, within PATIENCE and after ever longer waits; NotTaken.
    """
    letter = Letter.objects.get(pk=letter_id)
    if letter.sent_at is not None:
        return
    try:
        _hand_over(letter)
    except Exception as error:  # its words may hold an address or a mobile, and job rows and logs keep words
        reason, age = NotTaken(error), timezone.now() - letter.created_at
        if _passing(error) and age < PATIENCE:
            raise Later(str(reason), delay=max(age, timedelta(minutes=1))) from None
        raise reason from None
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), body="", recipient="")


def _hand_over(letter: Letter) -> None:
    if letter.channel == Channel.MAIL:
        headers = {"Message-ID": f"<letter-{letter.pk}@{settings.HOST}>"}
        EmailMessage(letter.subject, letter.body, to=[letter.recipient], headers=headers).send()
    else:
        sms.backend().send(mobile=letter.recipient, text=letter.body)


def tell(*, user: models.Model, text: str, now: datetime, link: str = "") -> None:
    """Leave a message in a user's inbox of the portal."""
    Message.objects.create(user_id=user.pk, text=text, link=link, at=now)


def tell_once(*, user: models.Model, text: str, now: datetime, link: str = "") -> None:
    """As `tell`, but the same words about the same page are not said twice: for jobs that may run again."""
    if not Message.objects.filter(user_id=user.pk, text=text, link=link).exists():
        tell(user=user, text=text, now=now, link=link)
