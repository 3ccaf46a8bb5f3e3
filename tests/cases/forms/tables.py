"""Forms as people retype them: tables written cell by cell, merged, split and robbed as in real files."""

from pathlib import Path
from xml.sax.saxutils import escape

from tests.cases.files.word import raw

Row = list["str | tuple[str, str]"]
UP = "^"
"""A cell that continues the one above it."""

TYPES = "☐ 1.区域教师研修应用案例\n☑ 2.校本教师研修应用案例\n☐ 3.线上名师名校长工作室建设与应用案例"
DECLARED = "我(们)在此申明：该案例是我(们)原创。\n作者签名：韦秋棠\n日期：2024年10月8日"
HEADS = ["作者信息\n（最多3人）", "姓名", "工作单位", "职称/职务", "手机"]
WEI = ["韦秋棠", "云岭镇中心小学", "一级教师/教研组长", "13800000001"]
LU = ["陆雪", "云岭镇中心小学", "校长", "13800000002"]


def paragraph(text: str) -> str:
    """A paragraph of Word's XML; what begins with < stands as it is, inside a run."""
    inner = text if text.startswith("<") else f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:p><w:r>{inner}</w:r></w:p>"


def cell(text: "str | tuple[str, str]", *, opens: bool = False) -> str:
    """A cell; (text, properties) for one with properties of its own."""
    words, properties = (text, "") if isinstance(text, str) else text
    if words == UP:
        words, properties = "", properties + "<w:vMerge/>"
    elif opens:
        properties += '<w:vMerge w:val="restart"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(map(paragraph, words.split(chr(10))))}</w:tc>"


def table(rows: list[Row], before: dict[int, int] | None = None) -> str:
    """A table; `before` are columns that a row leaves out at its beginning."""
    out = []
    for number, row in enumerate(rows):
        below = rows[number + 1] if number + 1 < len(rows) else []
        cells = [cell(text, opens=text != UP and at < len(below) and below[at] == UP) for at, text in enumerate(row)]
        skipped = (before or {}).get(number, 0)
        properties = f'<w:trPr><w:gridBefore w:val="{skipped}"/></w:trPr>' if skipped else ""
        out.append(f"<w:tr>{properties}{''.join(cells)}</w:tr>")
    return f"<w:tbl>{''.join(out)}</w:tbl>"


def span(text: str, columns: int) -> tuple[str, str]:
    """A cell over several columns."""
    return text, f'<w:gridSpan w:val="{columns}"/>'


def rows(**changes: "list[Row] | Row") -> list[Row]:
    """附表1 as the official table has it, filled; a part is replaced under its name, or left out where it is empty."""
    parts: dict[str, list[Row]] = {
        "title": [["案例名称", span("每周三的教研一小时", 4)]],
        "authors": [HEADS, [UP, *WEI], [UP, *LU], [UP, "", "", "", ""]],
        "type": [["案例类型", span(TYPES, 4)]],
        "overview": [["案\n例\n概\n述", span("三年来每周一次。\n教师参与率由六成升到全员。", 4)]],
        "declaration": [["作\n者\n声\n明", span(DECLARED, 4)]],
    }
    for name, change in changes.items():
        parts[name] = change if not change or isinstance(change[0], list) else [change]  # type: ignore[list-item]
    return [row for part in parts.values() for row in part]


def written(path: Path, content: list[Row], **extra: dict[int, int]) -> Path:
    return raw(path, paragraph("附表1：") + table(content, **extra) + paragraph("共享提示：同意将案例结集出版。"))
