"""Declaration, signature and sharing consents as a form (R5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from cases.actions.drafting import BadDrawing, require_drawing
from cases.forms.sheet import PartialForm
from cases.models import Case

CONSENTS = [("yes", "同意"), ("no", "不同意")]


def _consent(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=CONSENTS, coerce=lambda value: value == "yes", empty_value=None,
        widget=forms.RadioSelect, error_messages={"required": "请选择“同意”或“不同意”，两者都可以参加。"},
    )  # fmt: skip


class DeclarationForm(PartialForm):
    """`case` gives the wording of the call and what was said before; `today` is the last day that may be signed on."""

    declared = forms.BooleanField(label="我（们）已阅读并作出以上声明", error_messages={"required": "请确认作者声明。"})
    signature = forms.CharField(
        label="输入姓名", required=False, max_length=30, help_text="不方便手写时，输入姓名代替。",
        error_messages={"max_length": "签名不超过 30 字。"},
    )  # fmt: skip
    signature_drawing = forms.CharField(required=False, widget=forms.HiddenInput)
    signed_on = forms.DateField(
        label="日期", help_text="签名当天的日期。", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        error_messages={"required": "请填写签名日期。", "invalid": "日期请写成 2024-10-08 的样子。"},
    )  # fmt: skip
    consent_publication = _consent("")
    consent_platform = _consent("")
    portraits_cleared = forms.BooleanField(
        label="能认出的学生已取得监护人同意展示；音乐和他人图片已取得许可或注明出处",
        help_text="以后撤回同意，案例会从公开页面撤下。",
        error_messages={"required": "请确认材料里的人和作品可以展示；没有的话也请勾选。"},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, case: Case, today: date) -> None:
        super().__init__(
            data,
            initial={
                "declared": case.declared,
                "signature": case.signature,
                "signature_drawing": case.signature_drawing,
                "signed_on": case.signed_on or today,
                "consent_publication": _word(case.consent_publication),
                "consent_platform": _word(case.consent_platform),
                "portraits_cleared": case.portraits_cleared,
            },
        )
        self.today = today
        self.fields["consent_publication"].label = case.call.consent_publication_text
        self.fields["consent_platform"].label = case.call.consent_platform_text

    def clean_signature(self) -> str:
        return " ".join(self.cleaned_data["signature"].split())

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError("签名日期不能晚于今天。", code="future")
        return day

    def clean(self) -> None:
        """The mistakes of the drawing stand beside the typed name: a hidden field can show nothing."""
        drawing = self.cleaned_data.get("signature_drawing")
        if drawing:
            try:
                require_drawing(drawing)
            except BadDrawing as refusal:
                self.cleaned_data["signature_drawing"] = ""
                self.add_error("signature", forms.ValidationError(refusal.sentence, code=refusal.code))
        elif not self.cleaned_data.get("signature") and "signature" not in self.errors:
            self.add_error("signature", forms.ValidationError("请手写签名，或输入姓名。", code="required"))

    def kept(self) -> dict[str, Any]:
        """What can be kept; a consent that nobody chose yet stays what it was."""
        found = super().kept()
        return {name: value for name, value in found.items() if value is not None or name == "signed_on"}


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
