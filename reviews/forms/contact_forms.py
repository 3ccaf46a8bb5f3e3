"""A contact sheet that was read from a file, as a row of many: to be looked at, put right and taken in."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms.activation import ContactSheetForm
from accounts.models import Province


class SheetRow(ContactSheetForm):
    """附表2 in one of many rows; `provinces` by code are read once for all of them."""

    file = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        number: int,
        provinces: Mapping[str, Province],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, prefix=f"row-{number}", initial=dict(initial or {}))
        self.number, self.provinces = number, provinces
        # Not the model's field, which would ask for the provinces in every row.
        self.fields["province"] = forms.ChoiceField(
            label="省级单位",
            choices=[("", "请选择"), *((code, one.name) for code, one in provinces.items())],
            error_messages={"required": "请选择省级单位。", "invalid_choice": "请从列表里选择省级单位。"},
        )

    def clean_province(self) -> Province:
        return self.provinces[self.cleaned_data["province"]]

    def sheet(self) -> dict[str, Any]:
        """What the inbox keeps of it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}
