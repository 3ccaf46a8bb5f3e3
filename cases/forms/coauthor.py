"""What a co-author answers when asked to confirm name, order and consents."""

from django import forms


class AnswerForm(forms.Form):
    confirmed = forms.TypedChoiceField(
        label="您的意见", coerce=lambda value: value == "True", widget=forms.RadioSelect,
        choices=[("True", "确认：署名、次序和共享意愿都对"), ("False", "不确认")],
        error_messages={"required": "请选择确认或不确认。"},
    )  # fmt: skip
    reason = forms.CharField(
        label="哪里不对", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "不超过 200 个字，请缩短。"},
    )  # fmt: skip
