"""The table of the kinds of file that the portal takes (R7, R8)."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

Purpose = Literal["document", "supporting"]


@dataclass(frozen=True)
class Kind:
    """One kind of file: its extensions (the first is the usual one), its name for people, and how it is served."""

    slug: str
    extensions: tuple[str, ...]
    label: str
    mime: str
    group: Literal["picture", "video", "pdf", "office"]
    inline: bool


_OPEN_XML = "application/vnd.openxmlformats-officedocument."

KINDS: Final[tuple[Kind, ...]] = (
    Kind("docx", ("docx",), "Word 文档", _OPEN_XML + "wordprocessingml.document", "office", False),
    Kind("pptx", ("pptx",), "PPT 演示文稿", _OPEN_XML + "presentationml.presentation", "office", False),
    Kind("ppt", ("ppt",), "PPT 演示文稿（97-2003）", "application/vnd.ms-powerpoint", "office", False),
    Kind("xlsx", ("xlsx",), "Excel 表格", _OPEN_XML + "spreadsheetml.sheet", "office", False),
    Kind("pdf", ("pdf",), "PDF 文件", "application/pdf", "pdf", True),
    Kind("jpg", ("jpg", "jpeg"), "JPG 图片", "image/jpeg", "picture", True),
    Kind("png", ("png",), "PNG 图片", "image/png", "picture", True),
    Kind("gif", ("gif",), "GIF 图片", "image/gif", "picture", True),
    Kind("webp", ("webp",), "WebP 图片", "image/webp", "picture", True),
    Kind("bmp", ("bmp",), "BMP 图片", "image/bmp", "picture", True),
    Kind("heic", ("heic", "heif"), "HEIC 照片", "image/heic", "picture", False),
    Kind("mp4", ("mp4",), "MP4 视频", "video/mp4", "video", True),
    Kind("mov", ("mov",), "MOV 视频", "video/quicktime", "video", False),
)

BY_SLUG: Final[dict[str, Kind]] = {kind.slug: kind for kind in KINDS}
BY_EXTENSION: Final[dict[str, Kind]] = {extension: kind for kind in KINDS for extension in kind.extensions}

# mp4 and mov are one family of containers: what either holds opens the same way, so either name is right.
_KIN: Final[tuple[frozenset[str], ...]] = (frozenset({"mp4", "mov"}),)


def extension_of(name: str) -> str:
    """Return the extension of a file's name in lower case without its dot, empty where there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".").strip()


def kind_named(name: str, purpose: Purpose) -> Kind | None:
    """Return the kind that a name claims, or None where the purpose takes no such kind (R7: Word; R8: the table)."""
    kind = BY_EXTENSION.get(extension_of(name))
    if kind is not None and purpose == "document" and kind.slug != "docx":
        return None
    return kind


def agree(claimed: str, real: str) -> bool:
    """Return whether a file that is really `real` may carry the name of `claimed` (slugs)."""
    return claimed == real or any({claimed, real} <= kin for kin in _KIN)


def accept_attribute(purpose: Purpose) -> str:
    """Return the extensions for the `accept` attribute of a file input, such as `.docx`."""
    if purpose == "document":
        return ".docx"
    return ",".join(f".{extension}" for extension in BY_EXTENSION)
