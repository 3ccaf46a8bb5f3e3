"""附表2 and the activation of an administrator account (R12, R13)."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.forms.fields import MobileField
from accounts.forms.registration import ProvinceField
from accounts.models import ContactSheet, Province, User
from accounts.queries import provinces
from kernel.forms import half_width

LABELS = {field.name: str(field.verbose_name) for field in ContactSheet._meta.fields}


def text(name: str, length: int, *, required: bool = True, **attrs: str) -> forms.CharField:
    """One line of the sheet, under the form's own label."""
    label = LABELS[name]
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}不超过 {length} 个字。"},
    )


class ContactSheetForm(forms.Form):
    """附表2, field by field (R12)."""

    province = ProvinceField(
        label="省级单位",
        queryset=Province.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择省级单位。"},
    )
    unit = text("unit", 80)
    department = text("department", 60)
    contact = text("contact", 30, autocomplete="name")
    post = text("post", 40)
    address = text("address", 120)
    postcode = text("postcode", 6, inputmode="numeric")
    telephone = text("telephone", 30, inputmode="tel")
    mobile = MobileField(label="手机")
    wechat = text("wechat", 40, required=False)
    qq = text("qq", 15, required=False, inputmode="numeric")
    email = forms.EmailField(
        label="电子邮箱",
        error_messages={"required": "请填写电子邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province: Any = self.fields["province"]
        province.queryset = provinces()

    def clean_postcode(self) -> str:
        return self._digits("postcode", 6, 6, "邮政编码应为 6 位数字。")

    def clean_qq(self) -> str:
        return self._digits("qq", 5, 15, "QQ 号应为 5 位以上的数字。") if self.cleaned_data["qq"] else ""

    def _digits(self, name: str, least: int, most: int, sentence: str) -> str:
        digits = half_width(self.cleaned_data[name]).replace(" ", "")
        if not (digits.isdigit() and least <= len(digits) <= most):
            raise forms.ValidationError(sentence)
        return digits


class CodeForm(forms.Form):
    code = forms.CharField(
        label="激活码",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请填写邮件中的激活码。"},
    )


class ActivationForm(CodeForm):
    """The code and what a new account needs. A logged-in user needs the code alone."""

    name = forms.CharField(label="管理员姓名", max_length=30, error_messages={"required": "请填写姓名。"})
    password = forms.CharField(
        label="设置密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "请设置密码。"},
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(name=self.cleaned_data.get("name", "")))
        return password


WAYS = ("收到盖章扫描件", "已按官网公布的电话回拨")


class AcceptForm(forms.Form):
    """How the sender was made sure of: one of the usual ways, words of one's own, or both; cleaned to one sentence."""

    way = forms.ChoiceField(
        label="核实方式", required=False, choices=[(way, way) for way in WAYS], widget=forms.RadioSelect
    )
    assurance = forms.CharField(label="怎样核实的（其他方式或补充）", required=False, max_length=180)

    def clean(self) -> dict[str, str]:
        given = super().clean() or {}
        said = "；".join(words for words in (given.get("way"), given.get("assurance")) if words)
        if not said and not self.errors:
            self.add_error("way", "请写明怎样核实了发件人，例如“收到盖章扫描件”或“已电话回拨”。")
        return {"assurance": said}


class RejectForm(forms.Form):
    reason = forms.CharField(label="未通过的原因", max_length=200, error_messages={"required": "请写明原因。"})
