"""The centre's import of experts from a workbook: template, preview, confirmation (R14)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.actions.appointing import import_experts
from accounts.forms.importing import COLUMNS, MOST_ROWS, Preview, read_carried, read_list
from accounts.http import Request
from accounts.policy import Role
from calls.policy import TYPE_SHORT
from kernel.errors import Refusal
from kernel.spreadsheets import XLSX, NotAWorkbook, xlsx_bytes


@requires(Role.CENTRE)
@require_http_methods(["GET", "HEAD", "POST"])
def centre_experts_import(request: Request) -> HttpResponse:
    """POST a workbook (`list`): the preview, nothing saved. POST what the preview carried (`rows`): all of it saved."""
    preview: Preview | None = None
    problem = ""
    try:
        if "rows" in request.POST:
            preview = read_carried(request.POST["rows"])
            if not preview.bad:
                added, known = import_experts(people=preview.new, actor=request.user, now=request.now)
                passed = known + len(preview.lines) - len(preview.new)
                skipped = f"，{passed} 位原来就在名单里" if passed else ""
                messages.success(request, f"已登记 {added} 位专家{skipped}，邀请邮件正在发出。")
                return redirect("centre_experts")
        elif request.method == "POST":
            if (file := request.FILES.get("list")) is None:
                raise NotAWorkbook("还没有选择文件。请选择填好的 .xlsx 表。")
            preview = read_list(file.read())
    except Refusal as refusal:
        problem = refusal.sentence
    context = {
        "preview": preview,
        "problem": problem,
        "columns": list(COLUMNS.values()),
        "most": MOST_ROWS,
        "kinds": "、".join(TYPE_SHORT.values()),
    }
    bad = problem or (preview is not None and preview.bad)
    return render(request, "accounts/experts_import.html", context, status=422 if bad else 200)


@requires(Role.CENTRE)
@require_safe
def centre_experts_template(request: Request) -> HttpResponse:
    """The workbook to fill in: its head alone, so that no example is imported by mistake."""
    response = HttpResponse(xlsx_bytes(list(COLUMNS.values()), []), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "专家名单模板.xlsx")
    return response
