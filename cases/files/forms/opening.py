"""A filled-in form opened, behind the gate that every upload passes; for the child process and for files of ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cases.files import ooxml, opening, zips
from cases.files.forms import contact_sheet, grid, information_sheet, labels
from cases.files.inspection import refused
from cases.files.names import claimed_kind
from cases.files.unfit import Unfit

MAX_BYTES: Final = 5 * 1024 * 1024
"""A form is two pages; what is larger is something else, or has pictures that belong elsewhere."""
_NOT_A_FORM: Final = (
    "里没有找到案例信息表（附表 1）或联系人信息表（附表 2）。请下载空白表，不改动栏目名称，填好后再上传。"
)


@dataclass(frozen=True)
class Form:
    """What was read: `form` is "1" (附表1), "2" (附表2) or empty where it is neither or could not be opened.

    `fields` have the models' names; a problem without a field is of the file, and its `code` says what.
    """

    form: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)
    code: str = ""


def not_read(name: str, code: str, reason: str) -> Form:
    """Nothing was read, and why: a sentence that names the file and the next step."""
    return Form(problems=[{"field": "", "message": refused(name, code, reason).message}], code=code)


def read(path: Path, *, name: str, limits: dict[str, int] | None = None) -> Form:
    """Read one file in this process."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unfit("too_large", "超过 5 MB，不像是一张表。请把插入的图片删去，重新保存后再上传。")
        claimed_kind(name, "document")
        verdict = opening.inspect(path, name=name, kind="supporting")
        if not verdict.accepted:
            message = verdict.message
            return Form(problems=[{"field": "", "message": message}], code=verdict.code)
        with zips.open_zip(path) as archive:
            rows = grid.read(archive, ooxml.main_of(archive))
    except Unfit as unfit:
        return not_read(name, unfit.code, unfit.reason)
    form = labels.which([cell for row in rows for cell in row.cells])
    if form == "1":
        return Form(form, *information_sheet.read(rows, limits))
    if form == "2":
        return Form(form, *contact_sheet.read(rows))
    return not_read(name, "not_a_form", _NOT_A_FORM)


def each(files: Sequence[tuple[str, str]], limits: dict[str, int] | None) -> Iterator[Form]:
    """Read (path, name) by (path, name), in order."""
    for path, name in files:
        yield read(Path(path), name=name, limits=limits)
