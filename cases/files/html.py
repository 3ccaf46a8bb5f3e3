"""The reading view: a Word document as clean HTML, its pictures as files beside it."""

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import mammoth
import nh3
from lxml import html as lxml_html
from PIL import Image

from cases.files import images, lean, zips
from cases.files.unfit import Unfit

_MAX_PICTURES: Final = 60
_SIDE: Final = 1600
# fmt: off
_TAGS: Final = {
    "h2", "h3", "h4", "h5", "p", "br", "strong", "em", "b", "i", "u", "s", "sub", "sup", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "img", "dl", "dt", "dd",
}
# fmt: on
_ATTRIBUTES: Final = {
    "a": {"href", "id", "title"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "li": {"id"},
}
_ASSET: Final = re.compile(r"asset:picture-\d{1,3}\.(?:jpg|png)")
_FRAGMENT: Final = re.compile(r"#[\w-]{1,80}")
_SPAN: Final = re.compile(r"[1-9]\d{0,2}")


def _styles() -> str:
    """Which style becomes what, in place of mammoth's own table: it is gone through for every run of a document.

    The page has its own first heading, so theirs begin with the second.
    """
    rules = ["p[style-name='Title'] => h2:fresh", "r[style-name='Strong'] => strong"]
    for level in range(1, 7):
        tag = f"h{min(level + 1, 5)}:fresh"
        rules += [f"p[style-name='{name} {level}'] => {tag}" for name in ("heading", "标题")]
        rules.append(f"p.Heading{level} => {tag}")
    for level in range(1, 6):
        above = "ul|ol > li > " * (level - 1)
        rules.append(f"p:unordered-list({level}) => {above}ul > li:fresh")
        rules.append(f"p:ordered-list({level}) => {above}ol > li:fresh")
    return "\n".join(rules)


_STYLES: Final = _styles()

Title = tuple[str, int]
"""The words of a section's head, and how many lines before it say the same."""


class _Pictures:
    """Writes a document's pictures as picture-N files, re-encoded so that nothing of a camera's notes is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: list[dict[str, Any]] = []

    def __call__(self, element: Any) -> list[Any]:
        record = self._write(element) if len(self.records) < _MAX_PICTURES else None
        if record is None:
            return []
        self.records.append(record)
        attributes = {"src": f"asset:{record['name']}", "alt": element.alt_text or ""}
        return [mammoth.html.element("img", attributes)]

    def _write(self, element: Any) -> dict[str, Any] | None:
        """Return the record of a written picture, None for one that no browser shows or that is not in the file."""
        try:
            with element.open() as stream:
                data = stream.read()
            kind = _KINDS.get(data[:2], "")
            with images.open_image(io.BytesIO(data), kind) as source:
                clear = source.mode in ("RGBA", "LA", "PA") or "transparency" in source.info
                name = f"picture-{len(self.records) + 1}"
                if clear and source.width * source.height <= 4_000_000:
                    return self._transparent(source, f"{name}.png")
                return images.save(images.shrink(source, _SIDE), self.folder, f"{name}.jpg", "picture")
        except (Unfit, OSError, ValueError, KeyError, SyntaxError, Image.DecompressionBombError):
            return None

    def _transparent(self, source: Image.Image, name: str) -> dict[str, Any]:
        picture = source.convert("RGBA")
        picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
        picture = images.turned(picture, images.orientation(source))
        picture.info.clear()  # or Pillow would write the colour profile along, whose words may name its maker
        picture.save(self.folder / name, "PNG", optimize=True)
        return {"role": "picture", "name": name, "width": picture.width, "height": picture.height}


_KINDS: Final = {b"\xff\xd8": "jpg", b"\x89P": "png", b"GI": "gif", b"BM": "bmp", b"RI": "webp"}


def derive(path: Path, folder: Path, main: str, titles: Iterable[Title]) -> list[dict[str, Any]]:
    """Write document.html and its pictures; returns their records. `main` is the name of the package's main part,
    `titles` are the lines to become second headings.

    Nothing is fetched: linked pictures are left out. Links lead to http, https or mailto only, and are marked
    noopener, noreferrer and nofollow; pictures are `asset:picture-N.ext` for the portal to replace.
    """
    pictures = _Pictures(folder)
    with zips.open_zip(path) as archive:
        package = lean.package(archive, main)
    raw = mammoth.convert_to_html(
        package,
        convert_image=pictures,
        style_map=_STYLES,
        include_default_style_map=False,
        include_embedded_style_map=False,
        external_file_access=False,
        id_prefix="document-",
    ).value
    (folder / "document.html").write_text(clean(raw, titles), encoding="utf-8")
    return [{"role": "document", "name": "document.html", "width": 0, "height": 0}, *pictures.records]


def clean(raw: str, titles: Iterable[Title]) -> str:
    """Return allow-listed HTML with the lines of `titles` promoted to h2 and every table in a scrolling frame."""
    safe = nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto", "asset"},
        link_rel="noopener noreferrer nofollow",
    )
    root = lxml_html.fragment_fromstring(safe, create_parent="div")
    _drop_bookmarks(root)
    _promote(root, titles)
    _frame_tables(root)
    inner = root.text or ""
    return inner + "".join(lxml_html.tostring(child, encoding="unicode") for child in root)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value, None to drop it."""
    if attribute == "src":
        return value if _ASSET.fullmatch(value) else None
    if attribute == "href":
        allowed = value.lower().startswith(("http://", "https://", "mailto:")) or _FRAGMENT.fullmatch(value)
        return value if allowed else None
    if attribute in ("colspan", "rowspan"):
        return value if _SPAN.fullmatch(value) else None
    if attribute == "id":
        return value if value.startswith("document-") else None
    return value


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _promote(root: Any, titles: Iterable[Title]) -> None:
    """Make the sections' heads second headings, not the lines of a typed table of contents that say the same."""
    wanted = {_bare(title): nth for title, nth in titles if title}
    for element in root:
        words = _bare(element.text_content())
        if words not in wanted:
            continue
        wanted[words] -= 1
        if wanted[words] == -1 and element.tag in ("p", "h3", "h4", "h5", "ol", "ul"):
            text = element.text_content().strip()
            tail = element.tail
            element.clear()
            element.tag, element.text, element.tail = "h2", text, tail


def _drop_bookmarks(root: Any) -> None:
    """Drop the anchors nobody points at: Word leaves dozens of them."""
    aimed = {link.get("href", "").removeprefix("#") for link in root.iter("a")}
    for anchor in list(root.iter("a")):
        if not anchor.get("href") and anchor.get("id") not in aimed:
            anchor.drop_tag()


def _frame_tables(root: Any) -> None:
    """Wrap each outermost table so that a wide one scrolls instead of the page."""
    for table in list(root.iter("table")):
        if any(ancestor.tag == "table" for ancestor in table.iterancestors()):
            continue
        frame = lxml_html.Element("div")
        frame.set("class", "table-scroll")
        frame.set("role", "region")
        frame.set("aria-label", "表格")
        frame.set("tabindex", "0")
        parent = table.getparent()
        frame.tail, table.tail = table.tail, None
        parent.replace(table, frame)
        frame.append(table)
