"""Signing up as an author, and logging in (R1)."""

from collections.abc import Sequence
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

from accounts.consents import TEXTS, Purpose
from accounts.directory import near
from accounts.models import InstitutionKind, PostKind, Province, Unit
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
        "name", "phone", "email", "province", "city", "county", "unit", "institution", "post_kind", "password1",
        "agreed", "showing",
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
    # Which of the directory's units is meant, or "typed"; asked only where what was typed is like one of them.
    unit_meant = forms.CharField(required=False, widget=forms.HiddenInput)
    city = forms.CharField(
        label="市（州、盟）", required=False, max_length=40, error_messages={"max_length": "不超过 40 个字。"}
    )
    county = forms.CharField(
        label="县（市、区、旗）", required=False, max_length=40, error_messages={"max_length": "不超过 40 个字。"}
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
        if cleaned.get("province") and cleaned.get("unit"):
            self._find_unit(cleaned)
        return cleaned

    near: Sequence[Unit] = ()
    """Units of the directory that are like the one typed: the page asks which is meant."""

    def _find_unit(self, cleaned: dict[str, Any]) -> None:
        meant, found = cleaned.get("unit_meant"), near(cleaned["province"], cleaned["unit"])
        chosen = next((unit for unit in found if str(unit.pk) == meant), None)
        if chosen is not None:
            cleaned["unit"] = chosen.name
        elif found and meant != "typed":
            self.near = found
            self.add_error("unit", "名录里有相近的单位，请在下面选一个；都不是，就选“用我填的名称”。")
