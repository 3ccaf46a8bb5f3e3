"""Forms of the centre's desk: decisions, taking a case out, single assignments, the search of the audit trail."""

from typing import Any

from django import forms

from reviews.actions.revealing import REASONS, WhyNotSaid
from reviews.models import Grade


class DecisionForm(forms.Form):
    """A grade for one case or for many."""

    case = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={"required": "请先勾选要评定的案例。", "invalid_choice": "所选案例已不在列表中，请刷新页面。"},
    )
    grade = forms.ChoiceField(
        label="等次",
        choices=Grade.choices,
        error_messages={"required": "请选择等次。", "invalid_choice": "请选择等次。"},
    )
    note = forms.CharField(
        label="备注", required=False, max_length=300, error_messages={"max_length": "备注不超过 300 字。"}
    )

    def __init__(self, *args: Any, case_ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case"].choices = [(pk, pk) for pk in case_ids]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a case is taken out of the call."""

    reason = forms.CharField(
        label="原因",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "data-limit": 400}),
        error_messages={"required": "请写明原因，作者和省级管理员会看到它。", "max_length": "原因不超过 400 字。"},
    )


class RevealForm(forms.Form):
    """Why the centre looks at whole mobiles."""

    why = forms.ChoiceField(
        label="查看的原因",
        choices=[("", "请选择"), *REASONS.items()],
        error_messages={"required": WhyNotSaid.sentence, "invalid_choice": WhyNotSaid.sentence},
    )


class OpenForm(forms.Form):
    """Why a sealed list is opened again."""

    reason = forms.CharField(
        label="解封的原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-limit": 300}),
        error_messages={"required": "请写明解封的原因，省级管理员会看到它。", "max_length": "原因不超过 300 字。"},
    )


class AuditForm(forms.Form):
    """The search of the audit trail; what is not well-formed is told beside its field."""

    verb = forms.CharField(required=False, max_length=60)
    subject = forms.CharField(required=False, max_length=60)
    province = forms.CharField(required=False, max_length=6)
    day = forms.DateField(required=False, error_messages={"invalid": "日期的写法是 2026-10-15。"})
    until = forms.DateField(required=False, error_messages={"invalid": "日期的写法是 2026-10-15。"})

    def wanted(self) -> dict[str, Any]:
        """What to search for, of what is well-formed."""
        return {"day": None, "until": None, **self.cleaned_data}
