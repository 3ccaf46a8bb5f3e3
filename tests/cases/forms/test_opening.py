"""What is no form, or should not be opened: each has its own sentence, and a child process stands between."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cases.files import supervising
from cases.files.forms import opening, reading
from cases.files.forms.opening import Form, read
from cases.files.forms.reading import read_forms
from cases.papers import contact_sheet
from tests.cases.files.compound import ole
from tests.cases.files.mutations import packed
from tests.cases.files.word import raw, saved, styled
from tests.cases.forms.tables import paragraph, rows, table, written

DATA = Path(__file__).parents[2] / "data/files"
ROOT = Path(__file__).parents[3]


def only(form: Form) -> str:
    assert not form.form and not form.fields and [one["field"] for one in form.problems] == [""]
    return form.problems[0]["message"]


def test_what_is_no_form_is_told_so(tmp_path: Path) -> None:
    message = only(read(saved(styled(), tmp_path / "a.docx"), name="我的案例.docx"))
    assert message.startswith("“我的案例.docx”里没有找到案例信息表（附表 1）或联系人信息表（附表 2）。")


@pytest.mark.parametrize("name", ["表.doc", "表.wps", "表.pdf", "表.xlsx", "表"])
def test_other_kinds_are_told_to_be_saved_as_docx(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"whatever")
    assert "“另存为”.docx 后重新上传" in only(read(path, name=name))


def test_an_old_word_file_under_the_new_name_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(ole({"WordDocument": b"\xec\xa5\xc1\x00" * 300, "1Table": bytes(600)}))
    assert "旧版 Word 文档（.doc 或 .wps），只是扩展名为 .docx" in only(read(path, name="表.docx"))
    assert "PDF" in only(read(DATA / "pdf.js__rotation.pdf", name="表.docx"))


def test_what_the_gate_refuses_is_never_read(tmp_path: Path) -> None:
    encrypted = only(read(DATA / "oletools__encrypted.docx", name="表.docx"))
    assert "设有打开密码" in encrypted
    assert "锁文件" in only(read(written(tmp_path / "b.docx", rows()), name="~$表.docx"))
    xxe = raw(tmp_path / "x.docx", table(rows()), prolog='<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    assert "普通文档不会有的声明" in only(read(xxe, name="表.docx"))
    blank = raw(tmp_path / "z.docx", table(rows()), extra={"word/media/a.bin": bytes(40_000_000)})
    assert "解压后的内容异常庞大" in only(read(blank, name="表.docx"))
    broken = tmp_path / "t.docx"
    broken.write_bytes(written(tmp_path / "w.docx", rows()).read_bytes()[:-300])
    assert "已损坏" in only(read(broken, name="表.docx"))
    empty = tmp_path / "e.docx"
    empty.write_bytes(b"")
    assert "空文件" in only(read(empty, name="表.docx"))
    other = tmp_path / "o.docx"
    other.write_bytes(packed({"a.txt": b"1"}))
    assert "压缩包" in only(read(other, name="表.docx"))


def test_a_bomb_of_rows_is_stopped(tmp_path: Path) -> None:
    path = raw(tmp_path / "a.docx", table([["案例名称", "甲"]] * 3_000))
    assert "异常庞大" in only(read(path, name="表.docx"))


def test_what_is_larger_than_a_form_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.docx", rows())
    monkeypatch.setattr(opening, "MAX_BYTES", path.stat().st_size - 1)
    assert "超过 5 MB" in only(read(path, name="表.docx"))


def test_one_child_reads_them_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = []
    run = supervising.run
    monkeypatch.setattr(supervising, "run", lambda *args: children.append(args) or run(*args))
    first, second = written(tmp_path / "1.docx", rows()), tmp_path / "2.docx"
    second.write_bytes(contact_sheet())
    none = saved(styled(), tmp_path / "3.docx")
    found = read_forms([(first, "1.docx"), (second, "2.docx"), (none, "3.docx")])
    assert [form.form for form in found] == ["1", "2", ""] and len(children) == 1


def test_the_file_that_kills_the_child_gets_its_own_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of 30 MB: below what the gate refuses, above the memory given here."""
    good = written(tmp_path / "1.docx", rows())
    heavy = raw(tmp_path / "2.docx", table([["甲" * 20] * 60] * 1_900) + paragraph("案例名称"))
    monkeypatch.setattr(reading, "MAX_RSS", 150 * supervising.MIB)
    monkeypatch.setattr(reading, "_ADDRESS_SPACE", 4096 * supervising.MIB)
    found = read_forms([(good, "1.docx"), (heavy, "2.docx"), (good, "3.docx")])
    assert [form.form for form in found] == ["1", "", "1"]
    assert only(found[1]).startswith("“2.docx”过于复杂")


def test_what_is_not_read_in_time_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ALTOGETHER", 1)
    found = read_forms([(written(tmp_path / "1.docx", rows()), "1.docx")])
    assert "请单独再选一次" in only(found[0])


def test_the_command_prints_a_line_a_file(tmp_path: Path) -> None:
    first, none = written(tmp_path / "1.docx", rows()), saved(styled(), tmp_path / "2.docx")
    missing = tmp_path / "3.docx"
    done = subprocess.run(
        [sys.executable, "manage.py", "read_form", str(first), str(missing), str(none), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(one) for one in found] == [["fields", "form", "problems"]] * 3
    assert [one["form"] for one in found] == ["1", "", ""]
    assert found[0]["fields"]["type"] == "school" and "找不到" in found[1]["problems"][0]["message"]
