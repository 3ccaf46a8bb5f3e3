"""What a reader of a case is shown, whoever reads it: its document as clean HTML and its supporting materials."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from markupsafe import Markup

from cases.files.kinds import BY_SLUG, kind_named
from cases.findings import sections, standing
from cases.models import BlindCopy, Case, CaseDocument, Category, ConversionState, FileState, SupportingFile
from cases.readiness import counting_document
from cases.serving import lasts
from cases.storing import ORIGINAL, Unreadable, read

logger = logging.getLogger(__name__)

Link = Callable[[str, int, str], str]
"""`link(kind, pk, variant)`: the address of a file for this reader; kind is "document" or "file"."""

_TALLEST = 544
"""Pixels in height that a picture of the materials takes at most on a page; a document's are as wide as its text."""

_ASSET = re.compile(r'src="asset:([^"]*)"')
_HEADING = re.compile(r"<(h[1-4])((?: [^>]*)?)>(.*?)</\1>", re.S)
_NUMBERED = re.compile(r"([一二三四五六七八九十]{1,3})[、．.]\s*(?=\S)")
_PAGE = re.compile(r"page-(\d{1,4})\.jpg")
_ID = re.compile(r' id="([^"]*)"')


@dataclass(frozen=True)
class Picture:
    """A picture made of a file: its address, its size in pixels, and the page it shows, counted from 1 (0: no page)."""

    url: str
    width: int
    height: int
    page: int = 0


@dataclass(frozen=True)
class Material:
    """One supporting file as it is shown. `group` says what it is: picture, video, pdf or office.

    `view_url` leads to what stands in for the original: a picture made upright, a film that every browser plays.
    `message` of an accepted file tells of damage found in it too late to be mended.
    `pages` may be fewer than the `page_count` pages (or slides) there are. `lasts`: after how many seconds the address
    of a film must be asked for again, 0 when it stays.

    `room` holds for the address of a picture the width and height in pixels to keep free for it: one that arrives
    late must not push away what is being read, or what has the focus.
    """

    id: int
    title: str
    category: str
    category_name: str
    group: str
    original_name: str
    size: int
    state: str
    message: str
    url: str
    thumb_url: str
    poster_url: str
    view_url: str
    pages: list[Picture]
    picture: Picture | None = None
    page_count: int = 0
    playable: bool = True
    late: bool = False
    room: dict[str, tuple[int, int]] = field(default_factory=dict)
    converting: bool = False
    lasts: int = 0

    @property
    def film_url(self) -> str:
        """What a browser plays of a film; empty for what none plays."""
        return self.view_url or (self.url if self.playable else "") if self.group == "video" else ""

    @property
    def shown(self) -> bool:
        """Whether a page has more to show of the file than its name."""
        return bool(self.state == FileState.INSPECTING or self.group in ("picture", "video") or self.pages)


@dataclass(frozen=True)
class Reading:
    """A case's document and materials. `outline` holds (id, words) of the headings in `html`.

    An accepted document without `html` is too large for a page, or the storage does not give its text (`unreadable`).
    `document_url` leads to the Word file; empty where this reader does not get it. `pages` are pictures of a blind
    copy's pages, `page_count` how many it has.
    """

    html: Markup | None = None
    unreadable: bool = False
    document: CaseDocument | None = None
    document_url: str = ""
    characters: int = 0
    sections: list[Any] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    outline: list[tuple[str, str]] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    pages: list[Picture] = field(default_factory=list)
    page_count: int = 0


def reading_of(case: Case, *, link: Link, names: bool = True, blind: BlindCopy | None = None) -> Reading:
    """What is shown of a case: the document that counts and the files accepted or still being inspected.

    Of a document with a blind copy given, that copy and nothing else. Without `names` (experts, visitors) the signed
    information sheet is not among the files. Two queries (none where `documents` and `files` are prefetched) and one
    read from the storage.
    """
    materials = [material_of(file, link=link) for file in case.files.all() if _shown(file, names=names)]
    document = counting_document(list(case.documents.all()))
    if document is None or document.state != FileState.ACCEPTED:
        return Reading(document=document, materials=materials)
    if blind is not None:
        return replace(blind_reading_of(document, blind, case, link=link), materials=materials)
    text, facts = text_of(document), document.facts
    html, outline = _page(document, text, case.title, link) if text is not None else (None, [])
    return Reading(
        html=html,
        unreadable=text is None and bool(document.html_key),
        document=document,
        document_url=link("document", document.pk, ORIGINAL),
        characters=facts.get("characters", 0),
        sections=sections(document),
        findings=standing(document),
        outline=outline,
        materials=materials,
    )


def blind_reading_of(document: CaseDocument, copy: BlindCopy, case: Case, *, link: Link) -> Reading:
    """What is shown of a document's blind copy, its materials aside: text and pages. One read from the storage."""
    text = text_of(copy)
    html, outline = _page(copy, text, case.title, link, "blind") if text is not None else (None, [])
    return Reading(
        html=html,
        unreadable=text is None,
        document=document,
        characters=document.facts.get("characters", 0),
        outline=outline,
        pages=[
            Picture(link("blind", copy.pk, one["name"]), one["width"], one["height"], number)
            for number, one in enumerate((one for one in copy.facts["derived"] if one["role"] == "page"), 1)
        ],
        page_count=copy.facts.get("pages", 0),
    )


def _shown(file: SupportingFile, *, names: bool) -> bool:
    """Refused and dropped files are the author's business; a replacement stays behind until it is accepted."""
    waiting = file.state == FileState.INSPECTING and file.replaces_id is None
    return (file.state == FileState.ACCEPTED or waiting) and (names or file.category != Category.SIGNED)


def material_of(file: SupportingFile, *, link: Link) -> Material:
    """One file as it is shown; addresses stay empty for what does not exist (yet)."""
    derived = file.facts.get("derived", [])
    ready = file.state == FileState.ACCEPTED
    original = link("file", file.pk, ORIGINAL) if ready else ""
    addresses = [link("file", file.pk, one["name"]) for one in derived]
    measured = [(original, _size(file.facts)), *zip(addresses, map(_size, derived), strict=True)]
    roles: dict[str, list[Picture]] = {}
    for one, address in zip(derived, addresses, strict=True):
        number = _PAGE.fullmatch(one["name"])
        made = Picture(address, one.get("width", 0), one.get("height", 0), int(number[1]) if number else 0)
        roles.setdefault(one["role"], []).append(made)

    def first(role: str) -> str:
        return roles[role][0].url if role in roles else ""

    kind = BY_SLUG.get(file.kind) or kind_named(file.name, "supporting")
    return Material(
        id=file.pk,
        title=file.title,
        category=file.category,
        category_name=file.get_category_display(),
        group=kind.group if kind else "office",
        original_name=file.name,
        size=file.size,
        state=file.state,
        message=file.message,
        url=original,
        thumb_url=first("thumb"),
        poster_url=first("poster"),
        view_url=first("view"),
        pages=roles.get("page", []),
        picture=next(iter(roles.get("view", [])), None),
        page_count=file.facts.get("pages", 0),
        playable=file.facts.get("playable", True),
        late=file.late,
        room={address: _fit(*size) for address, size in measured if address and size},
        converting=file.conversion == ConversionState.WAITING,
        lasts=lasts(),
    )


def _size(facts: dict[str, Any]) -> tuple[int, int] | None:
    """Width and height in pixels where the inspector measured them."""
    width, height = facts.get("width", 0), facts.get("height", 0)
    return (width, height) if width and height else None


def _fit(width: int, height: int) -> tuple[int, int]:
    """A picture's width and height on the page: its own, or made small to `_TALLEST`."""
    return (width, height) if height <= _TALLEST else (max(1, round(width * _TALLEST / height)), _TALLEST)


def text_of(document: CaseDocument | BlindCopy) -> str | None:
    """The inspector's clean HTML; None where there is none or the storage does not give it."""
    if not document.html_key:
        return None
    try:
        return read(document.html_key).decode()
    except (Unreadable, UnicodeDecodeError):
        logger.exception("the text of document %s cannot be read", document.pk)
        return None


def _page(
    document: CaseDocument | BlindCopy, text: str, title: str, link: Link, kind: str = "document"
) -> tuple[Markup, list[tuple[str, str]]]:
    """The clean HTML with the addresses of its pictures and an id on each heading.

    A document that opens with the case's own title loses it: the page around it has said it. The number of a
    head (一、) is set apart from its words.
    """
    known = {derived["name"]: _size(derived) for derived in document.facts.get("derived", [])}
    outline: list[tuple[str, str]] = []

    def picture(match: re.Match[str]) -> str:
        name = match[1]
        if name not in known:
            return ""
        room = ' width="{}" height="{}"'.format(*size) if (size := known[name]) else ""
        return f'src="{escape(link(kind, document.pk, name))}" loading="lazy"{room}'

    def heading(match: re.Match[str]) -> str:
        tag, attributes, inner = match.groups()
        if not outline and Markup(inner).striptags() == title:  # nosec B704
            return ""
        number = _NUMBERED.match(inner) if tag == "h2" else None
        if number:
            inner = inner[number.end() :]
        given = _ID.search(attributes)
        anchor = given[1] if given else f"part-{len(outline) + 1}"
        outline.append((anchor, Markup(inner).striptags()))  # nosec B704
        mark = f'<span class="n">{number[1]}</span>' if number else ""
        named = attributes if given else f' id="{anchor}"{attributes}'
        return f"<{tag}{named}>{mark}{inner}</{tag}>"

    # The text was cleaned by the inspector before it was stored (nh3), so it is markup and its tags are regular.
    return Markup(_HEADING.sub(heading, _ASSET.sub(picture, text))), outline  # nosec B704
