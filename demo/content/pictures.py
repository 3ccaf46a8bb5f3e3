"""Drawn pictures as files: JPEG and PNG, small and the same for the same seed."""

import io
import random

from PIL import Image

from demo.content.canvas import Canvas, Colour
from demo.content.scenes import PAPER, SCENES, chart

SIZE = (960, 640)
KINDS = tuple(SCENES)

_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((110, 152, 196), (244, 232, 210)), ((92, 120, 168), (246, 218, 196)), ((120, 168, 176), (240, 238, 218)),
    ((150, 130, 170), (248, 224, 206)), ((104, 156, 180), (228, 240, 232)), ((196, 150, 120), (248, 236, 212)),
)  # fmt: skip
_LINE = 24


def draw(rng: random.Random, kind: str, title: str = "", size: tuple[int, int] = SIZE) -> Image.Image:
    """The scene itself; the title is written on a band at its foot where the Chinese font is at hand."""
    canvas = Canvas(size, *rng.choice(_SKIES))
    SCENES[kind](rng, canvas)
    if title:
        lines = [title[at : at + _LINE] for at in range(0, min(len(title), 2 * _LINE), _LINE)]
        top = 600 - 48 * len(lines)
        canvas.box(0, top - 16, 960, 640, PAPER)
        for number, line in enumerate(lines):
            canvas.text(48, top + 48 * number, line, 34, (34, 36, 48))
    return canvas.finished()


def picture(rng: random.Random, kind: str = "landscape", title: str = "") -> bytes:
    """A JPEG of 960 × 640; `kind` is one of KINDS."""
    out = io.BytesIO()
    draw(rng, kind, title).save(out, "JPEG", quality=80)
    return out.getvalue()


def png(rng: random.Random, title: str = "") -> bytes:
    """A PNG of 960 × 640 in few colours: a page of figures."""
    canvas = Canvas(SIZE, PAPER, PAPER)
    chart(rng, canvas)
    if title:
        canvas.text(916, 46, title[:14], 22, (90, 94, 100), anchor="ra")
    out = io.BytesIO()
    canvas.finished().quantize(64, dither=Image.Dither.NONE).save(out, "PNG", optimize=False)
    return out.getvalue()
