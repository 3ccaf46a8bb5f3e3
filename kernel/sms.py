"""SMS back ends: how a text message leaves the portal."""

import re
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

CODE: Final = "您的验证码是 {code}，15 分钟内有效。请勿告诉他人。"


def with_code(code: str) -> str:
    """The message that carries a code."""
    return CODE.format(code=code)


def code_in(text: str) -> str:
    """The code of such a message, for gateways that fill it into an approved template; "" where there is none.

    A letter keeps its text and nothing else: the text is blanked once it is sent.
    """
    before, after = CODE.split("{code}")
    found = re.fullmatch(f"{re.escape(before)}([0-9A-Z-]+){re.escape(after)}", text)
    return found[1] if found else ""


class SmsBackend(Protocol):
    def send(self, *, mobile: str, text: str) -> None:
        """Hand one message to the gateway. Raises: Away, NotAccepted."""


class Unsent(Exception):
    """A message was not taken; `code` is the gateway's own word for why, which names nobody."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Away(Unsent, OSError):
    """The same message may well be taken later: nobody answered, or the gateway asked for patience."""


class NotAccepted(Unsent):
    """The gateway said no to this message: the number, the signature or the template is not one it knows."""


class NoGateway(Exception):
    """SMS_BACKEND is not configured; the name of the error is what the jobs page shows."""


class NoSms:
    """The default: no gateway is configured."""

    def send(self, *, mobile: str, text: str) -> None:
        raise NoGateway


def backend() -> SmsBackend:
    return import_string(settings.SMS_BACKEND)()
