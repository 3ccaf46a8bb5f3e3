"""The design system: its served files are those of the sources, and its templates keep to the house."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.template import engines

from portal import build_css, icons

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
CSS_LIMIT = 60 * 1024

COMPONENTS = sorted((TEMPLATES / "ui").glob("*.html"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
LITERAL_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab|color-mix)\(", re.I)
INLINE = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script\b(?![^>]*\bsrc=)|javascript:", re.I)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def jinja():
    return engines["jinja2"].env


@pytest.mark.parametrize("name", build_css.served())
def test_a_served_file_is_the_one_of_its_sources(name: str) -> None:
    assert (STATIC / name).read_text("utf-8") == build_css.served()[name], "run `python -m portal.build_css`"


def test_the_served_stylesheet_stays_small() -> None:
    assert (STATIC / "app.css").stat().st_size <= CSS_LIMIT


def test_only_the_tokens_name_colours() -> None:
    sheets = [path for path in (STATIC / "css").rglob("*.css") if path.name != "tokens.css"]
    found = {named(path): LITERAL_COLOUR.findall(path.read_text("utf-8")) for path in sheets}
    assert {path: colours for path, colours in found.items() if colours} == {}


def test_every_token_used_is_named() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", "".join(path.read_text("utf-8") for path in build_css.sources())))
    used = set(re.findall(r"var\((--[\w-]+)", (STATIC / "app.css").read_text("utf-8")))
    assert used - tokens == set()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_holds_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_page_uses_only_icons_and_components_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    drawn = set(re.findall(r"ui\.icon\('([\w-]+)'\)", text))
    called = set(re.findall(r"\bui\.(\w+)\(", text))
    assert drawn <= set(icons.ICONS)
    assert called <= {component.stem for component in COMPONENTS}


@pytest.mark.parametrize("path", COMPONENTS, ids=named)
def test_a_component_is_the_macro_of_its_name_and_says_what_it_takes(path: Path) -> None:
    assert path.read_text("utf-8").startswith("{# ")
    module = jinja().get_template(f"ui/{path.name}").module
    macros = [name for name in vars(module) if not name.startswith("_")]
    assert macros == [path.stem]


@pytest.mark.parametrize("code", [400, 403, 404, 413, 500, 503])
def test_an_error_page_stands_without_request_or_database(code: int) -> None:
    html = jinja().get_template(f"errors/{code}.html").render()
    assert f">{code}<" in html
    assert "<h1>" in html


@pytest.mark.parametrize("status", [404, 503])
def test_the_page_of_a_file_that_cannot_be_read_stands_without_a_database(status: int) -> None:
    html = jinja().get_template("errors/file.html").render(status=status)
    assert f">{status}<" in html
    assert "<h1>文件暂时无法读取</h1>" in html


def test_the_page_of_last_resort_is_plain_html() -> None:
    text = (TEMPLATES / "errors" / "500.html").read_text("utf-8")
    assert not re.search(r"\{[{%#]", text)


def test_every_module_a_behaviour_is_fetched_from_exists() -> None:
    for path in (STATIC / "js").rglob("*.js"):
        for name in re.findall(r"(?:import\(|from )'(\.\.?/[\w/-]+\.js)'", path.read_text("utf-8")):
            assert (path.parent / name).exists(), f"{path.name} asks for {name}"


def test_the_modules_of_the_uploads_are_asked_for_at_once() -> None:
    asked = jinja().get_template("cases/upload_modules.html").render()
    assert set(re.findall(r"js/uploads/(\w+)\.js", asked)) == {
        path.stem for path in (STATIC / "js/uploads").glob("*.js")
    }


@pytest.mark.parametrize("folder", ["static/vendor/photoswipe", "tests/vendor"])
def test_what_others_wrote_is_what_was_locked(folder: str) -> None:
    """Each copied file has the fingerprint written beside it, the version of package-lock.json, and its licence."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    lines = (ROOT / folder / "SHA256SUMS").read_text("utf-8").splitlines()
    named = set()
    for line in lines:
        digest, name, package, version = re.fullmatch(r"(\w{64})  (\S+)  \((\S+) (\S+)\)", line).groups()
        assert hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() == digest, name
        assert lock[f"node_modules/{package}"]["version"] == version
        named.add(name)
    assert named == {path.name for path in (ROOT / folder).iterdir()} - {"SHA256SUMS"}
    assert any("LICENSE" in name for name in named)
