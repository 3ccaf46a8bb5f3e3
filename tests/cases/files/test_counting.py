"""字 of whole documents: within 2 % of LibreOffice's count once its blind spots are taken out."""

import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import pytest

from cases.characters import count
from cases.files import ooxml, wordtext
from tests.cases.files.corpus import CORPUS, Sheet
from tests.cases.files.test_corpus import DATA, REAL
from tests.cases.files.word import saved

# LibreOffice counts these as nothing; rules.md counts each as one.
BLIND = "“”‘’—…·"
# It counts headers, footers and automatic numbers as text; Word's 字数 does not. They are taken out before it reads.
NOT_TEXT = re.compile(rb"<w:(?:header|footer)Reference [^>]*/>|<w:numPr>.*?</w:numPr>", re.DOTALL)
STATISTIC = re.compile(r'meta:word-count="(\d+)"')


def ours(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        text = wordtext.read(archive, ooxml.check(path).main)
    return sum(count(one.text) - sum(one.text.count(mark) for mark in BLIND) for one in text.paragraphs)


def stripped(path: Path, target: Path) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member.filename, NOT_TEXT.sub(b"", data) if member.filename.startswith("word/") else data)
    return target


@pytest.mark.slow
def test_counts_stay_within_two_percent_of_libreoffice(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        warnings.warn("soffice is missing: counts were NOT compared with LibreOffice's", stacklevel=1)
        pytest.skip("soffice is missing: counts were not compared with LibreOffice's")
    papers = {}
    for name, writer in list(CORPUS.items())[::6]:
        writer(sheet := Sheet())
        papers[name] = saved(sheet.document, tmp_path / f"{name}.docx")
    papers |= {name.removesuffix(".docx"): DATA / name for name in REAL}
    (tmp_path / "in").mkdir()
    files = [str(stripped(path, tmp_path / "in" / f"{name}.docx")) for name, path in papers.items()]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, "--headless", profile, "--convert-to", "fodt", "--outdir", str(tmp_path / "out"), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    far = {}
    for name, path in papers.items():
        match = STATISTIC.search((tmp_path / "out" / f"{name}.fodt").read_text(encoding="utf-8"))
        assert match is not None, name
        theirs = int(match[1])
        if abs(ours(path) - theirs) > max(theirs * 0.02, 3):
            far[name] = (ours(path), theirs)
    assert not far
