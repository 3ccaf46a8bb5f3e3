"""SMS back ends: how a text message leaves the portal."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsBackend(Protocol):
    def send(self, *, mobile: str, text: str) -> None:
        """Hand one message to the gateway; raise when it was not taken."""


class NoGateway(Exception):
    """SMS_BACKEND is not configured; the name of the error is what the jobs page shows."""


class NoSms:
    """The default: no gateway is configured."""

    def send(self, *, mobile: str, text: str) -> None:
        raise NoGateway


def backend() -> SmsBackend:
    return import_string(settings.SMS_BACKEND)()
