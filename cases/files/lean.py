"""A Word package cut down to what mammoth reads of it: its DOM costs 15 µs an element, and most elements say nothing.

A document of a page brings a style sheet of thousands; lxml drops what is not read at a hundredth of that cost.
"""

import io
import zipfile
from typing import Final

from lxml import etree

from cases.files import zips
from cases.files.unfit import damaged
from cases.files.wordtext import MAX_PART, local

_PROPERTIES: Final = {
    "pPr": {"pStyle", "numPr", "rPr"},
    "rPr": {"rStyle", "b", "i", "u", "strike", "caps", "smallCaps", "vertAlign", "del"},
    "tblPr": {"tblStyle"},
    "trPr": {"del", "tblHeader"},
    "tcPr": {"gridSpan", "vMerge"},
    "lvl": {"numFmt", "pStyle"},
    "style": {"name", "pPr"},
    "styles": {"style"},
}
_NEVER_READ: Final = [
    *("{*}proofErr", "{*}lastRenderedPageBreak", "{*}sectPr", "{*}tblGrid", "{*}tblPrEx", "{*}latentStyles"),
    *("{*}Choice", "{*}spPr", "{*}nvPicPr", "{*}effectExtent", "{*}extLst", "{*}shapetype"),
]
_BODIES: Final = ("footnotes.xml", "endnotes.xml")
_OTHERS: Final = ("styles.xml", "numbering.xml")
_UNUSED_ATTRIBUTES: Final = ("rsid", "paraId", "textId")


def package(archive: zipfile.ZipFile, main: str) -> io.BytesIO:
    """Return the package that mammoth is given: body, notes, styles and numbering cut down, media as they are."""
    folder = main.rpartition("/")[0]
    trimmed = {main.lower()} | {f"{folder}/{name}".lower().lstrip("/") for name in (*_BODIES, *_OTHERS)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as lean:
        for member in archive.infolist():
            name = member.filename.lower()
            if name in trimmed:
                lean.writestr(member.filename, _trimmed(b"".join(zips.blocks(archive, member))))
            elif name.endswith(".rels") or name == "[content_types].xml" or "/media/" in f"/{name}":
                lean.writestr(member.filename, b"".join(zips.blocks(archive, member)))
    stream.seek(0)
    return stream


def _trimmed(data: bytes) -> bytes:
    if len(data) > MAX_PART:
        raise damaged()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged() from error
    etree.strip_elements(root, *_NEVER_READ, with_tail=False)
    for element in list(root.iter(*(f"{{*}}{name}" for name in _PROPERTIES))):
        wanted = _PROPERTIES[local(element)]
        for child in list(element):
            if local(child) not in wanted:
                element.remove(child)
    for element in root.iter("{*}p", "{*}r", "{*}tr"):
        for key in list(element.attrib):
            if str(key).rpartition("}")[2].startswith(_UNUSED_ATTRIBUTES):
                del element.attrib[key]
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
