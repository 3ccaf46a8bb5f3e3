"""Handing out what a list shows as a table to take along."""

from collections.abc import Collection, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.http import Request
from cases.serving import disposition
from kernel.spreadsheets import CSV, XLSX, csv_bytes, xlsx_bytes

MOST = 20_000
"""Rows of one table: more would hold a web process for longer than a page may take."""


def table(request: Request, *, name: str, head: Sequence[str], rows: Collection[Sequence[object]]) -> HttpResponse:
    """The rows as XLSX (`?form=xlsx`) or CSV, to be saved under `name`, whose Chinese is kept (RFC 6266)."""
    workbook = request.GET.get("form") == "xlsx"
    content = (xlsx_bytes if workbook else csv_bytes)(head, rows)
    response = HttpResponse(content, content_type=XLSX if workbook else CSV)
    response["Content-Disposition"] = disposition(f"{name}.{'xlsx' if workbook else 'csv'}", inline=False)
    return response


def too_many(request: Request, count: int, back: str) -> HttpResponse:
    """Back to the list, which says why there is no table of it."""
    messages.error(request, f"筛选后还有 {count} 件，一次最多导出 {MOST} 件。请用筛选缩小范围，再导出。")
    return redirect(back)
