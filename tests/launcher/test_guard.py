"""What keeps two launchers apart, and what a killed one leaves."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from launcher.errors import LauncherError
from launcher.guard import Ledger, hold, port_from, refuse_taken, session_members, started_at


def sleeper(*, with_child: bool = False) -> subprocess.Popen:
    """A process in a session of its own; with_child it has started another and tells its pid."""
    code = "import time; time.sleep(60)"
    if with_child:
        start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {code!r}]); print('up', flush=True)"
        code = f"{start}; {code}"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    if with_child:
        process.stdout.readline()
    return process


def gone(process: subprocess.Popen) -> bool:
    return process.wait(5) is not None and not session_members(process.pid)


@pytest.mark.parametrize(("given", "expected"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "9001"}, 9001)])
def test_the_port_is_8000_unless_said(given, expected):
    assert port_from(given) == expected


@pytest.mark.parametrize("text", ["x", "0", "65536", "-1", "80 80", "８０００"])
def test_what_is_no_port_is_refused_in_one_line(text):
    with pytest.raises(LauncherError) as refused:
        port_from({"PORT": text})
    assert "\n" not in str(refused.value)
    assert "PORT" in str(refused.value)


def test_a_taken_port_is_refused_in_one_line_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LauncherError) as refused:
            refuse_taken(port)
    assert f"端口 {port} 已被占用" in str(refused.value)
    assert "\n" not in str(refused.value)
    refuse_taken(port)


def test_a_second_launcher_on_the_same_data_is_refused_until_the_first_is_gone(tmp_path):
    first = hold(tmp_path / "lock")
    with pytest.raises(LauncherError, match="正被另一个启动器使用"):
        hold(tmp_path / "lock")
    first.close()
    hold(tmp_path / "lock").close()


def test_the_second_launcher_is_told_who_the_first_is(tmp_path):
    with hold(tmp_path / "lock", "http://127.0.0.1:8000/"), pytest.raises(LauncherError) as refused:
        hold(tmp_path / "lock")
    assert f"进程 {os.getpid()}，http://127.0.0.1:8000/" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_lock_of_a_killed_launcher_is_taken_over_and_its_name_forgotten(tmp_path):
    code = "import sys, time; from pathlib import Path; from launcher.guard import hold"
    code += "; kept = hold(Path(sys.argv[1]), 'http://127.0.0.1:1/'); print('up', flush=True); time.sleep(60)"
    first = subprocess.Popen([sys.executable, "-c", code, tmp_path / "lock"], stdout=subprocess.PIPE)
    first.stdout.readline()
    with pytest.raises(LauncherError, match=f"进程 {first.pid}，http://127.0.0.1:1/"):
        hold(tmp_path / "lock")
    first.kill()
    first.wait()
    with hold(tmp_path / "lock", "http://127.0.0.1:2/"):
        assert (tmp_path / "lock").read_text() == f"进程 {os.getpid()}，http://127.0.0.1:2/\n"


def test_a_ledger_that_cannot_be_written_keeps_nobody_from_being_stopped(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path / "processes.json")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ledger, "_save", full)
    ledger.remove(1)


def test_the_next_start_ends_what_a_killed_launcher_left_with_its_children(tmp_path):
    process = sleeper(with_child=True)
    Ledger(tmp_path / "processes.json").add(process.pid, "web", signal.SIGTERM)
    assert len(session_members(process.pid)) == 2
    assert Ledger(tmp_path / "processes.json").clean() == ["web"]
    assert gone(process)
    assert Ledger(tmp_path / "processes.json").clean() == []


def test_children_whose_leader_died_are_found_by_their_session(tmp_path):
    process = sleeper(with_child=True)
    Ledger(tmp_path / "processes.json").add(process.pid, "worker", signal.SIGTERM)
    process.kill()
    process.wait(5)
    assert len(session_members(process.pid)) == 1
    assert Ledger(tmp_path / "processes.json").clean() == ["worker"]
    assert not session_members(process.pid)


@pytest.mark.parametrize("change", [{"started": 1}, {"boot": "another boot"}])
def test_a_number_that_now_belongs_to_somebody_else_is_left_alone(tmp_path, change):
    process = sleeper()
    path = tmp_path / "processes.json"
    Ledger(path).add(process.pid, "web", signal.SIGTERM)
    known = json.loads(path.read_text())
    if "boot" in change:
        known |= change
    else:
        known["processes"][0] |= change
    path.write_text(json.dumps(known))
    assert Ledger(path).clean() == []
    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_stopped_process_is_forgotten(tmp_path):
    process = sleeper()
    ledger = Ledger(tmp_path / "processes.json")
    ledger.add(process.pid, "web", signal.SIGTERM)
    ledger.remove(process.pid)
    assert Ledger(tmp_path / "processes.json").clean() == []
    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_dead_process_has_no_start_time():
    assert started_at(os.getpid()) is not None
    process = sleeper()
    process.kill()
    assert process.wait() and started_at(process.pid) is None
