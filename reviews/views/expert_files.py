"""Files for experts: only what was derived from them, and films to play; originals hold names (R14)."""

from pathlib import PurePosixPath

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.http import Request
from accounts.policy import Role
from cases.files.kinds import BY_SLUG, kind_named
from cases.models import SupportingFile, UploadedFile
from cases.serving import ORIGINAL, answer, original_tells_more
from reviews.queries import experts as queries


@requires(Role.EXPERT)
@require_safe
def expert_file(request: Request, kind: str, pk: int, variant: str) -> HttpResponseBase:
    file = queries.file_for_expert(request.user, kind, pk)
    if variant == ORIGINAL and not _plays(file):
        raise Http404
    suffix = PurePosixPath(file.name).suffix.lower() if variant == ORIGINAL else PurePosixPath(variant).suffix
    return answer(request, file=file, variant=variant, saved_as=f"{kind}-{pk}{suffix}")


def _plays(file: UploadedFile) -> bool:
    """Whether the original is a film of which no copy was made that could be watched in its place."""
    if not isinstance(file, SupportingFile) or original_tells_more(file):
        return False
    found = BY_SLUG.get(file.kind) or kind_named(file.name, "supporting")
    return found is not None and found.group == "video"
