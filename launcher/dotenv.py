"""The optional `.env` of the project's folder, read before there is a .venv: standard library only."""

import codecs
import difflib
import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from launcher.errors import LauncherError

OWN_NAMES = ("PORT", "DATA_DIR", "DEPLOYMENT", "SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
"""What the launcher itself reads; the portal's other names stand in .env.example."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
LISTED = re.compile(r"(?m)^#?\s*([A-Z][A-Z0-9_]*)=")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}
WIDE = {"＝": "=", "“": '"', "”": '"', "‘": "'", "’": "'", "＂": '"', "＇": "'", "＃": "#"}
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def load(root: Path, environ: MutableMapping[str, str]) -> list[str]:
    """Add what `.env` says and the environment does not; return warnings, a line each. Without the file: nothing.

    An empty value says nothing. A name that nobody reads is left out with a warning, so that a slip of the pen is
    seen and does no harm.
    Refuses, naming the line: what is no KEY=VALUE, an open quote, another encoding.
    """
    path = root / ".env"
    if not os.path.lexists(path):
        return []
    found, warnings = parse(_text(path))
    known = {*OWN_NAMES, *_listed(root / ".env.example")}
    for name, (number, value) in found.items():
        if name not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f"，您要写的可能是 {near[0]}" if near else "，可用的名称见 .env.example"
            warnings.append(f".env 第 {number} 行的 {name} 不是本项目的设置，没有采用{hint}")
        elif value and name not in environ:
            environ[name] = _in_project(root, value) if name == "DATA_DIR" else value
    return warnings


def parse(text: str) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """{name: (number of its line, value)} and warnings of names written twice, where the later line counts."""
    found: dict[str, tuple[int, str]] = {}
    warnings = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, sign, rest = line.removeprefix("export ").lstrip().partition("=")
        name = name.rstrip()
        if not sign or not NAME.match(name):
            raise _bad(number, _what_is_wrong(line, name, sign))
        if name in found:
            warnings.append(f".env 第 {number} 行又写了一次 {name}（第 {found[name][0]} 行写过），以第 {number} 行为准")
        found[name] = (number, _value(number, rest.strip()))
    return found, warnings


def _value(number: int, rest: str) -> str:
    """Bare (up to ` #`), in single quotes (as it stands) or in double quotes (with \\n, \\t, \\", \\\\)."""
    if rest[:1] not in ("'", '"'):
        if rest[:1] in WIDE:
            raise _bad(number, f"用了全角的 {rest[0]}，请改成半角的 {WIDE[rest[0]]}")
        return "" if rest.startswith("#") else re.split(r"\s#", rest, maxsplit=1)[0].rstrip()
    quote = rest[0]
    pattern = r"'([^']*)'(.*)" if quote == "'" else r'"((?:[^"\\]|\\.)*)"(.*)'
    whole = re.fullmatch(pattern, rest)
    if whole is None:
        raise _bad(number, f"的引号 {quote} 没有成对")
    value, after = whole.groups()
    if after.strip() and not after.lstrip().startswith("#"):
        raise _bad(number, "在引号之后还有别的字，请把整个值放进引号里")
    if quote == '"':
        value = re.sub(r"\\(.)", lambda hit: ESCAPES.get(hit[1], hit[0]), value)
    return value


def _what_is_wrong(line: str, name: str, sign: str) -> str:
    if not sign:
        return "用了全角的 ＝，请改成半角的 =" if "＝" in line else "不是“名称=值”的样子"
    return f"的名称“{name[:40]}”不对：只能用英文字母、数字和下划线，不能以数字开头"


def _bad(number: int, words: str) -> LauncherError:
    return LauncherError(f".env 第 {number} 行{words}；请改正这一行（格式见 .env.example）再启动")


def _text(path: Path) -> str:
    """The file as text; UTF-8 with or without a mark at its beginning."""
    if not path.is_file():
        raise LauncherError(f"{path} 不是普通文件，请移开它，或换成写着“名称=值”的文本文件")
    try:
        raw = path.read_bytes()
    except PermissionError:
        raise LauncherError(f"没有权限读取 {path}，请改它的权限（例如 chmod 600），或移开它") from None
    if raw.startswith(UTF16) or b"\0" in raw:
        raise LauncherError(".env 不是 UTF-8 编码的文本（像是 UTF-16），请用编辑器另存为 UTF-8 再启动")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw[: error.start].count(b"\n") + 1
        raise _bad(number, "不是 UTF-8 编码（可能存成了 GBK），请用编辑器把整个文件另存为 UTF-8") from None


def _listed(example: Path) -> list[str]:
    """The names that .env.example shows, commented out or not."""
    return LISTED.findall(example.read_text(encoding="utf-8")) if example.is_file() else []


def _in_project(root: Path, folder: str) -> str:
    """A folder in `.env` is meant from the project's folder, wherever the command was given."""
    return str(root / Path(folder).expanduser())
