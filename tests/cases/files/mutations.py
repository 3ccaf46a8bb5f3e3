"""Hundreds of mutants of the kept samples, the same ones each time: what they may be taken for stands with each."""

import io
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from tests.cases.files import compound

DATA = Path(__file__).resolve().parents[2] / "data/files"
# One extension for each kind that the portal takes; `KIN` are those that may carry each other's names.
EXTENSIONS = ("docx", "pptx", "ppt", "xlsx", "pdf", "jpg", "png", "gif", "webp", "bmp", "heic", "mp4", "mov")
KIN = ({"mp4", "mov"}, {"jpg", "jpeg"}, {"heic", "heif"})
GOOD = (
    "poi-tl__361.docx",
    "python-mammoth__endnotes.docx",
    "docling__Strict.docx",
    "python-pptx__cht-charts.pptx",
    "pdf.js__XiaoBiaoSong.pdf",
    "pdf.js__rotation.pdf",
    "image__portrait_2.jpg",
    "tika__testJPEG_GEO.jpg",
    "image__basn6a16.png",
    "tika__testBMP.bmp",
    "tika__testHEIF.heic",
    "go-mp4__sample.mp4",
    "tika__en-US_(Hi).mp4",
)
BAD = (
    "poi__45690.docm",
    "oletools__encrypted.docm",
    "oletools__encrypted.docx",
    "tika__testAttachedTemplate.docx",
    "poi__poc-shared-strings.xlsx",
    "tika__testPPT_macros.pptm",
    "tika__testPPT_protected_passtika.pptx",
    "oletools__encrypted.ppt",
    "poi__AIOOB-Tap.doc",
    "unstructured__password.pdf",
    "magika__lzma.zip",
    "magika__filecomment.zip",
    "tika__testZip_relative.zip",
    "tika__testZip_absolutePath.zip",
    "magika__magika_test.svg",
    "markitdown__test_blog.html",
    "mitra__avi.avi",
    "go-mp4__sample_init.enca.mp4",
    "shaka-player__cea608-track-segment.mp4",
    "tika__testMP4_truncated.m4a",
    "image__Bad_clrsUsed.bmp",
    "image__Bad_unusual_extend_buffer_usage.bmp",
    "oletools__text",
)


@dataclass(frozen=True)
class Mutant:
    """A changed file under a name. `may_be` are the kinds that it may be accepted as; of most there are none.

    `codes`, where given, are the only ones that it may be refused with; `must` asks that it be accepted.
    """

    how: str
    source: str
    name: str
    data: bytes = field(repr=False)
    may_be: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    must: bool = False


def good_files() -> dict[str, bytes]:
    """Files that are accepted under the extension of their name: those that are kept, and kinds made on the spot."""
    files = {name: (DATA / name).read_bytes() for name in GOOD}
    picture = Image.frombytes("RGB", (64, 48), random.Random(1).randbytes(64 * 48 * 3))
    for kind, more in (("gif", {}), ("webp", {"lossless": True})):
        out = io.BytesIO()
        picture.save(out, kind, **more)
        files[f"made.{kind}"] = out.getvalue()
    files["made.ppt"] = compound.powerpoint()
    files["made.xlsx"] = workbook()
    return files


def bad_files() -> dict[str, bytes]:
    """Files that are refused whatever they are called."""
    programs = {
        "made.exe": b"MZ\x90\x00" + bytes(56) + b"\x40\x00\x00\x00PE\x00\x00" + bytes(4000),
        "made.elf": b"\x7fELF\x02\x01\x01" + bytes(4000),
        "made.sh": b"#!/bin/sh\nrm -rf /\n",
        "made.rar": b"Rar!\x1a\x07\x01\x00" + bytes(300),
        "made.7z": b"7z\xbc\xaf\x27\x1c" + bytes(300),
        "made.gz": b"\x1f\x8b\x08" + bytes(300),
    }
    return {name: (DATA / name).read_bytes() for name in BAD} | programs


def workbook() -> bytes:
    """The smallest workbook that Excel opens."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{main}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{sheet}" xmlns:r="{office}"><sheets><sheet name="一" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        "</sheetData></worksheet>",
    }
    return packed({name: text.encode() for name, text in parts.items()})


def mutants(seed: int = 2024) -> Iterator[Mutant]:
    """Every mutant; one seed gives the same ones."""
    dice = random.Random(seed)
    good, bad = good_files(), bad_files()
    for make in (truncated, flipped, swapped, renamed, rezipped, prefixed, concatenated):
        yield from make(dice, good, bad)


Files = dict[str, bytes]


def kind_of(name: str) -> str:
    return Path(name).suffix[1:]


def _name(dice: random.Random, extension: str) -> str:
    """A name with the extension as people and their programs write it."""
    written = dice.choice([extension, extension.upper(), extension.title(), f"final.{extension}", f"pdf.{extension}"])
    return f"研修材料.{written}"


def truncated(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """Cut off: an upload or a copy that ended too early is never let in."""
    for source, data in good.items():
        for share in (0.05, 0.35, 0.65, 0.9):
            cut = data[: int(len(data) * (share + dice.random() * 0.05))]
            yield Mutant("truncated", source, _name(dice, kind_of(source)), cut)


def flipped(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """Bytes gone bad: any answer will do, but never that it is of another kind."""
    for source, data in good.items():
        for count in (1, 5, 40, 200):
            changed = bytearray(data)
            for _ in range(count):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            yield Mutant("flipped", source, _name(dice, kind_of(source)), bytes(changed), kin(source))


def swapped(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """A good file under another kind's extension is misnamed."""
    for source, data in good.items():
        for extension in EXTENSIONS:
            if extension not in kin(source):
                codes = frozenset({"misnamed"})
                yield Mutant("swapped", source, _name(dice, extension), data, codes=codes)


def renamed(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """What is refused stays refused under any name."""
    for source, data in bad.items():
        for extension in dice.sample(EXTENSIONS, 5) + ["exe", "zip"]:
            yield Mutant("renamed", source, _name(dice, extension), data)


def kin(source: str) -> frozenset[str]:
    """The extensions that a good file may carry."""
    own = kind_of(source)
    return frozenset(next((names for names in KIN if own in names), {own}))


def packed(parts: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            # Of one date, so that the same parts are the same bytes.
            archive.writestr(zipfile.ZipInfo(name, (2024, 10, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def _parts(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """Packed anew: the same parts are the same document; more parts, or one more wrapping, are not."""
    packages = {name: _parts(data) for name, data in good.items() if kind_of(name) in {"docx", "pptx", "xlsx"}}
    program = b"MZ\x90\x00" + bytes(56) + b"\x40\x00\x00\x00PE\x00\x00" + bytes(400)
    for source, parts in packages.items():
        own = _name(dice, kind_of(source))
        shuffled = dict(dice.sample(list(parts.items()), len(parts)))
        for again in (packed(parts), packed(parts, zipfile.ZIP_STORED), packed(shuffled)):
            yield Mutant("re-zipped", source, own, again, kin(source), must=True)
        folder = next(iter(_folders(parts)))
        additions: dict[str, Files] = {
            "a program": {f"{folder}/embeddings/report.bin": program},
            "a program by its name": {f"{folder}/embeddings/setup.exe": b"x"},
            "macros": {f"{folder}/vbaProject.bin": b"x"},
            "a DOCTYPE": {f"{folder}/more.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
            "a way out": {"../../more.xml": b"<a/>"},
            "a bomb": {f"{folder}/media/blank.bin": bytes(40_000_000)},
        }
        for what, more in additions.items():
            yield Mutant(f"re-zipped with {what}", source, own, packed(parts | more))
        yield Mutant("re-zipped by bzip2", source, own, packed(parts, zipfile.ZIP_BZIP2))
        yield Mutant("re-zipped into a folder", source, own, packed({f"a/{n}": d for n, d in parts.items()}))
    for source, data in (good | bad).items():
        yield Mutant("wrapped in a zip", source, _name(dice, dice.choice(EXTENSIONS)), packed({source: data}))


def _folders(parts: Files) -> Iterator[str]:
    yield from (name.split("/")[0] for name in parts if name.split("/")[0] in {"word", "ppt", "xl"})


FRONTS: dict[str, bytes] = {
    "a program": b"MZ\x90\x00" + bytes(56) + b"\x40\x00\x00\x00PE\x00\x00",
    "a script": b"#!/bin/sh\nexit\n",
    "a page": b"<!DOCTYPE html><html><body><script>alert(1)</script>",
    "a PDF": b"%PDF-1.7\n1 0 obj<<>>endobj\n",
    "an archive": b"Rar!\x1a\x07\x00",
    "zeros": bytes(512),
    "words": b"once upon a time ",
}


def prefixed(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """Something put in front: the file is not what its beginning says, nor what its end says."""
    for source, data in good.items():
        for what, front in FRONTS.items():
            if (kind_of(source), what) == ("pdf", "a PDF"):
                continue
            extension = dice.choice([kind_of(source), kind_of(source), dice.choice(EXTENSIONS)])
            yield Mutant(f"prefixed with {what}", source, _name(dice, extension), front + data)


def concatenated(dice: random.Random, good: Files, bad: Files) -> Iterator[Mutant]:
    """Two files in one: never taken for the second; for the first only where nothing would open the second."""
    # A ZIP is read from its end, and a browser looks for a page in anything.
    never_behind = (b"PK\x03\x04", b"<")
    behind = {name: data for name, data in (good | bad).items() if len(data) < 120_000}
    for source, data in good.items():
        for second in dice.sample(sorted(behind), 9):
            closed = kind_of(source) in {"docx", "pptx", "xlsx"} or behind[second].lstrip().startswith(never_behind)
            may_be = frozenset[str]() if closed else kin(source)
            both = data + behind[second]
            yield Mutant(f"followed by {second}", source, _name(dice, kind_of(source)), both, may_be)
            if kind_of(second) in EXTENSIONS and kind_of(second) not in kin(source):
                yield Mutant(f"followed by {second}", source, _name(dice, kind_of(second)), both)
