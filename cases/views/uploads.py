"""The addresses by which the page's script uploads files in parts: JSON in, JSON out, refusals as problems."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from calls.policy import WindowClosed
from cases import queries
from cases.actions import receiving
from cases.editing import NotEditable
from cases.forms.uploads import BadRequest, read_case, read_names, read_numbers, read_wanted
from cases.models import UNDER_WAY, Upload, UploadState
from cases.naming import BadCategory, BadName, BadTitle, WrongKind
from cases.parts import BadPart, MissingParts
from cases.quota import EmptyFile, FileTooBig, QuotaSpent, mb
from cases.staging import staging
from cases.storing import Unreadable
from kernel.errors import Refusal
from kernel.problems import problem

logger = logging.getLogger(__name__)

ANSWERS: dict[type[Refusal], tuple[int, str]] = {
    BadRequest: (400, "bad_request"),
    BadName: (400, "bad_name"),
    BadTitle: (400, "bad_title"),
    BadCategory: (400, "bad_category"),
    WrongKind: (400, "wrong_kind"),
    EmptyFile: (400, "empty"),
    BadPart: (400, "bad_part"),
    FileTooBig: (413, "too_large"),
    QuotaSpent: (409, "quota"),
    MissingParts: (409, "missing_parts"),
    NotEditable: (409, "not_editable"),
    WindowClosed: (409, "closed"),
}
"""(status, word) of a refusal or its nearest ancestor; every other is a 409 under its own code."""

FAILURES_SHOWN_FOR = timedelta(hours=1)

View = Callable[..., HttpResponse]


def refusals_as_problems(view: View) -> View:
    """A Refusal becomes its problem, a thing that is not there 404 `not_found`."""

    @wraps(view)
    def speaking(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return _problem(refusal)
        except Unreadable:
            logger.exception("the storage does not answer for parts of uploads")
            return problem(503, "storage_away", "存储暂时没有回应，稍后会自动重试。已传的部分会保留。")
        except Http404:
            return problem(404, "not_found", "找不到这件案例或这个上传。请刷新页面查看最新内容。")

    return speaking


@require_http_methods(["GET", "POST"])
@requires(Role.AUTHOR, api=True)
@refusals_as_problems
def api_uploads(request: Request) -> HttpResponse:
    """GET ?case=: the case's uploads under way, and those that failed lately. POST begins one, or goes on with it.

    In the list `parts` is left empty where files lie in an object store: it would be asked once for every upload.
    """
    if request.method == "POST":
        case_id, wanted = read_wanted(request.body)
        case = get_object_or_404(queries.visible_to_author(request.user), pk=case_id)
        upload, new = receiving.begin(case_id=case.pk, wanted=wanted, actor=request.user, now=request.now)
        return JsonResponse(_said(upload), status=201 if new else 200)
    case = get_object_or_404(queries.visible_to_author(request.user), pk=read_case(request.GET.get("case", "")))
    lately = Q(state=UploadState.FAILED, settled_at__gte=request.now - FAILURES_SHOWN_FOR)
    uploads = queries.uploads_of(request.user).filter(Q(state__in=UNDER_WAY) | lately, case=case)
    return JsonResponse({"uploads": [_said(one, parts=staging().counts_freely) for one in uploads]})


@require_http_methods(["GET", "PATCH", "DELETE"])
@requires(Role.AUTHOR, api=True)
@refusals_as_problems
def api_upload(request: Request, upload_id: UUID) -> HttpResponse:
    """GET: how far one upload is. PATCH: another title or category, also for the file it has become.

    DELETE cancels it and gives its room back, or puts away that it failed; done again, nothing more happens.
    """
    upload = get_object_or_404(queries.uploads_of(request.user), pk=upload_id)
    if request.method == "PATCH":
        return JsonResponse(_said(_rename(request, upload)))
    if request.method == "DELETE":
        receiving.cancel(upload=upload, now=request.now)
        return HttpResponse(status=204)
    return JsonResponse(_said(upload))


@require_POST
@requires(Role.AUTHOR, api=True)
@refusals_as_problems
def api_upload_parts(request: Request, upload_id: UUID) -> HttpResponse:
    """The addresses of some parts, good for a quarter of an hour."""
    upload = get_object_or_404(queries.uploads_of(request.user), pk=upload_id)
    found = receiving.addresses(upload=upload, numbers=read_numbers(request.body), now=request.now)
    return JsonResponse({"urls": [{"n": number, "url": url} for number, url in found]})


@require_POST
@requires(Role.AUTHOR, api=True)
@refusals_as_problems
def api_upload_complete(request: Request, upload_id: UUID) -> HttpResponse:
    """All parts are there: a job joins them. The answer does not wait for it."""
    upload = get_object_or_404(queries.uploads_of(request.user), pk=upload_id)
    return JsonResponse(_said(receiving.complete(upload=upload, now=request.now)), status=202)


def _rename(request: Request, upload: Upload) -> Upload:
    title, category = read_names(request.body, upload)
    return receiving.rename(upload=upload, title=title, category=category, actor=request.user, now=request.now)


def _said(upload: Upload, *, parts: bool = True) -> dict[str, Any]:
    """An upload as the script knows it; `parts` are those that have arrived whole, while more may come."""
    plan = upload.plan
    sizes = staging().sizes(upload) if parts and upload.state == UploadState.OPEN else {}
    missing = set(plan.missing(sizes))
    return {
        "id": str(upload.pk),
        "case": upload.case_id,
        "target": upload.target,
        "category": upload.category,
        "title": upload.title,
        "name": upload.name,
        "size": upload.size,
        "key": upload.fingerprint,
        "replaces": upload.replaces_id,
        "state": upload.state,
        "partSize": upload.part_size,
        "partCount": plan.count,
        "expires": upload.expires_at.isoformat(),
        "parts": [{"n": n, "size": sizes[n]} for n in sorted(sizes) if n in plan and n not in missing],
        "code": upload.code,
        "message": upload.message,
        "late": upload.late,
        "file": upload.file_id or upload.document_id,
    }


def _problem(refusal: Refusal) -> HttpResponse:
    found = next((ANSWERS[one] for one in type(refusal).__mro__ if one in ANSWERS), (409, refusal.code))
    more: dict[str, Any] = {}
    if isinstance(refusal, QuotaSpent):
        largest = refusal.largest
        more = {"used": refusal.used, "limit": refusal.limit, "room": refusal.room}
        more["largest"] = {"title": largest.title, "size": largest.size, "words": mb(largest.size)} if largest else None
    if isinstance(refusal, MissingParts):
        more = {"parts": refusal.parts}
    return problem(*found, refusal.sentence, **more)
