"""Files to send: a film of any size, a small PDF, and the name of the one that kills."""

import io
import random
import struct
from pathlib import Path

from PIL import Image

FILM = Path(__file__).parent.parent / "data" / "files" / "docling__sample_10s_video-mp4.mp4"

POISON = "致命的.pdf"
"""What the worker of tests.faults.poisoned dies of."""


def film(size: int, seed: int = 1) -> bytes:
    """An mp4 of exactly `size` bytes, larger than the sample; another seed gives other bytes (ISO 14496-12, `free`)."""
    head = FILM.read_bytes()
    rest = size - len(head)
    assert rest >= 8, f"the sample has {len(head)} bytes"
    return head + struct.pack(">I4s", rest, b"free") + random.Random(seed).randbytes(rest - 8)


def page() -> bytes:
    """A PDF of one page."""
    target = io.BytesIO()
    Image.new("RGB", (200, 200), "white").save(target, "PDF")
    return target.getvalue()
