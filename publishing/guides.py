"""The guides of the help pages: Markdown of docs/guides, made into clean HTML with a list of contents."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guides"
FOR = {
    "account": "账号与安全",
    "author": "作者",
    "province": "省级管理员",
    "expert": "专家",
    "centre": "中心",
    "operator": "运维",
}
"""The guides and whom each is for."""

TAGS = {
    "h2", "h3", "p", "ul", "ol", "li", "strong", "em", "a", "code", "kbd", "br", "blockquote",
    "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"}, "h2": {"id"}, "h3": {"id"}, "div": {"role", "aria-label", "tabindex"},
    "th": {"scope"}, "td": {"data-label"},
}  # fmt: skip
CLASSES = {"div": {"table-box"}, "table": {"table", "table-cards"}}


@dataclass(frozen=True)
class Heading:
    """A heading that the list of contents leads to."""

    id: str
    words: str


@dataclass(frozen=True)
class Guide:
    """One guide: its title and first paragraph as plain words, the rest as HTML, the second-level headings."""

    name: str
    title: str
    lead: str
    html: Markup
    contents: tuple[Heading, ...]


@cache
def guide(name: str) -> Guide:
    """The guide of this name, read and rendered once a process."""
    return made(name, (FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def made(name: str, text: str) -> Guide:
    """A guide out of Markdown that opens with `# title` and one paragraph; HTML in it is shown, not obeyed."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["code", "fence", "image"])
    parser.add_render_rule("table_open", _table_opens)
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    tokens = parser.parse(text)
    title, lead, rest = tokens[1].content, tokens[4].content, tokens[6:]
    contents = tuple(_number(rest))
    _label_cells(rest)
    html = parser.renderer.render(rest, parser.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, allowed_classes=CLASSES, link_rel=None)
    return Guide(name, title, lead, Markup(clean), contents)  # nosec B704


def anchor(words: str) -> str:
    """What a heading is called in an address: its own words, without marks."""
    return re.sub(r"\W+", "-", words).strip("-")


def _number(tokens: list[Token]) -> list[Heading]:
    """Give every heading its id, and every table the words of the heading above it; the second level, in order."""
    found = []
    above = ""
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            above = inner.content.replace("`", "")
            token.attrSet("id", anchor(inner.content))
            if token.tag == "h2":
                found.append(Heading(anchor(inner.content), above))
        elif token.type == "table_open":
            token.meta["label"] = f"表格：{above}"
    return found


def _table_opens(renderer: object, tokens: list[Token], index: int, *_: object) -> str:
    """A table that is too wide scrolls in a box of its own, by the keyboard too."""
    label = escape(tokens[index].meta["label"])
    return f'<div class="table-box" role="region" aria-label="{label}" tabindex="0"><table class="table table-cards">'


def _label_cells(tokens: list[Token]) -> None:
    """The first cell of a row is its head, the others say what column they are of: on a phone a row becomes a card."""
    heads: list[str] = []
    place = 0
    for token, inner in pairwise(tokens):
        if token.type == "thead_open":
            heads = []
        elif token.type == "tr_open":
            place = 0
        elif token.type == "th_open":
            heads.append(inner.content)
        elif token.type in ("td_open", "td_close") and place == 0:
            token.tag = "th"
            if token.type == "td_open":
                token.attrSet("scope", "row")
        elif token.type == "td_open":
            token.attrSet("data-label", heads[place])
        if token.type == "td_close":
            place += 1
