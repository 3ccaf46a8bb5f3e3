"""The project's own nginx rules on a real nginx: copied to a folder of the test, with ports and paths of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from launcher.bootstrap import FULL_PATH, ROOT
from launcher.servers import free_port

PROGRAM = shutil.which("nginx", path=FULL_PATH)
MIME_TYPES = Path("/etc/nginx/mime.types")


def version() -> tuple[int, ...]:
    """(1, 22, 1)"""
    assert PROGRAM
    told = subprocess.run([PROGRAM, "-v"], capture_output=True, text=True).stderr
    return tuple(int(part) for part in told.split("/")[1].split()[0].split("."))


@dataclass
class Nginx:
    """A running nginx in `folder`; static files and error pages stand in `folder/srv`, media where `media` says."""

    folder: Path
    web: str
    web_parts: str
    media: Path
    store: str = "127.0.0.1:9"
    front: str = "plain"
    certificates: Path = Path("/nonexistent")
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Write the rules, start, wait until it listens."""
        for source in (ROOT / "deploy/nginx").glob("*.conf"):
            (self.folder / source.name).write_text(self._moved(source.read_text()))
        shutil.copy(self.folder / f"front-{self.front}.conf", self.folder / "front.conf")
        shutil.copy(MIME_TYPES, self.folder)
        (self.folder / "srv/errors").mkdir(parents=True, exist_ok=True)
        # As root its workers would run as nobody, who may not read the test's folder.
        main = ("user root; " if os.geteuid() == 0 else "") + "daemon off;"
        assert PROGRAM
        self.process = subprocess.Popen([PROGRAM, "-c", str(self.folder / "nginx.conf"), "-g", main])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "error.log").read_text()
                time.sleep(0.02)
        raise AssertionError("nginx does not listen")

    def stop(self) -> None:
        """Let it finish what it answers, and end it."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.terminate()
                self.process.wait(5)

    def _moved(self, rules: str) -> str:
        """The same rules with this test's ports, folders and upstreams."""
        for old, new in {
            "listen 127.0.0.1:8081": f"listen 127.0.0.1:{free_port()}",
            "listen 8080": f"listen 127.0.0.1:{self.port}",
            "listen 8443": f"listen 127.0.0.1:{self.tls_port}",
            "default web:8000;": f"default {self.web};",
            "default web-parts:8000;": f"default {self.web_parts};",
            "default store:8333;": f"default {self.store};",
            "/dev/stderr": f"{self.folder}/error.log",
            "/dev/stdout": f"{self.folder}/access.log",
            "/run/tls/": f"{self.certificates}/",
            "/srv": f"{self.folder}/srv",
            "/var/lib/portal/media/": f"{self.media}/",
            "/tmp/nginx.pid": f"{self.folder}/nginx.pid",
        }.items():
            rules = rules.replace(old, new)
        for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
            rules = rules.replace(f"temp_path /tmp/{name};", f"temp_path {self.folder}/{name};")
        if version() < (1, 25, 1):  # an older nginx says it so
            rules = rules.replace("    http2 on;\n", "").replace("ssl default_server", "ssl http2 default_server")
        return rules
