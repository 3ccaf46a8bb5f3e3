"""The data folder: made when missing, known again by its mark, refused where it holds something else.

Standard library only: it is asked before there is a .venv.
"""

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from launcher.disk import is_full, ran_out, writable
from launcher.errors import LauncherError

MARK = "portal-data"
"""A file that says: this folder is the portal's. Folders made before there was a mark are known by their contents."""
MARK_TEXT = "教师研修应用案例征集平台的数据目录，由 make run 建立；整个删除即回到最初。\n"

BEGUN = {"lock", "run", "secrets", "log"}
"""What stands there first when a start of a version without the mark was cut off."""
NOBODYS = {"lost+found", ".gitkeep", ".gitignore", ".DS_Store", ".Trash-1000"}
"""What stands in a folder that people still call empty."""
ELSEWHERE = "请换一个空的目录：DATA_DIR=… make run（这里什么都没有动）"


def data_folder(environ: Mapping[str, str], root: Path) -> Path:
    """The data folder (DATA_DIR, otherwise var/ of the project), made when missing; only its own mode is ever set.

    Root's may be passed through (not listed), because PostgreSQL's account has its cluster in it.
    Refuses, before anything is written: a file, a folder with other things in it, another account's, one that
    cannot be written.
    """
    default = (root / "var").absolute()
    folder = Path(environ.get("DATA_DIR") or default).expanduser().absolute()
    try:
        if folder.exists() and not folder.is_dir():
            raise LauncherError(f"数据目录 {folder} 是一个文件，不是目录；{ELSEWHERE}")
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        if not writable(folder):
            raise PermissionError
        if folder != default:
            _refuse_foreign(folder)
        _refuse_others(folder)
    except OSError as error:
        if is_full(error):
            raise ran_out("建立数据目录", folder) from None
        raise LauncherError(f"无法写入数据目录 {folder}（{_why(folder)}），请换一个：DATA_DIR=… make run") from None
    return folder


def mark(folder: Path) -> None:
    """Leave the mark; the caller holds the folder's lock."""
    path = folder / MARK
    if not path.exists():
        path.write_text(MARK_TEXT, encoding="utf-8")


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds things of others: static files there are cleared at every change of ours."""
    names = {path.name for path in folder.iterdir()} - NOBODYS
    unmarked = {"lock", "secrets"} <= names and names & {"postgres", "postgres-folder", "stamps"}
    begun = "lock" in names and names <= BEGUN
    # Importing the portal's settings makes these two, and leaves them empty.
    empty = names <= {"static", "tmp"} and not any(any((folder / name).iterdir()) for name in names)
    if MARK in names or unmarked or begun or empty:
        return
    some = "、".join(sorted(names)[:3])
    more = " 等" if len(names) > 3 else ""
    raise LauncherError(f"数据目录 {folder} 里已有别的东西（{some}{more}），不像是本平台的数据；{ELSEWHERE}")


def _refuse_others(folder: Path) -> None:
    """Refuse another account's data: what we would write there, its owner could no longer change."""
    secrets = folder / "secrets"
    if secrets.exists() and (owner := secrets.stat().st_uid) != os.geteuid():
        name = _name(owner)
        raise LauncherError(
            f"数据目录 {folder} 是账户 {name} 建立的，请用该账户启动（sudo -u {name} make run），"
            "或换一个：DATA_DIR=… make run"
        )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _why(folder: Path) -> str:
    """Why it cannot be written, as far as can be seen."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        return f"{folder} 是一个文件"
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return "所在的文件系统是只读的"
    owner = folder.stat().st_uid
    return f"{folder} 属于账户 {_name(owner)}" if owner != os.geteuid() else f"{folder} 没有写权限"
