"""An author's telephone for tests on the live server: its login, and the work a worker would do meanwhile."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.test import Client

from cases.models import Case, CaseDocument, SupportingFile
from kernel import jobs
from kernel.models import Job, JobState


def log_in(context: Any, case: Case, address: str, **cookies: str) -> None:
    """The case's author has logged in; `cookies` are put beside the session's."""
    client = Client()
    client.force_login(case.submitter)
    cookies |= {"sessionid": client.cookies["sessionid"].value}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])


def work() -> None:
    """What a worker would do now: every job that waits."""
    for pk in Job.objects.filter(state=JobState.WAITING).order_by("pk").values_list("pk", flat=True):
        jobs.run(pk)


def arrives(page: Any, row: Any) -> Any:
    """The row once it is shown; the worker works meanwhile."""
    for _ in range(300):
        work()
        if row.count():
            return row.first
        page.wait_for_timeout(100)
    raise AssertionError(f"never arrived: {page.locator('main').inner_text()[:1500]}")


def fingerprint_of(row: SupportingFile | CaseDocument) -> str:
    """sha256 of the bytes as they lie in the storage."""
    with default_storage.open(row.key) as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
