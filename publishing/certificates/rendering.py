"""The certificate as PDF: the face set by typst on the drawn sheet, with a QR code that leads to verification."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import segno

from kernel.typesetting.compiling import compile_pdf
from kernel.typesetting.glyphs import assert_drawable, cleaned

FOLDER = Path(__file__).parent
QR_AT, QR_SIZE = (50.0, 158.0), 24.0
"""Where the QR code stands on the sheet and how wide it is, in millimetres."""
MAX_AUTHORS = 3
# A title, call or body longer than this is broken at its own punctuation, before it is broken by width.
_TITLE_LINE, _BODY_LINE = 24, 14
_DRAWN = ("call", "body", "grade", "title", "authors", "unit", "kind", "number", "code")


@dataclass(frozen=True, slots=True)
class CertificateFace:
    """What stands on a certificate (R15). Plain text throughout; `grade` is 典型案例 or 展示案例."""

    call: str
    body: str
    grade: str
    title: str
    authors: tuple[str, ...]
    unit: str
    kind: str
    number: str
    code: str
    day: date
    verification_url: str


def render(certificate: CertificateFace) -> bytes:
    """The certificate as an A4 landscape PDF/A-2a; the same face gives the same bytes.

    Long texts wrap and shrink until they fit. Refuses: MissingGlyph, when a character cannot be drawn.
    """
    words = _words(certificate)
    assert_drawable("".join("".join(words[key]) for key in _DRAWN))
    # The day of issue, not the moment of making: made again, the file keeps its fingerprint.
    day = certificate.day
    return compile_pdf(FOLDER / "certificate.typ", words, timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC))


def _words(certificate: CertificateFace) -> dict[str, str | list[str]]:
    """The face as the template reads it: cleaned text, broken where it likes to break, and the QR code as SVG."""
    authors = [cleaned(name) for name in certificate.authors]
    if not 1 <= len(authors) <= MAX_AUTHORS or not all(authors):
        raise ValueError(f"a certificate names 1 to {MAX_AUTHORS} authors")
    if urlsplit(certificate.verification_url).scheme not in {"https", "http"}:
        raise ValueError("the verification URL must be absolute")
    day = certificate.day
    return {
        "call": cleaned(certificate.call),
        "body": _broken(cleaned(certificate.body), _BODY_LINE, before="（"),
        "grade": cleaned(certificate.grade),
        "title": _broken(cleaned(certificate.title), _TITLE_LINE, after="："),
        "authors": authors,
        "unit": cleaned(certificate.unit),
        "kind": cleaned(certificate.kind),
        "number": cleaned(certificate.number),
        "code": cleaned(certificate.code),
        "day": f"{day.year}年{day.month}月{day.day}日",
        "date": [str(day.year), str(day.month), str(day.day)],
        "url": certificate.verification_url,
        "qr": _qr_svg(certificate.verification_url),
    }


def _broken(text: str, line: int, *, after: str = "", before: str = "") -> list[str]:
    """The text in two lines at its first such mark, where it is longer than a line; otherwise whole."""
    at = text.find(after) + 1 if after else text.find(before)
    return [text[:at], text[at:]] if len(text) > line and 0 < at < len(text) else [text]


def _qr_svg(url: str) -> str:
    """The QR code without its quiet zone (the sheet keeps one clear), one path so that no seams show between cells."""
    matrix = segno.make_qr(url, error="m").matrix
    runs = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    side = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<path d="{runs}" fill="#182026"/></svg>'
    )
