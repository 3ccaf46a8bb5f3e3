"""The files of a case as the administrators of its province may see them: originals included."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.policy import Role
from cases.models import CaseDocument, SupportingFile
from cases.queries import visible_to_province
from cases.serving import answer

KINDS = {"document": CaseDocument, "file": SupportingFile}


@requires(Role.PROVINCE)
@require_safe
def screening_file(request: HttpRequest, kind: str, pk: int, variant: str) -> HttpResponseBase:
    """One variant of a file of the province's own cases; anything else is not found."""
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    cases = visible_to_province(request.user.province_admin.province)
    file = get_object_or_404(model.objects.filter(case__in=cases.values("pk")), pk=pk)
    return answer(request, file=file, variant=variant)
