"""The information sheet as forms: what the case is (R5, R9, R19) and its authors."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms.fields import MobileField
from calls.policy import TYPE_CHOICES, CaseType
from cases.actions.drafting import OVERVIEW_ROOM, SHEET_FIELDS, AuthorLine
from cases.characters import count
from cases.models import Case
from kernel.forms import NumberField

STUDIO_FIELDS = ("contribution", "broadcasts", "pledge_signed")
ROOM = {"name": 30, "unit": 80, "post": 40, "mobile": 20}
"""Characters the columns of an author's line hold."""
AUTHOR_FIELDS = ("name", "unit", "post", "mobile", "is_host")
LARGEST = 1_000_000
YES_NO = [("True", "已签署"), ("False", "尚未签署")]


class PartialForm(forms.Form):
    """A form that can be kept while it is being written."""

    def kept(self) -> dict[str, Any]:
        """The values that could be read, whatever is wrong with the others; what was emptied is kept as empty."""
        mistakes = self.errors.as_data()
        found = dict(self.cleaned_data)
        for name, problems in mistakes.items():
            if any(problem.code == "required" for problem in problems):
                field = self.fields[name]
                found[name] = getattr(field, "empty_value", field.to_python(""))
        return found

    def late(self) -> dict[str, str]:
        """What is wrong with what was typed, by HTML name; what is merely not filled in yet is left out."""
        found = {}
        for name, problems in self.errors.as_data().items():
            real = [problem for problem in problems if problem.code != "required"]
            if real:
                found[self.add_prefix(name)] = str(real[0].messages[0])
        return found


def _typed(data: Mapping[str, Any], name: str) -> str:
    """A text as it was sent, without the null characters that no column takes."""
    return str(data.get(name, "")).replace("\0", "").strip()


class TypeForm(forms.Form):
    """Which of the three types (R2)."""

    type = forms.ChoiceField(
        label="案例类型", choices=TYPE_CHOICES, widget=forms.RadioSelect,
        error_messages={"required": "请选择一种案例类型。", "invalid_choice": "请从三种案例类型中选择一种。"},
    )  # fmt: skip


class SheetForm(PartialForm):
    """Title, overview, sources and, for a studio, its facts. `case` says which fields are asked and the limits."""

    title = forms.CharField(
        label="案例名称", max_length=60, help_text="建议 30 字以内，能看出做法。",
        error_messages={"required": "请填写案例名称。", "max_length": "案例名称不超过 60 字，请缩短。"},
    )  # fmt: skip
    overview = forms.CharField(
        label="案例概述", max_length=OVERVIEW_ROOM, error_messages={"required": "请填写案例概述。"},
        widget=forms.Textarea(attrs={"rows": 7}),
    )  # fmt: skip
    sources = forms.CharField(
        label="非原创部分的出处", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="引用或改编了他人的文字、图片、课例时，请写明作者和出处；全部原创可以不填。",
        error_messages={"max_length": "出处不超过 2000 字，请缩短。"},
    )  # fmt: skip
    contribution = NumberField(
        label="年度贡献值（分）", min_value=0, max_value=LARGEST,
        error_messages={"required": "请填写工作室年度贡献值。", "invalid": "年度贡献值请填整数，例如 120。",
                        "min_value": "年度贡献值不能小于 0。", "max_value": "年度贡献值太大了，请核对。"},
    )  # fmt: skip
    broadcasts = NumberField(
        label="全年直播（次）", min_value=0, max_value=1000,
        error_messages={"required": "请填写全年直播次数。", "invalid": "直播次数请填整数，例如 3。",
                        "min_value": "直播次数不能小于 0。", "max_value": "直播次数太大了，请核对。"},
    )  # fmt: skip
    pledge_signed = forms.TypedChoiceField(
        label="工作室安全承诺书", choices=YES_NO, coerce=lambda value: value == "True", empty_value=None,
        widget=forms.RadioSelect, error_messages={"required": "请说明主持人是否已签署安全承诺书。"},
    )  # fmt: skip

    def __init__(self, data: Mapping[str, Any] | None = None, *, case: Case) -> None:
        super().__init__(data, initial={name: getattr(case, name) for name in SHEET_FIELDS})
        self.call = case.call
        limit = case.call.overview_limit
        self.fields["overview"].widget.attrs["data-limit"] = limit
        self.fields["overview"].help_text = f"案例是什么、成效如何、亮点在哪里，不超过 {limit} 字。"
        self.fields["contribution"].help_text = f"要求不低于 {case.call.contribution_minimum} 分。"
        self.fields["broadcasts"].help_text = f"要求至少 {case.call.broadcasts_minimum} 次。"
        if case.type != CaseType.STUDIO:
            for name in STUDIO_FIELDS:
                del self.fields[name]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def kept(self) -> dict[str, Any]:
        """Also the overview that is over the limit: nothing typed is lost, the hand-in refuses it."""
        found = super().kept()
        if "overview" not in found:
            found["overview"] = _typed(self.data, "overview")[:OVERVIEW_ROOM]
        return found

    def clean_overview(self) -> str:
        text = self.cleaned_data["overview"]
        over = count(text) - self.call.overview_limit
        if over > 0:
            raise forms.ValidationError(
                f"案例概述超出 {over} 字，请压缩到 {self.call.overview_limit} 字以内。", code="over"
            )
        return str(text)


class AuthorForm(PartialForm):
    """One author's line. `number` is its place on the page, from 1."""

    name = forms.CharField(
        label="姓名",
        max_length=ROOM["name"],
        error_messages={"required": "请填写姓名。", "max_length": "姓名不超过 30 字。"},
    )
    unit = forms.CharField(
        label="工作单位", max_length=ROOM["unit"],
        error_messages={"required": "请填写工作单位。", "max_length": "工作单位不超过 80 字。"},
    )  # fmt: skip
    post = forms.CharField(
        label="职称/职务", max_length=ROOM["post"],
        error_messages={"required": "请填写职称或职务。", "max_length": "职称/职务不超过 40 字。"},
    )  # fmt: skip
    mobile = MobileField(
        label="手机", max_length=ROOM["mobile"], widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": "请填写手机号。", "max_length": "手机号应为 11 位数字，例如 13812345678。"},
    )  # fmt: skip
    is_host = forms.BooleanField(label="是工作室主持人", required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, number: int, studio: bool, line: AuthorLine | None = None
    ) -> None:
        initial = {name: getattr(line, name) for name in AUTHOR_FIELDS} if line else None
        # A line left wholly empty is no author and asks nothing.
        super().__init__(data, prefix=f"author-{number}", initial=initial)
        self.number = number
        if not studio:
            del self.fields["is_host"]
        if data is not None and self.blank:
            for field in self.fields.values():
                field.required = False

    @property
    def blank(self) -> bool:
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in AUTHOR_FIELDS[:4])

    def line(self) -> AuthorLine:
        """The author as far as it could be read; a mobile that is not one yet is kept as typed."""
        kept = self.kept()
        typed = {name: _typed(self.data, self.add_prefix(name)) for name in AUTHOR_FIELDS[:4]}
        texts = {name: kept.get(name) or typed[name][: ROOM[name]] for name in typed}
        return AuthorLine(**texts, is_host=bool(kept.get("is_host")))
