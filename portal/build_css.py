"""Writes the served files that are made from sources (stylesheet, icons, drawings): `python -m portal.build_css`."""

import re
from pathlib import Path

from portal.icons import sprite
from publishing import art

STATIC = Path(__file__).resolve().parent.parent / "static"
CSS = STATIC / "css"
LAYER = "@layer components{"


def sources() -> list[Path]:
    """The stylesheets in the order of their cascade layers; tokens.css names the layers."""
    layers = ("tokens.css", "base.css", "layout.css")
    return [*(CSS / name for name in layers), *sorted((CSS / "components").glob("*.css")), CSS / "utilities.css"]


def squeeze(css: str) -> str:
    """The rules without comments and needless blanks, one a line."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    css = re.sub(r"(?<=[\w-]):\s+", ":", css)
    css = re.sub(r"(?<=[\w)\]]) > (?=[\w.\[:])", ">", css)
    return re.sub(r"(?<=})", "\n", css).replace("\n}", "}").replace(";}", "}").strip() + "\n"


def _bare(path: Path) -> str:
    """A component without the layer it names: the components share one layer in the served file."""
    css = squeeze(path.read_text(encoding="utf-8"))
    if not (css.startswith(LAYER) and css.endswith("}\n")):
        raise ValueError(f"{path.name} must be one block of @layer components")
    return css.removeprefix(LAYER).removesuffix("}\n")


def stylesheet() -> str:
    """The text of static/app.css."""
    parts, components = [], []
    for path in sources():
        if path.parent.name == "components":
            components.append(_bare(path))
        else:
            parts.append(squeeze(path.read_text(encoding="utf-8")))
    parts.insert(-1, LAYER + "\n".join(components) + "}\n")
    return "".join(parts)


def served() -> dict[str, str]:
    """Every file made here: its path under static/ and its text."""
    kinds = {"region": "777", "school": "41", "studio": "56"}  # numbers whose covers stand well for their type
    return {
        "app.css": stylesheet(),
        "icons.svg": sprite(),
        "art/hero.svg": art.hero(),
        "art/seal.svg": art.seal_image(),
        **{f"art/{kind}.svg": art.cover(kind, no, width=400, slip=False) for kind, no in kinds.items()},
    }


def main() -> None:
    for name, text in served().items():
        (STATIC / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
