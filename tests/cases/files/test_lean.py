"""The package cut down for mammoth tells it all that the whole one does."""

import io
import zipfile
from pathlib import Path

import mammoth
import pytest

from cases.files import lean, ooxml
from tests.cases.files.corpus import CORPUS, Sheet
from tests.cases.files.test_corpus import DATA, REAL


def html(stream: io.BytesIO) -> str:
    return str(mammoth.convert_to_html(stream).value)


def same(path: Path) -> tuple[int, int]:
    """Bytes of XML in the whole package and in the one cut down, whose texts are found to be the same."""
    main = ooxml.check(path).main
    with zipfile.ZipFile(path) as archive:
        cut = lean.package(archive, main)
        whole = sum(member.file_size for member in archive.infolist() if member.filename.endswith(".xml"))
    with zipfile.ZipFile(cut) as archive:
        left = sum(member.file_size for member in archive.infolist() if member.filename.endswith(".xml"))
    assert html(cut) == html(io.BytesIO(path.read_bytes()))
    return whole, left


@pytest.mark.parametrize("name", [*REAL, "docling__Strict.docx", "python-mammoth__endnotes.docx"])
def test_real_documents_read_the_same(name: str) -> None:
    whole, left = same(DATA / name)
    assert left < whole


def test_written_documents_read_the_same_and_are_a_fraction(tmp_path: Path) -> None:
    whole, left = 0, 0
    for name, writer in list(CORPUS.items())[::9]:
        writer(sheet := Sheet())
        path = tmp_path / f"{name}.docx"
        sheet.document.save(str(path))
        one = same(path)
        whole, left = whole + one[0], left + one[1]
    assert left < whole / 4
