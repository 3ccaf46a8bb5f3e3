"""`make run`: the demo portal whole, watched until somebody stops it."""

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from launcher import disk
from launcher.bootstrap import ROOT
from launcher.children import Child, output_of, pause, run_command
from launcher.errors import DiskFull, LauncherError
from launcher.folder import data_folder, mark
from launcher.guard import Ledger, address, hold, port_from, refuse_taken
from launcher.history import refuse_newer
from launcher.processes import PROCESSES
from launcher.servers import Secrets, Servers
from launcher.stamps import Stamp, digest, listing

HEALTHY_WITHIN = 90
BACKOFF = (1, 2, 5, 10, 30)
QUIET_LIFE = 60
"""Seconds after which a restarted process counts as well again."""
ROOM_EVERY = 5
"""Seconds between two looks at the room left on the disk."""
SAYINGS = {"prepare_database": "迁移数据库", "collectstatic": "收集静态文件", "fill_demo": "填充演示数据"}


@dataclass
class Watched:
    """A process under watch: started again when it dies, later each time it dies soon after."""

    child: Child
    restart: Callable[[], None]
    deaths: int = 0
    due: float | None = None

    def look(self) -> None:
        """Notice a death and say so; start again when the pause is over."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.due = None
                self.restart()
        elif (code := self.child.exit_code) is not None:
            if now - self.child.started > QUIET_LIFE:
                self.deaths = 0
            wait = BACKOFF[min(self.deaths, len(BACKOFF) - 1)]
            self.deaths += 1
            self.due = now + wait
            print(f"{self.child.name} 意外退出（代码 {code}），{wait} 秒后重新启动；日志 {self.child.log}", flush=True)
            self.child.stop()  # takes what it left of its session along


def portal_environment(data_dir: Path, port: int, deployment: str, secret_key: str) -> dict[str, str]:
    """What every process of the portal is told, apart from the servers' addresses."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {
        "PATH": path,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DEPLOYMENT": deployment,
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": secret_key,
        "PERSONAL_KEYS": os.environ.get("PERSONAL_KEYS") or f"demo:{_derived('contacts', secret_key)}",
        "PERSONAL_INDEX_KEY": os.environ.get("PERSONAL_INDEX_KEY") or _derived("index", secret_key),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
    }


def _derived(purpose: str, secret_key: str) -> str:
    """A key for one purpose, the same for a data folder each time: 64 hexadecimal digits."""
    return hashlib.sha256(f"{purpose} {secret_key}".encode()).hexdigest()


def run() -> int:
    """Start servers and portal, print where it is, keep it alive; returns when asked to stop."""
    begun = time.monotonic()
    if os.environ.get("DEPLOYMENT", "demo") != "demo":
        raise LauncherError("make run 只运行演示，请从环境或 .env 里去掉 DEPLOYMENT；正式部署请看 README")
    port = port_from(os.environ)
    data_dir = data_folder(os.environ, ROOT)
    with hold(data_dir / "lock", address(port)):
        ledger = Ledger(data_dir / "run" / "processes.json")
        ledger.clean()
        refuse_taken(port)
        refuse_little_room(data_dir)
        mark(data_dir)
        keys = Secrets(data_dir / "secrets")
        servers = Servers(data_dir, ledger, keys)
        children: list[Child] = []
        try:
            servers.start(os.environ)
            secret_key = os.environ.get("SECRET_KEY") or keys.get("secret-key")
            environment = portal_environment(data_dir, port, "demo", secret_key) | servers.environment
            prepare(data_dir, environment, servers.identity)
            start_portal(children, data_dir, port, environment, ledger)
            accounts = output_of([sys.executable, "manage.py", "demo_accounts"], env=environment, cwd=ROOT)
            wait_until_healthy(children, port)
            print(f"\n门户已就绪（{time.monotonic() - begun:.1f} 秒）：{address(port)}\n")
            print(printed_by(accounts))
            print(f"日志在 {data_dir / 'log'}；按 Ctrl-C 停止。", flush=True)
            watch(
                [Watched(child, child.start) for child in children]
                + [Watched(server.child, server.revive) for server in servers.running],
                data_dir,
            )
        finally:
            print("正在停止……", flush=True)
            for child in reversed(children):
                child.stop()
            servers.stop()


def watch(watched: list[Watched], data_dir: Path) -> Never:
    """Keep them alive until somebody stops the launcher, or the disk is nearly full: then all stops in order.

    PostgreSQL that cannot write its log ends in a panic; stopped before, it keeps everything it has promised.
    """
    looked = 0.0
    while True:
        if time.monotonic() - looked > ROOM_EVERY:
            looked = time.monotonic()
            if (left := disk.least_free(data_dir)) < disk.FOR_RUNNING:
                raise DiskFull(
                    f"磁盘快满了：{data_dir} 所在的分区只剩 {left // disk.MB} MB，门户已停下，数据完好；"
                    "请腾出空间再启动"
                )
        for one in watched:
            one.look()
        pause(0.2)


def refuse_little_room(data_dir: Path) -> None:
    """Before the first start there must be room for everything the demo brings, later only for going on."""
    needed, purpose = disk.FOR_FIRST_START, "首次启动"
    if (data_dir / "stamps" / "fill_demo").exists():
        needed, purpose = disk.FOR_START, "启动"
    elif (data_dir / "stamps").exists():
        needed, purpose = disk.FOR_FILLING, "填充演示数据"
    for place in disk.places(data_dir):
        disk.refuse_too_little(place, needed, purpose)


def prepare(data_dir: Path, environment: dict[str, str], identity: str) -> None:
    """Migrate, collect static files and fill the demo: each only when its stamp says that something changed.

    A demo that older code has filled stays as it is; that is said.
    """
    lock = ROOT / "requirements.txt"
    migrations = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/management/commands/prepare_database.py")])
    vendored = digest([lock, ROOT / "portal" / "settings.py"], listing(ROOT / "static"))
    migrated = digest([lock, *migrations], identity)
    stamps = {name: Stamp(data_dir / "stamps" / name) for name in (*SAYINGS, "demo-sources")}
    sources = digest(sorted((ROOT / "demo").rglob("*.py")))
    if not stamps["prepare_database"].matches(migrated):
        refuse_newer(environment["DATABASE_OWNER_URL"], ROOT)
        manage(data_dir, environment, "prepare_database", "--verbosity", "0")
        stamps["prepare_database"].write(migrated)
    if not stamps["collectstatic"].matches(vendored):
        manage(data_dir, environment, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
        stamps["collectstatic"].write(vendored)
    if not stamps["fill_demo"].matches(identity):
        manage(data_dir, environment, "fill_demo")
        stamps["demo-sources"].write(sources)
        stamps["fill_demo"].write(identity)
    elif not stamps["demo-sources"].matches(sources):
        print("演示数据是较早的版本填的，照旧使用；要看新的一份，请换一个空的目录：DATA_DIR=… make run", flush=True)


def manage(data_dir: Path, environment: dict[str, str], name: str, *arguments: str) -> None:
    """Run a management command; when it fails, its last words in one line and the rest in a log."""
    print(f"{SAYINGS[name]}……", flush=True)
    # In memory: a full disk is one of the things it may complain of.
    with os.fdopen(os.memfd_create(name), "r+b") as complaints:
        command = [sys.executable, "manage.py", name, *arguments]
        code = run_command(command, env=environment, cwd=ROOT, stderr=complaints.fileno())
        complaints.seek(0)
        text = complaints.read().decode("utf-8", "replace")
    if not code:
        print(text, end="", file=sys.stderr, flush=True)
        return
    if disk.says_full(text) or disk.least_free(data_dir) < disk.NOTHING:
        raise disk.ran_out(SAYINGS[name], *disk.places(data_dir), Path(tempfile.gettempdir()))
    log = data_dir / "log" / f"{name}.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    log.write_text(text, encoding="utf-8")
    last = text.strip().splitlines()[-1] if text.strip() else f"代码 {code}"
    raise LauncherError(f"{SAYINGS[name]}没有成功：{last}；全文在 {log}")


def start_portal(children: list[Child], data_dir: Path, port: int, env: dict[str, str], ledger: Ledger) -> None:
    """Start web, worker and beat; each stands in `children` before it can run."""
    for process in PROCESSES:
        child = Child(
            name=process.name,
            argv=[sys.executable, *process.argv(port=port, run=str(data_dir / "run"))],
            env=env,
            log=data_dir / "log" / f"{process.name}.log",
            ledger=ledger,
            cwd=ROOT,
            patience=process.patience,
        )
        children.append(child)
        child.start()


def wait_until_healthy(children: list[Child], port: int) -> None:
    """Wait until /readyz answers 200; a process that dies meanwhile ends the start with its last words."""
    deadline = time.monotonic() + HEALTHY_WITHIN
    answer = "没有应答"
    while time.monotonic() < deadline:
        for child in children:
            child.refuse_if_dead()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            if response.status == 200:
                return
            answer = f"{response.status} {response.read(500).decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException):
            pass  # not listening yet
        finally:
            connection.close()
        pause(0.1)
    raise LauncherError(f"{HEALTHY_WITHIN} 秒内 /readyz 没有就绪：{answer}\n{children[0].tail()}")


def printed_by(process: subprocess.Popen[str]) -> str:
    """What a command started earlier has printed; it has to end well."""
    while process.poll() is None:
        pause(0.02)
    assert process.stdout is not None
    if process.returncode:
        raise LauncherError("manage.py demo_accounts 没有成功，原因见上")
    return process.stdout.read()
