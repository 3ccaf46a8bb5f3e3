"""The centre's form of a notice or an event (R16), and the reason for taking something out of public view."""

from datetime import datetime
from typing import Any

from django import forms

from calls.models import Call
from publishing.models import NoticeKind

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class NoticeForm(forms.Form):
    kind = forms.ChoiceField(
        label="类别", choices=NoticeKind.choices, initial=NoticeKind.NOTICE, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label="标题",
        max_length=80,
        error_messages={"required": "请填写标题。", "max_length": "标题请控制在 80 字以内。"},
    )
    body = forms.CharField(
        label="正文",
        help_text="空一行分段。",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": "请填写正文。", "max_length": "正文请控制在 10000 字以内。"},
    )
    published_at = forms.DateTimeField(
        label="发布时间",
        help_text="到这个时间才公开显示。",
        input_formats=MOMENTS,
        widget=MOMENT,
        error_messages={"required": "请填写发布时间。", "invalid": "时间请写成 2024-10-15 09:00。"},
    )
    event_at = forms.DateTimeField(
        label="活动时间",
        required=False,
        input_formats=MOMENTS,
        widget=MOMENT,
        error_messages={"invalid": "时间请写成 2024-10-15 09:00。"},
    )
    place = forms.CharField(
        label="活动地点",
        required=False,
        max_length=120,
        error_messages={"max_length": "地点请控制在 120 字以内。"},
    )
    call = forms.ModelChoiceField(
        label="所属届次", queryset=Call.objects.none(), required=False, empty_label="不限届次"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = Call.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An event has its day and place; a notice has neither."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("kind") == NoticeKind.EVENT:
            if not values.get("event_at") and "event_at" not in self.errors:
                self.add_error("event_at", "交流活动请填写活动时间。")
            if not values.get("place") and "place" not in self.errors:
                self.add_error("place", "交流活动请填写活动地点。")
        else:
            values |= {"event_at": None, "place": ""}
        return values


def first_values(now: datetime) -> dict[str, Any]:
    return {"kind": NoticeKind.NOTICE, "published_at": now}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=200,
        error_messages={"required": "请写明原因。", "max_length": "原因请控制在 200 字以内。"},
    )
