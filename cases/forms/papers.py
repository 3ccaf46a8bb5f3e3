"""The form that hands over a filled-in 附表1 to be read."""

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
