"""Small real files for tests, made on the spot."""

import io

from django.core.files.base import ContentFile
from docx import Document
from PIL import Image

SECTIONS = ("基本情况", "过程与举措", "经验与成效", "特色与创新")


def docx(*sections: str, words: str = "每周三下午，全校教师同研一课。", picture: bytes = b"") -> bytes:
    """A case document with the given sections, all four when none is named; `picture` stands at its end."""
    document = Document()
    for name in sections or SECTIONS:
        document.add_heading(name, 1)
        document.add_paragraph(words)
    if picture:
        document.add_picture(io.BytesIO(picture))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def png(width: int = 60, height: int = 40, colour: str = "seagreen") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def content(data: bytes) -> ContentFile:
    return ContentFile(data)
