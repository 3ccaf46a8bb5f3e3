"""The form of an expert's score sheet."""

from typing import Any

from django import forms

from kernel.forms import NumberField
from reviews import rubric
from reviews.models import ScoreSheet, Vote

COMMENT_LIMIT, REMARK_LIMIT = 300, 1000


class Points(NumberField):
    """0–100, or nothing yet; full-width digits are taken too."""

    def __init__(self, name: str) -> None:
        words = f"“{name}”须是 {rubric.LOWEST} 到 {rubric.HIGHEST} 之间的整数。"
        super().__init__(
            label=name,
            required=False,
            min_value=rubric.LOWEST,
            max_value=rubric.HIGHEST,
            widget=forms.TextInput(attrs={"maxlength": 3, "autocomplete": "off"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
        )


class ScoreForm(forms.Form):
    """The heads of the type, each with points and a comment, then remark, vote and flags. A draft may be incomplete."""

    remark = forms.CharField(
        label="评语",
        required=False,
        max_length=REMARK_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"评语不超过 {REMARK_LIMIT} 字。"},
    )
    vote = forms.ChoiceField(
        label="总体意见",
        required=False,
        choices=Vote.choices,
        error_messages={"invalid_choice": "请从列出的意见中选择。"},
    )
    doubts_originality = forms.BooleanField(label="原创性存疑", required=False)
    doubts_eligibility = forms.BooleanField(label="资格存疑", required=False)

    def __init__(self, *args: Any, type: str, sheet: ScoreSheet | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = type
        self.sheet = sheet
        for head in rubric.HEADS[type]:
            self.fields[f"score_{head.key}"] = Points(head.name)
            self.fields[f"comment_{head.key}"] = forms.CharField(
                label="依据",
                required=False,
                max_length=COMMENT_LIMIT,
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"max_length": f"“{head.name}”的依据不超过 {COMMENT_LIMIT} 字。"},
            )
        if sheet is not None:
            self.initial = self._kept(sheet)

    def _kept(self, sheet: ScoreSheet) -> dict[str, Any]:
        plain = ("remark", "vote", "doubts_originality", "doubts_eligibility")
        return (
            {name: getattr(sheet, name) for name in plain}
            | {f"score_{key}": score for key, score in sheet.scores.items()}
            | {f"comment_{key}": words for key, words in sheet.comments.items()}
        )

    def given(self) -> rubric.Sheet:
        """What was put in and is well-formed; call after `is_valid()`.

        What is not well-formed keeps the value saved before, so that a slip of the finger while typing loses nothing.
        """
        clean = {**self.initial, **self.cleaned_data}
        keys = [head.key for head in rubric.HEADS[self.type]]
        return rubric.Sheet(
            type=self.type,
            scores={key: clean[f"score_{key}"] for key in keys if clean.get(f"score_{key}") is not None},
            comments={key: clean[f"comment_{key}"] for key in keys if clean.get(f"comment_{key}")},
            remark=clean.get("remark") or "",
            vote=clean.get("vote") or "",
            doubts_originality=bool(clean.get("doubts_originality")),
            doubts_eligibility=bool(clean.get("doubts_eligibility")),
        )


class RecusalForm(forms.Form):
    reason = forms.CharField(
        label="回避的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "data-limit": 200}),
        help_text="例如：与作者同单位共事、指导过这件案例。只有项目组织中心能看到。",
        error_messages={"required": "请写明回避的原因，例如与作者同单位共事。", "max_length": "原因不超过 200 字。"},
    )
