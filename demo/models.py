"""The demo outbox: mail and SMS that would have left the portal."""

from typing import ClassVar

from django.db import models

from kernel import clock


class OutboxLetter(models.Model):
    """One letter that was sent in the demo, kept so that it can be read on the outbox page."""

    channel = models.CharField(max_length=4)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
