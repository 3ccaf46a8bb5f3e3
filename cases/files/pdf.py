"""PDF: opened by pdfium, its pages counted and pictured."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pypdfium2
from pypdfium2 import raw

from cases.files import images
from cases.files.unfit import damaged, encrypted

_PAGES_PICTURED: Final = 20
_WIDTH: Final = 1200
_HEIGHT: Final = 3600
_TAIL: Final = 4096
_LINEARIZED: Final = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,10})\b")


def _open(path: Path) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise encrypted() from error
        raise damaged() from error


def check(path: Path) -> dict[str, Any]:
    """Open a PDF. Returns its pages and the first page's size in points. Refuses: user password, cut off, no pages."""
    _refuse_cut_off(path)
    document = _open(path)
    try:
        pages = len(document)
        # Whether it is damaged past use: one of the first pages must load (pdfium opens no PDF without any).
        for number in range(min(pages, 5)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                continue
            width, height = page.get_size()
            page.close()
            return {"pages": pages, "width": round(width), "height": round(height)}
        raise damaged()
    finally:
        document.close()


def _refuse_cut_off(path: Path) -> None:
    """Refuse a file without a PDF's end, or shorter than it says: pdfium would repair it silently and lose pages."""
    with path.open("rb") as stream:
        head = stream.read(1024)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _TAIL))
        tail = stream.read()
    said = _LINEARIZED.search(head)
    if (b"%%EOF" not in tail and b"startxref" not in tail) or (said and int(said.group(1)) > size):
        raise damaged()


def derive(path: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Write page-1.jpg … for the first 20 pages, at most 1200 pixels wide; yields each one's record."""
    document = _open(path)
    try:
        for number in range(min(len(document), _PAGES_PICTURED)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                continue
            width, height = page.get_size()
            # A page may claim any shape: both sides are bounded before a bitmap is asked for.
            scale = min(_WIDTH / max(width, 1), _HEIGHT / max(height, 1), 4.0)
            bitmap = page.render(scale=scale, draw_annots=True)
            picture = bitmap.to_pil().convert("RGB")
            bitmap.close()
            page.close()
            yield images.save(picture, folder, f"page-{number + 1}.jpg", "page")
    finally:
        document.close()
