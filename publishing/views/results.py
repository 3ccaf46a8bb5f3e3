"""The results list of a call: by province, to print, as CSV (R15)."""

import csv
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.http import Request
from calls.models import Call
from calls.policy import TYPE_NAMES, CaseType
from calls.queries import published
from cases.serving import disposition
from kernel.spreadsheets import neutral
from publishing import queries
from publishing.forms.filters import read_filters

HEAD = ("序号", "省份", "案例编号", "案例名称", "作者", "工作单位", "案例类型", "等次")


@public(reason="the list of results is published (R15)")
@require_safe
def latest(request: Request) -> HttpResponse:
    """The newest results list; a page that says when it comes, while there is none."""
    newest = published(request.now).order_by("-published_at").first()
    if newest is not None:
        return redirect("results_call", newest.slug)
    return render(request, "publishing/results_none.html")


@public(reason="the list of results is published (R15)", cached_for=30, cached_by=("type", "grade", "province"))
@require_safe
def results_call(request: Request, call: str) -> HttpResponse:
    one = _published(request, call)
    filters = read_filters(request.GET)
    found = list(queries.results(one, request.now, filters))
    groups = [(province, list(rows)) for province, rows in groupby(found, key=lambda row: row.province)]
    counts = queries.counts_of(one, request.now)
    context = {
        "one": one,
        "filters": filters,
        "groups": groups,
        "found": len(found),
        "counts": counts,
        "provinces": list(queries.provinces_of(one, request.now)),
        "shown": set(queries.shown(request.now).filter(call=one).values_list("pk", flat=True)),
        "calls": list(published(request.now).order_by("-published_at")),
    }
    return render(request, "publishing/results.html", context)


@public(reason="the list of results is published (R15)")
@require_safe
def results_csv(request: Request, call: str) -> HttpResponse:
    """What the filters leave of the list, in UTF-8 with a mark that spreadsheets look for."""
    one = _published(request, call)
    name = f"{one.year}年推荐案例名单.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(name, inline=False)
    response.write("\ufeff")
    lines = csv.writer(response)
    lines.writerow(HEAD)
    for place, row in enumerate(queries.results(one, request.now, read_filters(request.GET)), 1):
        names = "、".join(author["name"] for author in row.authors)
        cells = (row.province.name, row.number, row.title, names, row.unit, TYPE_NAMES[CaseType(row.type)])
        lines.writerow([place, *map(neutral, cells), row.get_grade_display()])
    return response


def _published(request: Request, slug: str) -> Call:
    return get_object_or_404(published(request.now), slug=slug)
