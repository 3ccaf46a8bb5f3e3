"""Which characters the fonts of our PDF files can draw."""

import functools
import struct
import unicodedata
from pathlib import Path

from kernel.errors import Refusal

FONT_FOLDER = Path(__file__).parent / "fonts"
FONT_FAMILY = "Noto Serif SC"
FONT_FILES = (FONT_FOLDER / "NotoSerifSC_400Regular.ttf", FONT_FOLDER / "NotoSerifSC_700Bold.ttf")

# Without these a font file is present but is not the one meant: the words of the sheet itself.
_PROBE = "典型展示案例证书查验码，。“”0A"


class MissingGlyph(Refusal):
    """A character that not all of the fonts can draw; `character` says which."""

    code = "missing_glyph"

    def __init__(self, character: str) -> None:
        self.character = character
        shown = character if character.isprintable() else "�"
        super().__init__(
            f"PDF 的字体里没有“{shown}”（U+{ord(character):04X}）这个字，无法制作 PDF。"
            "请核对这个字是否录入有误；确属姓名或单位用字的，请联系平台补充字库。"
        )


def cleaned(text: str) -> str:
    """The text as one line without control, direction (bidi), zero-width and variation characters.

    Direction marks could make a certificate read otherwise than what was verified; the others draw nothing.
    """
    line = " ".join(text.split())
    return "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf"} and not _selects_variation(c))


def assert_drawable(text: str) -> None:
    """Refuse text with a character that one of the fonts lacks: MissingGlyph names the first one."""
    for character in text:
        if ord(character) not in covered():
            raise MissingGlyph(character)


def assert_fonts() -> None:
    """Fail at once where the fonts are not there: typst itself would silently set other ones."""
    for path in FONT_FILES:
        if not path.is_file():
            raise RuntimeError(f"PDF 字体缺失：{path.name}")
    lacking = [c for c in _PROBE if ord(c) not in covered()]
    if lacking:
        raise RuntimeError(f"PDF 字体不完整，缺少：{''.join(lacking)}")


@functools.cache
def covered() -> frozenset[int]:
    """The code points that every one of the fonts can draw."""
    return frozenset.intersection(*(frozenset(_code_points(path)) for path in FONT_FILES))


def _selects_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _code_points(path: Path) -> set[int]:
    """The code points of the font's full Unicode table (OpenType cmap, format 12)."""
    with path.open("rb") as file:
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        records = (struct.unpack(">4s4xII", file.read(16)) for _ in range(tables))
        offset, length = next((at, size) for tag, at, size in records if tag == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    (subtables,) = struct.unpack_from(">2xH", cmap)
    for i in range(subtables):
        (at,) = struct.unpack_from(">4xI", cmap, 4 + 8 * i)
        kind, groups = struct.unpack_from(">H10xI", cmap, at)
        if kind == 12:
            runs = [struct.unpack_from(">III", cmap, at + 16 + 12 * g) for g in range(groups)]
            # Glyph 0 is the empty box: a run that starts there has no drawing for its first code point.
            return {point for first, last, glyph in runs for point in range(first + (glyph == 0), last + 1)}
    raise RuntimeError(f"PDF 字体没有 Unicode 对照表：{path.name}")
