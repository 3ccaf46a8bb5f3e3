"""The demo's forms."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone


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
        self.fields["moment"].initial = timezone.localtime(now).replace(second=0, microsecond=0)
