"""Words and a template of ours, set as PDF by typst."""

import functools
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from kernel.typesetting.glyphs import FONT_FAMILY, FONT_FOLDER, assert_fonts

# typst's compiler is not shared between threads at the same moment.
_turn = threading.Lock()

assert_fonts()


def compile_pdf(template: Path, words: Mapping[str, Any], *, timestamp: datetime) -> bytes:
    """The template as PDF/A-2a, which finds the words as JSON in `sys.inputs.face`; the same gives the same bytes.

    Words are set as text, never read as markup; the caller has asked whether the fonts can draw them.
    """
    with _turn:
        pdf = _compiler(template).compile(
            format="pdf",
            pdf_standards=["a-2a"],
            sys_inputs={"face": json.dumps(words, ensure_ascii=False)},
            timestamp=timestamp,
        )
    if not isinstance(pdf, bytes):
        raise TypeError("typst returned no PDF")
    return pdf


@functools.cache
def _compiler(template: Path) -> typst.Compiler:
    """One compiler a template and process, made at first use so that a forked worker has one of its own."""
    return typst.Compiler(input=str(template), root=str(template.parent), font_paths=_fonts())


@functools.cache
def _fonts() -> typst.Fonts:
    """Loading them costs far more than a page: once a process."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])
    weights = {font.weight for font in fonts.fonts() if font.family == FONT_FAMILY}
    if weights != {400, 700}:
        raise RuntimeError(f"PDF 字体不符：{FONT_FAMILY} 的字重为 {sorted(weights)}")
    return fonts
