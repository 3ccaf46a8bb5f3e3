"""The demo filled once for all tests of this folder, in a transaction that is rolled back."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from accounts.models import Province
from accounts.provinces import fill
from cases.models import Case
from kernel.models import Job


@pytest.fixture(scope="package")
def media(tmp_path_factory: pytest.TempPathFactory) -> FileSystemStorage:
    """Where the demo's files lie."""
    return FileSystemStorage(location=tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="package")
def filled(django_db_setup: None, django_db_blocker: Any, media: FileSystemStorage) -> Iterator[str]:
    """What the command said."""
    with django_db_blocker.unblock(), transaction.atomic():
        if not Province.objects.exists():  # a test on real transactions that ran before has emptied every table
            fill(Province)
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        with override_settings(STORAGES=storages(media), PASSWORD_HASHERS=hashers):
            said = io.StringIO()
            call_command("fill_demo", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def on_the_demo(filled: str, media: FileSystemStorage, settings: Any) -> None:
    """Reads the filled portal, its files included."""
    settings.STORAGES = storages(media)


@pytest.fixture
def story(on_the_demo: None) -> set[int]:
    """The cases that the portal's own actions made: their uploads left jobs behind, those of the crowd did not."""
    inspected = Job.objects.filter(kind="cases.inspect_document").values_list("args__document_id", flat=True)
    return set(Case.objects.filter(documents__in=list(inspected)).values_list("pk", flat=True))


def storages(media: FileSystemStorage) -> dict[str, Any]:
    backend = "django.core.files.storage.FileSystemStorage"
    return {
        "default": {"BACKEND": backend, "OPTIONS": {"location": str(media.location)}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
