"""Form fields of the portal's own kinds."""

from typing import Any

from django import forms

from accounts.contact import MOBILE, NotAMobile, plain_digits


class MobileField(forms.CharField):
    """A mainland mobile in any grouping, cleaned to its 11 digits; empty stays empty where it is not required."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "手机号")
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}))
        kwargs.setdefault("error_messages", {"required": "请填写手机号。"})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return plain_digits(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not MOBILE.fullmatch(value):
            raise forms.ValidationError(NotAMobile.sentence, code=NotAMobile.code)
