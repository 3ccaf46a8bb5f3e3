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
    """The rules without comments and needless blanks, in one line."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    css = re.sub(r"(?<=[\w-]):\s+", ":", css)
    css = re.sub(r"(?<=[\w)]) ([*/]) (?=[\w(-])", r"\1", css)
    css = re.sub(r"[^{};]+(?=\{)", _tight, css)
    return css.replace(";}", "}").strip()


def _tight(head: re.Match[str]) -> str:
    """A selector without blanks around its combinators; what follows an @ keeps them."""
    words = head[0]
    return words if words.startswith("@") else re.sub(r"\s*([>+~])\s*", r"\1", words)


def _bare(path: Path) -> str:
    """A component without the layer it names: the components share one layer in the served file."""
    css = squeeze(path.read_text(encoding="utf-8"))
    if not (css.startswith(LAYER) and css.endswith("}")):
        raise ValueError(f"{path.name} must be one block of @layer components")
    return css.removeprefix(LAYER).removesuffix("}")


def stylesheet() -> str:
    """The text of static/app.css: a line a source."""
    parts, components = [], []
    for path in sources():
        if path.parent.name == "components":
            components.append(_bare(path))
        else:
            parts.append(squeeze(path.read_text(encoding="utf-8")))
    parts.insert(-1, "\n".join([LAYER, *components, "}"]))
    return "\n".join(parts) + "\n"


def print_stylesheet() -> str:
    """The text of static/print.css, which only printers fetch and which every layer gives way to."""
    return squeeze((CSS / "print.css").read_text(encoding="utf-8")) + "\n"


def served() -> dict[str, str]:
    """Every file made here: its path under static/ and its text."""
    kinds = {"region": "777", "school": "41", "studio": "56"}  # numbers whose covers stand well for their type
    return {
        "app.css": stylesheet(),
        "print.css": print_stylesheet(),
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
