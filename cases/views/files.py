"""The author's own files: originals, and what the portal shows of them."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases import queries, serving
from cases.models import BlindCopy, CaseDocument, SupportingFile, UploadedFile

MODELS: dict[str, tuple[type[UploadedFile], str]] = {
    "document": (CaseDocument, "case"),
    "file": (SupportingFile, "case"),
    "blind": (BlindCopy, "document__case"),
}
"""{kind: (model, the way from it to its case)}."""


@require_safe
@requires(Role.AUTHOR)
def my_file(request: Request, kind: str, pk: int, variant: str) -> HttpResponseBase:
    """A variant of one of the author's own files; anybody else's is 404."""
    if kind not in MODELS:
        raise Http404
    mine = queries.visible_to_author(request.user)
    model, case = MODELS[kind]
    file = get_object_or_404(model._default_manager.filter(**{f"{case}__in": mine}), pk=pk)
    return serving.answer(request, file=file, variant=variant)


def link(kind: str, pk: int, variant: str) -> str:
    """Where the author reads a file."""
    return reverse("my_file", args=[kind, pk, variant])
