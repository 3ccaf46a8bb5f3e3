"""A drawing surface of 960 × 640 points, whatever its pixels; text appears only where the Chinese font is at hand."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from demo.content.fonts import drawing_font

POINTS = (960, 640)
Colour = tuple[int, int, int]
Point = tuple[float, float]


def mixed(colour: Colour, other: Colour, part: float) -> Colour:
    """The colour brought towards the other by a part of 0 to 1."""
    red, green, blue = (round(own + (to - own) * part) for own, to in zip(colour, other, strict=True))
    return red, green, blue


class Canvas:
    """Draws in points at twice the size, so that edges are smooth once it is brought down."""

    def __init__(self, size: tuple[int, int], top: Colour, bottom: Colour) -> None:
        self.size = size
        self.scale = 2 * size[0] / POINTS[0]
        shade = Image.linear_gradient("L").resize((size[0] * 2, size[1] * 2))
        self.image = ImageOps.colorize(shade, top, bottom)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The picture in its own size."""
        return self.image.reduce(2)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, radius: float = 0) -> None:
        """A filled rectangle, its corners round where a radius is given."""
        area = tuple(round(at * self.scale) for at in (left, top, right, bottom))
        self.pen.rounded_rectangle(area, round(radius * self.scale), fill=colour)

    def frame(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, width: float = 2) -> None:
        """The outline of a rectangle."""
        area = tuple(round(at * self.scale) for at in (left, top, right, bottom))
        self.pen.rectangle(area, outline=colour, width=max(1, round(width * self.scale)))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        area = tuple(round(at * self.scale) for at in (x - radius, y - radius, x + radius, y + radius))
        self.pen.ellipse(area, fill=colour)

    def ring(self, x: float, y: float, wide: float, high: float, colour: Colour, *, width: float = 3) -> None:
        """The outline of an ellipse, as a pen circles a word."""
        area = tuple(round(at * self.scale) for at in (x - wide, y - high, x + wide, y + high))
        self.pen.ellipse(area, outline=colour, width=max(1, round(width * self.scale)))

    def pie(self, x: float, y: float, radius: float, parts: Sequence[tuple[float, Colour]], hole: Colour) -> None:
        """A doughnut of parts that add up to one."""
        area = tuple(round(at * self.scale) for at in (x - radius, y - radius, x + radius, y + radius))
        start = -90.0
        for part, colour in parts:
            self.pen.pieslice(area, start, start + part * 360, fill=colour)
            start += part * 360
        self.disc(x, y, radius * 0.58, hole)

    def line(self, points: Sequence[Point], colour: Colour, *, width: float = 2) -> None:
        """A line through the points."""
        places = [(x * self.scale, y * self.scale) for x, y in points]
        self.pen.line(places, fill=colour, width=max(1, round(width * self.scale)), joint="curve")

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled polygon."""
        self.pen.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=colour)

    def turned(self, x: float, y: float, wide: float, high: float, angle: float, colour: Colour) -> None:
        """A rectangle around its centre, turned by an angle in degrees."""
        turn = math.radians(angle)
        corners = [(-wide / 2, -high / 2), (wide / 2, -high / 2), (wide / 2, high / 2), (-wide / 2, high / 2)]
        self.shape(
            [
                (x + dx * math.cos(turn) - dy * math.sin(turn), y + dx * math.sin(turn) + dy * math.cos(turn))
                for dx, dy in corners
            ],
            colour,
        )

    def text(self, x: float, y: float, words: str, size: float, colour: Colour, *, anchor: str = "la") -> None:
        """Words at a place, their size in points; nothing where there is no font for them."""
        if font := drawing_font(round(size * self.scale)):
            self.pen.text((x * self.scale, y * self.scale), words, font=font, fill=colour, anchor=anchor)
