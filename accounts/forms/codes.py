"""Codes that were sent to somebody, typed in: tries are counted by account, whoever began the way to the form."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms


def spend_try(**contact: str) -> ratelimit.RateLimitUsage:
    """One of the tries that strangers together, or a known device, have at the account of this e-mail or mobile.

    Raises: ValidationError, when they are spent. Who guesses right gives it back by `.rollback()`.
    """
    adapter = get_adapter()
    key = adapter._get_login_attempts_cache_key(context.request, **contact)
    usage = ratelimit.consume(context.request, app="allauth.account", action="code_failed", key=key)
    if usage is None:
        raise adapter.validation_error("too_many_codes")
    return usage


class Counted(forms.Form):
    """A form with a code, in front of allauth's: a wrong one costs a try."""

    def contact(self) -> dict[str, str]:
        """Where the code was sent: {"email": …} or {"phone": …}."""
        raise NotImplementedError

    def clean_code(self) -> str:
        usage = spend_try(**self.contact())
        code: str = super().clean_code()  # type: ignore[misc]
        usage.rollback()
        return code


def _only_contact(state: dict[str, Any]) -> dict[str, str]:
    return {name: state[name] for name in ("phone", "email") if state.get(name)}


class LoginCodeForm(Counted, allauth_forms.ConfirmLoginCodeForm):
    def contact(self) -> dict[str, str]:
        return _only_contact(context.request._login_stage.state)


class ResetCodeForm(Counted, allauth_forms.ConfirmPasswordResetCodeForm):
    def contact(self) -> dict[str, str]:
        process = PasswordResetVerificationProcess.resume(context.request)
        return _only_contact(process.state if process else {})


class PhoneCodeForm(Counted, allauth_forms.VerifyPhoneForm):
    def contact(self) -> dict[str, str]:
        return {"phone": self.phone or ""}


class EmailCodeForm(Counted, allauth_forms.ConfirmEmailVerificationCodeForm):
    def contact(self) -> dict[str, str]:
        return {"email": self.email or ""}
