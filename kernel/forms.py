"""Form fields that read what people type on Chinese keyboards."""

import unicodedata
from typing import Any

from django import forms


def half_width(typed: str) -> str:
    """Full-width digits, letters, signs and spaces as their ordinary twins, blanks around taken off."""
    return unicodedata.normalize("NFKC", typed).strip()


class NumberField(forms.IntegerField):
    """A whole number; １００ is 100. A text box with a numeric keyboard, so that nothing typed disappears."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        return super().to_python(half_width(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric"}
