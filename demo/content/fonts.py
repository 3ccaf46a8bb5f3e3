"""Where the project's Chinese font lies, if it lies there; made files do without it otherwise."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).resolve().parents[2] / "publishing" / "certificates" / "fonts"
FAMILY = "Noto Serif SC"


@cache
def chinese_font_file() -> Path | None:
    """The regular weight of Noto Serif SC, or nothing."""
    return next(iter(sorted(FOLDER.glob("NotoSerifSC*Regular*.ttf")) or sorted(FOLDER.glob("NotoSerifSC*.ttf"))), None)


@cache
def drawing_font(size: int) -> ImageFont.FreeTypeFont | None:
    """The font at a pixel size for Pillow, or nothing."""
    path = chinese_font_file()
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC) if path else None
