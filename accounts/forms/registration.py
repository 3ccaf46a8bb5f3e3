"""Signing up as an author, and logging in (R1)."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

from accounts.consents import TEXTS, Purpose
from accounts.models import InstitutionKind, PostKind, Province
from accounts.queries import provinces

EMAIL_SENTENCES = {"required": "请填写电子邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"}


class ProvinceField(forms.ModelChoiceField):
    """A provincial unit by its full name."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label, password.help_text = "手机号或电子邮箱", "密码", ""
        login.widget.attrs = {"autocomplete": "username"}
        password.widget.attrs = {"autocomplete": "current-password"}
        login.error_messages["required"] = "请填写手机号或电子邮箱。"
        password.error_messages["required"] = "请填写密码。"


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    """Where a code to log in with is sent: a mobile or an e-mail, one of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages.update(EMAIL_SENTENCES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("email") or cleaned.get("phone") or self.errors):
            self.add_error("phone", "请填写手机号或电子邮箱，任选一项。")
        return cleaned


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages.update(EMAIL_SENTENCES)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_what_is_missing(self)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.label, password.help_text, password.widget.attrs = "密码", "", {"autocomplete": "current-password"}
        password.error_messages["required"] = "请填写密码。"


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_what_is_missing(self)


def _name_what_is_missing(form: forms.Form) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = f"请填写{field.label}。"


class SignupForm(allauth_forms.SignupForm):
    """Name, mobile or e-mail, unit, kind of post and province of an author."""

    field_order = (
        "name", "phone", "email", "province", "unit", "institution", "post_kind", "password1", "agreed", "showing",
    )  # fmt: skip
    name = forms.CharField(
        label="姓名",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请填写姓名。", "max_length": "姓名不超过 30 个字。"},
    )
    unit = forms.CharField(
        label="工作单位",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "请填写工作单位全称。", "max_length": "工作单位不超过 80 个字。"},
    )
    institution = forms.ChoiceField(label="单位类别", choices=InstitutionKind.choices)
    province = ProvinceField(
        label="所在省（自治区、直辖市）",
        queryset=Province.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择工作单位所在的省。", "invalid_choice": "请从列表中选择。"},
    )
    post_kind = forms.ChoiceField(
        label="岗位类别",
        choices=PostKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择岗位类别。"},
    )
    agreed = forms.BooleanField(
        label=TEXTS[Purpose.PROCESSING], error_messages={"required": "请先阅读并同意个人信息保护说明。"}
    )
    showing = forms.BooleanField(
        label=TEXTS[Purpose.SHOWING], error_messages={"required": "不交审看就无法参加，请先同意。"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province: Any = self.fields["province"]
        province.queryset = provinces()
        email, password = self.fields["email"], self.fields["password1"]
        email.label, password.label, password.help_text = "电子邮箱", "设置密码", ""
        email.required = email.widget.is_required = False
        email.error_messages.update(EMAIL_SENTENCES)
        email.widget.attrs.pop("placeholder", None)
        password.widget.attrs.pop("placeholder", None)
        password.error_messages["required"] = "请设置密码。"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("email") or cleaned.get("phone") or {"email", "phone"} & set(self.errors)):
            self.add_error("phone", "手机号和电子邮箱至少填写一项，用来登录和接收通知。")
        return cleaned
