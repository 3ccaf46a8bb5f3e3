"""Case documents by the thousand: each of its own words, set into the form that the document maker gave a pattern."""

import hashlib
import io
import random
import re
import zipfile
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import cached_property
from itertools import count as counting
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from cases.characters import count
from demo import content
from demo.filling.making import COLUMNS, MARK, TITLE_MARK, Made, Telling, pattern

PATTERNS = 30
"""How many different pictures there are in the documents."""

MAIN, CORE = "word/document.xml", "docProps/core.xml"
DATED = (2024, 10, 1, 8, 0, 0)


class Pattern:
    """A document whose texts are marks, with what the inspector made of it."""

    def __init__(self, made: Made) -> None:
        self.made = made
        with zipfile.ZipFile(made.path) as package:
            self.main, self.core = package.read(MAIN).decode(), package.read(CORE).decode()
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as rest:
                for member in package.infolist():
                    if member.filename not in (MAIN, CORE):
                        rest.writestr(member, package.read(member), zipfile.ZIP_DEFLATED)
        self.rest = out.getvalue()
        self.html = (made.folder / "document.html").read_text()

    @cached_property
    def pictures(self) -> list[Path]:
        return [self.made.folder / name for name in self.made.drawn if name != "document.html"]


class Press:
    """Prints documents. What it gives is what the portal's inspection of them would give, a test compares."""

    def __init__(self, pool: Executor, folder: Path) -> None:
        self.folder = folder
        self._patterns: list[Future[Made]] = [
            pool.submit(pattern, number, folder / f"pattern-{number}") for number in range(PATTERNS)
        ]
        self._read: dict[int, Pattern] = {}
        self._numbers = counting()

    def print(self, telling: Telling) -> Made:
        """The document that tells of a case."""
        rng = random.Random(telling.seed)
        form = self._pattern(rng.randrange(PATTERNS))
        known = {"unit": telling.unit, "host": telling.host}
        sections = content.sections(rng, telling.kind, telling.title, **known)
        rows = content.figures(telling.kind, telling.title, **known)
        texts = {TITLE_MARK: [telling.title]}
        texts |= {MARK.format(number): list(section.paragraphs) for number, section in enumerate(sections)}
        cells = {
            MARK.format(f"{number}{column}"): [cell]
            for number, row in enumerate(rows)
            for column, cell in zip(COLUMNS, row, strict=True)
        }
        data = _package(form, texts | cells)
        html = _set(form.html, texts | cells)
        facts = _facts(form.made.inspection.facts, texts, cells)
        return self._keep(form, data, html, facts)

    def _pattern(self, number: int) -> Pattern:
        if number not in self._read:
            self._read[number] = Pattern(self._patterns[number].result())
        return self._read[number]

    def _keep(self, form: Pattern, data: bytes, html: str, facts: dict[str, Any]) -> Made:
        path = self.folder / f"paper-{next(self._numbers)}"
        path.write_bytes(data)
        folder = path.with_name(f"{path.name}-drawn")
        folder.mkdir()
        (folder / "document.html").write_text(html)
        for picture in form.pictures:
            (folder / picture.name).hardlink_to(picture)
        inspection = replace(form.made.inspection, facts=facts)
        return Made(path, len(data), hashlib.sha256(data).hexdigest(), inspection, folder)


def _package(form: Pattern, texts: dict[str, list[str]]) -> bytes:
    """The pattern's package with other words: all that stays the same is copied as it was packed."""
    out = io.BytesIO(form.rest)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        for name, text in ((MAIN, form.main), (CORE, form.core)):
            package.writestr(zipfile.ZipInfo(name, DATED), _set(text, texts), zipfile.ZIP_DEFLATED)
    return out.getvalue()


_PARAGRAPH = re.compile(r"<(w:p|p)>((?:(?!</?\1>).)*?)(〖\d〗)((?:(?!</?\1>).)*?)</\1>", re.S)
_ANY_MARK = re.compile("〖[^〗]+〗")


def _set(form: str, texts: dict[str, list[str]]) -> str:
    """The form with each marked paragraph once for each of its texts, and every other mark replaced."""

    def repeated(match: re.Match[str]) -> str:
        tag, before, mark, after = match.groups()
        return "".join(f"<{tag}>{before}{escape(text)}{after}</{tag}>" for text in texts[mark])

    return _ANY_MARK.sub(lambda match: escape(texts[match.group()][0]), _PARAGRAPH.sub(repeated, form))


def _facts(known: dict[str, Any], texts: dict[str, list[str]], cells: dict[str, list[str]]) -> dict[str, Any]:
    """What the inspector would say: the pattern's facts, counted anew where the words differ."""

    def grown(marks: dict[str, list[str]]) -> int:
        return sum(sum(map(count, given)) - count(mark) for mark, given in marks.items())

    sections = []
    for number, section in enumerate(known["sections"]):
        own = {MARK.format(number): texts[MARK.format(number)]}
        # The table stands in the third section.
        more = grown(own) + (grown(cells) if number == 2 else 0)
        sections.append({**section, "characters": section["characters"] + more})
    return {**known, "sections": sections, "characters": known["characters"] + grown(texts) + grown(cells)}
