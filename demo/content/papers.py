"""Supporting PDFs: a letter-headed paper of two or three pages, set by typst."""

import json
import random
from collections.abc import Sequence
from functools import cache

import typst

from demo.content.fonts import FAMILY, FOLDER, chinese_font_file

# Text comes in as data (sys.inputs), never as markup: a title may hold # or $.
_WITH_TEXT = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
#set page(paper: "a5", margin: 18mm, numbering: "1")
#set text(font: "FAMILY", lang: "zh", size: 11pt)
#set par(first-line-indent: (amount: 2em, all: true), leading: 0.9em, justify: true)
#let seal = rgb(data.colour)
#align(center, text(size: 16pt, fill: seal, data.title))
#line(length: 100%, stroke: 1pt + seal)
#for (number, sheet) in data.sheets.enumerate() {
  if number > 0 { pagebreak() }
  for text in sheet { par(text) }
  v(6mm)
  grid(columns: (1fr,) * 6, gutter: 3mm, ..data.bars.map(tall => align(bottom, box(height: 26mm,
    align(bottom, rect(width: 100%, height: tall * 1mm, fill: seal.lighten(40%)))))))
}
"""
_SHAPES_ONLY = """
#let data = json(bytes(sys.inputs.data))
#set document(date: none)
#set page(paper: "a5", margin: 18mm)
#let seal = rgb(data.colour)
#for number in range(data.sheets.len()) {
  if number > 0 { pagebreak() }
  line(length: 100%, stroke: 2pt + seal)
  for tall in data.bars { v(4mm); rect(width: tall * 4mm, height: 6mm, fill: seal.lighten(30%)) }
}
"""
_COLOURS = ("#963e30", "#24345c", "#2e5c50", "#6b4a86", "#8a5a1e")
_LONGEST_PARAGRAPH = 220


def pdf(rng: random.Random, title: str, paragraphs: Sequence[str]) -> bytes:
    """A PDF of two or three pages; in Chinese where the project's font is at hand, shapes alone where it is not."""
    pages = rng.choice((2, 3))
    texts = [paragraph[:_LONGEST_PARAGRAPH] for paragraph in paragraphs][: pages * 2] or [title]
    data = {
        "title": title,
        "sheets": [texts[page * 2 : page * 2 + 2] for page in range(pages)],
        "bars": [rng.randint(6, 24) for _ in range(6)],
        "colour": rng.choice(_COLOURS),
    }
    source = _WITH_TEXT.replace("FAMILY", FAMILY) if chinese_font_file() else _SHAPES_ONLY
    made = _compiler().compile(input=source.encode(), sys_inputs={"data": json.dumps(data)})
    if not isinstance(made, bytes):
        raise TypeError("typst made something other than one PDF")
    return made


@cache
def _compiler() -> typst.Compiler:
    """One compiler for the process: reading fonts is the slow part."""
    return typst.Compiler(font_paths=[str(FOLDER)], ignore_system_fonts=True)
