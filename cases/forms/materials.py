"""The forms of the supporting materials: add one, name it, replace it (R8)."""

from django import forms

from cases.forms.files import FileForm
from cases.models import Category
from cases.naming import LONGEST_TITLE


class NameForm(forms.Form):
    """The category of a material and the name its readers see."""

    category = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *Category.choices],
        error_messages={"required": "请选择材料的类别。", "invalid_choice": "请从列表里选择材料的类别。"},
    )
    title = forms.CharField(
        label="材料名称",
        max_length=LONGEST_TITLE,
        help_text="评审人员看到的名称，例如“关于开展校本研修的通知”。",
        error_messages={
            "required": "请填写材料名称，让评审人员一看就明白这是什么。",
            "max_length": f"材料名称请压缩到 {LONGEST_TITLE} 个字以内。",
        },
    )


class MaterialForm(NameForm, FileForm):
    """A new supporting file with its category and name."""

    field_order = ("category", "title", "file")
