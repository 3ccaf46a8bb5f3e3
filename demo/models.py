"""The demo outbox: mail and SMS that would have left the portal."""

from typing import ClassVar

from django.db import models

from kernel import clock
from kernel.fields import EncryptedText


class OutboxLetter(models.Model):
    """One letter that was sent in the demo, kept so that it can be read on the outbox page."""

    channel = models.CharField(max_length=4)
    recipient = EncryptedText(findable=True)
    subject = models.CharField(max_length=200, blank=True)
    body = EncryptedText()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
