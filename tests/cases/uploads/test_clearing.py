"""What killed processes leave is swept; what lives is not. The same bytes twice are noticed."""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from cases import tasks
from cases.models import SupportingFile, Upload
from kernel.models import Job
from tests.cases.uploads.browser import Sender
from tests.factories import make_case

pytestmark = pytest.mark.django_db


def age(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_half_written_parts_and_folders_of_nobody_are_swept(settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    sender = Sender(make_case())
    sender.begin()
    sender.put(1)
    root = Path(default_storage.location) / "uploads"
    folder = root / sender.said["id"][:2] / sender.said["id"]
    fresh, old = folder / "aa.tmp", age_new(folder / "bb.tmp")
    fresh.touch()
    stray = root / "ff" / "ffffffff-0000-0000-0000-000000000000"
    stray.mkdir(parents=True)
    (stray / "1").write_bytes(b"x")
    age(stray, 2)
    young = root / "ee" / "eeeeeeee-0000-0000-0000-000000000000"
    young.mkdir(parents=True)
    form, forms = age_new(settings.FILE_UPLOAD_TEMP_DIR / "a.upload", 25), settings.FILE_UPLOAD_TEMP_DIR / "b.upload"
    forms.touch()
    age(folder, 30)
    tasks.sweep_parts()
    assert (fresh.exists(), old.exists(), stray.exists(), young.exists()) == (True, False, False, True)
    assert (form.exists(), forms.exists()) == (False, True)
    assert [part["n"] for part in sender.now()["parts"]] == [1]


def age_new(path: Path, hours: float = 2) -> Path:
    path.touch()
    return age(path, hours)


def test_the_sweep_is_asked_for_once_an_hour() -> None:
    tasks.ask_to_clear_uploads()
    tasks.ask_to_clear_uploads()
    assert Job.objects.filter(kind="cases.sweep_parts").count() == 1


def test_uploads_that_came_to_nothing_are_forgotten_after_a_season(now: datetime) -> None:
    case = make_case()
    old, recent, done = (Sender(case, b"x" * n, f"{n}.pdf") for n in (1, 2, 3))
    for one in (old, recent, done):
        one.begin()
    for one, state, days in ((old, "cancelled", 91), (recent, "failed", 89), (done, "done", 400)):
        Upload.objects.filter(pk=one.said["id"]).update(state=state, settled_at=now - timedelta(days=days))
    tasks.sweep_parts()
    assert sorted(Upload.objects.values_list("state", flat=True)) == ["done", "failed"]


def test_the_same_bytes_twice_are_a_hint_and_no_refusal(join: Any) -> None:
    case = make_case()
    for title in ("一次", "二次"):
        sender = Sender(case)
        sender.send(title=title, key=("1" if title == "一次" else "2") * 64)
        join()
    said = sender.now()
    assert (said["state"], said["code"]) == ("done", "same_bytes")
    assert said["message"] == "内容和“一次”完全相同。如果是重复上传，可以移除其中一个。"
    assert SupportingFile.objects.count() == 2
    assert said["message"] in sender.client.get(f"/my/{case.pk}/materials/").content.decode()


def test_other_bytes_are_no_repeat(join: Any) -> None:
    case = make_case()
    for data in (b"a" * 10, b"b" * 10):
        sender = Sender(case, data)
        sender.send(title=data.decode()[0])
        join()
    assert (sender.now()["code"], sender.now()["message"]) == ("", "")
