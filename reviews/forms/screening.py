"""Forms of the province's desk: what a screener types, as clean values."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from calls.policy import TYPE_SHORT
from cases.lifecycle import STATE_NAMES, WITH_PROVINCE
from kernel.forms import half_width
from reviews.policy import CHECKLIST
from reviews.queries.screening import AGAIN, UNDECIDED, Wanted

VERDICTS = {"recommend": "推荐", "eligible": "合格，列为备选", "decline": "不推荐", "return": "退回修改"}


ORDERS = {"": "先报先看", "latest": "最新报送", "number": "按编号", "unit": "按单位"}


class NotesForm(forms.Form):
    """Checklist, note and the reason begun, kept without a decision."""

    every = forms.BooleanField(label="六项都核对过，全部符合", required=False)

    checks = forms.MultipleChoiceField(
        label="逐项核对",
        choices=list(CHECKLIST.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "核对单里没有这一项，请刷新页面。"},
    )
    note = forms.CharField(
        label="内部备注",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "只有本省同事能看到"}),
        error_messages={"max_length": "备注请控制在 1000 字以内。"},
    )

    reason = forms.CharField(
        label="理由",
        help_text="作者能看到。",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "理由请控制在 500 字以内。"},
    )
    edition = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def answers(self) -> dict[str, bool]:
        """What the screener answers for; one tick may stand for all of them."""
        kept = self.cleaned_data
        return {item: kept["every"] or item in kept["checks"] for item in CHECKLIST}

    def edition_read(self) -> str | None:
        """The edition the window had read; None where it said nothing."""
        return self.cleaned_data.get("edition") or None


class VerdictForm(NotesForm):
    """The decision on one case, with the words it needs for its author."""

    verdict = forms.ChoiceField(
        label="怎样处理这一件",
        choices=list(VERDICTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请先选择怎样处理这一件。", "invalid_choice": "请重新选择怎样处理这一件。"},
    )
    earlier = forms.CharField(required=False, max_length=500)
    due_on = forms.DateField(
        label="重新报送的截止日期",
        help_text="退回时填写，当天 24:00 前都可以重交。",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填写日期，例如 2024-10-28。"},
    )

    def __init__(self, *args: Any, latest: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = latest

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict")
        if not (cleaned.get("reason") or "").strip():
            cleaned["reason"] = cleaned.get("earlier") or ""
        reasoned = cleaned["reason"].strip() or "reason" in self.errors
        if verdict in ("decline", "return") and not reasoned:
            self.add_error("reason", "请写明理由，作者会看到它。")
        if verdict == "return" and cleaned.get("due_on") is None and "due_on" not in self.errors:
            self.add_error("due_on", "请填写重新报送的截止日期。")
        return cleaned

    def due_at(self) -> datetime:
        """The end of the day chosen; on the last possible day no later than what the rules allow."""
        day = self.cleaned_data["due_on"]
        end = datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())
        return self.latest if self.latest < end and last_day(self.latest) == day else end


def last_day(end: datetime) -> date:
    """The last day on which a half-open window still holds."""
    return timezone.localdate(end - timedelta(microseconds=1))


class PileForm(forms.Form):
    """The filters over the list. What cannot be understood is left out, never an error."""

    q = forms.CharField(required=False, max_length=60)
    type = forms.ChoiceField(required=False, choices=[(str(kind), words) for kind, words in TYPE_SHORT.items()])
    state = forms.ChoiceField(
        required=False,
        choices=[(UNDECIDED, "看过未定"), (AGAIN, "重新报送")]
        + [(str(state), words) for state, words in STATE_NAMES.items() if state in WITH_PROVINCE],
    )
    order = forms.ChoiceField(required=False, choices=list(ORDERS.items()))
    place = forms.CharField(required=False, max_length=40)
    unread = forms.BooleanField(required=False)
    page = forms.IntegerField(required=False, min_value=1)

    def wanted(self) -> Wanted:
        self.is_valid()
        kept = self.cleaned_data
        return Wanted(
            q=half_width(kept.get("q") or ""),
            type=kept.get("type") or "",
            state=kept.get("state") or "",
            place=kept.get("place") or "",
            unread=bool(kept.get("unread")),
            order=kept.get("order") or "",
        )

    def wanted_page(self) -> int | None:
        self.is_valid()
        return self.cleaned_data.get("page")


class RankForm(forms.Form):
    """Put the case of one rank on another."""

    start = forms.CharField(max_length=5)
    to = forms.CharField(max_length=5)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("start", "to"):
            typed = half_width(cleaned.get(name) or "")
            if not typed.isdecimal() or int(typed) < 1:
                raise forms.ValidationError("请用数字填写名次，例如把第 12 名移到第 3 名。")
            cleaned[name] = int(typed)
        return cleaned
