"""The launcher whole, on a stand-in project without Django: it starts, survives a kill -9, stops without a trace."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from launcher.bootstrap import ROOT

pytestmark = pytest.mark.slow


def test_a_life_of_starts_and_stops(launcher):
    printed = launcher.start()
    assert f"http://127.0.0.1:{launcher.port}/" in printed
    assert "teacher@demo.example" in printed
    assert urllib.request.urlopen(f"http://127.0.0.1:{launcher.port}/", timeout=5).status == 200
    secrets = launcher.project / "var" / "secrets"
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o600}

    second = launcher.again()
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and "正被另一个启动器使用" in second.stderr

    launcher.process.send_signal(signal.SIGKILL)
    launcher.process.wait()
    begun = time.monotonic()
    launcher.start()
    assert time.monotonic() - begun < 20
    # Prepared and filled once: the second start only asks for the accounts.
    asked = (launcher.project / "var" / "asked").read_text().split()
    assert asked == ["prepare_database", "collectstatic", "fill_demo", "demo_accounts", "demo_accounts"]

    launcher.process.send_signal(signal.SIGTERM)
    assert launcher.process.wait(40) == 0
    assert launcher.nothing_left(), launcher.left()


def test_a_broken_portal_ends_the_start_with_its_last_words(launcher):
    (launcher.project / "portal" / "wsgi.py").write_text("raise RuntimeError('这里坏了')")
    printed = launcher.start()
    assert launcher.process.wait(40) == 1
    assert "web 没有启动成功" in printed and "这里坏了" in printed
    assert launcher.nothing_left(), launcher.left()


def test_private_servers_vanish_with_their_folder(tmp_path):
    script = "import os; print(os.environ['DATA_DIR'], os.environ['DEPLOYMENT'], os.environ['DATABASE_URL'][:24])"
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "services", "--", sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    folder, deployment, url = done.stdout.split()
    assert (deployment, url) == ("test", "postgresql://portal_app:")
    assert not Path(folder).exists()
