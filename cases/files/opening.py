"""The inspection itself: the name, a first guess, the opening that decides, and what is drawn for the page."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cases.files import document, kinds, ole, ooxml, sniffing, zips
from cases.files.identity import Known
from cases.files.inspection import Inspection, refused
from cases.files.kinds import Kind, Purpose
from cases.files.later import later
from cases.files.names import claimed_kind
from cases.files.unfit import Unfit, damaged, encrypted

if TYPE_CHECKING:
    from cases.files import html, images, pdf, video
else:
    html, images = later("cases.files.html"), later("cases.files.images")
    pdf, video = later("cases.files.pdf"), later("cases.files.video")

Text = tuple[str, list[tuple[str, int]]]
"""Of a document the name of its main part, and the titles of its sections (html.Title)."""
_NO_TEXT: Final[Text] = ("", [])
_SAVE_AS_DOCX: Final = "请在 Word 或 WPS 中“另存为”.docx 后重新上传。"
_REAL_LABELS: Final = {
    "rtf": "RTF 文档",
    "html": "网页",
    "svg": "SVG 图形",
    "xml": "XML 文件",
    "text": "纯文本",
    "archive": "压缩包",
    "program": "程序",
    "avi": "AVI 视频",
    "avif": "AVIF 图片",
    "doc": "旧版 Word 文档（.doc 或 .wps）",
    "xls": "旧版 Excel 表格（.xls）",
    "odf": "OpenDocument 文档",
    "ole": "其他程序的文件",
}


def inspect(
    path: Path,
    *,
    name: str,
    kind: Purpose,
    derive_to: Path | None = None,
    limits: Mapping[str, float] | None = None,
    known: Known = document.NOBODY,
) -> Inspection:
    """Inspect in this process, without limits on time and memory: for files that are ours, and for tests."""
    return list(stages(path, name=name, kind=kind, derive_to=derive_to, limits=limits, known=known))[-1]


def stages(
    path: Path,
    *,
    name: str,
    kind: Purpose,
    derive_to: Path | None = None,
    limits: Mapping[str, float] | None = None,
    known: Known = document.NOBODY,
    until: float | None = None,
) -> Iterator[Inspection]:
    """Yield the verdict as soon as it stands, then again with each thing drawn into `derive_to`.

    Drawing ends at `until` (monotonic seconds); a failure while drawing leaves the verdict as it is.
    """
    try:
        claimed = claimed_kind(name, kind)
        real, facts, text = _open(path, claimed, kind, limits or document.LIMITS, known)
    except Unfit as unfit:
        yield refused(name, unfit.code, unfit.reason)
        return
    except MemoryError:
        yield refused(name, "memory", "过于复杂，检查时占用内存过多。请打开后“另存为”一份，或缩小后再上传。")
        return
    facts = {"kind": real, **facts}
    yield Inspection("accepted", facts=facts)
    if derive_to is None:
        return
    derived: list[dict[str, Any]] = []
    try:
        derive_to.mkdir(parents=True, exist_ok=True)
        for record in _derive(path, real, kind, derive_to, facts, text):
            derived.append(record)
            yield Inspection("accepted", facts={**facts, "derived": list(derived)})
            if until is not None and time.monotonic() > until:
                break
    except Exception as error:  # a page that cannot be drawn is shown as a download: the verdict stands
        yield Inspection("accepted", facts={**facts, "derived": derived, "not_drawn": type(error).__name__})
        return
    yield Inspection("accepted", facts={**facts, "derived": derived})


def _open(
    path: Path, claimed: Kind, purpose: Purpose, limits: Mapping[str, float], known: Known
) -> tuple[str, dict[str, Any], Text]:
    """Open a file as what it really is; returns its kind, facts and, of a document, main part and sections' titles."""
    if path.stat().st_size == 0:
        raise Unfit("empty", "是空文件（0 字节）。请检查原文件，重新选择后上传。")
    head, tail = sniffing.ends(path)
    guess = sniffing.sniff(head)
    if guess in ("zip", "ole"):
        sniffing.refuse_polyglot(path, guess, head, tail)
    if guess == "zip":
        return _open_package(path, claimed, purpose, limits, known)
    if guess == "ole":
        return _open_ole(path, claimed)
    if guess == "pdf":
        real = "pdf"
    elif guess == "isobmff":
        real = "mov" if head[4:8] != b"ftyp" or head[8:12] == b"qt  " else "mp4"
    else:
        real = guess
    if real not in kinds.BY_SLUG:
        raise _wrong(real, claimed)
    _refuse_misnamed(real, claimed)
    sniffing.refuse_polyglot(path, real, head, tail)
    if real == "pdf":
        return real, pdf.check(path), _NO_TEXT
    if real in ("mp4", "mov"):
        return real, video.check(path), _NO_TEXT
    return real, images.check(path, real), _NO_TEXT


def _open_package(
    path: Path, claimed: Kind, purpose: Purpose, limits: Mapping[str, float], known: Known
) -> tuple[str, dict[str, Any], Text]:
    with zips.open_zip(path) as archive:
        if zips.read(archive, "mimetype", 200) is not None:
            raise _wrong("odf", claimed)
    package = ooxml.check(path)
    _refuse_misnamed(package.kind, claimed)
    if purpose == "supporting":
        pages = {"pptx": package.slides, "xlsx": package.sheets}.get(package.kind)
        return package.kind, {} if pages is None else {"pages": pages}, _NO_TEXT
    with zips.open_zip(path) as archive:
        facts, found = document.examine(archive, package.main, remote=package.remote, limits=limits, known=known)
    titles = [(section.title, section.nth) for section in found if section.found]
    return "docx", facts, (package.main, titles)


def _open_ole(path: Path, claimed: Kind) -> tuple[str, dict[str, Any], Text]:
    with ole.open_ole(path) as container:
        real = ole.kind_of(container)
    if real == "encrypted":
        raise encrypted()
    if real != "ppt":
        raise _wrong(real, claimed)
    _refuse_misnamed("ppt", claimed)
    return "ppt", ole.check_powerpoint(path), _NO_TEXT


def _refuse_misnamed(real: str, claimed: Kind) -> None:
    if not kinds.agree(claimed.slug, real):
        found = kinds.BY_SLUG[real]
        raise Unfit(
            "misnamed",
            f"的扩展名与内容不符：内容是{found.label}。请把扩展名改为 .{found.extensions[0]}，或重新导出后再上传。",
        )


def _wrong(real: str, claimed: Kind) -> Unfit:
    """Return the refusal of a file that is nothing the portal takes."""
    if claimed.slug == "docx" and real in ("doc", "rtf", "odf", "html", "xml", "text"):
        code = "old_word" if real == "doc" else "wrong_kind"
        return Unfit(code, f"的内容其实是{_REAL_LABELS[real]}，只是扩展名为 .docx。{_SAVE_AS_DOCX}")
    if real in _REAL_LABELS:
        return Unfit(
            "wrong_kind",
            f"的内容其实是{_REAL_LABELS[real]}，不能接收。请上传真正的{claimed.label}（.{claimed.slug}）。",
        )
    return damaged()


def _derive(
    path: Path, real: str, purpose: Purpose, folder: Path, facts: dict[str, Any], text: Text
) -> Iterator[dict[str, Any]]:
    if real == "pdf":
        yield from pdf.derive(path, folder)
    elif real in ("mp4", "mov"):
        yield from video.derive(path, folder, float(facts.get("duration", 0)))
    elif kinds.BY_SLUG[real].group == "picture":
        yield from images.derive(path, real, folder)
    elif purpose == "document" and facts.get("readable"):
        yield from html.derive(path, folder, *text)
