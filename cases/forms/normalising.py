"""Fields that read what people type on Chinese keyboards: full-width digits and spaces, mobiles in any grouping."""

import re
import unicodedata
from typing import Any

from django import forms

from cases.readiness import MOBILE


def half_width(text: str) -> str:
    """Full-width digits, letters, signs and spaces as their ordinary twins."""
    return unicodedata.normalize("NFKC", text)


class NumberField(forms.IntegerField):
    """A whole number; １００ is 100. A text box with a numeric keyboard, so that nothing typed disappears."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        return super().to_python(half_width(value).strip() if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric"}


class MobileField(forms.CharField):
    """A mainland mobile: 11 digits, with or without +86, spaces and hyphens; clean value is the 11 digits."""

    def to_python(self, value: Any) -> str:
        typed = half_width(super().to_python(value) or "")
        digits = re.sub(r"[\s\-()]", "", typed)
        return digits.removeprefix("+86").removeprefix("0086")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not MOBILE.fullmatch(value):
            raise forms.ValidationError("手机号应为 11 位数字，例如 13812345678。", code="mobile")
