"""附表1 out and in: the sheet as its own paper, and a filled-in one read and taken over part by part (R5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.policy import CaseType
from cases import queries
from cases.actions import applying, drafting
from cases.editing import may_edit
from cases.files.forms.information_sheet import ON_PLATFORM, WORDS
from cases.files.forms.opening import Form
from cases.files.kinds import BY_SLUG
from cases.forms.papers import PaperForm
from cases.forms.sheet import SheetForm
from cases.models import Case
from cases.papers import InformationSheet, SheetAuthor, filled_information_sheet, information_sheet_pdf
from cases.reading_forms import offers, read_uploads
from cases.serving import disposition
from cases.views.sheet import author_forms
from kernel.errors import Refusal
from kernel.typesetting.glyphs import MissingGlyph

TOO_OFTEN = "读得太频繁了，请十分钟后再试。"
OTHER_FORM = "这是附表 2（联系人信息表）。请选择填好的附表 1（案例信息表）。"


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_form(request: Request, case_id: int) -> HttpResponse:
    """A filled-in 附表1: POST of the file shows what it says beside what stands; POST of chosen parts writes them."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    if not may_edit(case, request.now):
        return redirect("my_case", case.pk)
    if "apply" in request.POST:
        return _apply(request, case)
    posted = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if posted else PaperForm()
    if posted and form.is_valid():
        read = _read(request, case, form)
        if read is not None:
            return _compare(request, case, read.fields, read.problems)
    return render(request, "cases/form.html", {"case": case, "form": form}, status=422 if form.errors else 200)


def _read(request: Request, case: Case, form: PaperForm) -> Form | None:
    """What the file says; None, and why beside the field, where it is no 附表1."""
    if not ratelimit.consume(request, action="read_form"):
        form.add_error("file", TOO_OFTEN)
        return None
    limits = {"overview": case.call.overview_limit, "authors": case.call.max_authors}
    (read,) = read_uploads([form.cleaned_data["file"]], limits=limits)
    if read.form != "1":
        form.add_error("file", OTHER_FORM if read.form else read.problems[0]["message"])
        return None
    return read


def _compare(
    request: Request, case: Case, fields: Mapping[str, Any], problems: Sequence[Mapping[str, str]], refusal: str = ""
) -> HttpResponse:
    page = {
        "case": case,
        "fields": fields,
        "offers": offers(case, fields, problems),
        "refusal": refusal,
        "edition": drafting.sheet_edition(case),
    }
    return render(request, "cases/form_read.html", page, status=422 if refusal else 200)


def _apply(request: Request, case: Case) -> HttpResponse:
    """Write the chosen parts, which are checked like anything typed into the sheet."""
    taken = [name for name in WORDS if name in request.POST.getlist("take")]
    sheet, kind = SheetForm(request.POST, case=case), request.POST.get("type", "")
    authors = author_forms(request.POST, case)
    kept = sheet.kept()
    wrong = [
        {"field": name, "message": str(sheet.errors[name][0])} for name in ("title", "overview") if name in sheet.errors
    ]
    refusal = ""
    if not taken:
        refusal = "还没有勾选要采用的栏目。请至少勾选一项，或者返回信息表。"
    elif "title" in taken and "title" not in kept:
        refusal = wrong[0]["message"]
    elif "type" in taken and kind not in list(CaseType):
        refusal = "表里的案例类型没有读出来，请在信息表里更改。"
    else:
        try:
            applying.apply_form(
                case_id=case.pk,
                values={name: kept[name] for name in ("title", "overview") if name in taken},
                authors=[one.line() for one in authors] if "authors" in taken else None,
                type=kind if "type" in taken else "",
                edition=request.POST.get("edition", ""),
                actor=request.user,
                now=request.now,
            )
        except Refusal as refused:
            refusal = refused.sentence
        else:
            messages.success(request, f"已采用表里的{'、'.join(WORDS[name] for name in taken)}。请再核对一遍。")
            return redirect("my_sheet", case.pk)
    fields = {
        "title": request.POST.get("title", ""),
        "type": kind if kind in list(CaseType) else "",
        "overview": request.POST.get("overview", ""),
        "authors": [
            {name: getattr(one.line(), name) for name in ("name", "unit", "post", "mobile")} for one in authors
        ],
    }
    return _compare(request, case, fields, wrong, refusal)


def _sheet_of(case: Case) -> InformationSheet:
    return InformationSheet(
        title=case.title,
        authors=tuple(SheetAuthor(one.name, one.unit, one.post, one.mobile) for one in case.authors.all()),
        kind=CaseType(case.type),
        overview=case.overview,
        signature=case.signature or (ON_PLATFORM if case.signature_drawing else ""),
        date=case.signed_on,
    )


def _download(body: bytes, kind: str, case: Case) -> HttpResponse:
    name = f"案例信息表 {case.number or '草稿'}.{kind}"
    headers = {"Content-Disposition": disposition(name, inline=False)}
    return HttpResponse(body, content_type=BY_SLUG[kind].mime, headers=headers)


@require_safe
@requires(Role.AUTHOR)
def my_paper(request: Request, case_id: int) -> HttpResponse:
    """The information sheet as the form's own paper (附表1), filled with what the case says."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    return _download(filled_information_sheet(_sheet_of(case)), "docx", case)


@require_safe
@requires(Role.AUTHOR)
def my_paper_pdf(request: Request, case_id: int) -> HttpResponse:
    """The same as PDF, to print and sign; a character that its fonts lack leads back to the page with the Word file."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    try:
        return _download(information_sheet_pdf(_sheet_of(case)), "pdf", case)
    except MissingGlyph as refusal:
        messages.error(request, f"{refusal.sentence}您也可以下载 Word 版打印。")
        return redirect("my_form" if may_edit(case, request.now) else "my_case", case.pk)
