"""The forms that hand over a file: the Word document, a supporting file."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from cases.files.kinds import Purpose, accept_attribute
from cases.quota import EmptyFile, FileTooBig

NOTHING_CAME = "没有收到文件。请再选择一次。"


class FileForm(forms.Form):
    """One file of a kind the portal takes; `limit` is the bytes of all supporting files together (R8)."""

    purpose: ClassVar[Purpose] = "supporting"
    counted_as: ClassVar[str] = "支撑材料合计"
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选择要上传的文件。", "invalid": NOTHING_CAME, "missing": NOTHING_CAME},
    )

    def __init__(self, *args: Any, limit: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit
        self.fields["file"].widget.attrs["accept"] = accept_attribute(self.purpose)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if not file.size:
            raise forms.ValidationError(EmptyFile().sentence)
        if file.size > self.limit:
            raise forms.ValidationError(FileTooBig(what=self.counted_as, size=file.size, limit=self.limit).sentence)
        return file


class DocumentForm(FileForm):
    """One .docx, not larger than the call allows (R7)."""

    purpose = "document"
    counted_as = "案例文档"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "案例介绍文档"
        self.fields["file"].error_messages["required"] = "请选择案例介绍文档（.docx 文件）。"
