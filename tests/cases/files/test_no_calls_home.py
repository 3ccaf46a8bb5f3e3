"""A file that points at an address makes nobody here knock at it: neither its inspection nor what is drawn of it."""

import os
import shutil
import socket
import subprocess
import threading
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cases.files import office
from cases.files.conversion import convert_office
from cases.files.inspection import inspect_in_child
from tests.cases.files import word

DATA = Path(__file__).resolve().parents[2] / "data/files"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Sink:
    """Listens on a port of this machine and remembers whoever knocks."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.knocks = 0
        self.at = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                self.knocks += 1
                line.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    one = Sink()
    yield one
    one.socket.close()


def related(path: Path, at: str, kind: str, body: str) -> Path:
    """A document whose relationship rId7 leads outside, and a body that uses it."""
    part = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId7" Type="{RELATIONS}/{kind}" Target="{at}/{kind}" TargetMode="External"/>'
        "</Relationships>"
    )
    return word.raw(path, body, extra={"word/_rels/document.xml.rels": part})


PICTURE = (
    '<w:p><w:r><w:drawing xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><wp:inline>'
    '<wp:extent cx="900000" cy="900000"/>'
    '<wp:docPr id="1" name="a"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="a"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip r:link="rId7"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    "</w:r></w:p><w:p><w:r><w:t>基本情况</w:t></w:r></w:p>"
)
FIELD = '<w:p><w:fldSimple w:instr="INCLUDEPICTURE {at}/field"/><w:r><w:t>基本情况</w:t></w:r></w:p>'


def picture(path: Path, at: str) -> Path:
    return related(path, at, "image", PICTURE)


def doctype(path: Path, at: str, *, where: str = "word/document.xml") -> Path:
    """Entities that a careless parser would fetch, in the main part or in one beside it."""
    prolog = f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{at}/dtd"> %p; <!ENTITY e SYSTEM "{at}/entity">]>'
    if where == "word/document.xml":
        return word.raw(path, "<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", prolog=prolog)
    return word.raw(path, "<w:p/>", extra={where: f"{prolog}<a>&e;</a>"})


MADE = [
    ("entity", doctype, "entities"),
    ("entity in a part", lambda path, at: doctype(path, at, where="word/styles.xml"), "entities"),
    ("remote picture", picture, ""),
    ("picture in a field", lambda path, at: word.raw(path, FIELD.replace("{at}", at)), ""),
    ("template", lambda path, at: related(path, at, "attachedTemplate", "<w:p/>"), "remote_template"),
    ("object", lambda path, at: related(path, at, "oleObject", "<w:p/>"), "remote_template"),
    ("frame", lambda path, at: related(path, at, "frame", "<w:p/>"), ""),
    ("chunk", lambda path, at: related(path, at, "aFChunk", '<w:altChunk r:id="rId7"/>'), ""),
    ("link", lambda path, at: related(path, at, "hyperlink", '<w:hyperlink r:id="rId7"/>'), ""),
]


@pytest.mark.parametrize(("make", "code"), [one[1:] for one in MADE], ids=[one[0] for one in MADE])
def test_a_document_that_points_outside_is_opened_in_silence(make, code: str, sink: Sink, tmp_path: Path) -> None:
    path, drawn = make(tmp_path / "upload", sink.at), tmp_path / "drawn"
    found = inspect_in_child(path, name="案例.docx", kind="document", derive_to=drawn)
    assert found.code == code, found.message
    assert sink.knocks == 0
    if found.accepted:
        shown = (drawn / "document.html").read_text(encoding="utf-8")
        assert "<img" not in shown, "a reader's browser is not sent there either"


def test_slides_and_drawings_that_point_outside_are_refused_in_silence(sink: Sink, tmp_path: Path) -> None:
    slides = tmp_path / "slides"
    shutil.copy(DATA / "python-pptx__cht-charts.pptx", slides)
    with zipfile.ZipFile(slides, "a") as archive:
        archive.writestr("ppt/custom.xml", f'<!DOCTYPE a SYSTEM "{sink.at}/dtd"><a/>')
    assert inspect_in_child(slides, name="课件.pptx", kind="supporting").code == "entities"
    drawing = tmp_path / "drawing"
    drawing.write_text(f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="{sink.at}"/></svg>')
    assert inspect_in_child(drawing, name="图.png", kind="supporting").code == "wrong_kind"
    assert sink.knocks == 0


@pytest.fixture
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        warnings.warn("soffice is missing: it was NOT tried whether LibreOffice calls home", stacklevel=1)
        pytest.skip("soffice is missing: it was not tried whether LibreOffice calls home")
    return program


def test_libreoffice_prints_in_silence(soffice: str, sink: Sink, tmp_path: Path) -> None:
    path = picture(tmp_path / "upload", sink.at)
    made = convert_office(path, kind="docx", program=soffice, derive_to=tmp_path / "drawn")
    assert (made.outcome, sink.knocks) == ("done", 0)


def test_its_profile_and_proxies_alone_keep_it_silent(
    soffice: str, sink: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the kernel gives it no network of its own, as in most containers."""
    monkeypatch.setattr(office, "_alone", list)
    path = picture(tmp_path / "upload", sink.at)
    *_, made = office.stages(path, tmp_path / "drawn", kind="docx", program=soffice)
    assert (made.outcome, sink.knocks) == ("done", 0)


def test_left_to_itself_it_does_call(soffice: str, sink: Sink, tmp_path: Path) -> None:
    """The control: without what we tell it, LibreOffice fetches the picture."""
    path = picture(tmp_path / "a.docx", sink.at)
    own = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, own, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    environment = {"PATH": os.defpath, "HOME": str(tmp_path)}
    subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)
    assert sink.knocks > 0


def test_the_sink_itself_hears_a_knock(sink: Sink) -> None:
    with suppress(OSError):
        urllib.request.urlopen(sink.at, timeout=5)
    assert sink.knocks == 1
