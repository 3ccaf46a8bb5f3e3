"""Workers that are killed while they work: one effect, taken up again soon; what kills them stops after three tries."""

import time
from collections.abc import Callable

import psutil
import pytest
from django.test import Client

from cases.models import Case, FileState, SupportingFile
from kernel.models import AuditEntry, Job, JobState
from tests.factories import make_centre
from tests.faults.files import POISON, film, page
from tests.faults.portal import Portal, tree
from tests.faults.sender import Sender, until

pytestmark = [pytest.mark.fault, pytest.mark.slow]

MIB = 1024 * 1024
TAKEN_AGAIN = 60.0


def deliver(sender: Sender, case: Case, name: str, data: bytes) -> None:
    """Upload a file whole; its inspection is promised with the row."""
    upload = sender.begin(case.pk, name, data)
    sender.parts(upload, data)
    sender.complete(upload)
    assert sender.settled(upload)["state"] == "done"


@pytest.mark.parametrize("whole", [False, True], ids=["child", "worker"])
def test_a_killed_worker_costs_a_minute_and_no_effect_twice(
    whole: bool,
    portal: Portal,
    new_case: Callable[[], Case],
    sender: Callable[[Case], Sender],
    figure: Callable[[str], None],
) -> None:
    portal.open("web", "worker", "beat")
    case = new_case()
    upload = sender(case).begin(case.pk, "课堂实录.mp4", data := film(40 * MIB))
    sender(case).parts(upload, data)
    sender(case).complete(upload)
    job = until(lambda: Job.objects.filter(kind="cases.inspect_supporting", state=JobState.RUNNING).first(), 60)
    if whole:
        portal.kill("worker")
        portal.start_process("worker")
    else:
        until(lambda: inspecting(portal), 30).kill()
    began = time.monotonic()
    until(lambda: True if Job.objects.get(pk=job.pk).attempts == 2 else None, TAKEN_AGAIN)
    took = time.monotonic() - began
    until(lambda: True if Job.objects.get(pk=job.pk).state == JobState.DONE else None, 60)
    file = SupportingFile.objects.get()
    verdicts = AuditEntry.objects.filter(subject="cases.supportingfile", subject_id=str(file.pk), verb="file.accept")
    assert (file.state, verdicts.count()) == (FileState.ACCEPTED, 1)
    figure(f"faults.worker.{'whole' if whole else 'child'}.taken_again {took:.1f} s")


def inspecting(portal: Portal) -> psutil.Process | None:
    """The worker's child that runs the job: it has the inspector below it."""
    for one in tree(portal.running["worker"].pid):
        try:
            if "cases.files.child" in one.cmdline():
                return one.parent()
        except psutil.NoSuchProcess:
            continue
    return None


def test_a_file_that_kills_its_inspector_fails_after_three_tries_and_keeps_nobody_waiting(
    portal: Portal, new_case: Callable[[], Case], sender: Callable[[Case], Sender], figure: Callable[[str], None]
) -> None:
    portal.application = "tests.faults.poisoned:app"
    portal.open("web", "worker", "beat")
    poisoned, other = new_case(), new_case()
    deliver(sender(poisoned), poisoned, POISON, page())
    until(lambda: Job.objects.filter(kind="cases.inspect_supporting", attempts=1).first(), 30)
    began = time.monotonic()
    deliver(sender(other), other, "通知.pdf", page())
    until(lambda: other.files.filter(state=FileState.ACCEPTED).first(), 30)
    figure(f"faults.poison.others_waited {time.monotonic() - began:.1f} s")
    job = until(lambda: Job.objects.filter(kind="cases.inspect_supporting", state=JobState.FAILED).first(), 150)
    assert job.attempts == 3
    file = until(lambda: poisoned.files.filter(state=FileState.REFUSED).first(), 60)
    assert file.code == "not_inspected" and "再上传一次" in file.message
    client = Client()
    client.force_login(make_centre())
    assert f'name="job" value="{job.pk}"' in client.get("/centre/jobs/").content.decode()
