"""`make test` and `launcher services`: checks, tests and other commands on private servers of their own."""

import ctypes
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher.bootstrap import FULL_PATH, ROOT
from launcher.children import run_command
from launcher.cluster import discard_outside
from launcher.errors import LauncherError
from launcher.folder import data_folder, mark
from launcher.guard import Ledger, hold
from launcher.running import portal_environment
from launcher.servers import Secrets, Servers, free_port

PREFIX = "portal-test-"
STEPS = ("ruff", "format", "mypy", "imports", "migrations", "deploy", "pytest")
FAULTS = "tests/faults"
BROWSER_PACKAGES = ("chromium", "fonts-noto-cjk", "libatomic1")


@contextmanager
def private_servers(*, keep: Path | None = None, deployment: str = "test") -> Iterator[dict[str, str]]:
    """An environment with a PostgreSQL and a Redis of its own: in a temporary folder, or in `keep` and kept."""
    if keep is None:
        remove_abandoned()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        if os.geteuid() == 0:
            folder.chmod(0o711)  # our own new folder: PostgreSQL's account passes through it
    else:
        folder = data_folder({"DATA_DIR": str(keep)}, ROOT)
    with hold(folder / "lock"):
        ledger = Ledger(folder / "run" / "processes.json")
        ledger.clean()
        if keep is not None:
            mark(folder)
        keys = Secrets(folder / "secrets")
        servers = Servers(folder, ledger, keys)
        try:
            servers.start({}, throwaway=keep is None)
            secret_key = keys.get("secret-key")
            yield portal_environment(folder, free_port(), deployment, secret_key) | servers.environment
        finally:
            servers.stop()
            if keep is None:
                shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove the folders of test runs that were killed; the kernel has ended their servers with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        seen = folder.stat()
        if seen.st_uid == os.geteuid() and time.time() - seen.st_mtime > 60:
            try:
                with hold(folder / "lock"):
                    Ledger(folder / "run" / "processes.json").clean()
                    discard_outside(folder)
                    shutil.rmtree(folder, ignore_errors=True)
            except LauncherError:
                continue  # in use


def serve(command: Sequence[str], keep: Path | None) -> int:
    """Run one command with the servers up and return its exit code."""
    if not command:
        raise LauncherError("请给出要运行的命令：python3 -m launcher services -- python manage.py shell")
    with private_servers(keep=keep, deployment=os.environ.get("DEPLOYMENT", "test")) as environment:
        program = shutil.which(command[0], path=environment["PATH"]) or command[0]
        return run_command([program, *command[1:]], env=environment, cwd=ROOT)


def check(only: Sequence[str], arguments: Sequence[str]) -> int:
    """Run the steps in order, each with a heading and its time; stop at the first that fails."""
    if unknown := set(only) - set(STEPS):
        raise LauncherError(f"没有这一步：{'、'.join(sorted(unknown))}；可选 {'、'.join(STEPS)}")
    with private_servers() as environment:
        for name, command, extra in commands(arguments):
            if only and name not in only:
                continue
            print(f"\n== {name} ==", flush=True)
            if name == "pytest":
                extra = browser()
            begun = time.monotonic()
            code = run_command([sys.executable, *command], env=environment | extra, cwd=ROOT)
            seconds = time.monotonic() - begun
            print(f"== {name}：{'没有通过' if code else '通过'}，{seconds:.1f} 秒 ==", flush=True)
            if code:
                print(f"\n检查没有通过：{name}（代码 {code}）", flush=True)
                return code
    return 0


def commands(arguments: Sequence[str]) -> list[tuple[str, list[str], dict[str, str]]]:
    """The steps: name, arguments for Python, and what they need in the environment beside the servers."""
    production = {
        "DEPLOYMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "BASE_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "CLAMD_HOST": "clamd.example",
    }
    linter = "from importlinter.cli import lint_imports_command as main; main()"
    parts: list[tuple[list[str], dict[str, str]]] = [
        (["-m", "ruff", "check", "."], {}),
        (["-m", "ruff", "format", "--check", "."], {}),
        (["-m", "mypy"], {}),
        (["-c", linter], {}),
        (["manage.py", "makemigrations", "--check", "--dry-run"], {}),
        (["manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
        (["-m", "pytest", *_for_pytest(arguments)], {}),
    ]
    return [(name, *part) for name, part in zip(STEPS, parts, strict=True)]


def _for_pytest(arguments: Sequence[str]) -> list[str]:
    """pytest's arguments; the tests that break servers on purpose take minutes and run where they are named.

    All of them at once go to two processes; what somebody asks for in particular is shown as it happens, in one.
    """
    named = any(one.startswith(FAULTS) for one in arguments)
    whole = [] if arguments else ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    return [*arguments, *whole, *([] if named else [f"--ignore={FAULTS}"])]


def browser() -> dict[str, str]:
    """Where Debian's chromium is (CHROMIUM), installed first when it is missing and we are root.

    Without it the browser tests skip themselves; that is said loudly here and counted at the end by the tests.
    """
    if missing := missing_for_browser():
        apt = shutil.which("apt-get", path=FULL_PATH)
        if os.geteuid() == 0 and apt:
            print(f"安装浏览器测试所需的 {' '.join(missing)}……", flush=True)
            environment = os.environ | {"PATH": FULL_PATH, "DEBIAN_FRONTEND": "noninteractive"}
            for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
                run_command([apt, *command], env=environment, cwd=Path("/"), quiet=True)
            missing = missing_for_browser()
    if missing:
        print(
            f"\n!!! 缺少 {' '.join(missing)}：浏览器测试将被跳过（apt-get install {' '.join(missing)}）!!!\n",
            flush=True,
        )
    found = shutil.which("chromium", path=FULL_PATH)
    return {"CHROMIUM": found} if found and not missing else {}


def missing_for_browser() -> list[str]:
    """Which of the packages for browser tests are not there."""
    present = {
        "chromium": shutil.which("chromium", path=FULL_PATH) is not None,
        "fonts-noto-cjk": any(Path("/usr/share/fonts").rglob("NotoSansCJK*")),
        "libatomic1": _loads("libatomic.so.1"),
    }
    return [name for name in BROWSER_PACKAGES if not present[name]]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
