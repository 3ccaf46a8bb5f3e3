"""Drawn pictures: landscapes, classrooms, posters and a chart, small and the same for the same seed."""

import io
import random

from PIL import Image, ImageDraw, ImageOps

from demo.content.fonts import drawing_font

SIZE = (960, 640)
KINDS = ("landscape", "classroom", "poster")

Colour = tuple[int, int, int]
_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((61, 90, 128), (238, 226, 205)), ((43, 58, 103), (244, 214, 190)), ((70, 110, 105), (240, 236, 214)),
    ((96, 72, 110), (247, 222, 202)), ((38, 84, 110), (224, 236, 228)), ((120, 74, 66), (246, 232, 206)),
)  # fmt: skip
_INKS: tuple[Colour, ...] = ((36, 52, 84), (46, 92, 80), (150, 62, 48), (176, 122, 46), (84, 66, 112), (58, 100, 128))
_PAPER: Colour = (250, 246, 238)


def draw(rng: random.Random, kind: str, title: str = "", size: tuple[int, int] = SIZE) -> Image.Image:
    """The scene itself; the title is written on it only where the Chinese font is at hand."""
    top, bottom = rng.choice(_SKIES)
    shade = Image.linear_gradient("L").resize(size)
    image = ImageOps.colorize(shade, top, bottom)
    pen = ImageDraw.Draw(image)
    {"landscape": _landscape, "classroom": _classroom, "poster": _poster}[kind](rng, pen, size)
    if title:
        _write(pen, title, size)
    return image


def picture(rng: random.Random, kind: str = "landscape", title: str = "") -> bytes:
    """A JPEG of 960 × 640; `kind` is landscape, classroom or poster."""
    out = io.BytesIO()
    draw(rng, kind, title).save(out, "JPEG", quality=78)
    return out.getvalue()


def png(rng: random.Random, title: str = "") -> bytes:
    """A PNG of 720 × 420: a column chart of a rising use, in few colours."""
    width, height = 720, 420
    image = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(image)
    ink = rng.choice(_INKS)
    months, base = rng.randint(6, 10), 330
    step = (width - 120) // months
    value = rng.randint(40, 90)
    for month in range(months):
        value = min(250, value + rng.randint(2, 34))
        left = 70 + month * step
        pen.rectangle((left, base - value, left + step * 3 // 5, base), fill=ink)
    for line in range(base - 250, base + 1, 50):
        pen.line((60, line, width - 50, line), fill=(214, 206, 190))
    if title and (font := drawing_font(22)):
        pen.text((60, 362), title[:28], font=font, fill=(40, 40, 48))
    out = io.BytesIO()
    image.quantize(16).save(out, "PNG", optimize=False)
    return out.getvalue()


def _landscape(rng: random.Random, pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    """A sun and four ranges of hills, the nearest the darkest."""
    width, height = size
    sun_x, sun_y, radius = rng.randint(width // 6, width * 5 // 6), rng.randint(height // 6, height // 3), height // 14
    pen.ellipse((sun_x - radius, sun_y - radius, sun_x + radius, sun_y + radius), fill=(246, 226, 178))
    ink = rng.choice(_INKS)
    for row in range(4):
        base = height * (50 + row * 13) // 100
        points = [(0, height)]
        points += [(x * width // 8, base + rng.randint(-height // 11, height // 14)) for x in range(9)]
        mix = 3 - row
        pen.polygon([*points, (width, height)], fill=_mixed(ink, mix))


def _classroom(rng: random.Random, pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    """A screen on the wall, rows of desks, heads over them."""
    width, height = size
    wall, ink, accent = _PAPER, rng.choice(_INKS), rng.choice(_INKS)
    pen.rectangle((0, 0, width, height * 68 // 100), fill=wall)
    pen.rectangle((0, height * 68 // 100, width, height), fill=(206, 188, 160))
    left, right = width * rng.randint(18, 26) // 100, width * rng.randint(70, 80) // 100
    pen.rectangle((left, height // 10, right, height * 48 // 100), fill=ink)
    for line in range(rng.randint(3, 5)):
        y = height // 10 + 36 + line * 40
        pen.rectangle((left + 30, y, left + 30 + rng.randint(120, right - left - 90), y + 12), fill=_mixed(ink, 2))
    desks = rng.randint(4, 6)
    for row in range(2):
        y = height * (62 + row * 17) // 100
        for desk in range(desks):
            x = width * (desk * 2 + 1) // (desks * 2)
            pen.ellipse((x - 20, y - 62, x + 20, y - 22), fill=_mixed(accent, 1 + (desk + row) % 2))
            pen.rounded_rectangle((x - 58, y - 18, x + 58, y + 18), 8, fill=(142, 104, 72))


def _poster(rng: random.Random, pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    """Linked circles on paper: a network of schools."""
    width, height = size
    margin = height // 16
    pen.rectangle((margin, margin, width - margin, height - margin), fill=_PAPER)
    ink = rng.choice(_INKS)
    nodes = [
        (rng.randint(margin * 3, width - margin * 3), rng.randint(margin * 3, height * 7 // 10))
        for _ in range(rng.randint(7, 13))
    ]
    centre = (width // 2, height * 2 // 5)
    for node in nodes:
        pen.line((centre, node), fill=_mixed(ink, 2), width=4)
    for x, y in [*nodes, centre]:
        radius = 46 if (x, y) == centre else rng.randint(14, 30)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=rng.choice(_INKS))


def _write(pen: ImageDraw.ImageDraw, title: str, size: tuple[int, int]) -> None:
    """The title in one or two lines on a band at the foot, where there is a font for it."""
    font = drawing_font(34)
    if font is None:
        return
    width, height = size
    lines = [title[at : at + 24] for at in range(0, min(len(title), 48), 24)]
    top = height - 40 - 48 * len(lines)
    pen.rectangle((0, top - 16, width, height), fill=_PAPER)
    for number, line in enumerate(lines):
        pen.text((48, top + 48 * number), line, font=font, fill=(34, 36, 48))


def _mixed(colour: Colour, steps: int) -> Colour:
    """The colour brought towards paper by a fifth for each step."""
    red, green, blue = (part + (paper - part) * steps // 5 for part, paper in zip(colour, _PAPER, strict=True))
    return red, green, blue
