"""Stage one: from a bare Python to the project's .venv with the locked requirements. Standard library only."""

import fcntl
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.disk import FOR_REQUIREMENTS, ran_out, refuse_too_little, says_full, writable
from launcher.errors import LauncherError
from launcher.stamps import Stamp, digest

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SUPPORTED = ((3, 11), (3, 12))
LOCKS = {
    "run": ["requirements.txt"],
    "test": ["requirements.txt", "requirements-dev.txt"],
}
FULL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""For apt-get and useradd, which call tools that a short PATH does not hold."""


def refuse_unsupported(version: tuple[int, int], system: str, machine: str) -> None:
    """Refuse a Python or a machine for which the locked wheels do not exist."""
    if version not in SUPPORTED:
        raise LauncherError(f"需要 Python 3.11 或 3.12，当前是 {version[0]}.{version[1]}：make run PYTHON=python3.12")
    if (system, machine) != ("Linux", "x86_64"):
        raise LauncherError(
            f"内置的 PostgreSQL 与 Redis 只有 x86-64 Linux 版本（当前 {system} {machine}），"
            "请在那里运行，或自行安装依赖并设置 DATABASE_URL、DATABASE_OWNER_URL 与 REDIS_URL"
        )


def in_venv() -> bool:
    """Whether this very process runs on the project's .venv."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def ensure_requirements(purpose: str) -> None:
    """Make .venv hold the locked requirements of `purpose` (run or test); a stamp spares pip when nothing changed.

    Two launchers at once: the second waits for the first (a lock on the lock file itself).
    """
    stamp = Stamp(VENV / f"stamp-{purpose}")
    value = _wanted(purpose)
    if stamp.matches(value):
        return
    if not writable(VENV if VENV.exists() else ROOT):
        raise LauncherError(
            f"代码目录 {ROOT} 不能写入，依赖没有地方安装（.venv）；请把它复制到可以写的地方，再在那里 make run"
        )
    if not PYTHON.exists():
        refuse_too_little(VENV, FOR_REQUIREMENTS, "安装依赖")
    with (ROOT / "requirements.txt").open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if stamp.matches(value):
            return
        _make_venv()
        print("安装已锁定的依赖（首次约一两分钟）……", flush=True)
        files = [part for name in LOCKS[purpose] for part in ("-r", name)]
        done = subprocess.run(
            [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
            + ["--require-hashes", "--only-binary=:all:", *files],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            if says_full(done.stderr):
                raise ran_out("安装依赖", VENV, Path(tempfile.gettempdir()))
            print(done.stderr, end="", file=sys.stderr)
            raise LauncherError("依赖没有装好（上面是 pip 的说明），请检查网络后再试")
        stamp.write(value)
        if purpose == "test":
            Stamp(VENV / "stamp-run").write(_wanted("run"))


def _wanted(purpose: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return digest([ROOT / name for name in LOCKS[purpose]], version, platform.machine())


def _make_venv() -> None:
    """Create .venv, or make it anew when it belongs to another Python or was left half made."""
    probe = "import sys, pip; print(*sys.version_info[:2])"
    if PYTHON.exists():
        found = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True)
        if found.stdout.split() == [str(part) for part in sys.version_info[:2]]:
            return
    print("建立 .venv ……", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode:
        if says_full(made.stdout + made.stderr):
            raise ran_out("建立 .venv ", VENV)
        if "ensurepip" in made.stdout + made.stderr or "No module named venv" in made.stderr:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise LauncherError(f"缺少 venv 模块，请先安装：apt-get install python{version}-venv")
        raise LauncherError(f"无法建立 .venv：{(made.stderr or made.stdout).strip().splitlines()[-1]}")


def continue_in_venv(arguments: list[str]) -> None:
    """Replace this process (same pid) by the launcher on .venv's Python."""
    os.execv(PYTHON, [str(PYTHON), "-m", "launcher", *arguments])
