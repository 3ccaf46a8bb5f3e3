"""The doctor of a case document: its four sections, its length, and what an author should look at (R7)."""

import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from cases.characters import count
from cases.files import personal, sections, wordtext
from cases.files.headings import TITLES
from cases.files.identity import Known
from cases.files.lines import in_reading_order
from cases.files.sections import Section
from cases.files.wordtext import Paragraph, WordText

# R7, with the tolerance that the call sets.
LIMITS: Final[Mapping[str, float]] = {"characters": 3000, "tolerance_percent": 2}
NOBODY: Final = Known()
# mammoth builds a tree several times the size of ours; a document beyond these is far beyond R7's length anyway.
MAX_XML: Final = 1536 * 1024
MAX_PARAGRAPHS: Final = 8_000


def examine(
    archive: zipfile.ZipFile,
    main: str,
    *,
    remote: list[str],
    limits: Mapping[str, float] = LIMITS,
    known: Known = NOBODY,
) -> tuple[dict[str, Any], list[Section]]:
    """Return the facts of a document and its four sections.

    `ready` is true when all four sections are there with something in them and the length is within limits. `known`
    are the names that its text should not tell (`personal_data`).
    """
    text = wordtext.read(archive, main)
    lines = in_reading_order(text.paragraphs)
    found = sections.find(lines)
    characters = sum(count(paragraph.text) for paragraph in text.paragraphs)
    limit = int(limits["characters"])
    allowed = int(limit * (1 + limits["tolerance_percent"] / 100))
    readable = len(text.paragraphs) <= MAX_PARAGRAPHS and archive.getinfo(main).file_size <= MAX_XML
    findings = _length(characters, limit, allowed, text) + _sections(found) + _leftovers(archive, text, remote)
    if not readable:
        findings.append(_finding("no_reading_view", "文档过大，无法在网页中显示，只能下载查看。请删减表格和内容。"))
    facts = {
        "ready": characters <= allowed and all(section.found and not _is_empty(section) for section in found),
        "sections": [
            {
                "name": section.name,
                "found": section.found,
                "title": section.title,
                "characters": section.characters,
                "how": section.how,
            }
            for section in found
        ],
        "candidates": _candidates(lines, found),
        "in_order": sections.in_order(found),
        "characters": characters,
        "tables": text.tables,
        "pictures": text.pictures,
        "findings": findings,
        "personal_data": personal.find(archive, main, lines, found, known),
        "readable": readable,
    }
    return facts, found


def _candidates(lines: list[Paragraph], found: list[Section]) -> list[dict[str, Any]]:
    """Other heads, for the author to choose from where a section was not found."""
    if all(section.found and not _is_empty(section) for section in found):
        return []
    return [asdict(one) for one in sections.candidates(lines, found)]


def _is_empty(section: Section) -> bool:
    return section.characters == 0 and section.pictures == 0


def _finding(code: str, message: str, where: str = "全文") -> dict[str, str]:
    return {"code": code, "message": message, "where": where}


def _length(characters: int, limit: int, allowed: int, text: WordText) -> list[dict[str, str]]:
    if characters == 0 and text.pictures:
        return [_finding("pictures_only", "文档里只有图片，没有可以读取的文字。请把文字直接录入 Word。")]
    if characters == 0:
        return [_finding("empty_document", "文档里没有文字。请写好四个部分后再上传。")]
    if characters > allowed:
        return [
            _finding(
                "too_long",
                f"全文 {characters} 字，超过 {limit} 字的上限。请至少删去 {characters - limit} 字后重新上传。",
            )
        ]
    if characters > limit:
        return [
            _finding(
                "slightly_long", f"全文 {characters} 字，略超 {limit} 字，仍可报送。建议删去 {characters - limit} 字。"
            )
        ]
    return []


def _sections(found: list[Section]) -> list[dict[str, str]]:
    findings = []
    for section in found:
        name = section.name
        if not section.found:
            findings.append(_finding("section_missing", f"没有找到“{name}”部分。请加上以“{name}”为题的一节。", name))
            continue
        if _is_empty(section):
            findings.append(_finding("section_empty", f"“{name}”标题下没有内容。请补写这一部分。", name))
        if not section.exact:
            findings.append(
                _finding(
                    "section_doubtful",
                    f"把“{section.title[:30]}”认作了“{name}”部分。若不是，请加上以“{name}”为题的一节。",
                    name,
                )
            )
        if section.twice:
            findings.append(_finding("section_twice", f"“{name}”出现了不止一次，请合并为一处。", name))
    if not sections.in_order(found):
        order = "、".join(TITLES)
        findings.append(_finding("out_of_order", f"四个部分的顺序与要求不同。建议按{order}的顺序排列。"))
    return findings


def _leftovers(archive: zipfile.ZipFile, text: WordText, remote: list[str]) -> list[dict[str, str]]:
    findings = []
    if text.tracked:
        findings.append(_finding("tracked_changes", "文档里留有修订记录。请在“审阅”中接受或拒绝全部修订后再上传。"))
    if any(name.lower().rpartition("/")[2] == "comments.xml" for name in archive.namelist()):
        findings.append(_finding("comments", "文档里留有批注。请删除全部批注后再上传。"))
    hidden = sum(1 for paragraph in text.paragraphs if paragraph.hidden and paragraph.text.strip())
    if hidden:
        findings.append(_finding("hidden_text", f"有 {hidden} 处隐藏文字，读者看不到但计入字数。请取消隐藏或删除。"))
    if text.foreign:
        findings.append(_finding("foreign_part", "文档里嵌入了其他格式的内容，无法读取。请把它直接粘贴为 Word 正文。"))
    if remote:
        findings.append(
            _finding("remote_content", "文档引用了网络上的图片或文件，在本平台不会显示。请把它们插入文档后重新上传。")
        )
    return findings
