"""Checking, handing in, the receipt, and taking a case back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.consents import TEXTS, Purpose
from accounts.http import Request
from accounts.policy import Role
from cases import queries
from cases.actions import handing_in
from cases.actions.consenting import set_consent
from cases.actions.handing_in import may_withdraw
from cases.editing import may_edit
from cases.finishing import grace_ends_at
from cases.history import ahead_of, history_of
from cases.models import (
    UNDER_WAY,
    Case,
    Category,
    FileState,
    Receipt,
    SupportingFile,
    Target,
    Upload,
    UploadedFile,
    UploadState,
)
from cases.readiness import GONE, arriving_document, counting_document, readiness
from kernel.errors import Refusal


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR)
def my_check(request: Request, case_id: int) -> HttpResponse:
    """Check your answers; POST hands the case in."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    problem = ""
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            handing_in.hand_in(
                case_id=case.pk, actor=request.user, now=request.now,
                version=int(version) if version.isdecimal() else None,
            )  # fmt: skip
        except Refusal as refusal:
            problem = refusal.sentence
        else:
            return redirect("my_receipt", case.pk)
    elif not may_edit(case, request.now):
        return redirect("my_case", case.pk)
    files = [one for one in case.files.all() if one.state not in GONE]
    page = {
        "case": case,
        "found": readiness(case),
        "authors": list(case.authors.all()),
        "document": counting_document(list(case.documents.all())),
        "files": files,
        "arriving": arriving_document(list(case.uploads.all())),
        "uploads": [one for one in case.uploads.all() if one.awaited and one.target == Target.SUPPORTING],
        "kinds": _by_category(files),
        "total": sum(one.size for one in files),
        "problem": problem,
        "showing": TEXTS[Purpose.SHOWING],
    }
    return render(request, "cases/check.html", page)


def _by_category(files: list[SupportingFile]) -> str:
    """通知文件 2、制度文档 1."""
    counts = ((name, sum(one.category == key for one in files)) for key, name in Category.choices)
    return "、".join(f"{name} {number}" for name, number in counts if number)


@require_http_methods(["GET"])
@requires(Role.AUTHOR)
def my_receipt(request: Request, case_id: int) -> HttpResponse:
    """The newest receipt; its file list alone when the page asks again while files are inspected."""
    case = get_object_or_404(queries.with_parts(queries.visible_to_author(request.user)), pk=case_id)
    receipt = case.receipts.first()
    if receipt is None:
        return redirect("my_case", case.pk)
    page: dict[str, Any] = {"case": case, "receipt": receipt, **_files_now(case, receipt)}
    if "X-Fragment" in request.headers:
        return render(request, "cases/receipt_files.html", page)
    page |= {
        "authors": list(case.authors.all()),
        "trail": history_of(case),
        "ahead": ahead_of(case),
        "may_withdraw": may_withdraw(case, request.now),
    }
    return render(request, "cases/receipt.html", page)


def _files_now(case: Case, receipt: Receipt) -> dict[str, Any]:
    """The files of the receipt with what has become of them since: how far the sending, what the inspector found."""
    documents: Mapping[int, UploadedFile] = {one.pk: one for one in case.documents.all()}
    files: Mapping[int, UploadedFile] = {one.pk: one for one in case.files.all()}
    document, others = receipt.contents["document"], receipt.contents["files"]
    asked = [one["upload"] for one in (document, *others) if "upload" in one]
    # Not `case.uploads`: of those the page has read the ones under way alone.
    uploads = {str(one.pk): one for one in Upload.objects.filter(case=case, pk__in=asked)} if asked else {}
    rows = []
    for rowset, entry in [(documents, document), *((files, one) for one in others)]:
        upload = uploads.get(entry.get("upload", ""))
        pk = (upload.document_id or upload.file_id) if upload else entry["id"]
        now = rowset.get(pk) if pk else None
        state, message = (now.state, now.message) if now else (FileState.DROPPED, upload.message if upload else "")
        if upload is not None and upload.state in UNDER_WAY:
            state = upload.state
        rows.append({**entry, "sha256": now.sha256 if now else entry["sha256"], "now": state, "message": message})
    waiting = {FileState.INSPECTING, *UNDER_WAY}
    return {
        "rows": rows,
        "inspecting": sum(row["now"] in waiting for row in rows),
        "uploading": sum(row["now"] == UploadState.OPEN for row in rows),
        "grace_ends": grace_ends_at(case),
    }


@require_POST
@requires(Role.AUTHOR)
def my_withdraw(request: Request, case_id: int) -> HttpResponse:
    """Take the case back."""
    case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id)
    try:
        case = handing_in.withdraw(case_id=case.pk, actor=request.user, now=request.now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        again = (
            "报送截止前可以修改并再次报送，编号不变。"
            if may_edit(case, request.now)
            else "报送已经截止，不能再次报送。"
        )
        messages.success(request, f"案例已撤回。{again}")
    return redirect("my_case", case.pk)


@require_POST
@requires(Role.AUTHOR)
def my_consent(request: Request, case_id: int) -> HttpResponse:
    """Withdraw the consent to publication, or give it again; which, the form says."""
    case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id, number__isnull=False)
    given = request.POST.get("given") == "1"
    set_consent(case_id=case.pk, purpose=Purpose.PUBLISHING, given=given, actor=request.user, now=request.now)
    messages.success(request, "已同意公开展示。" if given else "已撤回同意，案例内容不再公开展示。")
    return redirect("my_case", case.pk)
