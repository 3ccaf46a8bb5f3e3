"""Every refusal there is, provoked and read: it names the file, says why, and tells a teacher what to do next."""

import ast
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from cases.actions import inspecting
from cases.files import inspection, kinds, ooxml, supervising
from cases.files.inspection import Inspection, inspect_in_child, refused
from cases.files.opening import inspect
from tests.cases.files import word

PROJECT: Final = Path(__file__).resolve().parents[3]
DATA: Final = PROJECT / "tests/data/files"
READABLE: Final = DATA / "poi-tl__361.docx"
# Latin words that a teacher knows from the program's own menus, or reads in the file's name.
KNOWN: Final = {"Word", "WPS", "Office", "OpenDocument", "DDE", "DRM", "RTF", "SVG", "XML", "AVI", "AVIF", "doc", "wps"}
KNOWN_WORDS: Final = KNOWN | set(kinds.BY_EXTENSION) | {word for kind in kinds.KINDS for word in kind.label.split()}


def assert_a_teacher_can_act_on(sentence: str, name: str) -> None:
    """The file's name, a reason, and a sentence that asks for the next step; no words of ours."""
    assert sentence.startswith(f"“{name}”"), sentence
    assert_reason(sentence.removeprefix(f"“{name}”"))


def assert_reason(reason: str) -> None:
    why, _, next_step = reason.partition("。")
    assert len(why) >= 4 and "请" not in why, reason
    assert re.search("请|可以", next_step) and next_step.endswith("。"), reason
    assert not set(re.findall("[A-Za-z]+[0-9]?", reason)) - KNOWN_WORDS, reason


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def package(path: Path, body: str = "<w:p/>", **extra: bytes | str) -> Path:
    """A document with one of the PARTS put in or replaced."""
    return word.raw(path, body, extra={PARTS[name]: content for name, content in extra.items()})


PARTS: Final = {
    "types": "[Content_Types].xml",
    "rels": "_rels/.rels",
    "styles": "word/styles.xml",
    "macro": "word/vbaProject.bin",
    "setup": "word/embeddings/setup.exe",
    "outside": "../evil.xml",
    "blank": "word/media/a.bin",
}
TEMPLATE: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
    '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.template.main'
    '+xml"/></Types>'
)
NO_RELATIONS: Final = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


def box(kind: bytes, *inside: bytes) -> bytes:
    data = b"".join(inside)
    return struct.pack(">L4s", 8 + len(data), kind) + data


def film_of_nothing() -> bytes:
    header = bytes(12) + struct.pack(">LLLH", 1000, 0, 0x10000, 0x100) + bytes(10)
    header += struct.pack(">9L", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) + bytes(24) + struct.pack(">L", 1)
    return box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", box(b"mvhd", header)) + box(b"mdat", bytes(9))


def canvas() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def clicking(path: Path) -> Path:
    source = DATA / "python-pptx__cht-charts.pptx"
    with zipfile.ZipFile(source) as archive:
        name = next(name for name in archive.namelist() if name.startswith("ppt/slides/slide"))
        slide = archive.read(name)
    link = (
        b'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" action="ppaction://program"/>'
    )
    at = slide.rindex(b"</")
    path.write_bytes(word.replaced(source, name, slide[:at] + link + slide[at:]))
    return path


def written(data: bytes | Callable[[], bytes]) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data if isinstance(data, bytes) else data())
        return path

    return write


def kept(name: str, share: float = 1.0, more: bytes = b"") -> Callable[[Path], Path]:
    """A kept sample, cut off at a share of its length, or with something put behind it."""
    return written(lambda: (data := (DATA / name).read_bytes())[: int(len(data) * share)] + more)


# code, the file's name, its bytes; a code may have several sentences and then stands several times.
DOCUMENTS: Final = "docx docm doc wps"
ROWS: Final[list[tuple[str, str, Callable[[Path], Path]]]] = [
    ("name_too_long", "很长" * 150 + ".docx", written(b"x")),
    ("bad_name", "a/b.docx", written(b"x")),
    ("bad_name", "a\nb.docx", written(b"x")),
    ("bad_name", "a\u202excod.docx", written(b"x")),
    ("lock_file", "~$案例.docx", written(b"x")),
    ("macros", "案例.docm", written(b"x")),
    ("macros", "案例.docx", partial(package, macro=b"x")),
    ("old_word", "案例.doc", written(b"x")),
    ("old_word", "案例.docx", kept("poi__AIOOB-Tap.doc")),
    ("wrong_kind", "案例.exe", written(b"x")),
    ("wrong_kind", "案例.docx", kept("markitdown__test_blog.html")),
    ("wrong_kind", "照片.png", kept("magika__magika_test.svg")),
    ("wrong_kind", "照片.jpg", written(b"Rar!\x1a\x07\x00" + bytes(60))),
    ("empty", "案例.docx", written(b"")),
    ("misnamed", "照片.png", kept("tika__testJPEG_GEO.jpg")),
    ("damaged", "照片.jpg", kept("tika__testJPEG_GEO.jpg", 0.4)),
    ("polyglot", "照片.jpg", kept("tika__testJPEG_GEO.jpg", more=b"<script>alert(1)</script>")),
    ("pixel_bomb", "照片.png", written(canvas)),
    ("archive", "案例.docx", lambda path: zipped(path, {"a.txt": b"x"})),
    ("strange_zip", "案例.docx", partial(package, outside="<a/>")),
    ("bomb", "案例.docx", kept("poi__poc-shared-strings.xlsx")),
    ("entities", "案例.docx", partial(package, styles='<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>')),
    ("template", "案例.docx", partial(package, types=TEMPLATE)),
    ("unknown_package", "案例.docx", partial(package, rels=NO_RELATIONS)),
    ("program", "案例.docx", partial(package, setup=b"MZ")),
    ("dde", "案例.docx", partial(package, body='<w:p><w:fldSimple w:instr=" DDE excel"/></w:p>')),
    ("run_action", "课件.pptx", clicking),
    ("remote_template", "案例.docx", kept("tika__testAttachedTemplate.docx")),
    ("encrypted", "案例.docx", kept("oletools__encrypted.docx")),
    ("encrypted", "课堂.mp4", kept("go-mp4__sample_init.enca.mp4")),
    ("no_index", "课堂.mp4", kept("shaka-player__cea608-track-segment.mp4")),
    ("no_streams", "课堂.mp4", written(film_of_nothing)),
    ("truncated", "课堂.mp4", kept("docling__sample_10s_video-mp4.mp4", 0.5)),
]


@pytest.mark.parametrize(("code", "name", "make"), ROWS, ids=[f"{code} {name[:16]!r}" for code, name, _ in ROWS])
def test_a_refusal_names_the_file_the_reason_and_the_next_step(
    code: str, name: str, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path / "upload")
    for purpose in ("document", "supporting") if kinds.extension_of(name) in DOCUMENTS.split() else ("supporting",):
        result = inspect(path, name=name, kind=purpose)
        assert (result.verdict, result.code) == ("refused", code), result
        assert_a_teacher_can_act_on(result.message, shown(name))


def shown(name: str) -> str:
    """A name as a sentence shows it: no marks that cannot be seen, the middle of a long one left out."""
    name = "".join(letter for letter in name if letter.isprintable())
    return name if len(name) <= 40 else f"{name[:24]}…{name[-12:]}"


def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Inspection]]:
    """The refusals of a child that did not come to its end, and of the platform where it could not ask one."""
    ask = partial(inspect_in_child, READABLE, name="案例.docx", kind="document")
    yield "timeout", ask(seconds=0.05)
    with monkeypatch.context() as patch:
        patch.setattr(inspection, "MAX_RSS", 1024)
        yield "memory", ask()
    with monkeypatch.context() as patch:
        patch.setattr(supervising, "_PROJECT", DATA)
        yield "crashed", ask()
    with monkeypatch.context() as patch:
        patch.setattr(ooxml, "check", lambda path: bytearray(1 << 62))
        yield "memory", inspect(READABLE, name="案例.docx", kind="document")
    yield "malware", refused("案例.docx", "malware", inspecting.MALWARE)
    yield "not_inspected", refused("案例.docx", "not_inspected", inspecting.NOT_INSPECTED)


STOPPED: Final = {"timeout", "memory", "crashed", "malware", "not_inspected"}


def test_a_child_that_was_stopped_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    for code, result in stopped(monkeypatch):
        assert (result.verdict, result.code) == ("refused", code), result
        assert_a_teacher_can_act_on(result.message, "案例.docx")
        seen.add(code)
    assert seen == STOPPED


def refusals() -> Iterator[tuple[str, str]]:
    """(code, reason) of each refusal in the sources of the inspector and of its action, read from their syntax trees.

    What is put in while the portal runs stands as “甲”.
    """
    for path in [*sorted((PROJECT / "cases/files").glob("*.py")), PROJECT / "cases/actions/inspecting.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        values = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name) and node.value is not None
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Unfit", "refused"):
                *_, code, reason = node.args
                yield from ((one, words(reason, values)) for one in codes(code))


def codes(node: ast.expr) -> list[str]:
    """The codes that an expression gives; one that a variable carries was counted where it was made."""
    if isinstance(node, ast.IfExp):
        return codes(node.body) + codes(node.orelse)
    if isinstance(node, ast.Name) and node.id == "code":
        return []
    if isinstance(node, ast.Attribute) and node.attr == "code":
        return []
    assert isinstance(node, ast.Constant), f"line {node.lineno}: the code of a refusal is a word of its own"
    return [node.value]


def words(node: ast.expr, values: dict[str, ast.expr]) -> str:
    if isinstance(node, ast.Name) and node.id in values:
        return words(values[node.id], values)
    if isinstance(node, ast.JoinedStr):
        return "".join(words(part, values) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return words(node.value, values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "甲"


def test_every_refusal_in_the_sources_has_a_row_here() -> None:
    """A new code without a row above fails here; so does a row whose code is gone."""
    written_down = {code for code, _ in refusals()} | set(inspection.LIMIT_SENTENCES)
    assert written_down == {code for code, _, _ in ROWS} | STOPPED


def test_every_sentence_in_the_sources_can_be_acted_on() -> None:
    """Also the second and third sentence of a code, which the rows need not provoke."""
    found = list(refusals())
    assert len(found) > 30
    for _, reason in found:
        assert_reason(reason.replace("甲", ""))
    for reason in inspection.LIMIT_SENTENCES.values():
        assert_reason(reason)


@pytest.mark.parametrize(
    "sentence",
    [
        "案例.docx 已损坏。请重新保存。",
        "“案例.docx”已损坏。",
        "“案例.docx”请重新保存。",
        "“案例.docx”已损坏（BadZipFile）。请重新保存。",
    ],
)
def test_the_check_itself_hears_a_bad_sentence(sentence: str) -> None:
    with pytest.raises(AssertionError):
        assert_a_teacher_can_act_on(sentence, "案例.docx")
