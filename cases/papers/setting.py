"""Words put into a paper's template: as a Word file, and as PDF. Templates are ours alone, never an upload."""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from kernel.typesetting.compiling import compile_pdf
from kernel.typesetting.glyphs import assert_drawable

_TICKS = "☑☐"
"""Drawn by the PDF templates themselves: no font of ours has them."""


def as_word(template: Path, words: Mapping[str, Any]) -> bytes:
    """The .docx template with the words in its places, as text whatever they look like."""
    paper = DocxTemplate(template)
    paper.render(dict(words), autoescape=True)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def as_pdf(template: Path, words: Mapping[str, Any]) -> bytes:
    """The typst template with the words in its places. Refuses: MissingGlyph."""
    assert_drawable("".join("".join(_texts(words)).split()).translate({ord(tick): None for tick in _TICKS}))
    return compile_pdf(template, words, timestamp=datetime(2000, 1, 1, tzinfo=UTC))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
