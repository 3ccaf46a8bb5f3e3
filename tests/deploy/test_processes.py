"""The one description of the processes: queues, patience, and what counts as well."""

import os
import time
from pathlib import Path

import pytest

from kernel import jobs
from launcher import processes
from launcher.processes import PROCESSES, SERVICES, PortalProcess, service, well
from portal import celery


def option(process: PortalProcess, name: str) -> str:
    return process.command[process.command.index(name) + 1]


def queues(some: tuple[PortalProcess, ...]) -> list[str]:
    return [queue for one in some if "--queues" in one.command for queue in option(one, "--queues").split(",")]


@pytest.mark.parametrize("some", [PROCESSES, SERVICES], ids=["make run", "compose"])
def test_every_queue_has_one_worker_in_either_house(some: tuple[PortalProcess, ...]) -> None:
    assert sorted(queues(some)) == sorted(jobs.QUEUES) == sorted(processes.QUEUES) == sorted(celery.QUEUES)


def test_the_demo_and_the_containers_run_the_same_programs() -> None:
    def programs(some: tuple[PortalProcess, ...]) -> set[tuple[str, ...]]:
        return {tuple(word for word in one.command if word in {"gunicorn", "celery", "worker", "beat"}) for one in some}

    assert programs(PROCESSES) == programs(SERVICES)
    assert processes.BEAT in PROCESSES
    assert processes.BEAT in SERVICES


@pytest.mark.parametrize("process", [one for one in (*PROCESSES, *SERVICES) if "gunicorn" in one.command])
def test_a_web_finishes_before_its_patience_is_over(process: PortalProcess) -> None:
    assert float(option(process, "--graceful-timeout")) < process.patience


def test_at_home_a_web_listens_to_its_own_machine_and_in_a_container_to_nginx() -> None:
    web = service("web")
    home, container = web.argv(port=8000, run="r"), web.argv(port=8000, run="r", host="0.0.0.0", proxies="*")
    assert home[home.index("--bind") + 1] == "127.0.0.1:8000"
    assert container[container.index("--bind") + 1] == "0.0.0.0:8000"
    assert home[home.index("--forwarded-allow-ips") + 1] == "127.0.0.1"


def test_no_place_holder_is_left() -> None:
    for process in (*PROCESSES, *SERVICES):
        assert not [word for word in process.argv(port=1, run="r") if "{" in word]


def test_an_unknown_process_is_answered_with_the_names() -> None:
    with pytest.raises(SystemExit) as refused:
        service("weeb")
    assert "worker-inspect" in str(refused.value)


def test_a_worker_is_well_while_its_signs_are_young(tmp_path: Path) -> None:
    worker = service("worker-mail")
    assert not well(worker, tmp_path, {}), "it has never given one"
    sign = tmp_path / "worker-mail@host.alive"
    sign.touch()
    assert well(worker, tmp_path, {})
    old = time.time() - processes.SILENT_FOR - 1
    os.utime(sign, (old, old))
    assert not well(worker, tmp_path, {})
    (tmp_path / "worker-inspect@host.alive").touch()
    assert not well(worker, tmp_path, {}), "another's sign is not its own"


def test_a_web_that_does_not_listen_is_not_well(tmp_path: Path) -> None:
    assert not well(service("web"), tmp_path, {}, port=9)


@pytest.mark.django_db(transaction=True)
def test_a_web_is_asked_by_the_portals_own_name(live_server, settings, tmp_path: Path) -> None:
    settings.ALLOWED_HOSTS = ["portal.example"]
    port = int(live_server.url.rpartition(":")[2])
    assert well(service("web"), tmp_path, {"BASE_URL": "https://portal.example"}, port=port)
    assert not well(service("web"), tmp_path, {"BASE_URL": "https://other.example"}, port=port)


def test_what_must_be_done_first_is_done_in_order_and_ends_at_the_first_failure(monkeypatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []

    def run(argv, cwd):
        ran.append(argv[1:])
        return type("Done", (), {"returncode": 3 if "prepare_database" in argv else 0})

    monkeypatch.setattr(processes.subprocess, "run", run)
    assert processes.main(["prepare"], {"DATA_DIR": str(tmp_path)}) == 3
    assert ran == [["manage.py", "prepare_database"]]


def test_a_process_becomes_itself_under_the_same_pid(monkeypatch, tmp_path: Path) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(processes.os, "execv", lambda program, argv: became.append(argv))
    monkeypatch.setattr(processes.os, "chdir", lambda folder: None)
    processes.main(["beat"], {"DATA_DIR": str(tmp_path)})
    assert became[0][1:4] == ["-m", "celery", "-A"]
    assert f"{tmp_path}/run/beat-schedule" in became[0]
