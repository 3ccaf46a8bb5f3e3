"""The information sheet and the declaration, kept while they are written."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.policy import CaseType
from cases import queries
from cases.actions import drafting
from cases.actions.drafting import AuthorLine
from cases.characters import count
from cases.editing import may_edit
from cases.forms.declaration import DeclarationForm
from cases.forms.sheet import AuthorForm, SheetForm
from cases.models import Case
from cases.readiness import readiness, studio_warnings
from kernel.errors import Refusal


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_sheet(request: Request, case_id: int) -> HttpResponse:
    """The information sheet (R5, R9, R19); POST keeps what is there, complete or not."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    if request.method == "GET" and not may_edit(case, request.now):
        return redirect("my_case", case.pk)
    if request.method == "GET":
        return _show_sheet(request, case, SheetForm(case=case), _blank_forms(request, case))
    form, authors = SheetForm(request.POST, case=case), author_forms(request.POST, case)
    lines = _rearranged([one.line() for one in authors], request.POST)
    autosave = "X-Autosave" in request.headers
    try:
        saved = drafting.save_sheet(
            case_id=case.pk, values=form.kept(), authors=lines, actor=request.user, now=request.now,
            edition=request.POST.get("edition"),
        )  # fmt: skip
    except Refusal as refusal:
        if autosave:
            return _not_saved(refusal, drafting.sheet_edition(case))
        form.add_error(refusal.field or None, refusal.sentence)
        return _show_sheet(request, case, form, authors)
    if autosave:
        late = {key: words for one in (form, *authors) for key, words in one.late().items()}
        return _saved(request, late, drafting.sheet_edition(saved))
    if request.POST.get("act") == "add":
        return redirect(f"{reverse('my_sheet', args=[case.pk])}?authors={len(authors) + 1}#author-{len(authors) + 1}")
    if "remove" in request.POST or "move" in request.POST:
        return redirect(reverse("my_sheet", args=[case.pk]) + "#authors")
    if form.is_valid() and all(one.is_valid() for one in authors):
        return redirect("my_check" if request.POST.get("act") == "check" else "my_document", case.pk)
    return _show_sheet(request, case, form, authors)


def _show_sheet(request: Request, case: Case, form: SheetForm, authors: list[AuthorForm]) -> HttpResponse:
    found = readiness(case)
    page = {
        "case": case,
        "form": form,
        "authors": authors,
        "steps": found.steps(1),
        "ready": found.ready,
        "used": count(form["overview"].value() or ""),
        "edition": drafting.sheet_edition(case),
        "warnings": studio_warnings(case, case.call) if case.type == CaseType.STUDIO else [],
    }
    return render(request, "cases/sheet.html", page)


def _blank_forms(request: Request, case: Case) -> list[AuthorForm]:
    """A form for each author, and for one more when ?authors= asks."""
    known = [AuthorLine(a.name, a.unit, a.post, a.mobile, a.is_host) for a in case.authors.all()]
    asked = request.GET.get("authors", "")
    room = min(max(len(known), int(asked) if asked.isdecimal() else 0, 1), case.call.max_authors)
    known += [AuthorLine()] * (room - len(known))
    studio = case.type == CaseType.STUDIO
    return [AuthorForm(number=number, studio=studio, line=line) for number, line in enumerate(known, start=1)]


def author_forms(data: QueryDict, case: Case) -> list[AuthorForm]:
    """The lines that were sent; one more than the call allows is read too, so that it can be refused."""
    sent = [n for n in range(1, case.call.max_authors + 2) if f"author-{n}-name" in data]
    return [AuthorForm(data, number=number, studio=case.type == CaseType.STUDIO) for number in sent]


def _rearranged(lines: list[AuthorLine], data: QueryDict) -> list[AuthorLine]:
    """The lines after what a button beside one of them asked: remove it, or move it up or down."""
    removed, (way, _, moved) = data.get("remove", ""), data.get("move", "").partition(":")
    if removed.isdecimal() and 1 <= int(removed) <= len(lines):
        return lines[: int(removed) - 1] + lines[int(removed) :]
    if moved.isdecimal():
        one = int(moved) - 1
        other = one - 1 if way == "up" else one + 1
        if min(one, other) >= 0 and max(one, other) < len(lines):
            lines[one], lines[other] = lines[other], lines[one]
    return lines


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_declaration(request: Request, case_id: int) -> HttpResponse:
    """Declaration, signature, date and the two sharing consents (R5); POST keeps what is there."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    if request.method == "GET" and not may_edit(case, request.now):
        return redirect("my_case", case.pk)
    today = timezone.localdate(request.now)
    form = DeclarationForm(request.POST if request.method == "POST" else None, case=case, today=today)
    if request.method == "POST":
        autosave = "X-Autosave" in request.headers
        try:
            case = drafting.save_declaration(
                case_id=case.pk, values=form.kept(), actor=request.user, now=request.now,
                edition=request.POST.get("edition"),
            )  # fmt: skip
        except Refusal as refusal:
            if autosave:
                return _not_saved(refusal, drafting.declaration_edition(case))
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            if autosave:
                return _saved(request, form.late(), drafting.declaration_edition(case))
            if form.is_valid():
                messages.success(request, "声明与签名已保存。")
                return redirect("my_check", case.pk)
    page = {
        "case": case,
        "form": form,
        "steps": readiness(case).steps(4),
        "edition": drafting.declaration_edition(case),
    }
    return render(request, "cases/declaration.html", page)


def _saved(request: Request, problems: dict[str, str], edition: str) -> JsonResponse:
    """What the window is told after a save: when, what is still wrong, and the edition it has now read."""
    moment = f"{timezone.localtime(request.now):%H:%M}"
    return JsonResponse({"saved_at": moment, "problems": problems, "edition": edition})


def _not_saved(refusal: Refusal, edition: str) -> JsonResponse:
    """Why nothing was saved; with the `edition` by which the window may insist, where another has written meanwhile."""
    answer: dict[str, Any] = {"saved_at": "", "problems": {}, "message": refusal.sentence}
    if isinstance(refusal, drafting.WrittenElsewhere):
        answer |= {"message": "这份内容刚在另一个窗口或设备上改过，这里的还没有保存。", "edition": edition}
    return JsonResponse(answer, status=409)
