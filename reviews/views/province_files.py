"""The files of a case as the administrators of its province may see them: originals included."""

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases.serving import answer
from reviews.queries.screening import file_for_province


@requires(Role.PROVINCE)
@require_safe
def screening_file(request: Request, kind: str, pk: int, variant: str) -> HttpResponseBase:
    """One variant of a file of the province's own cases; anything else is not found."""
    return answer(request, file=file_for_province(request.user.province_admin.province, kind, pk), variant=variant)
