"""`make run`: the demo portal whole, watched until somebody stops it."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launcher.bootstrap import ROOT
from launcher.children import Child, output_of, pause, run_command
from launcher.errors import LauncherError
from launcher.guard import Ledger, data_folder, hold, port_from, refuse_taken
from launcher.processes import PROCESSES
from launcher.servers import Secrets, Servers
from launcher.stamps import Stamp, digest, listing

HEALTHY_WITHIN = 90
BACKOFF = (1, 2, 5, 10, 30)
QUIET_LIFE = 60
"""Seconds after which a restarted process counts as well again."""


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
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
    }


def run() -> int:
    """Start servers and portal, print where it is, keep it alive; returns when asked to stop."""
    begun = time.monotonic()
    if os.environ.get("DEPLOYMENT", "demo") != "demo":
        raise LauncherError("make run 只运行演示（DEPLOYMENT=demo）；正式部署请看 README")
    data_dir, port = data_folder(os.environ, ROOT), port_from(os.environ)
    with hold(data_dir / "lock"):
        ledger = Ledger(data_dir / "run" / "processes.json")
        ledger.clean()
        refuse_taken(port)
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
            print(f"\n门户已就绪（{time.monotonic() - begun:.1f} 秒）：http://127.0.0.1:{port}/\n")
            print(printed_by(accounts))
            print(f"日志在 {data_dir / 'log'}；按 Ctrl-C 停止。", flush=True)
            watched = [Watched(child, child.start) for child in children]
            watched += [Watched(server.child, server.revive) for server in servers.running]
            while True:
                for one in watched:
                    one.look()
                pause(0.2)
        finally:
            print("正在停止……", flush=True)
            for child in reversed(children):
                child.stop()
            servers.stop()


def prepare(data_dir: Path, environment: dict[str, str], identity: str) -> None:
    """Migrate, collect static files and fill the demo: each only when its stamp says that something changed."""
    lock = ROOT / "requirements.txt"
    migrations = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/management/commands/prepare_database.py")])
    vendored = digest([lock, ROOT / "portal" / "settings.py"], listing(ROOT / "static"))
    steps = [
        ("prepare_database", ["prepare_database", "--verbosity", "0"], digest([lock, *migrations], identity)),
        ("collectstatic", ["collectstatic", "--noinput", "--clear", "--verbosity", "0"], vendored),
        ("fill_demo", ["fill_demo"], identity),
    ]
    sayings = {"prepare_database": "迁移数据库", "collectstatic": "收集静态文件", "fill_demo": "填充演示数据"}
    for name, command, value in steps:
        stamp = Stamp(data_dir / "stamps" / name)
        if not stamp.matches(value):
            print(f"{sayings[name]}……", flush=True)
            if code := run_command([sys.executable, "manage.py", *command], env=environment, cwd=ROOT):
                raise LauncherError(f"{sayings[name]}没有成功（manage.py {name}，代码 {code}），原因见上")
            stamp.write(value)


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
