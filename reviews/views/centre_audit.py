"""The audit trail as the centre reads it: searched, page by page or as a table to take along."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from accounts.queries import provinces
from cases.serving import disposition
from kernel.models import AuditEntry
from kernel.spreadsheets import neutral
from reviews import records
from reviews.forms.deciding import AuditForm
from reviews.queries.trail import Names, names_in, trail

PAGE = 50
PORTION = 500
MOST = 100_000
"""So many entries go into one table; who wants more narrows the search."""

HEAD = ("编号", "时间", "谁", "动作", "对象", "省份", "内容")


def _named(facts: dict[str, Any], names: Names) -> dict[str, Any]:
    """The facts with names for ids; the case stands under the thing already, a lone case or a list of them does not."""
    kept = {name: value for name, value in facts.items() if name != "case_id"}
    if "expert_id" in kept:
        kept["expert_id"] = names.experts.get(kept["expert_id"], "")
    if isinstance(kept.get("cases"), list):
        kept["cases"] = f"{len(kept['cases'])} 件"
    return kept


def _in_words(entries: Iterable[AuditEntry], short: dict[str, str]) -> list[dict[str, Any]]:
    """Entries as people read them; `short` names the provinces by code. Four queries."""
    shown = list(entries)
    names = names_in(shown)
    return [
        {
            "id": entry.pk,
            "at": entry.at,
            "who": names.users.get(entry.actor_id or 0, "系统"),
            "verb": records.verb_words(entry.verb),
            "subject": records.subject_words(
                entry.subject, names.of(entry.subject, entry.subject_id, entry.facts.get("case_id"))
            ),
            "province": short.get(entry.province_code, entry.province_code),
            "facts": records.facts_words(_named(entry.facts, names)),
        }
        for entry in shown
    ]


def _searched(request: Request) -> tuple[AuditForm, QuerySet[AuditEntry]]:
    form = AuditForm(request.GET)
    form.is_valid()
    return form, trail(**form.wanted())


@requires(Role.CENTRE)
@require_safe
def centre_audit(request: Request) -> HttpResponse:
    form, entries = _searched(request)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    units = list(provinces().values_list("code", "short"))
    context = {
        "page": page,
        "form": form,
        "rows": _in_words(page.object_list, dict(units)),
        "verb_options": [("", "全部动作"), *records.VERB_OPTIONS],
        "province_options": [("", "全部省份"), *units],
    }
    return render(request, "centre/audit.html", context)


class _Echo:
    """What csv.writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


@requires(Role.CENTRE)
@require_safe
def centre_audit_export(request: Request) -> HttpResponseBase:
    """What the search leaves, newest first, as CSV; streamed, MOST entries at most."""
    _, entries = _searched(request)
    write = csv.writer(_Echo()).writerow
    # The mark at the beginning tells Excel that the text is UTF-8.
    lines = chain(("\ufeff",), (write(row) for row in _table(entries)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(f"审计记录{request.now:%Y%m%d}.csv", inline=False)
    return response


def _table(entries: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    short = dict(provinces().values_list("code", "short"))
    yield list(HEAD)
    last: int | None = None
    for _ in range(MOST // PORTION):
        portion = entries if last is None else entries.filter(pk__lt=last)
        rows = _in_words(portion[:PORTION], short)
        for row in rows:
            facts = "；".join(f"{name} {value}" for name, value in row["facts"])
            at = f"{timezone.localtime(row['at']):%Y-%m-%d %H:%M:%S}"
            cells = (row["id"], at, row["who"], row["verb"], row["subject"], row["province"], facts)
            yield [neutral(cell) for cell in cells]
        if len(rows) < PORTION:
            return
        last = rows[-1]["id"]
    yield [f"一份表最多 {MOST:,} 条，更早的没有列出，请缩小查找的范围。"]
