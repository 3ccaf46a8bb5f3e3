"""Mail, SMS and in-portal messages to people, sent by a job and never from a request."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models
from django.utils import timezone

from kernel import sms
from kernel.jobs import enqueue
from kernel.models import Channel, Letter, Message


def post_letter(*, channel: str, recipient: str, purpose: str, body: str, subject: str = "") -> Letter:
    """Write a letter in the open transaction and promise its sending."""
    letter = Letter.objects.create(channel=channel, recipient=recipient, purpose=purpose, subject=subject, body=body)
    enqueue("kernel.send_letter", letter_id=letter.pk)
    return letter


def send(letter_id: int) -> None:
    """Send at least once, under a Message-ID that stays the same, then blank what was personal."""
    letter = Letter.objects.get(pk=letter_id)
    if letter.sent_at is not None:
        return
    if letter.channel == Channel.MAIL:
        headers = {"Message-ID": f"<letter-{letter.pk}@{settings.HOST}>"}
        EmailMessage(letter.subject, letter.body, to=[letter.recipient], headers=headers).send()
    else:
        sms.backend().send(mobile=letter.recipient, text=letter.body)
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), body="", recipient="")


def tell(*, user: models.Model, text: str, now: datetime, link: str = "") -> None:
    """Leave a message in a user's inbox of the portal."""
    Message.objects.create(user_id=user.pk, text=text, link=link, at=now)
