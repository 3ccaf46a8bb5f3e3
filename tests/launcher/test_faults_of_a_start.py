"""What people bring along: an old cluster, a newer database, a broken .env, a checkout that cannot be written."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from launcher import bootstrap
from launcher.bootstrap import ROOT, VENV
from launcher.cluster import MAJOR, Cluster
from launcher.errors import LauncherError
from launcher.history import applied, migrations_of, refuse_newer

pytestmark = pytest.mark.fault


def refused(launcher) -> str:
    """The one line of a start that is refused; nothing is left running."""
    done = launcher.again()
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert launcher.nothing_left(), launcher.left()
    return done.stderr


@pytest.mark.parametrize("found", ["16", "19", ""])
def test_a_cluster_of_another_postgresql_is_left_as_it_is(tmp_path, found):
    cluster = Cluster(tmp_path, tmp_path, None)
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text(f"{found}\n")
    with pytest.raises(LauncherError) as failed:
        _ = cluster.made
    assert f"PostgreSQL {found or '未知版本'} 建立，这里用的是 {MAJOR}" in str(failed.value)
    assert "\n" not in str(failed.value)


def test_a_cluster_is_there_or_not_or_in_pieces(tmp_path):
    cluster = Cluster(tmp_path, tmp_path, None)
    assert not cluster.made
    cluster.data.mkdir()
    assert not cluster.made
    (cluster.data / "base").mkdir()
    with pytest.raises(LauncherError, match="不完整"):
        _ = cluster.made
    (cluster.data / "PG_VERSION").write_text(MAJOR)
    assert cluster.made


@pytest.mark.django_db
def test_a_database_of_newer_code_is_refused_and_an_older_one_is_not(tmp_path):
    address = os.environ["DATABASE_OWNER_URL"].rpartition("/")[0] + "/" + connection.settings_dict["NAME"]
    assert ("kernel", min(migrations_of(ROOT)["kernel"])) in applied(address)
    refuse_newer(address, ROOT)
    refuse_newer(f"{address}?conn_max_age=60", ROOT)  # Django's option, which libpq does not know
    for app, names in migrations_of(ROOT).items():
        (tmp_path / app / "migrations").mkdir(parents=True)
        for name in names:
            (tmp_path / app / "migrations" / f"{name}.py").touch()
    (tmp_path / "cases" / "migrations" / "9999_later.py").touch()
    refuse_newer(address, tmp_path)
    last = max(migrations_of(ROOT)["kernel"])
    (tmp_path / "kernel" / "migrations" / f"{last}.py").unlink()
    with pytest.raises(LauncherError, match=f"比代码新（其中的迁移 kernel {last} ") as failed:
        refuse_newer(address, tmp_path)
    assert "\n" not in str(failed.value)


def test_a_server_that_does_not_answer_is_named_in_one_line():
    with pytest.raises(LauncherError, match="连不上数据库") as failed:
        applied("postgresql://nobody@127.0.0.1:1/none")
    assert "\n" not in str(failed.value)


def test_a_checkout_that_cannot_be_written_is_refused_before_pip(tmp_path, monkeypatch, mounted):
    source = tmp_path / "source"
    source.mkdir()
    (source / "requirements.txt").touch()
    folder = mounted("size=1m")
    subprocess.run(["mount", "--bind", source, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        monkeypatch.setattr(bootstrap, "ROOT", folder)
        monkeypatch.setattr(bootstrap, "VENV", folder / ".venv")
        monkeypatch.setattr(bootstrap, "PYTHON", folder / ".venv" / "bin" / "python")
        with pytest.raises(LauncherError, match="不能写入，依赖没有地方安装"):
            bootstrap.ensure_requirements("run")
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.slow
def test_a_broken_env_file_stops_the_start_before_anything_is_made(launcher):
    (launcher.project / ".env").write_text("# 端口\nPORT：8001\n", encoding="utf-8")
    assert ".env 第 2 行" in refused(launcher)
    assert not launcher.data_dir.exists()
    (launcher.project / ".env").write_text("DEPLOYMENT=production\n")
    assert "从环境或 .env 里去掉 DEPLOYMENT" in refused(launcher)
    assert not launcher.data_dir.exists()


@pytest.mark.slow
def test_a_foreign_folder_is_left_as_it_was(launcher, tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    (folder / "照片.jpg").write_bytes(b"x")
    launcher.keep_data_in(folder)
    assert "已有别的东西（照片.jpg）" in refused(launcher)
    assert [path.name for path in folder.iterdir()] == ["照片.jpg"]


@pytest.mark.slow
def test_data_of_other_versions(launcher):
    """One data folder through the versions: filled by older code, migrated by newer, refused by older again."""
    migrations = launcher.project / "portal" / "migrations"
    migrations.mkdir()
    (migrations / "0001_initial.py").touch()
    port = launcher.environ.pop("PORT")
    (launcher.project / ".env").write_text(f"PORT={port}\nPROT=1\n")
    printed = launcher.start()
    (launcher.project / ".env").write_text(f"PORT={port}\n")
    assert "可能是 PORT" in printed and f"http://127.0.0.1:{launcher.port}/" in printed
    launcher.process.terminate()
    assert launcher.process.wait(40) == 0

    (migrations / "0002_later.py").touch()
    (launcher.project / "demo").mkdir()
    (launcher.project / "demo" / "newer.py").touch()
    printed = launcher.start()
    assert "演示数据是较早的版本填的，照旧使用" in printed
    launcher.process.terminate()
    assert launcher.process.wait(40) == 0
    asked = (launcher.data_dir / "asked").read_text().split()
    assert [asked.count(name) for name in ("prepare_database", "fill_demo")] == [2, 1]

    (migrations / "0002_later.py").unlink()
    assert "比代码新（其中的迁移 portal 0002_later" in refused(launcher)

    (migrations / "0002_later.py").touch()
    home = launcher.data_dir / "postgres-folder"
    version = Path(home.read_text() if home.exists() else launcher.data_dir / "postgres") / "data" / "PG_VERSION"
    version.write_text("17\n")
    assert f"由 PostgreSQL 17 建立，这里用的是 {MAJOR}" in refused(launcher)
    version.write_text(f"{MAJOR}\n")

    shutil.move(launcher.data_dir / "secrets", launcher.project / "lost")
    assert "与数据库不符" in refused(launcher)


@pytest.mark.slow
def test_a_checkout_mounted_read_only_runs_with_its_data_elsewhere(launcher, mounted, tmp_path_factory):
    """With .venv in place nothing of the checkout is written; without a DATA_DIR the default folder is refused."""
    folder = mounted("size=1m")
    subprocess.run(["mount", "--bind", launcher.project, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        launcher.project = folder
        assert "文件系统是只读的" in refused(launcher)
        launcher.keep_data_in(tmp_path_factory.mktemp("data"))
        assert "门户已就绪" in launcher.start()
        launcher.process.terminate()
        assert launcher.process.wait(40) == 0
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
    assert VENV.exists()
