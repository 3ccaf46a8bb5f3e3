"""A person's own data: what they agreed to and how to take it back, a copy of it all, and the way out."""

import io
import json
import zipfile
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires
from accounts.actions.consenting import set_showing, standing
from accounts.consents import EFFECTS, OF_ACCOUNT, TEXTS, Purpose
from accounts.http import Request
from accounts.models import Consent, DataCopy
from accounts.policy import Role
from cases import queries
from cases.actions.collecting import ask_for_copy, take_copy
from cases.actions.consenting import FIELDS, set_consent, words_of
from cases.actions.leaving import close_account
from cases.models import Case
from cases.serving import disposition
from kernel.errors import Refusal


@require_safe
@requires(*Role)
def my_copy(request: Request, copy_id: int) -> HttpResponse:
    """One's own copy as a ZIP: what is kept, and a list of the files. Another's, and one that has ended, is no page."""
    copy = get_object_or_404(DataCopy.objects.select_related("user"), pk=copy_id, user=request.user)
    if copy.made_at is None or not copy.is_there(request.now):
        raise Http404
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in take_copy(copy=copy, now=request.now).items():
            archive.writestr(f"{name}.json", json.dumps(part, ensure_ascii=False, indent=1))
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = disposition(f"个人数据 {copy.asked_at:%Y%m%d}.zip", inline=False)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@requires(*Role)
def my_privacy(request: Request) -> HttpResponse:
    """What was agreed to, in the words that were read; POST gives or takes back one consent, or closes the account."""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "copy":
                ask_for_copy(user=request.user, now=request.now)
                messages.success(request, "正在整理您的数据，备好后会在消息里告诉您。")
                return redirect("my_privacy")
            return _carry_out(request, request.POST.get("purpose", ""))
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("my_privacy")
    answers = standing(request.user)
    cases = list(queries.visible_to_author(request.user).filter(number__isnull=False))
    copy = DataCopy.objects.filter(user=request.user).defer("contents").first()
    page = {
        "copy": copy if copy is not None and copy.is_there(request.now) else None,
        "own": [_line(purpose, answers.get((purpose, None)), TEXTS[purpose]) for purpose in OF_ACCOUNT],
        "cases": [(case, _lines_of(case, answers)) for case in cases],
    }
    return render(request, "cases/privacy.html", page)


def _line(purpose: Purpose, answer: Consent | None, words: str) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "words": answer.text.text if answer else words,
        "version": answer.text.since if answer else None,
        "at": answer.at if answer else None,
        "given": answer.given if answer else None,
        "effect": EFFECTS[purpose],
    }


def _lines_of(case: Case, answers: dict[tuple[str, int | None], Consent]) -> list[dict[str, Any]]:
    """The consents of one case; the case itself says how they stand."""
    return [
        {**_line(purpose, answers.get((purpose, case.pk)), words_of(case)[purpose]), "given": getattr(case, field)}
        for purpose, field in FIELDS.items()
    ]


def _carry_out(request: Request, purpose: str) -> HttpResponse:
    given = request.POST.get("given") == "1"
    if purpose == Purpose.PROCESSING and not given:
        if request.POST.get("sure") != "1":
            messages.error(request, "请先勾选“我知道关闭后不能恢复”，再关闭账号。")
            return redirect("my_privacy")
        close_account(user=request.user, now=request.now)
        logout(request)
        messages.success(request, "账号已关闭，您的联系方式和草稿已经删除。")
        return redirect("home")
    if purpose == Purpose.SHOWING:
        set_showing(user=request.user, given=given, now=request.now)
    elif purpose in FIELDS:
        number = request.POST.get("case", "")
        case = get_object_or_404(queries.visible_to_author(request.user), number=number)
        set_consent(case_id=case.pk, purpose=Purpose(purpose), given=given, actor=request.user, now=request.now)
    else:
        messages.error(request, "没有认出是哪一项同意，请刷新页面再试。")
        return redirect("my_privacy")
    messages.success(request, "已记下您的同意。" if given else f"已撤回。{EFFECTS[Purpose(purpose)]}")
    return redirect("my_privacy")
