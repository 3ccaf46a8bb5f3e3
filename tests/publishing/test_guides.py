"""The guides stay true: their links lead somewhere, the buttons they name exist, the settings are those there are."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from publishing.guides import FOLDER, FOR, Guide, anchor, guide, made
from tests.factories import make_call, make_centre

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "calls", "cases", "reviews", "publishing", "kernel")
LINK = re.compile(r'href="([^"]+)"')


def source(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def links() -> Iterator[tuple[str, str]]:
    for name in FOR:
        for href in LINK.findall(guide(name).html):
            yield name, href


def words_of_the_portal() -> str:
    """Everything the portal may say: templates, scripts, and the strings of the code, lines joined as Python does."""
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    code = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in pages + code)


def test_there_is_a_guide_for_each_role_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(FOR)


@pytest.mark.parametrize("name", FOR)
def test_a_guide_opens_with_title_and_lead_and_loses_nothing_in_cleaning(name: str) -> None:
    one = guide(name)
    assert source(name).startswith(f"# {one.title}\n\n{one.lead}\n\n## {one.contents[0].words}\n")
    ids = re.findall(r'<h[23] id="([^"]+)"', one.html)
    assert len(ids) == len(set(ids)) and {heading.id for heading in one.contents} <= set(ids)
    # What the cleaner dropped, or Markdown did not understand, would show as text or be missing.
    for left in ("**", "](", "|---", "{%", "&lt;/", "&lt;b", "# "):
        assert left not in one.html
    assert one.html.count("<table") == len(re.findall(r"(?m)^\|---", source(name)))


@pytest.mark.parametrize(("name", "href"), sorted(set(links())))
def test_every_link_of_a_guide_leads_somewhere(name: str, href: str) -> None:
    address = urlsplit(href)
    assert not address.scheme and not address.netloc, "guides lead into the portal alone"
    match = resolve(address.path) if address.path else None
    if address.fragment:
        target = match.url_name.removeprefix("help_") if match and match.url_name else name
        assert f'id="{unquote(address.fragment)}"' in guide(target).html


def test_every_button_a_guide_names_is_called_that_in_the_portal() -> None:
    said = words_of_the_portal()
    named = {(name, words) for name in FOR for words in re.findall(r"「([^」]+)」", source(name))}
    assert len(named) > 60
    assert sorted(pair for pair in named if pair[1] not in said) == []


def test_the_operators_settings_are_those_of_the_example() -> None:
    example = re.findall(r"(?m)^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"))
    rows = re.findall(r"(?m)^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`|（空）) \| .+ \|$", source("operator"))
    assert rows == example


def without_code(name: str) -> str:
    return re.sub(r"(?s)```.*?```|`[^`]+`", "", source(name))


def test_the_guides_speak_to_people() -> None:
    """No code names outside the operator's guide, full-width marks between Chinese words, a space beside Latin ones."""
    for name in set(FOR) - {"operator"}:
        text = re.sub(r"\]\([^)]*\)", "", without_code(name))
        assert not re.search(r"[a-z]+_[a-z]+|[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]", text)
    for name in FOR:
        assert not re.search(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]", without_code(name))


def test_html_in_a_guide_is_shown_and_not_obeyed() -> None:
    one = made("x", "# 题\n\n引言\n\n## 一 <b>二</b>\n\n<script>x</script> [坏](javascript:alert(1)) ![图](/x.png)\n")
    assert "<script" not in one.html and "javascript:" not in re.sub(r"\[坏\]\(javascript:alert\(1\)\)", "", one.html)
    assert "<img" not in one.html


def test_a_row_of_a_table_has_a_head_and_its_cells_name_their_column() -> None:
    html = made("x", "# 题\n\n引言\n\n## 一\n\n| 甲 | 乙 |\n|---|---|\n| `A` | 1 |\n| B | 2 |\n").html
    assert 'aria-label="表格：一"' in html
    rows = re.findall(r"<tr>\n(.*?)\n</tr>", html, re.DOTALL)
    assert rows == [
        "<th>甲</th>\n<th>乙</th>",
        '<th scope="row"><code>A</code></th>\n<td data-label="乙">1</td>',
        '<th scope="row">B</th>\n<td data-label="乙">2</td>',
    ]


def test_an_anchor_is_the_headings_own_words() -> None:
    assert anchor("`make run` 说的话") == "make-run-说的话"
    assert anchor("交上去以后，还能改吗？") == "交上去以后-还能改吗"


def test_a_guide_is_made_once_a_process() -> None:
    assert guide("author") is guide("author")
    assert isinstance(guide("author"), Guide)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["author", "province", "expert", "centre"])
def test_everyone_reads_the_guides(client: Client, name: str) -> None:
    make_call(hotline="010-00000001")
    page = client.get(f"/help/{name}/").content.decode()
    assert f"<h1>{guide(name).title}</h1>" in page
    assert "010-00000001" in page
    heads = re.findall(r"<h([1-6])", page[page.index("<main") : page.index("</main>")])
    assert all(int(second) - int(first) <= 1 for first, second in pairwise(heads))
    assert f'href="/help/{name}/"' in client.get("/help/").content.decode()
    assert "/help/operator/" not in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_the_operators_guide_is_for_the_centre(client: Client) -> None:
    assert client.get("/help/operator/").status_code == 302
    client.force_login(make_centre(), backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert "docker compose up -d" in client.get("/help/operator/").content.decode()
    assert 'href="/help/operator/"' in client.get("/help/").content.decode()
