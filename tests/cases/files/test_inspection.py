"""Real files and hostile ones: each gets a verdict, each refusal its own sentence."""

import io
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from cases.files import html, inspection, supervising
from cases.files.inspection import inspect_in_child
from cases.files.opening import inspect
from tests.cases.files import compound, word

DATA = Path(__file__).resolve().parents[2] / "data/files"
SAMPLES = [
    ("automated_lesson_planning__教案模板.docx", "教案模板.docx", "document", ""),
    ("automated_lesson_planning__static_route_ospf_redistribution_lesson_preview.docx", "教案.docx", "document", ""),
    ("thesis-check__附件1.docx", "附件1.docx", "document", ""),
    ("poi-tl__554.docx", "554.docx", "document", ""),
    ("poi-tl__361.docx", "361.docx", "supporting", ""),
    ("Langchain-Chatchat__ocr_test.docx", "图.docx", "document", ""),
    ("docling__Strict.docx", "Strict.docx", "document", ""),
    ("tika__testWPSAttachment.docx", "附件.docx", "supporting", ""),
    ("python-mammoth__endnotes.docx", "endnotes.docx", "document", ""),
    ("poi__truncated62886.docx", "a.docx", "document", "damaged"),
    ("oletools__encrypted.docx", "a.docx", "document", "encrypted"),
    ("markitdown__test_blog.html", "a.docx", "document", "wrong_kind"),
    ("tika__testAttachedTemplate.docx", "a.docx", "document", "remote_template"),
    ("tika__testAltChunkHTML.docx", "a.docx", "document", ""),
    ("poi__AIOOB-Tap.doc", "a.doc", "document", "old_word"),
    ("poi__AIOOB-Tap.doc", "a.docx", "document", "old_word"),
    ("poi__45690.docm", "a.docm", "document", "macros"),
    ("poi__45690.docm", "a.docx", "document", "macros"),
    ("tika__testPPT_macros.pptm", "a.pptx", "supporting", "macros"),
    ("python-pptx__cht-charts.pptx", "a.pptx", "supporting", ""),
    ("python-pptx__cht-charts.pptx", "a.docx", "document", "misnamed"),
    ("oletools__encrypted.ppt", "a.ppt", "supporting", "encrypted"),
    ("poi__poc-shared-strings.xlsx", "a.docx", "document", "bomb"),
    ("poi__poc-shared-strings.xlsx", "a.xlsx", "supporting", "bomb"),
    ("magika__lzma.zip", "a.zip", "supporting", "wrong_kind"),
    ("magika__lzma.zip", "a.docx", "document", "strange_zip"),
    ("pdf.js__XiaoBiaoSong.pdf", "a.pdf", "supporting", ""),
    ("Langchain-Chatchat__ocr_test.pdf", "a.pdf", "supporting", ""),
    ("Langchain-Chatchat__ocr_test.pdf", "a.jpg", "supporting", "misnamed"),
    ("Langchain-Chatchat__ocr_test.pdf", "a.pdf", "document", "wrong_kind"),
    ("unstructured__password.pdf", "a.pdf", "supporting", "encrypted"),
    ("exif-orientation-examples__Landscape_6.jpg", "a.JPEG", "supporting", ""),
    ("tika__testJPEG_GEO.jpg", "a.jpg", "supporting", ""),
    ("tika__testJPEG_GEO.jpg", "a.png", "supporting", "misnamed"),
    ("image__basn6a16.png", "a.png", "supporting", ""),
    ("tika__testBMP.bmp", "a.bmp", "supporting", ""),
    ("magika__magika_test.svg", "a.png", "supporting", "wrong_kind"),
    ("image__Bad_clrsUsed.bmp", "a.bmp", "supporting", "damaged"),
    ("tika__testHEIF.heic", "IMG_0001.HEIC", "supporting", ""),
    ("docling__sample_10s_video-mp4.mp4", "a.mp4", "supporting", ""),
    ("docling__sample_10s_video-mp4.mp4", "a.mov", "supporting", ""),
    ("go-mp4__sample.mp4", "a.mp4", "supporting", ""),
    ("tika__en-US_(Hi).mp4", "a.mp4", "supporting", ""),
    ("go-mp4__sample_init.enca.mp4", "a.mp4", "supporting", "encrypted"),
    ("shaka-player__cea608-track-segment.mp4", "a.mp4", "supporting", "no_index"),
    ("mitra__avi.avi", "a.mp4", "supporting", "wrong_kind"),
]


def check(path: Path, name: str, kind: str, code: str) -> None:
    result = inspect(path, name=name, kind=kind)
    assert (result.verdict, result.code) == ("refused" if code else "accepted", code), result.message
    assert bool(result.message) is bool(code)
    if code:
        assert result.message.startswith("“") and result.message.endswith("。")


@pytest.mark.parametrize(("file", "name", "kind", "code"), SAMPLES)
def test_real_files_get_their_verdict(file: str, name: str, kind: str, code: str) -> None:
    check(DATA / file, name, kind, code)


@pytest.mark.parametrize("file", sorted({file for file, _, _, code in SAMPLES if not code}))
def test_an_accepted_file_is_misnamed_under_every_other_extension(file: str) -> None:
    own = Path(file).suffix.lower()
    kin = {".mp4", ".mov"} if own == ".mp4" else {".jpg", ".jpeg"} if own == ".jpg" else {own}
    for other in {".docx", ".pptx", ".ppt", ".pdf", ".jpg", ".png", ".gif", ".webp", ".bmp", ".heic", ".mp4"} - kin:
        check(DATA / file, f"a{other}", "supporting", "misnamed")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("很长" * 150 + ".docx", "name_too_long"),
        ("../../etc/a.docx", "bad_name"),
        ("a\\b.docx", "bad_name"),
        ("a\x00.docx", "bad_name"),
        ("a\r\nb.docx", "bad_name"),
        ("a\u202excod.docx", "bad_name"),
        ("~$案例.docx", "lock_file"),
        ("案例.wps", "old_word"),
        ("案例.exe", "wrong_kind"),
        ("案例", "wrong_kind"),
        ("案例.docm", "macros"),
    ],
)
def test_names_are_judged_before_bytes(name: str, code: str) -> None:
    for kind in ("document", "supporting"):
        check(DATA / "poi-tl__361.docx", name, kind, code)
    message = inspect(DATA / "poi-tl__361.docx", name=name, kind="document").message
    assert len(message) < 160 and "\u202e" not in message and "\n" not in message


@pytest.mark.parametrize("name", ["a.docx", "a.ppt", "a.pdf", "a.jpg", "a.heic", "a.mp4"])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + bytes(56) + b"\x40\x00\x00\x00PE\x00\x00" + bytes(400), "wrong_kind"),
        (b"\x7fELF" + bytes(400), "wrong_kind"),
        (b"#!/bin/sh\nrm -rf /\n", "wrong_kind"),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "wrong_kind"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "wrong_kind"),
        (b"{\\rtf1\\ansi hello}", "wrong_kind"),
        (b"Rar!\x1a\x07\x00" + bytes(60), "wrong_kind"),
        (b"just some text", "wrong_kind"),
        (bytes(500), "damaged"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", None),
        (b"PK\x03\x04" + bytes(100), None),
        (b"\xff\xd8\xff\xe0" + bytes(100), None),
        (b"%PDF-1.7\n", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), None),
    ],
)
def test_nothing_hides_behind_an_extension(tmp_path: Path, name: str, content: bytes, code: str | None) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    result = inspect(path, name=name, kind="supporting")
    assert not result.accepted and (code is None or result.code == code), result


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_bombs_are_refused_in_little_time_and_memory(tmp_path: Path) -> None:
    blank = bytes(200 * 1024 * 1024)
    bombs = {
        "大.docx": word.raw(tmp_path / "1", "<w:p/>", extra={"word/media/a.bin": blank}),
        "多.docx": zipped(tmp_path / "2", {f"word/{number}.xml": b"" for number in range(6000)}),
        "实体.docx": word.raw(
            tmp_path / "3",
            "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>",
            prolog='<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        ),
        "深.docx": word.raw(tmp_path / "4", "<w:p>" * 100_000 + "</w:p>" * 100_000),
        "密.docx": word.raw(tmp_path / "5", "<w:p/>" * 1_900_000),
    }
    canvas = zlib.compress(bytes(1 + 60_000 // 8) * 60_000)
    chunk = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    png = b"\x89PNG\r\n\x1a\n" + len(chunk[4:]).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    png += len(canvas).to_bytes(4, "big") + b"IDAT" + canvas + zlib.crc32(b"IDAT" + canvas).to_bytes(4, "big")
    bombs["像素.png"] = tmp_path / "6"
    bombs["像素.png"].write_bytes(png)
    for name, path in bombs.items():
        started = os.times()
        result = inspect_in_child(path, name=name, kind="supporting" if name.endswith("png") else "document")
        ended = os.times()
        spent = ended.children_user + ended.children_system - started.children_user - started.children_system
        assert not result.accepted and result.code not in ("timeout", "crashed"), (name, result)
        assert spent < 2, (name, spent)


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    path = word.raw(tmp_path / "a.docx", "<w:p/>", extra={"word/b.xml": "<b/>", "word/c.xml": "<c/>"})
    data = bytearray(path.read_bytes())
    first = data.rfind(b"PK\x01\x02")
    second = data.rfind(b"PK\x01\x02", 0, first)
    data[first + 42 : first + 46] = data[second + 42 : second + 46]
    path.write_bytes(data)
    assert inspect(path, name="a.docx", kind="document").code in {"bomb", "damaged"}


def test_zip64_records_in_a_small_file_are_no_fault(tmp_path: Path) -> None:
    path = word.raw(tmp_path / "a.docx", "<w:p/>")
    data = path.read_bytes()
    at = data.rfind(b"PK\x05\x06")
    entries, size, offset = struct.unpack("<HLL", data[at + 10 : at + 20])
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    path.write_bytes(data[:at] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + data[at:])
    check(path, "a.docx", "document", "")


@pytest.mark.parametrize(
    ("body", "extra", "code"),
    [
        ("<w:p/>", {"word/styles.xml": '<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>'}, "entities"),
        ("<w:p/>", {"word/vbaProject.bin": b"x"}, "macros"),
        ("<w:p/>", {"word/embeddings/setup.exe": b"MZ"}, "program"),
        ("<w:p/>", {"word/embeddings/oleObject1.bin": b"MZ" + bytes(58) + b"\x40\x00\x00\x00PE\x00\x00"}, "program"),
        (
            "<w:p/>",
            {"word/embeddings/oleObject1.bin": compound.ole({"\x01Ole10Native": b"\x00\x01\x00\x00\x02\x00a.exe\x00"})},
            "program",
        ),
        ("<w:p/>", {"word/embeddings/oleObject1.bin": compound.ole({"_VBA_PROJECT": b"x"})}, "macros"),
        ('<w:p><w:r><w:instrText>DDEAUTO c:\\cmd.exe "/k"</w:instrText></w:r></w:p>', {}, "dde"),
        ("<w:p><w:r><w:instrText>DD</w:instrText><w:instrText>E x</w:instrText></w:r></w:p>", {}, "dde"),
        ('<w:p><w:fldSimple w:instr=" DDE excel"/></w:p>', {}, "dde"),
        ("<w:p", {}, "damaged"),
        ("<w:p/>", {"../evil.xml": "<a/>"}, "strange_zip"),
        ("<w:p/>", {"/evil.xml": "<a/>"}, "strange_zip"),
        ("<w:p/>", {"mimetype": "application/vnd.oasis.opendocument.text"}, "wrong_kind"),
    ],
)
def test_hostile_documents_are_refused(tmp_path: Path, body: str, extra: dict, code: str) -> None:
    check(word.raw(tmp_path / "a.docx", body, extra=extra), "a.docx", "document", code)


def test_clicks_that_run_programs_are_refused(tmp_path: Path) -> None:
    source = DATA / "python-pptx__cht-charts.pptx"
    with zipfile.ZipFile(source) as archive:
        name = next(name for name in archive.namelist() if name.startswith("ppt/slides/slide"))
        slide = archive.read(name).decode()
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    link = f'<a:hlinkClick xmlns:a="{drawing}" action="ppaction&#58;//program"/>'
    at = slide.rindex("</")
    path = tmp_path / "a.pptx"
    path.write_bytes(word.replaced(source, name, (slide[:at] + link + slide[at:]).encode()))
    check(path, "a.pptx", "supporting", "run_action")


def test_an_old_presentation_is_opened(tmp_path: Path) -> None:
    atom = compound.record(0x0400, (1).to_bytes(4, "little") * 3, version=2)
    packed = zlib.compress(compound.ole({"_VBA_PROJECT": b"x"}))
    stored = compound.record(0x1011, (9999).to_bytes(4, "little") + packed, instance=1)
    shows = {
        "": compound.powerpoint(),
        "macros": compound.powerpoint(compound.record(0x03FF, atom, container=True)),
        "run_action": compound.powerpoint(compound.record(0x0FF3, bytes(8) + b"\x02" + bytes(7))),
        "encrypted": compound.powerpoint(token=0xF3D1C4DF),
        "damaged": compound.powerpoint()[:2000],
    }
    path = tmp_path / "a.ppt"
    for code, content in shows.items():
        path.write_bytes(content)
        check(path, "a.ppt", "supporting", code)
    path.write_bytes(compound.powerpoint(behind=stored))
    check(path, "a.ppt", "supporting", "macros")


@pytest.mark.parametrize(
    "make",
    [
        lambda image, package: image + package,
        lambda image, package: image + b"Rar!\x1a\x07\x00" + bytes(50),
        lambda image, package: image + b"<script>alert(1)</script>",
    ],
)
def test_polyglots_are_refused(tmp_path: Path, make) -> None:
    path = tmp_path / "a.jpg"
    image, package = (DATA / "tika__testJPEG_GEO.jpg").read_bytes(), (DATA / "poi-tl__361.docx").read_bytes()
    path.write_bytes(make(image, package))
    check(path, "a.jpg", "supporting", "polyglot")
    path.write_bytes(package + image)
    assert not inspect(path, name="a.docx", kind="document").accepted
    path.write_bytes(image + package)
    assert not inspect(path, name="a.docx", kind="document").accepted


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, name, _, code in SAMPLES if not code])
def test_cut_off_files_are_refused(tmp_path: Path, file: str, name: str) -> None:
    whole = (DATA / file).read_bytes()
    path = tmp_path / "upload"
    for share in (0.3, 0.7):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert not inspect(path, name=name, kind="supporting").accepted, share


def test_flipped_bytes_and_swapped_names_never_raise(tmp_path: Path) -> None:
    dice = random.Random(7)
    path = tmp_path / "upload"
    files = [DATA / file for file, *_ in SAMPLES if (DATA / file).stat().st_size < 120_000]
    for turn in range(120):
        content = bytearray(dice.choice(files).read_bytes())
        for _ in range(dice.randint(1, 30)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content)
        name = f"a.{dice.choice(['docx', 'pptx', 'ppt', 'pdf', 'jpg', 'png', 'bmp', 'heic', 'mp4'])}"
        result = inspect(path, name=name, kind="supporting")
        assert result.verdict in ("accepted", "refused"), turn


def test_pictures_are_shown_upright_without_camera_data(tmp_path: Path) -> None:
    result = inspect(
        DATA / "exif-orientation-examples__Landscape_6.jpg", name="a.jpg", kind="supporting", derive_to=tmp_path
    )
    assert [record["role"] for record in result.facts["derived"]] == ["view", "thumb"]
    assert (result.facts["width"], result.facts["height"]) == (1800, 1200)
    with Image.open(tmp_path / "thumb.jpg") as thumb:
        assert thumb.size == (640, 427) and not thumb.getexif()
    inspect(DATA / "tika__testJPEG_GEO.jpg", name="a.jpg", kind="supporting", derive_to=tmp_path)
    with Image.open(tmp_path / "view.jpg") as view:
        assert not view.getexif() and b"GPS" not in (tmp_path / "view.jpg").read_bytes()


def test_pages_and_posters_are_drawn(tmp_path: Path) -> None:
    pages = inspect(DATA / "pdf.js__XiaoBiaoSong.pdf", name="a.pdf", kind="supporting", derive_to=tmp_path).facts
    assert pages["pages"] == 1 and pages["derived"][0]["name"] == "page-1.jpg" and pages["derived"][0]["width"] <= 1200
    film = DATA / "docling__sample_10s_video-mp4.mp4"
    facts = inspect(film, name="a.mp4", kind="supporting", derive_to=tmp_path).facts
    assert round(facts["duration"]) == 10 and facts["playable"]
    assert facts["derived"] == [{"role": "poster", "name": "poster.jpg", "width": 320, "height": 320}]


def test_the_reading_view_promotes_frames_and_cleans(tmp_path: Path) -> None:
    document = word.looking([f"一、{title}" for title in word.TITLES])
    document.add_table(rows=2, cols=2).cell(0, 0).text = "<script>alert(1)</script>"
    image = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(image, "PNG")
    document.add_picture(io.BytesIO(image.getvalue()))
    path = word.saved(document, tmp_path / "a.docx")
    result = inspect_in_child(path, name="a.docx", kind="document", derive_to=tmp_path / "out")
    page = (tmp_path / "out/document.html").read_text(encoding="utf-8")
    assert page.count("<h2>一、") == 4
    assert 'class="table-scroll"' in page and "&lt;script&gt;" in page and "<script" not in page
    assert 'src="asset:picture-1.jpg"' in page
    assert [record["name"] for record in result.facts["derived"]] == ["document.html", "picture-1.jpg"]


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x"]
    + ["vbscript:x", "file:///etc/passwd", "//evil.example/x", "asset:picture-1.png", "\x01javascript:alert(1)"],
)
def test_dangerous_links_are_gone(link: str) -> None:
    page = html.clean(f'<p><a href="{link}" onclick="x()">好</a><img src="{link}" onerror="x()" alt="图"></p>', [])
    assert "href" not in page and "on" not in page.replace("noopener", "").replace("noreferrer", "")
    assert "src" not in page or link.startswith("asset:")


def test_good_links_are_kept_and_marked() -> None:
    page = html.clean('<p><a href="https://example.cn/">好</a></p>', [])
    assert page == '<p><a href="https://example.cn/" rel="noopener noreferrer nofollow">好</a></p>'


def test_a_child_out_of_time_is_killed_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    result = inspect_in_child(DATA / "poi-tl__361.docx", name="a.docx", kind="document", seconds=0.05)
    assert result.code == "timeout" and time.monotonic() - started < 2
    monkeypatch.setattr(inspection, "MAX_RSS", 1024)
    assert inspect_in_child(DATA / "poi-tl__361.docx", name="a.docx", kind="document").code == "memory"


def test_a_child_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "_PROJECT", DATA)
    result = inspect_in_child(DATA / "poi-tl__361.docx", name="a.docx", kind="document")
    assert result.code == "crashed" and result.message.startswith("“a.docx”")


def test_the_command_prints_one_line_a_file(tmp_path: Path) -> None:
    good = tmp_path / "好.docx"
    shutil.copy(DATA / "poi-tl__361.docx", good)
    command = [sys.executable, "manage.py", "inspect", "--json"]
    root = DATA.parents[2]
    answer = subprocess.run([*command, str(good), str(tmp_path / "无.pdf")], cwd=root, capture_output=True, text=True)
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [set(line) for line in lines] == [{"path", "verdict", "code", "message", "facts"}] * 2
    assert answer.returncode == 1 and [line["verdict"] for line in lines] == ["accepted", "refused"]
    answer = subprocess.run(
        [*command, str(good), "--as", "案例.docx", "--kind", "document"], cwd=root, capture_output=True, text=True
    )
    facts = json.loads(answer.stdout)["facts"]
    assert answer.returncode == 0 and facts["ready"] is False and len(facts["sections"]) == 4
