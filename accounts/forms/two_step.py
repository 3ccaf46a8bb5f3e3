"""Codes of the second step: an app's code counts once, for as long as it could be typed again."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.core.cache import cache

from kernel.forms import half_width

STEP = 30
"""Seconds for which an app shows a code."""


class Once(forms.Form):
    """Before allauth's forms: full-width digits are read, and a code that has opened something opens nothing more.

    allauth itself forgets a code after one step, although with a tolerance it is good for three.
    """

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = "请填写动态码或恢复码。"

    def clean_code(self) -> str:
        self.cleaned_data["code"] = half_width(self.cleaned_data["code"])
        code: str = super().clean_code()  # type: ignore[misc]
        authenticator = getattr(self, "authenticator", None)
        if authenticator is not None and authenticator.type != Authenticator.Type.TOTP:
            return code
        spent = f"totp-spent:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(spent, True, timeout=STEP * (2 * settings.MFA_TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(Once, base.AuthenticateForm):
    pass


class ReauthenticateForm(Once, base.ReauthenticateForm):
    pass


class ActivateForm(Once, totp.ActivateTOTPForm):
    pass
