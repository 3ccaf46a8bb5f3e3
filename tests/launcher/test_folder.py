"""The data folder: what may become one, what is known again, and what is left alone."""

import os
import subprocess

import pytest

from launcher import folder as folders
from launcher.errors import LauncherError
from launcher.folder import MARK, data_folder, mark


def listing(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refusal(folder, root) -> str:
    """The one line with which a folder is refused; nothing in it or beside it changes."""
    before = listing(root)
    with pytest.raises(LauncherError) as refused:
        data_folder({"DATA_DIR": str(folder)}, root / "project")
    assert listing(root) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_data_folder_is_made_closed_and_an_existing_one_keeps_its_mode(tmp_path):
    made = data_folder({"DATA_DIR": str(tmp_path / "a" / "var")}, tmp_path)
    assert made.stat().st_mode & 0o066 == 0
    made.chmod(0o700)
    assert data_folder({"DATA_DIR": str(made)}, tmp_path).stat().st_mode & 0o777 == 0o700
    assert data_folder({}, tmp_path) == tmp_path / "var"


def test_the_projects_own_var_is_ours_whatever_stands_in_it(tmp_path):
    (tmp_path / "var" / "shots").mkdir(parents=True)
    assert data_folder({}, tmp_path) == tmp_path / "var"
    assert data_folder({"DATA_DIR": str(tmp_path / "var")}, tmp_path) == tmp_path / "var"


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("lost+found",),
        ("static", "tmp"),
        ("lock",),
        ("lock", "run", "secrets"),
        ("lock", "run", "secrets", "log", "postgres", "stamps", "shots"),
        ("lock", "run", "secrets", "postgres-folder"),
        (MARK, "anything"),
    ],
)
def test_an_empty_folder_and_one_of_ours_are_taken(tmp_path, names):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in names:
        (folder / name).mkdir()
    assert data_folder({"DATA_DIR": str(folder)}, tmp_path) == folder


@pytest.mark.parametrize(
    "names",
    [
        ("照片.jpg",),
        ("lock", "照片.jpg"),
        ("manage.py", "portal", "README.md", "Makefile"),
        ("static/site.css",),
        ("static/site.css", "media/a.pdf", "lock"),
        ("PG_VERSION", "base/1", "postmaster.pid"),
        ("secrets/password",),
    ],
)
def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path, names):
    folder = tmp_path / "data"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("不可替代")
    sentence = refusal(folder, tmp_path)
    assert "已有别的东西" in sentence and "DATA_DIR=…" in sentence


def test_the_mark_is_left_once_and_makes_the_folder_known(tmp_path):
    mark(tmp_path)
    before = (tmp_path / MARK).stat().st_mtime_ns
    mark(tmp_path)
    assert (tmp_path / MARK).stat().st_mtime_ns == before
    (tmp_path / "照片.jpg").touch()
    data_folder({"DATA_DIR": str(tmp_path)}, tmp_path / "project")


def test_a_file_is_no_folder_and_neither_is_what_lies_below_one(tmp_path):
    (tmp_path / "file").write_text("")
    assert "是一个文件" in refusal(tmp_path / "file", tmp_path)
    assert "无法写入数据目录" in refusal(tmp_path / "file" / "var", tmp_path)


def test_another_accounts_data_is_left_to_it(tmp_path, monkeypatch):
    (tmp_path / "data" / "secrets").mkdir(parents=True)
    (tmp_path / "data" / MARK).touch()
    owner = os.geteuid()
    monkeypatch.setattr(folders.os, "geteuid", lambda: owner + 1)
    sentence = refusal(tmp_path / "data", tmp_path)
    assert f"sudo -u {folders._name(owner)} make run" in sentence


def test_a_closed_folder_is_refused_with_its_owner(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("!!! 以 root 运行：没有写不了的目录，权限一项没有检查 !!!")
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "没有写权限" in refusal(tmp_path / "closed", tmp_path)


@pytest.mark.fault
def test_a_folder_on_a_read_only_file_system_is_refused_as_such(tmp_path, mounted):
    folder = mounted("size=1m,ro")
    with pytest.raises(LauncherError, match="只读"):
        data_folder({"DATA_DIR": str(folder / "var")}, tmp_path)
    assert subprocess.run(["ls", "-A", folder], capture_output=True).stdout == b""
