"""Form fields of the portal's own kinds."""

from typing import Any

from django import forms

from accounts.contact import mobile_digits
from kernel.errors import Refusal


class MobileField(forms.CharField):
    """A mainland mobile, cleaned to its 11 digits; empty stays empty where it is not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "手机号")
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
        kwargs.setdefault("error_messages", {"required": "请填写手机号。"})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return mobile_digits(typed)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
