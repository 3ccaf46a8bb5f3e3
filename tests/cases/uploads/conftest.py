"""Jobs of the tests of uploads: the joining alone, or everything."""

from typing import Any

import pytest
from django.utils import timezone

from kernel import jobs
from kernel.models import Job
from tests.cases.uploads.browser import Sender
from tests.factories import make_case


@pytest.fixture
def join() -> Any:
    """`join()`: run the jobs that join parts and clear them away, put off or not; inspections are left waiting."""

    def run() -> None:
        kinds = ("cases.assemble_upload", "cases.discard_parts", "cases.discard_bytes")
        while waiting := list(Job.objects.filter(state="waiting", kind__in=kinds).order_by("id")):
            Job.objects.filter(pk__in=[row.pk for row in waiting]).update(run_at=timezone.now())
            for row in waiting:
                jobs.run(row.pk)

    return run


@pytest.fixture
def sender() -> Sender:
    return Sender(make_case())
