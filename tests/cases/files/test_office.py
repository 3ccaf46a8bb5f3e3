"""Pages of office files: drawn where LibreOffice does its part, a download where it does not."""

import io
import shutil
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import psutil
import pypdfium2
import pytest

from cases.files import office
from cases.files.conversion import OFFICE, Conversion, convert_office
from cases.files.supervising import MIB, Limits
from tests.cases.files import word

DATA = Path(__file__).resolve().parents[2] / "data/files"
SHORT = replace(OFFICE, seconds=3)


def fake(place: Path, body: str) -> str:
    """A soffice of the test's own: a script that gets `source`, the file to print, and `beside`, its folder."""
    program = place / "soffice"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, time\nfrom pathlib import Path\n"
        f"source = Path(sys.argv[-1])\nbeside = Path(sys.argv[sys.argv.index('--outdir') + 1])\n{body}\n"
    )
    program.chmod(0o755)
    return str(program)


def printed(pages: int) -> str:
    """The body of a fake that writes a PDF of so many pages."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(300, 200)
    document.save(out)
    return f"(beside / (source.stem + '.pdf')).write_bytes({out.getvalue()!r})"


def convert(place: Path, body: str, limits: Limits = SHORT) -> Conversion:
    path = place / "file"
    shutil.copy(DATA / "python-pptx__cht-charts.pptx", path)
    return convert_office(path, kind="pptx", program=fake(place, body), derive_to=place / "made", limits=limits)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_each_page_becomes_a_picture(tmp_path: Path) -> None:
    made = convert(tmp_path, printed(3))
    assert (made.outcome, made.code) == ("done", "")
    assert [(one["role"], one["name"]) for one in made.derived] == [("page", f"page-{n}.jpg") for n in (1, 2, 3)]
    assert {path.name for path in (tmp_path / "made").iterdir()} == {"page-1.jpg", "page-2.jpg", "page-3.jpg"}


def test_twenty_pages_are_enough(tmp_path: Path) -> None:
    made = convert(tmp_path, printed(23))
    assert (made.derived[-1]["name"], made.pages) == ("page-20.jpg", 23)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("os.kill(os.getpid(), 11)", "not_printed"),
        ("sys.exit(77)", "not_printed"),
        ("pass", "not_printed"),
        ("(beside / 'source.pdf').write_bytes(b'%PDF-1.7 rubbish')", "Unfit"),
    ],
    ids=["crashes", "gives up", "writes nothing", "writes rubbish"],
)
def test_what_it_does_not_print_stays_a_download(tmp_path: Path, body: str, code: str) -> None:
    assert convert(tmp_path, body) == Conversion("failed", code)


def test_a_program_that_is_not_there_leaves_a_download(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    made = convert_office(path, kind="pptx", program="/nonexistent/soffice", derive_to=tmp_path / "made", limits=SHORT)
    assert made.outcome == "failed"


def test_one_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    started = time.monotonic()
    body = "import subprocess\nfor _ in range(2):\n    one = subprocess.Popen(['sleep', '600'])\n"
    body += "    (beside.parent / f'{one.pid}.pid').touch()\nos.wait()"
    assert convert(tmp_path, body) == Conversion("failed", "timeout")
    assert time.monotonic() - started < 8
    pids = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert len(pids) == 2
    # The signal is sent before the call returns; a busy machine takes its time to carry it out.
    while any(map(lives, pids)):
        assert time.monotonic() - started < 20
        time.sleep(0.05)


def test_what_it_takes_in_memory_is_counted_with_the_child(tmp_path: Path) -> None:
    hungry = "held = bytearray(os.urandom(1)) * (400 * 1024 * 1024)\ntime.sleep(30)"
    limits = replace(OFFICE, seconds=20, rss=300 * MIB)
    assert convert(tmp_path, hungry, limits) == Conversion("failed", "memory")


def test_it_is_told_nothing_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of ours")
    convert(tmp_path, "(beside.parent / 'seen').write_text(repr((sys.argv, dict(os.environ))))")
    arguments, environment = eval((tmp_path / "seen").read_text())
    assert "a secret of ours" not in environment.values()
    assert set(environment) <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "HOME", "TMPDIR"} | {
        name for name in environment if name.endswith("_proxy")
    }
    profile = tmp_path / "office/profile"
    assert f"-env:UserInstallation={profile.as_uri()}" in arguments
    assert "DisableMacrosExecution" in (profile / "user/registrymodifications.xcu").read_text()


def test_it_has_no_network_of_ours(tmp_path: Path) -> None:
    if not office._alone():
        warnings.warn("unshare is not allowed here: soffice was NOT tried without a network", stacklevel=1)
        pytest.skip("unshare is not allowed here")
    names = "import socket\n(beside.parent / 'seen').write_text(','.join(n for _, n in socket.if_nameindex()))"
    convert(tmp_path, names)
    assert (tmp_path / "seen").read_text() == "lo"


def test_the_real_one_prints_a_document(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        warnings.warn("soffice is missing: no page was drawn by LibreOffice", stacklevel=1)
        pytest.skip("soffice is missing: no page was drawn by LibreOffice")
    path = word.saved(word.styled(), tmp_path / "file")
    made = convert_office(path, kind="docx", program=program, derive_to=tmp_path / "made")
    assert (made.outcome, [one["name"] for one in made.derived]) == ("done", ["page-1.jpg"])
    assert 900 <= made.derived[0]["width"] <= 1200
