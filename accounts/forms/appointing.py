"""Registering an expert (R14)."""

from typing import Any

from django import forms

from accounts.forms.registration import ProvinceField
from accounts.models import Province
from accounts.queries import provinces
from calls.policy import TYPE_CHOICES


class ExpertForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=30, error_messages={"required": "请填写姓名。"})
    email = forms.EmailField(
        label="电子邮箱",
        error_messages={"required": "请填写电子邮箱。", "invalid": "邮箱格式不对，例如 name@example.cn。"},
    )
    province = ProvinceField(
        label="所在省",
        queryset=Province.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择所在省，本省的案例不会分给这位专家。"},
    )
    unit = forms.CharField(
        label="工作单位",
        max_length=80,
        error_messages={"required": "请填写工作单位全称，本单位的案例不会分给这位专家。"},
    )
    types = forms.MultipleChoiceField(
        label="可评的案例类型",
        choices=TYPE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一类。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province: Any = self.fields["province"]
        province.queryset = provinces()
