"""The measure of the part endpoint: a WSGI application that reads a body, hashes it, and sees it on the disk."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

PIECE = 256 * 1024


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """PUT of a body of known length; anything else gets its 200 without more ado."""
    body, left, digest = environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0), hashlib.sha256()
    if left:
        with tempfile.NamedTemporaryFile(dir=os.environ["DATA_DIR"], delete=False) as file:
            while left > 0 and (piece := body.read(min(PIECE, left))):
                file.write(piece)
                digest.update(piece)
                left -= len(piece)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, os.path.join(os.environ["DATA_DIR"], f"bare-{environ['PATH_INFO'].rsplit('/')[-1]}"))
    start_response("200 OK", [("ETag", f'"{digest.hexdigest()}"'), ("Content-Length", "0")])
    return []
