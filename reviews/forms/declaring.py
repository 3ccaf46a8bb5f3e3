"""An expert's declaration: types they judge, units and people in conflict, availability (R14)."""

from django import forms

from calls.policy import TYPE_CHOICES


class LinesField(forms.CharField):
    """One name a line, blanks and empty lines taken out; cleaned to a text of lines."""

    def __init__(self, *, label: str, longest: int) -> None:
        super().__init__(
            label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={"max_length": "写得太长了，请只写名称，一行一个。"},
        )  # fmt: skip
        self.longest = longest

    def clean(self, value: str) -> str:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        if any(len(line) > self.longest for line in lines):
            raise forms.ValidationError(f"每行只写一个名称，不超过 {self.longest} 个字。")
        return "\n".join(dict.fromkeys(line for line in lines if line))


class DeclarationForm(forms.Form):
    available = forms.TypedChoiceField(
        label="本轮能否参加评审", choices=[("True", "可以参加"), ("False", "这一段时间不能参加")],
        coerce=lambda value: value == "True", widget=forms.RadioSelect,
        error_messages={"required": "请选择能否参加。"},
    )  # fmt: skip
    types = forms.MultipleChoiceField(
        label="可评的案例类型", choices=TYPE_CHOICES, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一类；都不能评，请在上面选“不能参加”。"},
    )  # fmt: skip
    conflict_units = LinesField(label="须回避的单位", longest=80)
    conflict_people = LinesField(label="须回避的人", longest=30)
