"""The form that hands over the case's Word document."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cases.files.kinds import accept_attribute
from cases.quota import EmptyFile, FileTooBig


class DocumentForm(forms.Form):
    """One .docx, not larger than the call allows (R7)."""

    file = forms.FileField(
        label="案例介绍文档",
        allow_empty_file=True,
        error_messages={
            "required": "请选择案例介绍文档（.docx 文件）。",
            "invalid": "没有收到文件。请再选择一次。",
            "missing": "没有收到文件。请再选择一次。",
        },
        widget=forms.FileInput(attrs={"accept": accept_attribute("document")}),
    )

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(EmptyFile().sentence)
        if file.size > self.limit:
            raise forms.ValidationError(FileTooBig(what="案例文档", size=file.size, limit=self.limit).sentence)
        return file
