"""The doctor at its edges: what is no .docx, strict documents, hidden text, heads in the reading view."""

import zipfile
from pathlib import Path

import docx
import pytest

from cases.files.opening import inspect
from tests.cases.files import compound, word
from tests.cases.files.test_inspection import zipped


def test_the_heads_are_promoted_and_not_the_contents_before_them(tmp_path: Path) -> None:
    document = docx.Document()
    heads = [f"{number}、{title}" for number, title in zip("一二三四", word.TITLES, strict=True)]
    for head in heads:
        document.add_paragraph(head)
    for head in heads:
        document.add_paragraph().add_run(head).bold = True
        document.add_paragraph(word.BODY)
    path = word.saved(document, tmp_path / "a.docx")
    inspect(path, name="a.docx", kind="document", derive_to=tmp_path / "out")
    page = (tmp_path / "out/document.html").read_text(encoding="utf-8")
    assert page.startswith("<p>一、基本情况</p>") and page.count("<h2>") == 4
    assert page.index("<h2>") > page.index("<p>四、特色与创新</p>")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.docx", b"{\\rtf1\\ansi hello}", "RTF 文档"),
        ("a.docx", compound.ole({"WordDocument": b"x"}), ".doc 或 .wps"),
        ("a.docx", compound.ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "取消密码"),
        ("~$a.docx", b"x", "锁文件"),
        ("a.odt", b"x", "另存为"),
        ("a.wps", b"x", "另存为"),
    ],
)
def test_what_is_no_docx_is_told_what_it_is(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert words in inspect(path, name=name, kind="document").message


def test_an_open_document_under_the_name_of_word_is_told_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a", {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})
    assert "OpenDocument" in inspect(path, name="a.docx", kind="document").message


def test_a_strict_document_is_read(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    path = word.saved(word.styled(), tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", strict.encode()
        )
    path.write_bytes(word.replaced(path, "word/document.xml", body))
    facts = inspect(path, name="a.docx", kind="document").facts
    assert facts["ready"] and [section["how"] for section in facts["sections"]] == ["style"] * 4


def test_hidden_text_is_warned_of_and_counted(tmp_path: Path) -> None:
    document = word.styled()
    document.paragraphs[1].add_run("看不见的字").font.hidden = True
    facts = inspect(word.saved(document, tmp_path / "a.docx"), name="a.docx", kind="document").facts
    assert [one["code"] for one in facts["findings"]] == ["hidden_text"]
    assert facts["characters"] == 132
