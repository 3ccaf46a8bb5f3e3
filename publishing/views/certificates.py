"""Certificates: looking one up, verifying it, downloading it; and the author's own (R15)."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public, requires
from accounts.http import Request
from accounts.policy import Role
from cases.lifecycle import SELECTED
from cases.serving import disposition
from publishing import queries
from publishing.actions.certifying import picture_key
from publishing.certificates import normalise_code
from publishing.forms.certificates import CodeForm, NameForm
from publishing.models import Certificate, Publication

UNKNOWN_CODE = "没有查到这个查验码对应的证书。请核对证书左下方的 12 位查验码。"
UNKNOWN_PAIR = "没有查到与姓名和编号都相符的证书。请核对证书上的姓名与编号后再试。"
"""One sentence for every pair that does not lead to a certificate, so that it tells nothing about either half."""


@public(reason="anyone may query a certificate (R15)")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: Request) -> HttpResponse:
    """By code (GET, so that it can be linked) or by name and number (POST, so that names stay out of addresses)."""
    by_code = CodeForm(request.GET if "code" in request.GET else None)
    by_name = NameForm(request.POST or None)
    if by_name.is_bound and by_name.is_valid():
        row = queries.certificate_of(request.now, **by_name.cleaned_data)
        if row is not None:
            return redirect("certificate", row.code)
        by_name.add_error(None, UNKNOWN_PAIR)
    elif by_code.is_bound and by_code.is_valid():
        code = by_code.cleaned_data["code"]
        if queries.certificates(request.now).filter(code=code).exists():
            return redirect("certificate", code)
        by_code.add_error("code", UNKNOWN_CODE)
    return render(request, "publishing/certificates.html", {"by_code": by_code, "by_name": by_name})


@public(reason="whoever holds a certificate may verify it (R15)")
@require_safe
def certificate(request: Request, code: str) -> HttpResponse:
    """Where the QR code leads: valid, being made, revoked, or unknown (404 with a plain sentence)."""
    stored = normalise_code(code)
    row = queries.certificates(request.now).filter(code=stored).first() if stored else None
    if row is None:
        form = CodeForm({"code": code[:60]})
        if form.is_valid():
            form.add_error("code", UNKNOWN_CODE)
        page = {"by_code": form, "by_name": NameForm()}
        return render(request, "publishing/certificates.html", page, status=404)
    if stored != code:
        return redirect("certificate", stored)
    context = {
        "row": row,
        "selected": row.selected,
        "state": _state(row),
        "shown": queries.shown(request.now).filter(pk=row.selected_id).exists(),
    }
    name = "certificate_proof" if "X-Fragment" in request.headers else "certificate"
    return render(request, f"publishing/{name}.html", context)


def _state(row: Certificate) -> str:
    # A case that lost its grade has no valid certificate from that moment on; the job that revokes it comes later (R9).
    if row.revoked_at is not None or row.selected.case.state not in SELECTED:
        return "revoked"
    return "valid" if row.made_at is not None else "making"


@public(reason="certificates can be queried and downloaded (R15)")
@require_safe
def pdf(request: Request, code: str) -> HttpResponseBase:
    """The certificate as it was made; in the page, or saved with ?download=1. A revoked one is not handed out."""
    row = _made(request, code)
    name = f"{row.selected.get_grade_display()}证书 {row.number}.pdf"
    response = _file(row.key, "application/pdf")
    response["Content-Disposition"] = disposition(name, inline="download" not in request.GET)
    return response


@public(reason="certificates can be queried and downloaded (R15)")
@require_safe
def picture(request: Request, code: str) -> HttpResponseBase:
    """The certificate as a picture, for the page that verifies it."""
    return _file(picture_key(_made(request, code).key), "image/png")


def _made(request: Request, code: str) -> Certificate:
    row = get_object_or_404(queries.certificates(request.now).filter(made_at__isnull=False), code=code)
    if _state(row) != "valid":
        raise Http404
    return row


def _file(key: str, content_type: str) -> FileResponse:
    """The bytes kept under the key; 404 where the storage has lost them."""
    if not default_storage.exists(key):
        raise Http404
    return FileResponse(default_storage.open(key), content_type=content_type)


@requires(Role.AUTHOR)
@require_safe
def my_certificate(request: Request, case_id: int) -> HttpResponse:
    """The author's own certificate: being made, ready, revoked, or none."""
    case = get_object_or_404(queries.of_author(request.user), pk=case_id)
    row = queries.certificates(request.now).filter(selected__case=case).first()
    state = _state(row) if row else "none"
    if row is None:
        publication = Publication.objects.filter(call=case.call, confirmed_at__isnull=False).first()
        grade = publication.decisions.get(str(case.pk)) if publication and publication.done_at is None else None
        state = "making" if grade in ("typical", "showcase") else "none"
    context = {"case": case, "row": row, "state": state}
    page = "my_certificate_state" if "X-Fragment" in request.headers else "my_certificate"
    return render(request, f"publishing/{page}.html", context)
