"""The page of a document's blind copy: what was hidden and where, what else to hide, and the author's word on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import blinding, queries
from cases.actions import blinding as acts
from cases.forms.blind import BlindForm
from cases.lifecycle import State
from cases.makers import names_of
from cases.models import BlindCopy, Case, CaseDocument, ConversionState, FileState
from cases.readiness import counting_document
from cases.reading import blind_reading_of
from cases.reporting import personal_rows
from cases.views.files import link
from kernel.errors import Refusal


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_blind(request: Request, case_id: int) -> HttpResponse:
    """GET shows the copy or offers to make one; POST makes it anew, confirms it, or takes the confirmation back."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    document = counting_document(list(case.documents.all()))
    if document is None or document.state != FileState.ACCEPTED:
        return redirect("my_document", case.pk)
    copy = queries.blind_copy_of(document)
    if request.method == "POST":
        return _answer(request, case, copy)
    page = _page(case, document, copy)
    if "X-Fragment" in request.headers:
        return render(request, "cases/blind_copy.html", page)
    response = render(request, "cases/blind.html", page)
    patch_vary_headers(response, ["X-Fragment"])
    return response


def _answer(request: Request, case: Case, copy: BlindCopy | None) -> HttpResponse:
    offered = [one["name"] for one in copy.facts.get("pictures", [])] if copy else None
    form = BlindForm(request.POST, offered=offered)
    if not form.is_valid():
        words = form.errors.get("words")
        messages.error(request, str(words[0]) if words else "页面已经过时。请按现在的内容重新选择。")
        return redirect("my_blind", case.pk)
    given = form.cleaned_data
    common = {"case_id": case.pk, "document_id": given["document"], "actor": request.user, "now": request.now}
    try:
        if given["act"] == "make":
            acts.ask(**common, words=given.get("words", []), left_out=given.get("left_out", []))
        elif given["act"] == "confirm":
            acts.confirm(**common, blind_id=given["blind"] or 0)
            messages.success(request, "已确认。专家评审时看到的就是这份匿名稿。")
        else:
            acts.withdraw(**common)
            messages.success(request, "已撤销确认。专家评审时将看到平台自动遮盖的文本。")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("my_blind", case.pk)


def _page(case: Case, document: CaseDocument, copy: BlindCopy | None) -> dict[str, Any]:
    facts = copy.facts if copy else {}
    return {
        "case": case,
        "document": document,
        "copy": copy,
        "open": State(case.state) in blinding.OPEN,
        "making": copy is not None and copy.state == FileState.INSPECTING,
        "drawing": copy is not None and copy.conversion == ConversionState.WAITING,
        "current": copy is None or blinding.is_current(copy.known, names_of(case)),
        "replaced": personal_rows({"personal_data": facts.get("replaced", [])}),
        "left": personal_rows({"personal_data": facts.get("left", [])}),
        "pictures": [
            {**one, "url": link("blind", copy.pk, one["shown"]) if copy and one["shown"] else ""}
            for one in facts.get("pictures", [])
        ],
        "reading": blind_reading_of(document, copy, case, link=link) if copy and copy.html_key else None,
    }
