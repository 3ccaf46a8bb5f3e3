"""Looking a certificate up: by its code, or by an author's name and the certificate's number."""

import re

from django import forms

from kernel.forms import half_width
from publishing.certificates import normalise_code
from publishing.words import plain_name


class CodeForm(forms.Form):
    code = forms.CharField(
        label="查验码",
        help_text="在证书左下方，12 位，不分大小写",
        max_length=60,
        error_messages={"required": "请输入证书上的查验码。", "max_length": "查验码共 12 位，请核对后再输入。"},
    )

    def clean_code(self) -> str:
        """The code in its stored form."""
        code = normalise_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("查验码共 12 位，由数字和字母组成，请核对后再输入。")
        return code


class NameForm(forms.Form):
    name = forms.CharField(
        label="作者姓名",
        max_length=60,
        error_messages={"required": "请填写证书上任一位作者的姓名。"},
    )
    number = forms.CharField(
        label="证书编号",
        help_text="如 2024-典-0012",
        max_length=60,
        error_messages={"required": "请填写证书编号。"},
    )

    def clean_name(self) -> str:
        return plain_name(self.cleaned_data["name"])

    def clean_number(self) -> str:
        """The number with plain digits and hyphens and without spaces, whatever the keyboard made of them."""
        plain = half_width(self.cleaned_data["number"])
        return re.sub(r"[‐-―−ー_]", "-", re.sub(r"\s", "", plain))
