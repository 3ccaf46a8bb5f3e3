"""The optional .env: what it may look like, who wins, and the one line that names a bad one."""

import codecs
import os

import pytest

from launcher.dotenv import load, parse
from launcher.errors import LauncherError

EXAMPLE = "# 邮件\n#EMAIL_HOST=localhost\n# EMAIL_PORT=25\nTRUSTED_PROXIES=0\n"


def values(text: str) -> dict[str, str]:
    return {name: value for name, (_, value) in parse(text)[0].items()}


@pytest.fixture
def project(tmp_path):
    (tmp_path / ".env.example").write_text(EXAMPLE, encoding="utf-8")
    return tmp_path


def refusal(project, content: str | bytes) -> str:
    raw = content if isinstance(content, bytes) else content.encode()
    (project / ".env").write_bytes(raw)
    with pytest.raises(LauncherError) as refused:
        load(project, {})
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("PORT=8001", "8001"),
        ("  export PORT = 8001  ", "8001"),
        ("PORT=8001 # 端口", "8001"),
        ("PORT=", ""),
        ("PORT= # 空着", ""),
        ("PORT=a#b", "a#b"),
        ("PORT=a=b", "a=b"),
        ('PORT="a # b"  # 说明', "a # b"),
        ("PORT='a\\n\"b'", 'a\\n"b'),
        (r'PORT="a\n\"b\\ \d $HOME"', 'a\n"b\\ \\d $HOME'),
        ("PORT=$HOME", "$HOME"),
    ],
)
def test_a_line_may_be_written_in_many_ways(line, value):
    assert values(line) == {"PORT": value}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_ends_of_lines_and_the_mark_of_utf8_do_not_matter(project, end, mark):
    (project / ".env").write_bytes(mark + f"# 说明{end}{end}PORT=8001{end}DATA_DIR=/数据{end}".encode())
    environ: dict[str, str] = {}
    assert load(project, environ) == []
    assert environ == {"PORT": "8001", "DATA_DIR": "/数据"}


def test_without_the_file_nothing_changes(project):
    environ = {"PORT": "1"}
    assert load(project, environ) == []
    assert environ == {"PORT": "1"}


def test_an_empty_value_says_nothing(project):
    (project / ".env").write_text('PORT=\nDATA_DIR=""\n')
    environ: dict[str, str] = {}
    assert load(project, environ) == []
    assert environ == {}


def test_the_environment_wins_even_when_it_is_empty(project):
    (project / ".env").write_text("PORT=8001\nSECRET_KEY=b\nREDIS_URL=c\n")
    environ = {"PORT": "9000", "REDIS_URL": ""}
    load(project, environ)
    assert environ == {"PORT": "9000", "SECRET_KEY": "b", "REDIS_URL": ""}


def test_a_data_folder_is_meant_from_the_projects_folder(project):
    (project / ".env").write_text("DATA_DIR=data/demo\n")
    environ: dict[str, str] = {}
    load(project, environ)
    assert environ["DATA_DIR"] == str(project / "data/demo")


def test_names_of_the_example_are_known_commented_out_or_not(project):
    (project / ".env").write_text("EMAIL_HOST=a\nEMAIL_PORT=465\nTRUSTED_PROXIES=1\n")
    environ: dict[str, str] = {}
    assert load(project, environ) == []
    assert set(environ) == {"EMAIL_HOST", "EMAIL_PORT", "TRUSTED_PROXIES"}


@pytest.mark.parametrize(
    ("line", "hint"), [("PROT=8001", "PORT"), ("EMAIL_HOSTS=x", "EMAIL_HOST"), ("zzz=1", ".env.example")]
)
def test_an_unknown_name_is_a_warning_with_the_nearest_one_and_has_no_effect(project, line, hint):
    (project / ".env").write_text(f"SECRET_KEY=x\n{line}\n")
    environ: dict[str, str] = {}
    (warning,) = load(project, environ)
    assert warning.startswith(".env 第 2 行") and warning.endswith(hint)
    assert environ == {"SECRET_KEY": "x"}


def test_a_name_written_twice_is_a_warning_and_the_later_line_counts(project):
    (project / ".env").write_text("PORT=1\n\nPORT=2\n")
    environ: dict[str, str] = {}
    (warning,) = load(project, environ)
    assert "第 3 行" in warning and "第 1 行" in warning
    assert environ == {"PORT": "2"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("PORT", "名称=值"),
        ("PORT＝8001", "全角的 ＝"),
        ("端口=8001", "名称“端口”不对"),
        ("=8001", "名称“”不对"),
        ("8PORT=1", "名称“8PORT”不对"),
        ("PORT=“8001”", "全角的 “"),
        ('PORT="8001', "没有成对"),
        ("PORT='8001\"", "没有成对"),
        ('PORT="8001"x', "引号之后"),
        (b"PORT=\xb6\xcb", "GBK"),
    ],
)
def test_a_bad_line_is_named_by_its_number(project, line, words):
    line = line if isinstance(line, bytes) else line.encode()
    sentence = refusal(project, b"# \xe8\xaf\xb4\xe6\x98\x8e\n\n" + line + b"\nSECRET_KEY=x\n")
    assert sentence.startswith(".env 第 3 行")
    assert words in sentence


def test_a_file_in_utf16_is_named_as_such(project):
    assert "UTF-16" in refusal(project, "PORT=8001\r\n".encode("utf-16"))


def test_a_folder_in_its_place_and_a_closed_file_are_refused(project):
    (project / ".env").mkdir()
    with pytest.raises(LauncherError, match="不是普通文件"):
        load(project, {})
    (project / ".env").rmdir()
    if os.geteuid() == 0:
        pytest.skip("!!! 以 root 运行：没有读不了的文件，权限一项没有检查 !!!")
    (project / ".env").write_text("PORT=1\n")
    (project / ".env").chmod(0)
    with pytest.raises(LauncherError, match="没有权限读取"):
        load(project, {})
