"""The forms that hand over filled-in 附表1 or 附表2 to be read: one file, or dozens."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cases.files.forms.opening import MAX_BYTES
from cases.forms.files import NOTHING_CAME
from cases.quota import EmptyFile

TOO_LARGE = f"这个文件超过 {MAX_BYTES // 1024**2} MB，不像是一张表。请把插入的图片删去，重新保存后再选。"


class PaperForm(forms.Form):
    """One Word file. Which form it is, and whether it is one, is found out by reading it."""

    file = forms.FileField(
        label="填好的表",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择填好的表（.docx 文件）。", "invalid": NOTHING_CAME, "missing": NOTHING_CAME},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(EmptyFile().sentence)
        if file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """All files that were chosen; what is wrong with one of them is found when it is read."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(_FilesField, self).clean(one, initial) for one in data or [None]]


class PapersForm(forms.Form):
    """Up to MOST Word files at once."""

    MOST = 60
    papers = _FilesField(
        label="填好的表",
        allow_empty_file=True,
        widget=_FilesInput(attrs={"accept": ".docx", "multiple": True}),
        error_messages={
            "required": "请选择填好的表，可以一次选多个。",
            "invalid": NOTHING_CAME,
            "missing": NOTHING_CAME,
        },
    )

    def clean_papers(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["papers"]
        if len(files) > self.MOST:
            raise forms.ValidationError(f"一次最多 {self.MOST} 个文件，这次选了 {len(files)} 个。请分几次。")
        return files
