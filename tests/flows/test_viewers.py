"""What readers see of files, in a real browser: pictures by keyboard, a film whose address ends, hostile documents."""

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.base import ContentFile
from django.template import engines
from django.test import Client
from django.urls import reverse
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from cases.actions import uploading
from cases.files.inspection import inspect_in_child
from cases.lifecycle import State
from cases.models import Case
from cases.reading import Material, Picture, Reading
from kernel import jobs
from kernel.models import Job
from tests.cases.files_for_tests import SECTIONS, png
from tests.factories import make_admin, make_call, make_case, make_user
from tests.flows.payloads import ALTS, CALL, LINKS, NAMES, STYLES, TEXTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
FILM = (ROOT / "tests/data/files/docling__sample_10s_video-mp4.mp4").read_bytes()
PDF = ROOT / "tests/data/files/Langchain-Chatchat__ocr_test.pdf"
PIECE = 64 * 1024


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's driver runs an event loop in this thread; the database is asked from it all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def case(now: datetime, transactional_db: Any) -> Case:
    """A handed-in case with three pictures and a PDF, inspected."""
    case = make_case(call=make_call(phase="submission", now=now), author=make_user())
    files = [(f"照片 {n}", f"{n}.png", png(900, 600, colour)) for n, colour in enumerate(("teal", "olive", "navy"), 1)]
    for title, name, data in [*files, ("方案", "方案.pdf", PDF.read_bytes())]:
        uploading.upload_supporting(
            case_id=case.pk, title=title, category="other", name=name, content=ContentFile(data),
            actor=case.submitter, now=now,
        )  # fmt: skip
    for row in Job.objects.filter(kind="cases.inspect_supporting"):
        jobs.run(row.pk)
    Case.objects.filter(pk=case.pk).update(state=State.HANDED_IN, number="2024-42-7K3M9Q", handed_in_at=now)
    return case


@pytest.fixture
def page(browser: Any, live_server: Any, case: Case) -> Iterator[Any]:
    """The province's window on the case's materials, nothing moving; a script error or CSP report fails the test."""
    client, troubles = Client(), []
    client.force_login(make_admin())
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    page.goto(reverse("screening_case", args=[case.pk]) + "?tab=materials")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()
    assert troubles == []


SCALE = """() => {
    const shown = document.querySelector('.pswp__item[aria-hidden=false] .pswp__img');
    return shown && shown.complete && shown.naturalWidth ? shown.getBoundingClientRect().width : 0;
}"""


def until(page: Any, fits: Callable[[float], bool]) -> float:
    """The width of the picture on show, once it fits. The page's policy lets no condition be evaluated inside it."""
    for _ in range(200):
        width = page.evaluate(SCALE)
        if fits(width):
            return float(width)
        page.wait_for_timeout(50)
    raise AssertionError(f"the picture stays {width} pixels wide")


def says(page: Any, words: str) -> None:
    page.locator("dialog.viewer[open] .pswp__caption").get_by_text(words, exact=True).wait_for()


def test_pictures_are_leafed_through_by_keyboard_and_the_focus_comes_back(page: Any, case: Case) -> None:
    here = page.url
    page.locator("a[data-picture='照片 1']").focus()
    page.keyboard.press("Enter")
    says(page, "照片 1")
    for key, words in (
        ("ArrowRight", "照片 2"),
        ("ArrowRight", "照片 3"),
        ("ArrowRight", "照片 3"),
        ("ArrowLeft", "照片 2"),
    ):
        page.keyboard.press(key)
        says(page, words)
    page.set_viewport_size({"width": 600, "height": 400})
    small = until(page, lambda width: 0 < width < 600)
    page.keyboard.press("z")
    until(page, lambda width: width > small)
    page.keyboard.press("j")
    assert page.url == here, "the desk's own keys rest while a picture is open"
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') === null"), "the page behind gets no focus"
    page.keyboard.press("Escape")
    page.locator("dialog.viewer").wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.picture") == "照片 1"


def test_an_escape_before_the_picture_stands_open_is_heard(page: Any) -> None:
    page.emulate_media(reduced_motion="no-preference")
    page.locator("a[data-picture='照片 1']").focus()
    page.keyboard.press("Enter")
    page.locator("dialog.viewer[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog.viewer").wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.picture") == "照片 1"


def test_the_pages_of_a_file_are_leafed_through_apart_from_the_pictures(page: Any, case: Case) -> None:
    total = case.files.get(title="方案").facts["pages"]
    page.locator("a[data-picture^='方案']").first.click()
    says(page, f"方案，第 1 / {total} 页")
    assert page.locator("dialog.viewer .pswp__counter").inner_text() == f"1 / {total}"
    page.get_by_role("button", name="关闭").click()
    page.locator("dialog.viewer").wait_for(state="detached")


def test_a_pdf_opens_in_the_browsers_viewer_in_its_place_where_there_is_one(page: Any, case: Case) -> None:
    section = page.locator(f"#material-{case.files.get(title='方案').pk}")
    assert section.get_by_role("link", name="打开 PDF").get_attribute("href")
    button = section.get_by_role("button", name="在这里翻阅")
    if not page.evaluate("navigator.pdfViewerEnabled"):
        assert button.count() == 0
        return
    button.click()
    frame = section.locator("iframe")
    assert frame.get_attribute("title") == "方案"
    assert section.locator("a[data-picture]").first.is_hidden()
    section.get_by_role("button", name="收起").click()
    assert (frame.count(), section.locator("a[data-picture]").first.is_visible()) == (0, True)


def test_without_scripting_pictures_and_pages_are_plain_links(browser: Any, live_server: Any, case: Case) -> None:
    client = Client()
    client.force_login(make_admin())
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("screening_case", args=[case.pk]) + "?tab=materials")
    for picture in ("照片 1", "方案"):
        link = page.locator(f"a[data-picture^='{picture}']").first
        answer = context.request.get(link.get_attribute("href"))
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert page.get_by_role("button", name="在这里翻阅").count() == 0
    context.close()


class Store(BaseHTTPRequestHandler):
    """A store whose first address is good for `good` requests, and a portal that leads there, in one."""

    protocol_version = "HTTP/1.1"
    good = 0
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        Store.asked.append(path if path == "/film" else self.path)
        if path == "/":
            self.answer(200, Store.page.encode(), "text/html; charset=utf-8")
        elif path == "/film.js":
            self.answer(200, (ROOT / "static/js/film.js").read_bytes(), "text/javascript")
        elif path == "/film":
            self.send_response(302)
            for name, value in {
                "Location": f"/signed?address={len(Store.asked)}", "Cache-Control": "private, no-store",
                "Content-Length": "0",
            }.items():  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
        elif path == "/signed" and (Store.asked.count("/film") > 1 or Store.asked.count(self.path) <= Store.good):
            self.part()
        else:
            self.answer(403, b"expired", "text/plain")

    def part(self) -> None:
        """A short piece of the film, so that more must be asked for."""
        first = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        body = FILM[first : first + PIECE]
        where = f"bytes {first}-{first + len(body) - 1}/{len(FILM)}"
        self.answer(206, body, "video/mp4", {"Content-Range": where, "Accept-Ranges": "bytes"})

    def answer(self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", **(more or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass

    page = """<!doctype html><video controls muted src="/film" data-lasts="%d"></video>
        <script type="module">import { start } from '/film.js'; start(document.querySelector('video'))</script>"""


@pytest.fixture
def store() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Store.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("knows", [True, False], ids=["near its end", "after it was refused"])
def test_a_film_goes_on_where_it_was_when_its_address_has_ended(
    knows: bool, browser: Any, store: str, monkeypatch: Any
) -> None:
    """`knows`: the page was told how long the address lasts; otherwise it learns it by being refused.

    The film is six pieces long, so that an address good for four is refused before all of it is there.
    """
    monkeypatch.setattr(Store, "page", Store.page % (31 if knows else 300))
    monkeypatch.setattr(Store, "good", 1000 if knows else 4)
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.goto(store)
    playing = "at => { const v = document.querySelector('video'); return v.currentTime > at && !v.paused && !v.error }"
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function(playing, arg=0.2)
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('video').currentTime = 7")
    page.wait_for_function(playing, arg=7.3)
    assert Store.asked.count("/film") >= 2, "a fresh address was asked for"
    page.close()


def hostile_docx() -> bytes:
    """A document with every payload where it belongs: text and heads, links, alternative texts, names of styles."""
    document = Document()
    for section in SECTIONS:
        document.add_heading(section, 1)
        document.add_paragraph("每周三下午同研一课。")
    for text in TEXTS:
        document.add_heading(text, 2)
        document.add_paragraph(text)
    for target in LINKS:
        paragraph = document.add_paragraph()
        related = document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), related)
        link.append(paragraph.add_run("链接")._r)
        paragraph._p.append(link)
    for alt in ALTS:
        document.add_picture(io.BytesIO(png(20, 20)))
        document.inline_shapes[-1]._inline.docPr.set("descr", alt)
    for number, style in enumerate(STYLES):
        made = document.styles.add_style(f"S{number}", 1)
        made.element.find(qn("w:name")).set(qn("w:val"), style)
        document.add_paragraph("样式", style=made)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def hostile_page(folder: Path) -> str:
    """The reading view of that document and of materials with hostile names, as a reader's page holds them."""
    path = folder / "a.docx"
    path.write_bytes(hostile_docx())
    assert zipfile.is_zipfile(path)
    inspection = inspect_in_child(path, name="案例.docx", kind="document", derive_to=folder / "out", seconds=60)
    assert inspection.accepted, inspection.message
    text = (folder / "out/document.html").read_text("utf-8")
    materials = [
        Material(
            id=number, title=name, category="other", category_name=name, group=group, original_name=name, size=1,
            state="accepted", message=name, url=f"/f/{number}", thumb_url="", poster_url="", view_url="",
            pages=[Picture("/p", 1, 1, 1)] if group == "pdf" else [],
        )
        for number, name in enumerate(NAMES)
        for group in ("picture", "video", "pdf", "office")
    ]  # fmt: skip
    ui = engines["jinja2"].env.globals["ui"]
    reading = Reading(
        html=engines["jinja2"].env.from_string("{{ text|safe }}").render({"text": text}), materials=materials
    )
    return "<!doctype html><meta charset=utf-8>" + str(ui.materials(reading, listed=True)) + text


def test_no_script_of_a_hundred_runs_even_without_the_policy_of_the_pages(browser: Any, tmp_path: Path) -> None:
    assert len({*TEXTS, *LINKS, *ALTS, *STYLES, *NAMES}) >= 95
    html = hostile_page(tmp_path)
    page = browser.new_page()
    page.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1 }")
    page.route("http://reader.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.route(lambda address: address != "http://reader.test/", lambda route: route.fulfill(status=404))
    page.goto("http://reader.test/")
    # The control: a page that does let a script in is noticed.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img id=control src=x onerror=hit()>')")
    page.wait_for_function("window.hits === 1")
    page.evaluate("""() => {
        document.getElementById('control').remove();
        for (const one of document.querySelectorAll('*')) {
            one.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
            one.focus?.();
        }
        for (const one of document.querySelectorAll('a[href]')) {
            one.target = '_self';
            if (!/^https?:|^mailto:|^[#/]/.test(one.getAttribute('href'))) one.click();
        }
    }""")
    page.wait_for_timeout(300)
    found = page.evaluate("""() => ({
        hits: window.hits,
        scripts: document.querySelectorAll('script, iframe, object, embed, base, style, form, meta[http-equiv]').length,
        handlers: [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())
            .filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc'),
        schemes: [...new Set([...document.querySelectorAll('[href], [src]')]
            .map((one) => new URL(one.getAttribute('href') ?? one.getAttribute('src'), 'https://here.test/').protocol))].sort(),
    })""")
    assert found["hits"] == 1, "only the control ran"
    assert (found["scripts"], found["handlers"]) == (0, [])
    assert set(found["schemes"]) <= {"http:", "https:", "mailto:", "asset:"}
    assert CALL in html, "the words are there, as words"
    page.close()
