"""The forms of the supporting materials: add one, name it, replace it (R8)."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cases.files.kinds import accept_attribute
from cases.models import Category
from cases.naming import LONGEST_TITLE
from cases.quota import EmptyFile, FileTooBig


class FileForm(forms.Form):
    """One supporting file of a kind the portal takes; `limit` is that of all supporting files together."""

    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={
            "required": "请选择要上传的文件。",
            "invalid": "没有收到文件。请再选择一次。",
            "missing": "没有收到文件。请再选择一次。",
        },
        widget=forms.FileInput(attrs={"accept": accept_attribute("supporting")}),
    )

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(EmptyFile().sentence)
        if file.size > self.limit:
            raise forms.ValidationError(FileTooBig(what="支撑材料合计", size=file.size, limit=self.limit).sentence)
        return file


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
