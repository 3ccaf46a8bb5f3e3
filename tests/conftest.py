"""Fixtures for all tests: a database migrated by the owner and used as the application role, and a clock to set."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from xdist.scheduler import LoadScopeScheduling

from accounts.models import Province
from accounts.provinces import fill
from kernel import clock
from kernel.database import as_owner, grant_application

ON_A_DEMO = ("tests/flows/", "tests/demo/")
"""Folders whose tests share one filled demo; they take longest."""


class ByFile(LoadScopeScheduling):
    """Shares tests out among processes by the file; those that share a demo go to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in ON_A_DEMO if nodeid.startswith(folder)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the tests, what takes longest begins first."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in ON_A_DEMO])


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Made and migrated by the owner; from then on the connection is the application role's.

    Each process of a test run (`-n`) has a database of its own.
    """
    with django_db_blocker.unblock():
        with as_owner():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            call_command("createcachetable", verbosity=0)
            grant_application(also="TRUNCATE")
        yield  # nothing is dropped: the server itself goes with the run, and the next run makes the database anew


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Browser tests that were skipped are counted where nobody can overlook it."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped:
        terminalreporter.write_line(
            f"\n!!! {len(skipped)} 个浏览器测试被跳过：没有 chromium !!!\n", red=True, bold=True
        )


@pytest.fixture(autouse=True)
def provinces_survive(request: pytest.FixtureRequest) -> None:
    """A test on real transactions empties every table at its end; the next one finds the provinces again."""
    names = {"db", "transactional_db", "live_server"}
    if request.node.get_closest_marker("django_db") or names & set(request.fixturenames):
        kind = "transactional_db" if "transactional_db" in request.fixturenames else "db"
        request.getfixturevalue(kind)
        if not Province.objects.exists():
            fill(Province)


@pytest.fixture(autouse=True)
def quiet_house(settings: Any, tmp_path: Path) -> None:
    """Files, clock and mail of one test are its own."""
    settings.CLOCK_OFFSET_FILE = tmp_path / "clock-offset"
    settings.AUDIT_HEADS_DIR = tmp_path / "audit-heads"
    settings.SOFFICE = ""  # what a test expects does not hang on what this machine has installed
    settings.EMAIL_BACKEND = "demo.outbox.EmailBackend"  # the test runner puts its own in place
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
    }


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def travel(settings: Any) -> Any:
    """`travel(to)`: set the portal's clock for all that reads it."""

    def to(moment: datetime) -> datetime:
        clock.set_offset(moment - timezone.now())
        return moment

    yield to
    clock.set_offset(timedelta())


@pytest.fixture
def do_jobs(django_capture_on_commit_callbacks: Any) -> Any:
    """Run every waiting job, as the worker would, until none is due; how many ran. For tests without a worker."""
    from kernel import jobs
    from kernel.models import Job

    def run() -> int:
        done = 0
        while pending := list(Job.objects.filter(state="waiting", run_at__lte=timezone.now()).order_by("id")):
            for row in pending:
                jobs.run(row.pk)
                done += 1
        return done

    return run
