"""Mail and SMS back ends of the demo: what would leave the portal lands on a page instead."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from demo.models import OutboxLetter


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for recipient in mail.to:
                OutboxLetter.objects.create(
                    channel="mail", recipient=recipient, subject=str(mail.subject), body=str(mail.body)
                )
        return len(email_messages)


class SmsBackend:
    def send(self, *, mobile: str, text: str) -> None:
        OutboxLetter.objects.create(channel="sms", recipient=mobile, body=text)
