"""How large a request to which address may be: one table, which the portal applies and nginx is tested against."""

import re
from typing import Final

MIB: Final = 1024 * 1024

PART: Final = 16 * MIB
"""One part of an upload."""

FORM: Final = 101 * MIB
"""A whole file in a plain form: the allowance of a case (R8) with the form around it."""

PAPER: Final = 6 * MIB
"""A filled-in form or list to be read (`cases.files.forms`, `accounts.forms.importing`): one file of at most 5 MB."""

PAPERS: Final = 32 * MIB
"""Some dozens of them at once."""

ELSEWHERE: Final = 1 * MIB
"""A form of words. The largest, a drawn signature included, stays far below."""

ROUTES: Final = (
    (r"^/part/", PART),
    # What nginx passes on to the object store (S3_UPLOAD_URL); the portal itself answers nothing there.
    (r"^/[a-z0-9-]+/arriving/[0-9a-f-]+$", PART),
    (r"^/my/[0-9]+/form/$", PAPER),
    (r"^/contact-sheet/form/$", PAPER),
    (r"^/centre/experts/import/$", PAPER),
    (r"^/centre/provinces/forms/$", PAPERS),
    (r"^/my/[0-9]+/document/$", FORM),
    (r"^/my/[0-9]+/materials/([0-9]+/)?$", FORM),
)
"""Which addresses take more than ELSEWHERE: the first pattern that fits decides."""

_COMPILED: Final = tuple((re.compile(pattern), limit) for pattern, limit in ROUTES)


def limit_for(path: str) -> int:
    """The largest body, in bytes, that is read for this path."""
    return next((limit for pattern, limit in _COMPILED if pattern.match(path)), ELSEWHERE)
