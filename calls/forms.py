"""Forms about calls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from calls.models import MIB, Call
from kernel.forms import NumberField, half_width

DATES = {
    "contact_sheet_due_at": "联系人信息表截止",
    "submission_opens_at": "报送开始",
    "submission_closes_at": "报送截止",
    "recommendation_opens_at": "省级推荐开始",
    "recommendation_closes_at": "省级推荐截止",
    "scoring_closes_at": "专家评分截止",
    "results_due_at": "结果公布（计划）",
}
NUMBERS = {
    "places": ("每省推荐名额（件）", 1, 2000),
    "max_authors": ("每件作者上限（人）", 1, 3),
    "overview_limit": ("概述字数上限", 50, 2000),
    "document_limit": ("案例文档字数上限", 500, 20000),
    "document_tolerance_percent": ("文档字数容差（%）", 0, 20),
    "grace_minutes": ("截止后续传宽限（分钟）", 0, 240),
    "return_margin_days": ("退回重交须早于推荐截止（天）", 0, 15),
    "experts_per_case": ("每件评审专家（位）", 1, 9),
    "contribution_minimum": ("工作室年度贡献值下限", 0, 10000),
    "broadcasts_minimum": ("工作室年度直播下限（次）", 0, 100),
    "activation_days": ("激活码有效期（天）", 1, 7),
}
SIZES = {"document_bytes": "案例文档上限（MB）", "supporting_bytes": "支撑材料合计上限（MB）"}
TEXTS = {
    "title": ("名称", 120, False),
    "short": ("简称", 16, False),
    "organiser": ("公布单位（组委会）", 80, False),
    "centre": ("组织单位", 80, False),
    "hotline": ("咨询电话", 40, False),
    "hotline_hours": ("咨询时间", 80, False),
    "declaration": ("作者声明", 500, True),
    "consent_publication_text": ("共享意向一", 300, True),
    "consent_platform_text": ("共享意向二", 300, True),
}


class Moment(forms.DateTimeField):
    """A moment of Asia/Shanghai, as datetime-local sends it; full-width digits are taken too."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            error_messages={
                "required": f"请填写“{label}”的日期和时间。",
                "invalid": f"“{label}”须是日期和时间，例如 2026-10-16T00:00。",
            },
        )

    def to_python(self, value: Any) -> datetime | None:
        return super().to_python(half_width(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


class Whole(NumberField):
    """A whole number in its bounds."""

    def __init__(self, label: str, low: int, high: int, *, required: bool = True) -> None:
        words = f"“{label}”须是 {low} 到 {high} 之间的整数。"
        super().__init__(
            label=label,
            min_value=low,
            max_value=high,
            required=required,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "required"), words),
        )


class CallForm(forms.Form):
    """Dates, limits and wording of a call. `heads` are (field, label) of the rubric's weights, known to the caller."""

    slug = forms.SlugField(
        label="网址名",
        max_length=40,
        help_text="用小写字母、数字和连字符，例如 2026；公布结果的网址里会用到，之后不能改。",
        error_messages={"required": "请填写网址名。", "invalid": "网址名只能用字母、数字和连字符。"},
    )
    year = Whole("年度", 2000, 2100)
    help_email = forms.EmailField(
        label="咨询邮箱",
        error_messages={"required": "请填写咨询邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"},
    )
    cases_per_author = Whole("每人报送上限（件）", 1, 100, required=False)
    city_units = forms.BooleanField(label="计划单列市单独作为推荐单位", required=False)

    def __init__(self, *args: Any, call: Call | None, heads: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DATES.items():
            self.fields[name] = Moment(label)
        for name, (label, low, high) in NUMBERS.items():
            self.fields[name] = Whole(label, low, high)
        for name, label in SIZES.items():
            self.fields[name] = Whole(label, 1, 2048)
        for name, (label, longest, area) in TEXTS.items():
            self.fields[name] = forms.CharField(
                label=label,
                max_length=longest,
                widget=forms.Textarea(attrs={"rows": 3}) if area else forms.TextInput(),
                error_messages={"required": f"请填写“{label}”。", "max_length": f"“{label}”不超过 {longest} 字。"},
            )
        self.heads = [name for name, _ in heads]
        for name, label in heads:
            self.fields[name] = Whole(label, 0, 10)
            self.fields[name].initial = 1
        if call is not None:
            del self.fields["slug"]
            self._show(call)

    def _show(self, call: Call) -> None:
        for name, field in self.fields.items():
            if name in SIZES:
                field.initial = getattr(call, name) // MIB
            elif name in self.heads:
                kind, key = name.removeprefix("weight_").split("_", 1)
                field.initial = call.weights.get(kind, {}).get(key, 1)
            else:
                field.initial = getattr(call, name)

    def values(self) -> dict[str, Any]:
        """The clean values as fields of a call: sizes in bytes, weights by type and head."""
        clean = self.cleaned_data
        weights: dict[str, dict[str, int]] = {}
        for name in self.heads:
            kind, key = name.removeprefix("weight_").split("_", 1)
            weights.setdefault(kind, {})[key] = clean[name]
        equal = all(weight == 1 for own in weights.values() for weight in own.values())
        plain = {name: value for name, value in clean.items() if name not in self.heads and name not in SIZES}
        for name in DATES:
            # The box shows minutes: a moment that was not touched keeps its seconds.
            kept = self.fields[name].initial
            if kept is not None and plain[name] == kept.replace(second=0, microsecond=0):
                plain[name] = kept
        sizes = {name: clean[name] * MIB for name in SIZES}
        return {**plain, **sizes, "weights": {} if equal else weights}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for kind in {name.split("_")[1] for name in self.heads}:
            own = [name for name in self.heads if name.startswith(f"weight_{kind}_")]
            if all(name in cleaned and cleaned[name] == 0 for name in own):
                self.add_error(own[0], "各项权重不能都是 0。")
        return cleaned
