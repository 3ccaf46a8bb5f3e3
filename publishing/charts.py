"""Counts and scores drawn as SVG strings, to stand in a page beside their numbers.

Pure functions of their arguments; they carry classes and are coloured by the CSS. Charts measure x in percent and y in
pixels, so they widen without stretching their letters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from publishing.art import KINDS, UNITS


def heat(value: int, steps: Sequence[int] = (150, 300, 450, 650)) -> int:
    """1–5: which tint of the lattice a count gets."""
    return 1 + sum(value >= step for step in steps)


def lattice(values: Mapping[str, int], steps: Sequence[int] = (150, 300, 450, 650)) -> list[dict[str, object]]:
    """The 32 units in order with value and tint, for ol.lattice; a unit without a value counts 0."""
    return [{"unit": unit, "value": values.get(unit, 0), "heat": heat(values.get(unit, 0), steps)} for unit in UNITS]


def places(counts: Mapping[str, int], total: int = 200) -> str:
    """The places of a province as squared paper, 5 cells high, filled by type; few places leave its right side bare."""
    filled = [kind for kind, count in counts.items() for _ in range(count)]
    if len(filled) > total:
        raise ValueError("more recommendations than places")
    rows = 5
    # The page gives the paper one width: narrower than 40 columns it would grow as high as a screen.
    columns = max(40, -(-total // rows))
    cells = []
    for k in range(total):
        attr = f'data-kind="{filled[k]}"' if k < len(filled) else 'class="paper-free"'
        cells.append(f'<rect x="{k // rows * 10 + 1}" y="{k % rows * 10 + 1}" width="8" height="8" {attr}/>')
    words = "、".join(f"{KINDS[k]} {n}" for k, n in counts.items())
    return (
        f'<svg class="paper" viewBox="0 0 {columns * 10} {rows * 10 + 1}" role="img" '
        f'aria-label="{total} 个名额：{words}，空余 {total - len(filled)}">{"".join(cells)}</svg>'
    )


def strip(tones: Sequence[str], whole: int = 0, done: int = 0) -> str:
    """Progress through a pile, one cell a case; tones: done, act, skip or empty.

    Of a pile too large to draw they are a part: `whole` and `done` say how many there are.
    """
    step = 100 / len(tones)
    whole, done = (whole, done) if whole else (len(tones), tones.count("done"))
    cells = "".join(
        f'<rect x="{i * step:.2f}%" width="{step * 0.86:.2f}%" height="14" '
        + ('class="skip-cell"/>' if tone == "skip" else f'data-tone="{tone}"/>' if tone else "/>")
        for i, tone in enumerate(tones)
    )
    return f'<svg class="strip" role="img" aria-label="共 {whole} 件，已评 {done} 件">{cells}</svg>'


def stack(parts: Sequence[tuple[str, float]], whole: float, *, css: str, label: str = "", height: int = 20) -> str:
    """A stacked bar: (class, amount) pairs over a whole."""
    x, out = 0.0, []
    for name, amount in parts:
        out.append(
            f'<rect class="{name}" x="{x / whole * 100:.2f}%" width="{amount / whole * 100:.2f}%" height="{height}"/>'
        )
        x += amount
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="{css}" {role}>{"".join(out)}</svg>'


def dots(scores: Sequence[float], *, low: float = 60, high: float = 100, far: float = 6) -> str:
    """The experts' scores of one case on a line, their mean a stroke; a score further than `far` from it is marked."""
    mean = sum(scores) / len(scores)

    def at(score: float) -> str:
        return f"{3 + (min(max(score, low), high) - low) / (high - low) * 94:.1f}%"

    far_class = ' class="dots-far"'
    marks = "".join(f'<circle cx="{at(s)}" cy="9" r="4.5"{far_class if abs(s - mean) > far else ""}/>' for s in scores)
    words = "、".join(f"{s:g}" for s in scores)
    return (
        f'<svg class="dots" role="img" aria-label="专家评分 {words}"><line x1="1%" x2="99%" y1="9" y2="9"/>{marks}'
        f'<line class="dots-mean" x1="{at(mean)}" x2="{at(mean)}" y1="1" y2="17"/></svg>'
    )


def histogram(bins: Sequence[tuple[float, int]], *, typical: float, showcase: float, height: int = 280) -> str:
    """Counts by score with the two cut lines. Bins are (middle, count), evenly spaced."""
    step = bins[1][0] - bins[0][0]
    low, high = bins[0][0] - step / 2, bins[-1][0] + step / 2
    top = max(count for _, count in bins)

    def at(score: float) -> float:
        return (score - low) / (high - low) * 100

    def grade(score: float) -> str:
        return "typical" if score >= typical else "showcase" if score >= showcase else "none"

    bars = "".join(
        f'<rect class="hist-{grade(s)}" x="{at(s - step / 2) + 0.08:.2f}%" width="{100 / len(bins) - 0.16:.2f}%" '
        f'y="{height - count / top * (height - 44):.0f}" height="{count / top * (height - 44):.0f}"/>'
        for s, count in bins
    )
    grid = "".join(f'<line class="hist-grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>' for y in range(70, height, 70))
    cuts = "".join(
        f'<line class="hist-cut" x1="{at(s):.2f}%" x2="{at(s):.2f}%" y1="20" y2="{height}"/>'
        f'<svg x="{at(s):.2f}%" overflow="visible"><rect class="hist-tag" x="{x}" width="70" height="22" rx="2"/>'
        f'<text x="{x + 35}" y="15" text-anchor="middle">{name} {s:.1f}</text></svg>'
        for s, name, x in ((showcase, "展示", -70), (typical, "典型", 0))
    )
    n = {g: sum(c for s, c in bins if grade(s) == g) for g in ("typical", "showcase", "none")}
    ticks = "".join(
        f'<text class="hist-axis" x="{at(t):.2f}%" y="{height + 17}" text-anchor="middle">{t}</text>'
        for t in range(math.ceil(low / 5) * 5, int(high) + 1, 5)
        if 2 < at(t) < 98
    )
    return (
        f'<svg role="img" aria-label="得分分布：典型 {n["typical"]} 件，展示 {n["showcase"]} 件，其余 {n["none"]} 件">'
        f"{grid}{bars}{cuts}{ticks}</svg>"
    )
