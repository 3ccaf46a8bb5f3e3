"""One XML part of a Word package without what tells who made the document."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lxml import etree

from cases.files.hiding import across, hide
from cases.files.identity import Finder
from cases.files.unfit import damaged
from cases.files.wordtext import local

LEFT_OUT: Final = "［图片已隐去］"
_SEPARATORS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_WHO: Final = {"author": "", "initials": "", "userId": "", "providerId": ""}
_NAMED_THINGS: Final = {"docPr", "cNvPr", "imagedata", "shape", "tblCaption", "tblDescription"}
_WORDS_OF_THINGS: Final = {"descr", "title", "alt", "name"}
# What cannot stand without the thing it points at.
_POINTERS: Final = {"OLEObject", "externalData", "attachedTemplate", "control", "hlinkClick", "hlinkHover"} | {
    "altChunk",
    "subDoc",
    "svgBlip",
    "hlinkMouseOver",
}
_OUTSIDE: Final = re.compile(
    r"https?:|mailto:|file:|ftp:|\\\\|INCLUDE|HYPERLINK(?!\s*\\l)|USER|AUTHOR|DOCPROP|FILENAME"
)


def parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged() from error


def written(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def rewritten_relations(name: str, data: bytes, kept: list[str]) -> tuple[bytes, dict[str, str]]:
    """A .rels part without what leads outside or to a part that is gone, and {id: outside, media or gone} of those."""
    root, gone = parse(data), {}
    folder = posixpath.dirname(posixpath.dirname(name))
    there = {one.lower() for one in kept}
    for relation in list(root):
        target = relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            gone[relation.get("Id", "")] = "outside"
        elif posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower() not in there:
            gone[relation.get("Id", "")] = "media" if relation.get("Type", "").endswith("/image") else "gone"
        else:
            continue
        root.remove(relation)
    return written(root), gone


def rewritten_types(data: bytes, kept: list[str]) -> bytes:
    """The content types without those of parts that are gone."""
    root, there = parse(data), {one.lower() for one in kept}
    for element in list(root):
        name = element.get("PartName")
        if name is not None and name.lstrip("/").lower() not in there:
            root.remove(element)
    return written(root)


class Blinder:
    """Goes through one part; `gone` are the relations that it had and has no more."""

    def __init__(self, finder: Finder, gone: dict[str, str]) -> None:
        self._finder = finder
        self._gone = gone

    def rewritten(self, data: bytes) -> bytes:
        root = parse(data)
        self._relations(root)
        for paragraph in list(root.iter("{*}p")):
            self._paragraph(paragraph)
        for element in root.iter("*"):
            if local(element) not in ("t", "delText", "instrText") and element.text and element.text.strip():
                element.text = hide(element.text, self._finder.spans(element.text))
            if element.attrib:
                self._attributes(element)
        return written(root)

    def _relations(self, root: etree._Element) -> None:
        """Take away what points at a relation that is gone; words stand in place of a picture that was left out."""
        for element in list(root.iter("*")) if self._gone else ():
            for key, value in list(element.attrib.items()):
                kind = self._gone.get(str(value)) if "relationships" in str(key) else None
                if kind is None:
                    continue
                if kind == "media":
                    _leave_out(element)
                elif local(element) in _POINTERS:
                    _remove(element)
                else:
                    del element.attrib[key]

    def _paragraph(self, paragraph: etree._Element) -> None:
        """Hide in what is read as one text: what is shown, hidden, deleted, instructs fields, each by itself."""
        texts: dict[str, list[tuple[etree._Element | None, str]]] = defaultdict(list)
        for element, text, role in _pieces(paragraph, "shown"):
            texts[role].append((element, text))
        for role, pieces in texts.items():
            whole = "".join(text for _, text in pieces)
            if role == "fields" and _OUTSIDE.search(whole):
                new = [""] * len(pieces)
            else:
                new = across([text for _, text in pieces], self._finder.spans(whole))
            for (element, old), text in zip(pieces, new, strict=True):
                if element is not None and text != old:
                    element.text = text

    def _attributes(self, element: etree._Element) -> None:
        tag = local(element)
        for key, value in list(element.attrib.items()):
            name, text = str(key).rpartition("}")[2], str(value)
            if name in _WHO:
                element.set(key, _WHO[name])
            elif tag in _NAMED_THINGS and name in _WORDS_OF_THINGS:
                element.set(key, "插图")
            elif name == "instr" and _OUTSIDE.search(text):
                element.set(key, "")
            elif len(text) > 1 and (spans := self._finder.named(text)):
                element.set(key, hide(text, spans))


def _pieces(element: etree._Element, role: str) -> Iterator[tuple[etree._Element | None, str, str]]:
    """Yield the pieces of a paragraph's text in order; paragraphs inside it (of text boxes) are not its own."""
    for child in element:
        name = local(child)
        if name == "t":
            yield child, child.text or "", role
        elif name == "delText":
            yield child, child.text or "", "deleted"
        elif name == "instrText":
            yield child, child.text or "", "fields"
        elif name in _SEPARATORS:
            yield None, _SEPARATORS[name], role
        elif name not in ("p", "pPr", "rPr"):
            unread = name in ("del", "moveFrom"), name == "r" and child.find("{*}rPr/{*}vanish") is not None
            yield from _pieces(child, "deleted" if unread[0] else "hidden" if unread[1] else role)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _leave_out(element: etree._Element) -> None:
    """Put words where a picture stood; a drawing that holds text too loses its picture alone."""
    outer = next((one for one in element.iterancestors() if local(one) in ("drawing", "pict", "object")), None)
    if outer is None or any(local(one) == "txbxContent" for one in outer.iter("*")):
        _remove(element)
        return
    run = outer.getparent()
    if run is None:
        return
    space = str(outer.tag).rpartition("}")[0]
    words = etree.Element(f"{space}}}t")
    words.text = LEFT_OUT
    run.replace(outer, words)
