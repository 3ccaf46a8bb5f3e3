"""附表2 by the dozen: files read, looked at as a table, taken into the centre's inbox (R12)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.actions.gathering import gather_sheets
from accounts.http import Request
from accounts.models import Province
from accounts.policy import Role
from accounts.provinces import province_in
from accounts.queries import provinces
from calls.queries import current
from cases.forms.papers import PapersForm
from cases.reading_forms import read_uploads
from reviews.forms.contact_forms import SheetRow

OTHER_FORM = "这是附表 1（案例信息表），不是附表 2。"
NO_CALL = "现在没有进行中的征集，不能接收联系人信息表。请先建立届次。"


@dataclass
class Line:
    """A file of the table: the sheet that was read from it, or why there is none."""

    name: str
    form: SheetRow | None
    problems: list[str]
    taken: bool


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_forms(request: Request) -> HttpResponse:
    """POST of files shows what they say; POST of the rows marked takes them in, all or none."""
    if "rows" in request.POST:
        return _take(request)
    posted = request.method == "POST"
    form = PapersForm(request.POST, request.FILES) if posted else PapersForm()
    if posted and form.is_valid():
        return _table(request, _read(form.cleaned_data["papers"]))
    return render(request, "centre/forms.html", {"form": form}, status=422 if form.errors else 200)


def _by_code() -> dict[str, Province]:
    return {one.code: one for one in provinces()}


def _read(files: list[UploadedFile]) -> list[Line]:
    known = _by_code()
    lines = []
    for number, (file, read) in enumerate(zip(files, read_uploads(files), strict=True), start=1):
        name = str(file.name)
        if read.form != "2":
            problem = OTHER_FORM if read.form else read.problems[0]["message"]
            lines.append(Line(name, None, [problem], taken=False))
            continue
        code = province_in(read.fields["unit"], read.fields["address"])
        initial = {**read.fields, "file": name, "province": code if code in known else ""}
        problems = [one["message"] for one in read.problems]
        if code not in known:
            problems.insert(0, "单位名称里看不出省份，请选择省级单位。")
        lines.append(Line(name, SheetRow(number=number, provinces=known, initial=initial), problems, not problems))
    return lines


def _take(request: Request) -> HttpResponse:
    """The rows as they stand on the page now, put right by hand perhaps."""
    known, count = _by_code(), request.POST["rows"]
    numbers = range(1, min(int(count), PapersForm.MOST) + 1) if count.isdecimal() and len(count) < 4 else ()
    marked = set(request.POST.getlist("take"))
    lines = []
    for number in numbers:
        if f"row-{number}-unit" not in request.POST:
            continue
        form = SheetRow(request.POST, number=number, provinces=known)
        taken = str(number) in marked
        problems = [str(one) for errors in form.errors.values() for one in errors] if taken else []
        lines.append(Line(request.POST.get(f"row-{number}-file", ""), form, problems, taken))
    chosen = [line.form for line in lines if line.form and line.taken]
    call = current(request.now)
    if call is None:
        return _table(request, lines, NO_CALL)
    if not chosen:
        return _table(request, lines, "还没有勾选要接收的表。请至少勾选一份。")
    if any(line.problems for line in lines):
        return _table(request, lines, "有的表还没有填对，一份也没有接收。请按提示改好，或者去掉勾选。")
    created = gather_sheets(call=call, sheets=[one.sheet() for one in chosen], actor=request.user, now=request.now)
    before = len(chosen) - len(created)
    already = f"另有 {before} 份此前已经收到，没有重复接收。" if before else ""
    messages.success(request, f"已接收 {len(created)} 份联系人信息表，请逐份核实。{already}")
    return redirect("centre_provinces")


def _table(request: Request, lines: list[Line], refusal: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "lines": lines,
        "refusal": refusal,
        "rows": max((line.form.number for line in lines if line.form), default=0),
        "good": sum(line.taken for line in lines),
        "bad": sum(bool(line.problems) for line in lines),
    }
    return render(request, "centre/forms_read.html", context, status=422 if refusal else 200)
