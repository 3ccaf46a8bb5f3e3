"""Servers that die, are replaced or run out of disk while files are on their way: nothing lost, nothing half there."""

import hashlib
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cases.models import Case, FileState, SupportingFile, Upload
from tests.faults.files import film
from tests.faults.portal import Portal
from tests.faults.sender import Refused, Sender, until

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MIB = 1024 * 1024
WHOLE = 100 * MIB
FAST = 2.0 * MIB
"""A line on which the server cuts a file into its largest parts."""

CUT = (OSError, http.client.HTTPException)


def test_a_server_killed_twenty_times_in_the_middle_loses_nothing(
    portal: Portal,
    new_case: Callable[[], Case],
    sender: Callable[[Case], Sender],
    figure: Callable[[str], None],
) -> None:
    portal.open("web", "worker", "beat")
    data = film(WHOLE)
    fingerprint = hashlib.sha256(data).hexdigest()
    sent_again = []
    for round_ in range(20):
        share = (0.1, 0.5, 0.9)[round_ % 3]
        case = new_case()
        begun = send_over_a_kill(portal, case, sender(case), data, at=int(WHOLE * share))
        sent_again.append(sum(begun.values()) - len(begun))
    rows = until(lambda: all_settled(20), 120)
    assert {(row.state, row.sha256, row.size) for row in rows} == {(FileState.ACCEPTED, fingerprint, WHOLE)}
    on_disk = {hashlib.sha256((portal.media / row.key).read_bytes()).hexdigest() for row in rows}
    assert on_disk == {fingerprint}
    assert max(sent_again) == 1
    figure(f"faults.upload.killed.equal {sum(row.sha256 == fingerprint for row in rows)} of 20")
    figure(f"faults.upload.killed.parts_sent_again {max(sent_again)} at most")


def send_over_a_kill(portal: Portal, case: Case, sender: Sender, data: bytes, *, at: int) -> dict[int, int]:
    """Upload a file; web's tree is killed once so many bytes have gone. Returns how often each part was begun."""
    armed = [at]

    def pace(sent: int) -> None:
        if armed and sent >= armed[0]:
            armed.clear()
            portal.kill("web")

    sender.pace = pace
    upload = sender.begin(case.pk, "课堂实录.mp4", data, speed=FAST)
    with pytest.raises(CUT):
        sender.parts(upload, data)
    portal.start_process("web")
    portal.wait_until_ready()
    again = sender.begin(case.pk, "课堂实录.mp4", data, speed=FAST)
    assert again["id"] == upload["id"], "the same file picked again goes on"
    sender.parts(again, data)
    sender.complete(again)
    assert sender.settled(again)["state"] == "done"
    return dict(sender.begun)


def all_settled(number: int) -> list[SupportingFile] | None:
    rows = list(SupportingFile.objects.exclude(state=FileState.INSPECTING))
    return rows if len(rows) == number else None


def test_a_new_version_rolled_out_during_twenty_uploads_fails_none(
    portal: Portal, new_case: Callable[[], Case], sender: Callable[[Case], Sender], figure: Callable[[str], None]
) -> None:
    portal.open("web", "worker", "beat")
    data = [film(4 * MIB, seed) for seed in range(20)]
    failures: list[str] = []
    under_way = threading.Semaphore(0)

    def upload(case: Case, one: Sender, bytes_: bytes) -> None:
        def pace(sent: int) -> None:
            if sent == MIB:
                under_way.release()
            time.sleep(0.05)

        one.pace = pace
        try:
            made = one.begin(case.pk, "课堂实录.mp4", bytes_)
            one.parts(made, bytes_)
            one.complete(made)
        except (Refused, *CUT) as error:
            failures.append(repr(error))

    cases = [new_case() for _ in data]
    threads = [
        threading.Thread(target=upload, args=(case, sender(case), bytes_))
        for case, bytes_ in zip(cases, data, strict=True)
    ]
    old = workers(portal)
    for thread in threads:
        thread.start()
    for _ in range(10):
        assert under_way.acquire(timeout=60)
    portal.signal("web", signal.SIGHUP)
    for thread in threads:
        thread.join(120)
    assert failures == []
    until(lambda: True if not (workers(portal) & old) else None, 30)
    rows = until(lambda: all_settled(20), 120)
    expected = {hashlib.sha256(bytes_).hexdigest() for bytes_ in data}
    assert ({row.sha256 for row in rows}, {row.state for row in rows}) == (expected, {FileState.ACCEPTED})
    figure("faults.deploy.uploads_failed 0 of 20")


def workers(portal: Portal) -> set[int]:
    """The processes that answer, below gunicorn's master."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(portal.running["web"].pid)], capture_output=True, text=True, check=False
    )
    return {int(pid) for pid in listed.stdout.split()}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of the files on a file system of its own of 24 MB."""
    folder = tmp_path / "media"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("!!! 不能挂载 tmpfs（需要 root）：磁盘写满的情形没有检查 !!!")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_plainly_and_the_upload_goes_on_afterwards(
    small_disk: Path, portal: Portal, new_case: Callable[[], Case], sender: Callable[[Case], Sender]
) -> None:
    portal.open("web", "worker", "beat")
    case, data = new_case(), film(30 * MIB)
    one = sender(case)
    upload = one.begin(case.pk, "课堂实录.mp4", data)
    with pytest.raises(Refused) as told:
        one.parts(upload, data)
    assert (told.value.status, told.value.said["error"]) == (507, "no_space")
    assert "存储空间" in told.value.said["detail"]
    assert Upload.objects.get().state == "open" and not SupportingFile.objects.exists()
    assert not list(small_disk.rglob("*.tmp")), "what could not be written whole is gone"
    assert one.look("/healthz") == 200
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    again = one.begin(case.pk, "课堂实录.mp4", data)
    assert len(again["parts"]) == max(one.begun) - 1, "what had arrived before stays"
    one.parts(again, data)
    one.complete(again)
    assert one.settled(again)["state"] == "done"
    (row,) = until(lambda: all_settled(1), 60)
    assert (row.state, row.sha256) == (FileState.ACCEPTED, hashlib.sha256(data).hexdigest())
