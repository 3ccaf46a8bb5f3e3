"""The page of a case's Word document: upload it, follow its inspection, read what to mend (R7)."""

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import queries
from cases.actions import uploading
from cases.forms.files import DocumentForm
from cases.models import Case
from cases.quota import mb
from cases.readiness import readiness
from cases.reporting import report_of
from cases.views.files import link
from kernel.errors import Refusal

_HEADING = re.compile(r"(</?h)([2-5])\b")


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_document(request: Request, case_id: int) -> HttpResponse:
    """GET shows the document that counts and the inspector's findings; POST hands over a version or removes one."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    if "X-Fragment" in request.headers:
        return render(request, "cases/document_report.html", report_of(case, request.now, link))
    form = DocumentForm(limit=case.call.document_bytes)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, case)
    if request.method == "POST":
        form = DocumentForm(request.POST, request.FILES, limit=case.call.document_bytes)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                uploading.upload_document(
                    case_id=case.pk, name=file.name, content=file, actor=request.user, now=request.now
                )
            except Refusal as refusal:
                form.add_error(refusal.field or None, refusal.sentence)
            else:
                messages.success(request, "已收到，正在检查。可以先去填写其他部分。")
                return redirect("my_document", case.pk)
    report, found = report_of(case, request.now, link), readiness(case)
    page = {
        **report,
        "form": form,
        "leaf": _leaf(report["reading"].html),
        "limit": mb(case.call.document_bytes),
        "steps": found.steps(2),
        "ready": found.ready,
    }
    response = render(request, "cases/document.html", page)
    patch_vary_headers(response, ["X-Fragment"])
    return response


def _remove(request: Request, case: Case) -> HttpResponse:
    asked = request.POST["remove"]
    try:
        uploading.remove_document(
            case_id=case.pk,
            document_id=int(asked) if asked.isdecimal() else 0,
            actor=request.user,
            now=request.now,
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已移除这一版文档。")
    return redirect("my_document", case.pk)


def _leaf(html: Markup | None) -> Markup | None:
    """The document's text as a small page beside the findings, its headings below those of our page."""
    return html and Markup(_HEADING.sub(lambda tag: f"{tag[1]}{'4' if tag[2] == '2' else '5'}", html))  # nosec B704
