"""The demo's forms."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

FARTHEST = timedelta(days=3650)
"""Near the ends of the calendar every page would fail, this one too, and nobody could set the clock back."""


class ClockForm(forms.Form):
    """A moment to set the portal's clock to; empty goes back to the machine's time."""

    moment = forms.DateTimeField(
        label="演示时间",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "请填写日期和时间，例如 2026-10-20T09:00。"},
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["moment"].initial = timezone.localtime(now).replace(second=0, microsecond=0)

    def clean_moment(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["moment"]
        if moment is not None and abs(moment - self.now) > FARTHEST:
            raise forms.ValidationError("请选前后十年以内的时间。")
        return moment
