"""Pictures of the portal as SVG strings: covers, landscape and seal.

Pure functions of their arguments, standard library only. Colours of pictures meant for <img> are written out here
(an image cannot see the page's tokens); the seal of a page carries classes and is coloured by the CSS.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import TypeVar

T = TypeVar("T")

# fmt: off
UNITS = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江",
    "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州",
    "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "兵团",
)
# fmt: on
"""The 32 units in the order of the division code; rows of eight make the lattice."""

KINDS = {"region": "区域研修", "school": "校本研修", "studio": "名师工作室"}
SONG = "Noto Serif SC,Source Han Serif SC,Songti SC,STSong,Noto Serif CJK SC,SimSun,serif"
INK, SHEET, CINNABAR, WASH = "#182026", "#fefefb", "#b5301c", "#fff8f2"

# ground, four tones from light to dark, the light behind a gate; the first colour set of a kind is its own
REGION = (
    ("#dfeae6", "#b5d2cf", "#86b7b6", "#4f96a0", "#237a8b", "#0f566c"),
    ("#e4ebe0", "#c3d6c0", "#98bd9f", "#669f83", "#3a7f6d", "#1d5f58"),
    ("#ecebdf", "#c9d3c9", "#9cb6b3", "#67919a", "#3d6d80", "#21485f"),
)
SCHOOL = (
    ("#f3e8d3", "#e3c99d", "#cfa76a", "#b07e3d", "#7d4a15", "#fbf6e9"),  # 赭石 on paper
    ("#7a4a1e", "#8f5c2b", "#a8743f", "#d9b27c", "#f0dcb8", "#fbf1dc"),  # pale lines on dark wood
    ("#c79b62", "#d4ae79", "#b98848", "#8a5a22", "#5b3710", "#f7ead0"),  # dark lines on ochre
    ("#e9ddcc", "#d3b59b", "#b98a6d", "#9a5f45", "#6f3a28", "#faf2e6"),  # brick
    ("#4f4234", "#62523f", "#7c6850", "#b59d78", "#e0cba3", "#f3e7cc"),  # lacquer
    ("#efeadb", "#d8cfae", "#bba974", "#8b7a3f", "#5c4f22", "#faf6e4"),  # reed
)
STUDIO = (
    ("#efe3ec", "#d9bfd3", "#bd93b5", "#95608c", "#6a3463"),
    ("#ece4ef", "#d3c6e0", "#b3a0c8", "#85699f", "#57407a"),
    ("#f2e6e6", "#e3c6cd", "#cb9aa8", "#a2657b", "#76384f"),
    ("#4d2e4b", "#6a3463", "#95608c", "#c8a0c0", "#ecd8e6"),
)


class Dice:
    """A stream of numbers that depends on its seed alone, the same on every machine and Python."""

    def __init__(self, seed: str) -> None:
        self._stream = self._numbers(seed)

    @staticmethod
    def _numbers(seed: str) -> Iterator[float]:
        block = seed.encode()
        while True:
            block = hashlib.sha256(block).digest()
            for i in range(0, 32, 4):
                yield int.from_bytes(block[i : i + 4], "big") / 2**32

    def unit(self) -> float:
        """A number in [0, 1)."""
        return next(self._stream)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.unit() * len(choices))]


def _svg(body: str, width: float, height: float, *, slice_to: str = "xMidYMid") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'preserveAspectRatio="{slice_to} slice">{body}</svg>'
    )


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """A curve through the points (Catmull–Rom written as Béziers)."""
    out = [f"M{points[0][0]:.0f} {points[0][1]:.1f}"]
    for i in range(len(points) - 1):
        p0, p1, p2 = points[max(i - 1, 0)], points[i], points[i + 1]
        p3 = points[min(i + 2, len(points) - 1)]
        out.append(
            f"C{p1[0] + (p2[0] - p0[0]) / 6:.0f} {p1[1] + (p2[1] - p0[1]) / 6:.1f} "
            f"{p2[0] - (p3[0] - p1[0]) / 6:.0f} {p2[1] - (p3[1] - p1[1]) / 6:.1f} {p2[0]:.0f} {p2[1]:.1f}"
        )
    return "".join(out)


def ridges(dice: Dice, width: float, height: float, tones: Sequence[str], *, top: float = 0.36) -> str:
    """Hills one behind the other, each with contour lines below its ridge."""
    out = []
    count = len(tones)
    for i, tone in enumerate(tones):
        base = height * (top + (1 - top) * (i + 0.4) / count)
        swing = height * (0.19 - 0.02 * i)
        a, b = dice.between(0, 6.3), dice.between(0, 6.3)
        f, g = dice.between(0.8, 1.5), dice.between(2.1, 3.3)
        points = []
        for k in range(13):
            u = k / 12 * math.pi
            y = base - swing * (0.62 * math.sin(1.2 * f * u + a) + 0.3 * abs(math.sin(g * u + b)))
            points.append((width * k / 12, y))
        curve = _smooth(points)
        out.append(f'<path d="{curve}V{height:g}H0Z" fill="{tone}"/>')
        for j in (1, 2, 3):
            out.append(
                f'<path d="{curve}" transform="translate(0 {j * height * 0.04 + j * j:.1f})" fill="none" '
                f'stroke="#fff" stroke-opacity="{0.34 - 0.08 * j:.2f}"/>'
            )
    return "".join(out)


def _region(dice: Dice, w: float, h: float) -> str:
    ground, *tones = dice.pick(REGION)
    sun = (
        f'<circle cx="{dice.between(0.45, 0.85) * w:.0f}" cy="{dice.between(0.2, 0.3) * h:.0f}" '
        f'r="{dice.between(13, 20):.0f}" fill="#fbfaf0"/>'
    )
    return f'<rect width="{w}" height="{h}" fill="{ground}"/>{sun}{ridges(dice, w, h, tones)}'


def _gate(shape: int, cx: float, cy: float, r: float, attrs: str) -> str:
    """Moon gate, octagon or begonia-cornered window."""
    if shape == 0:
        return f'<circle cx="{cx:.0f}" cy="{cy:.0f}" r="{r:g}" {attrs}/>'
    if shape == 1:
        corners = " ".join(
            f"{cx + 1.04 * r * math.cos(math.pi * (1 + 2 * k) / 8):.1f},"
            f"{cy + 1.04 * r * math.sin(math.pi * (1 + 2 * k) / 8):.1f}"
            for k in range(8)
        )
        return f'<polygon points="{corners}" {attrs}/>'
    s = 0.86 * r
    return (
        f'<rect x="{cx - s:.1f}" y="{cy - s:.1f}" width="{2 * s:.1f}" height="{2 * s:.1f}" rx="{s / 4:.1f}" {attrs}/>'
    )


def _school(dice: Dice, w: float, h: float) -> str:
    """A lattice window wall with a gate that looks out on hills."""
    ground, low, mid, line, deep, light = dice.pick(SCHOOL)
    weave, cell, lines, lit = int(dice.unit() * 5), 40, [], []
    for y in range(0, int(h), cell):
        for x in range(0, int(w), cell):
            v = dice.unit()
            fill = low if v < 0.3 else mid if v < 0.44 else ""
            odd = (y // cell) % 2
            if weave == 0:  # 井字嵌方
                lines.append(
                    f"M{x} {y}h40v40h-40zM{x + 10} {y + 10}h20v20h-20zM{x} {y + 20}h10m20 0h10M{x + 20} {y}v10m0 20v10"
                )
                shape = f"M{x + 10} {y + 10}h20v20h-20z"
            elif weave == 1:  # 斜方
                lines.append(f"M{x} {y}l40 40m0-40l-40 40M{x + 20} {y + 10}l10 10-10 10-10-10z")
                shape = f"M{x + 20} {y}l20 20-20 20-20-20z"
            elif weave == 2:  # 步步锦
                a, b = (20, 0) if odd else (0, 20)
                lines.append(f"M{x} {y}h40m-40 13h40m-40 14h40M{x + a} {y}v13M{x + b} {y + 13}v14M{x + a} {y + 27}v13")
                shape = f"M{x} {y + 13}h40v14h-40z"
            elif weave == 3:  # 龟背
                lines.append(f"M{x} {y + 20}l10-20h20l10 20-10 20h-20z")
                shape = f"M{x} {y + 20}l10-20h20l10 20-10 20h-20z"
            else:  # 灯笼框
                lines.append(
                    f"M{x + 20} {y}v8m0 24v8M{x} {y + 20}h8m24 0h8M{x + 14} {y + 8}h12l6 6v12l-6 6h-12l-6-6v-12z"
                )
                shape = f"M{x + 14} {y + 8}h12l6 6v12l-6 6h-12l-6-6v-12z"
            if fill:
                lit.append(f'<path d="{shape}" fill="{fill}"/>')
    cx, cy, r, shape_no = 0.62 * w, 0.5 * h, dice.pick((58, 64, 70)), int(dice.unit() * 3)
    dark = line if ground in (SCHOOL[1][0], SCHOOL[4][0]) else deep
    view = ridges(dice, w, h, (low, mid, line), top=0.42)
    return (
        f'<rect width="{w}" height="{h}" fill="{ground}"/>{"".join(lit)}'
        f'<path d="{"".join(lines)}" fill="none" stroke="{line}" stroke-width="1.8"/>'
        f'<defs><clipPath id="g">{_gate(shape_no, cx, cy, r, "")}</clipPath></defs>'
        + _gate(shape_no, cx, cy, r + 9, f'fill="{ground}" stroke="{dark}" stroke-width="2"')
        + _gate(shape_no, cx, cy, r, f'fill="{light}"')
        + f'<g clip-path="url(#g)"><circle cx="{cx + dice.between(-24, 24):.0f}" cy="{cy - 20:.0f}" r="11" '
        + f'fill="{mid}"/>{view}</g>'
        + _gate(shape_no, cx, cy, r, f'fill="none" stroke="{dark}" stroke-width="3"')
    )


def _ripples(dice: Dice, w: float, h: float, t: Sequence[str]) -> str:
    """A voice in the water, its listeners on the rings."""
    x, y, out = w * dice.between(0.55, 0.75), h * dice.between(0.4, 0.64), []
    for i in range(11, 0, -1):
        r = i * 13 - 4
        fill = t[min(3, 3 - int(i / 11 * 3.3))] if i % 2 == 0 else "none"
        out.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r}" fill="{fill}" fill-opacity="{0.9 if i < 4 else 0.35}" '
            f'stroke="{t[2]}" stroke-width="1.5"/>'
        )
        for _ in range(i // 2):
            a = dice.between(0, 6.28)
            out.append(
                f'<circle cx="{x + r * math.cos(a):.0f}" cy="{y + r * math.sin(a):.0f}" '
                f'r="{dice.pick((2.2, 3, 4))}" fill="{t[3]}"/>'
            )
    out.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="7" fill="{WASH}"/>')
    return "".join(out)


def _seats(dice: Dice, w: float, h: float, t: Sequence[str]) -> str:
    """A stage and the rows before it."""
    x, y, step = w * dice.between(0.35, 0.8), h * dice.between(0.86, 1.04), dice.pick((15, 18, 22))
    out = []
    for i in range(11, 0, -1):
        r = i * step + 4
        out.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r}" fill="{t[min(3, (11 - i) * 4 // 11)]}" '
            f'fill-opacity="{0.55 if i % 2 else 0.9}"/>'
        )
        seats = i * 3 + 2
        for k in range(seats if i > 2 else 0):
            if dice.unit() < 0.6:
                a = math.pi * (k + 0.5) / seats
                out.append(
                    f'<circle cx="{x - (r - 8) * math.cos(a):.0f}" cy="{y - (r - 8) * math.sin(a):.0f}" r="2.6" '
                    f'fill="{WASH}" fill-opacity=".85"/>'
                )
    out.append(f'<circle cx="{x:.0f}" cy="{y - 6:.0f}" r="13" fill="{WASH}"/>')
    return "".join(out)


def _scales(dice: Dice, w: float, h: float, t: Sequence[str], ground: str) -> str:
    """Water drawn in overlapping scales, lit around one point."""
    out = []
    for j in range(int(h / 13) + 3):
        for i in range(-1, int(w / 52) + 2):
            x, y = i * 52 + (26 if j % 2 else 0), j * 13 + 6
            lit, far = dice.unit(), math.hypot(x - w * 0.65, y - h * 0.5) / w
            fill = t[2] if lit < 0.34 - far else t[1] if lit < 0.6 - far else t[0] if lit < 0.8 else ground
            out.append(
                f'<circle cx="{x}" cy="{y}" r="26" fill="{fill}" stroke="{t[2]}"/>'
                f'<circle cx="{x}" cy="{y}" r="15" fill="none" stroke="{t[3]}" stroke-opacity=".6"/>'
            )
    return "".join(out)


def _studio(dice: Dice, w: float, h: float) -> str:
    """One voice and its listeners: ripples, rows of seats, or scales of water."""
    ground, *tones = dice.pick(STUDIO)
    form = int(dice.unit() * 3)
    drawn = (
        _ripples(dice, w, h, tones)
        if form == 0
        else _seats(dice, w, h, tones)
        if form == 1
        else _scales(dice, w, h, tones, ground)
    )
    return f'<rect width="{w}" height="{h}" fill="{ground}"/>{drawn}'


_DRAW = {"region": _region, "school": _school, "studio": _studio}


def cover(kind: str, number: str, *, width: int = 320, height: int = 200, slip: bool = True) -> str:
    """The cover of a case without a picture, a function of its type and number alone.

    `slip` adds the title slip (题签) with the type and the last four figures of the number.
    """
    body = _DRAW[kind](Dice(f"{kind}-{number}"), width, height)
    if slip:
        name, deep = KINDS[kind], {"region": "#12647d", "school": "#7d4a15", "studio": "#733a6b"}[kind]
        tall = 38 + 17 * len(name)
        body += (
            f'<path d="M16 0h36v{tall + 14}h-36z" fill="#fffdf6"/>'
            f'<path d="M19.5 0v{tall + 10}h29V0" fill="none" stroke="{deep}"/>'
            + "".join(
                f'<text x="34" y="{28 + 17 * i}" text-anchor="middle" font-family="{SONG}" font-weight="700" '
                f'font-size="14" fill="{INK}">{c}</text>'
                for i, c in enumerate(name)
            )
            + f'<text x="34" y="{tall}" text-anchor="middle" font-family="Georgia,serif" font-size="9.5" '
            + f'fill="{deep}">{escape(number[-4:])}</text>'
        )
    return _svg(body, width, height)


def hero() -> str:
    """The landscape under the home page and beside the login."""
    dice = Dice("千里")
    tones = ("#dbe6de", "#c6dad3", "#a5c8c6", "#7bb0b4", "#4b929f", "#2a7789")
    shore = '<path d="M0 446C220 418 420 462 700 446S1240 414 1600 444V461H0Z" fill="#f4f5ee"/>'
    return _svg(
        f'<circle cx="1180" cy="120" r="52" fill="#fefdf6"/>{ridges(dice, 1600, 460, tones, top=0.34)}{shore}',
        1600,
        460,
        slice_to="xMidYMax",
    )


def seal(cut: str = "研修案例", *, text: str = "研修案例", size: int = 96) -> str:
    """The seal in a page, in the old order (right column first): the characters in `cut` are carved."""
    quarters = []
    for i, char in enumerate(text):
        x, y = (44, 4)[i // 2], (4, 44)[i % 2]
        quarters.append(
            f'<rect class="seal-{"cut" if char in cut else "todo"}" x="{x}" y="{y}" width="38" height="38" rx="3"/>'
            f'<text x="{x + 19}" y="{y + 31}" font-size="33" text-anchor="middle">{escape(char)}</text>'
        )
    return (
        f'<svg class="seal" width="{size}" height="{size}" viewBox="-1 -1 88 88" role="img" '
        f'aria-label="印章：四项已完成 {sum(char in cut for char in text)} 项">'
        f'<rect class="seal-frame" width="86" height="86" rx="7" stroke-width="2.5"/>{"".join(quarters)}</svg>'
    )


def seal_image(text: str = "研修案例", *, aged: bool = False) -> str:
    """The finished seal as a picture of its own: brand, letter, certificate. `aged` gives it a hand-cut edge."""
    edge = (
        '<path d="M3 2 41 0l41 3 1 40-1 39-42 2-39-2L0 41z" fill="{0}"/>'
        if aged
        else '<rect width="84" height="84" rx="9" fill="{0}"/>'
    )
    chars = "".join(
        f'<text x="{(59, 25)[i // 2]}" y="{(36, 71)[i % 2]}" font-family="{SONG}" font-weight="700" font-size="31" '
        f'text-anchor="middle" fill="{WASH}">{escape(c)}</text>'
        for i, c in enumerate(text)
    )
    return _svg(
        edge.format(CINNABAR)
        + f'<rect x="4.5" y="4.5" width="75" height="75" rx="5" fill="none" stroke="{WASH}" stroke-width="1.6"/>'
        + chars,
        84,
        84,
    )
