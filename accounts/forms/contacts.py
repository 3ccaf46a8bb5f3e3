"""A new e-mail or mobile for an account, and the code that was sent to it."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

from accounts.actions.contacts import EMAIL
from accounts.forms.codes import Counted
from accounts.forms.fields import MobileField
from accounts.forms.registration import EMAIL_SENTENCES


class NewContactForm(forms.Form):
    """Cleaned to `value`; the one that the account has already is refused."""

    def __init__(self, *args: Any, kind: str, current: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current or ""
        attrs = {"autocomplete": "email"}
        self.fields["value"] = (
            forms.EmailField(label="新的电子邮箱", error_messages=EMAIL_SENTENCES, widget=forms.EmailInput(attrs=attrs))
            if kind == EMAIL
            else MobileField(label="新的手机号")
        )

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"].lower()
        if value == self.current.lower():
            raise forms.ValidationError("与现在的相同，请填一个新的。")
        return value


class ContactCodeForm(Counted, allauth_forms.BaseConfirmCodeForm):
    def __init__(self, *args: Any, kind: str, value: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent_to = {"email" if kind == EMAIL else "phone": value}
        self.fields["code"].error_messages["required"] = "请填写收到的验证码。"

    def contact(self) -> dict[str, str]:
        return self.sent_to
