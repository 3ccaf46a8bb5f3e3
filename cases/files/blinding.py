"""Making a document's blind copy: every part of the package gone through, what tells who made it hidden or left out.

Whether it tells nothing any more is asked of the doctor's own eyes (cases.files.personal), which read it another way.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image

from cases.files import html, images, ooxml, personal, sections, wordtext, zips
from cases.files.blindcopy import CHOICE, COPY, Blinded
from cases.files.blindxml import Blinder, rewritten_relations, rewritten_types
from cases.files.identity import Finder, Known
from cases.files.lines import in_reading_order
from cases.files.unfit import Unfit

_THUMB: Final = 320
_MAX_MEDIA: Final = 64 * 1024 * 1024
_UNREADABLE: Final = (Unfit, OSError, ValueError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError)
_FORMATS: Final = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "GIF": "gif", "BMP": "bmp", "WEBP": "webp"}
# Who wrote a document and with what stands here; a copy has neither.
_EMPTY: Final = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
}


def stages(path: Path, folder: Path, *, known: Known, left_out: list[str]) -> Iterator[Blinded]:
    """Write the copy of an accepted document and what is shown of it into `folder`; one report."""
    folder.mkdir(parents=True, exist_ok=True)
    main = ooxml.check(path).main
    with zips.open_zip(path) as archive:
        pictures, choices = _pictures(archive, folder, left_out)
        replaced, _ = _told(archive, main, known)
        out = {one["name"] for one in pictures if one["out"]}
        _write(archive, folder / COPY, Finder(known), out)
    with zips.open_zip(folder / COPY) as copy:
        left, titles = _told(copy, main, known)
    derived = html.derive(folder / COPY, folder, main, titles)
    yield Blinded("", replaced, left, pictures, derived + choices)


def _told(archive: zipfile.ZipFile, main: str, known: Known) -> tuple[list[dict[str, str]], list[html.Title]]:
    """What the doctor finds of persons in a package, and the titles of its sections."""
    lines = in_reading_order(wordtext.read(archive, main).paragraphs)
    found = sections.find(lines)
    titles = [(one.title, one.nth) for one in found if one.found]
    return personal.find(archive, main, lines, found, known), titles


def _pictures(
    archive: zipfile.ZipFile, folder: Path, left_out: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The pictures of a package for its author to decide on, and the records of the small ones drawn of them.

    One that no browser shows cannot be decided on, so it is left out.
    """
    listed: list[dict[str, Any]] = []
    drawn: list[dict[str, Any]] = []
    for name in [name for name in archive.namelist() if "/media/" in f"/{name.lower()}"]:
        record = _small(archive, name, folder, len(drawn) + 1)
        drawn += [record] if record else []
        listed.append(
            {
                "name": name,
                "where": f"第 {len(listed) + 1} 张图片",
                "shown": record["name"] if record else "",
                "out": record is None or name in left_out,
            }
        )
    return listed, drawn


def _small(archive: zipfile.ZipFile, name: str, folder: Path, number: int) -> dict[str, Any] | None:
    try:
        data = zips.read(archive, name, _MAX_MEDIA) or b""
        with Image.open(io.BytesIO(data)) as picture:
            kind = _FORMATS[picture.format or ""]
        with images.open_image(io.BytesIO(data), kind) as source:
            return images.save(images.shrink(source, _THUMB), folder, f"choice-{number}.jpg", CHOICE)
    except _UNREADABLE:
        return None


def _write(archive: zipfile.ZipFile, target: Path, finder: Finder, out: set[str]) -> None:
    """Write the copy: XML gone through, pictures that stay, and nothing else of the package."""
    kept = [one.filename for one in archive.infolist() if not one.is_dir() and _stays(one.filename, out)]
    relations = {
        name: rewritten_relations(name, zips.read(archive, name, wordtext.MAX_PART) or b"", kept)
        for name in kept
        if name.endswith(".rels")
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in kept:
            if name in _EMPTY:
                data = _EMPTY[name]
            elif name in relations:
                data = relations[name][0]
            elif name.lower() == "[content_types].xml":
                data = rewritten_types(zips.read(archive, name, wordtext.MAX_PART) or b"", kept)
            elif name.endswith(".xml"):
                gone = relations.get(_relations_of(name), (b"", {}))[1]
                data = Blinder(finder, gone).rewritten(zips.read(archive, name, wordtext.MAX_PART) or b"")
            else:
                data = _bare(archive, name)
            copy.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


def _stays(name: str, out: set[str]) -> bool:
    lowered = name.lower()
    if lowered.startswith("docprops/thumbnail"):
        return False
    return lowered.endswith((".xml", ".rels")) or ("/media/" in f"/{lowered}" and name not in out)


def _relations_of(name: str) -> str:
    folder, _, stem = name.rpartition("/")
    return f"{folder}/_rels/{stem}.rels".lstrip("/")


def _bare(archive: zipfile.ZipFile, name: str) -> bytes:
    """A picture that stays, upright and without a camera's notes where it has any."""
    data = zips.read(archive, name, _MAX_MEDIA) or b""
    with Image.open(io.BytesIO(data)) as source:
        kind = "JPEG" if source.format == "MPO" else source.format or "PNG"
        notes = source.format == "MPO" or bool(source.getexif()) or "exif" in source.info or "xmp" in source.info
    if not notes and kind != "PNG":
        return data
    with images.open_image(io.BytesIO(data), _FORMATS[kind]) as source:
        picture = images.turned(source, images.orientation(source))
        picture.info.clear()
        out = io.BytesIO()
        picture.save(out, kind, **({"quality": 90} if kind in ("JPEG", "WEBP") else {}))
    return out.getvalue()
