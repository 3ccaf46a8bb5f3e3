"""Files for experts: only what was derived from them; originals hold names (R14)."""

from pathlib import PurePosixPath

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases.serving import ORIGINAL, answer
from reviews.queries import experts as queries


@requires(Role.EXPERT)
@require_safe
def expert_file(request: Request, kind: str, pk: int, variant: str) -> HttpResponseBase:
    file = queries.file_for_expert(request.user, kind, pk)
    if variant == ORIGINAL:
        raise Http404
    return answer(request, file=file, variant=variant, saved_as=f"{kind}-{pk}{PurePosixPath(variant).suffix}")
