"""The nightly verifier: it names what the storage lost or changed, once, and falls silent when it is right again."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import storing
from cases.actions import uploading, verifying
from cases.models import Case, CaseDocument, FileFault, FileState, SupportingFile, Verification
from cases.storing import beside
from cases.tasks import ask_to_verify_files
from kernel.models import Job, JobState, Letter, Message
from tests import factories
from tests.cases.files_for_tests import content, docx, png

pytestmark = pytest.mark.django_db
EARLY, LATE = datetime.fromisoformat("2024-10-20T01:59:00+08:00"), datetime.fromisoformat("2024-10-20T02:00:00+08:00")
NIGHT = date(2024, 10, 20)


@pytest.fixture
def case(now: datetime, do_jobs: Any) -> Case:
    """A case with a document and a picture, both accepted."""
    case = factories.make_case()
    by: dict[str, Any] = {"case_id": case.pk, "actor": case.submitter, "now": now}
    uploading.upload_document(name="案例.docx", content=content(docx()), **by)
    uploading.upload_supporting(title="照片", category="other", name="a.png", content=content(png()), **by)
    do_jobs()
    return case


@pytest.fixture
def picture(case: Case) -> SupportingFile:
    return case.files.get()


def change(key: str, data: bytes) -> None:
    default_storage.delete(key)
    default_storage.save(key, ContentFile(data))


def faults() -> list[tuple[str, str]]:
    return sorted(FileFault.objects.filter(resolved_at__isnull=True).values_list("name", "kind"))


def walk(do_jobs: Any, travel: Any, day: int = 0) -> None:
    """A whole night."""
    travel(LATE + timedelta(days=day))
    ask_to_verify_files()
    do_jobs()


def test_a_walk_begins_once_a_night_and_never_before_its_hour() -> None:
    verifying.ask_to_verify(now=EARLY)
    assert not Verification.objects.exists()
    for later in (0, 1, 600):
        verifying.ask_to_verify(now=LATE + timedelta(minutes=later))
    assert [walk.night for walk in Verification.objects.all()] == [NIGHT]
    assert Job.objects.filter(kind="cases.verify_files").count() == 1


def test_a_sound_house_is_walked_in_silence(case: Case, do_jobs: Any, travel: Any) -> None:
    factories.make_centre()
    walk(do_jobs, travel)
    night = Verification.objects.get()
    assert (night.looked_at, faults(), Message.objects.count()) == (2, [], 0)
    assert night.finished_at is not None


def test_a_lost_original_and_a_lost_thumbnail_are_named_each(
    picture: SupportingFile, do_jobs: Any, travel: Any
) -> None:
    default_storage.delete(picture.key)
    default_storage.delete(beside(picture.key, "thumb.jpg"))
    walk(do_jobs, travel)
    assert faults() == [("original", "missing"), ("thumb.jpg", "missing")]
    walk(do_jobs, travel, day=1)
    assert len(faults()) == 2, "a fault that stays is one fault"


def test_a_lost_text_of_a_document_is_named(case: Case, do_jobs: Any, travel: Any) -> None:
    default_storage.delete(case.documents.get().html_key)
    walk(do_jobs, travel)
    assert faults() == [("document.html", "missing")]


def test_another_size_is_seen_in_any_night(picture: SupportingFile, do_jobs: Any, travel: Any, settings: Any) -> None:
    settings.VERIFY_NIGHTS = 10**6  # nobody's turn
    change(picture.key, png() + b"x")
    walk(do_jobs, travel)
    assert faults() == [("original", "changed")]
    assert Verification.objects.get().hashed == 0


def test_a_flipped_byte_is_seen_when_its_turn_comes(
    picture: SupportingFile, do_jobs: Any, travel: Any, settings: Any
) -> None:
    settings.VERIFY_NIGHTS = 3
    data = bytearray(png())
    data[40] ^= 1
    change(picture.key, bytes(data))
    seen = []
    for day in range(3):
        walk(do_jobs, travel, day)
        seen.append(faults())
    turn = (picture.pk - NIGHT.toordinal()) % 3
    assert seen == [[("original", "changed")] if day >= turn else [] for day in range(3)]


def test_what_is_right_again_closes_itself(picture: SupportingFile, do_jobs: Any, travel: Any) -> None:
    data = png()
    change(picture.key, data[:-1] + b"x")
    verify("--all")
    assert faults() == [("original", "changed")]
    change(picture.key, data)
    walk(do_jobs, travel)  # looked at closely although it may be nobody's turn
    assert faults() == []
    assert FileFault.objects.get().resolved_at is not None


def test_a_file_that_need_not_be_there_any_more_closes_its_fault(
    picture: SupportingFile, do_jobs: Any, travel: Any
) -> None:
    default_storage.delete(picture.key)
    walk(do_jobs, travel)
    SupportingFile.objects.filter(pk=picture.pk).update(state=FileState.DROPPED)
    walk(do_jobs, travel, day=1)
    assert faults() == []


def test_refused_files_are_not_missed(picture: SupportingFile, do_jobs: Any, travel: Any) -> None:
    SupportingFile.objects.filter(pk=picture.pk).update(state=FileState.REFUSED)
    default_storage.delete(picture.key)
    walk(do_jobs, travel)
    assert faults() == []


def test_a_file_taken_away_under_the_verifiers_hands_is_no_fault(picture: SupportingFile, monkeypatch: Any) -> None:
    """Its bytes go between the two looks, and its row with them."""
    looks = []

    def sizes(key: str) -> dict[str, int]:
        looks.append(key)
        if key == picture.key:
            SupportingFile.objects.filter(pk=picture.pk).delete()
            return {}
        return storing.sizes(key)

    monkeypatch.setattr(verifying, "sizes", sizes)
    list(verifying.verify_all(now=LATE, hash_all=True))
    assert (looks.count(picture.key), FileFault.objects.count()) == (1, 0)


def test_a_storage_that_is_away_proves_nothing_and_is_asked_again(
    case: Case, do_jobs: Any, travel: Any, monkeypatch: Any
) -> None:
    def away(folder: str) -> Any:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(storing, "default_storage", SimpleNamespace(listdir=away))
        walk(do_jobs, travel)
    job = Job.objects.get(kind="cases.verify_files")
    assert (job.state, job.attempts, faults()) == (JobState.WAITING, 0, [])
    assert job.run_at > timezone.now() + timedelta(minutes=9)


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_a_disk_that_is_not_mounted_is_a_storage_that_is_away(
    case: Case, do_jobs: Any, travel: Any, tmp_path: Path, left: str
) -> None:
    folder = Path(default_storage.path(""))
    folder.rename(tmp_path / "elsewhere")
    if left != "nothing":
        folder.mkdir()
    walk(do_jobs, travel)
    assert (Job.objects.get(kind="cases.verify_files").state, faults()) == (JobState.WAITING, [])


def test_a_long_walk_goes_on_where_it_was(case: Case, do_jobs: Any, travel: Any, monkeypatch: Any, now: Any) -> None:
    monkeypatch.setattr("cases.tasks.AT_A_TIME", -1.0)
    monkeypatch.setattr(verifying, "BATCH", 1)
    default_storage.delete(case.files.get().key)
    walk(do_jobs, travel)
    assert Job.objects.filter(kind="cases.verify_files", state=JobState.DONE).count() == 3
    assert (Verification.objects.get().looked_at, faults()) == (2, [("original", "missing")])


def test_the_centre_is_told_once(picture: SupportingFile, do_jobs: Any, travel: Any) -> None:
    centre, away = factories.make_centre(), factories.make_centre()
    away.centre_staff.active = False
    away.centre_staff.save()
    default_storage.delete(picture.key)
    for day in range(2):
        walk(do_jobs, travel, day)
    message = Message.objects.get(link=reverse("centre_jobs"))
    assert (message.user_id, "1 个文件" in message.text) == (centre.pk, True)
    letter = Letter.objects.get(purpose="file_faults")
    assert letter.subject == "文件核验发现问题"


def test_a_letter_names_twenty_at_most(case: Case, picture: SupportingFile, now: datetime) -> None:
    factories.make_centre()
    for n in range(25):
        FileFault.objects.create(file=picture, name=f"page-{n}.jpg", kind="missing", found_at=now)
    Verification.objects.create(night=NIGHT, started_at=now)
    with CaptureQueriesContext(connection) as queries:
        verifying.finish(night=NIGHT, now=now)
    reads = [one["sql"] for one in queries if "cases_filefault" in one["sql"] and one["sql"].startswith("SELECT")]
    assert [sql[-8:] for sql in reads] == ["LIMIT 20"], "a thousand faults are not read to name twenty"
    assert not FileFault.objects.filter(told_at__isnull=True).exists()
    body = Letter.objects.get().body
    assert body.count("照片：平台生成的 page-") == 20
    assert "另有 5 个" in body


def test_the_centre_sees_the_faults_and_how_the_last_walk_went(
    picture: SupportingFile, client: Client, do_jobs: Any, travel: Any
) -> None:
    client.force_login(factories.make_centre())
    assert "还没有核验" in client.get(reverse("centre_jobs")).content.decode()
    walk(do_jobs, travel)
    text = client.get(reverse("centre_jobs")).content.decode()
    assert "文件完好" in text and "核对了 2 个文件" in text
    default_storage.delete(picture.key)
    walk(do_jobs, travel, day=1)
    text = client.get(reverse("centre_jobs")).content.decode()
    assert "1 处问题" in text and "照片<small>原文件</small>" in text and "缺失" in text


def verify(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_files", *options, stdout=out)
    except SystemExit as stop:
        return int(str(stop.code)), out.getvalue()
    return 0, out.getvalue()


def test_by_hand_it_answers_with_lines_and_a_code(case: Case, picture: SupportingFile) -> None:
    assert verify("--all") == (0, "核对了 2 个文件，其中 2 个重算了指纹，发现 0 处问题。\n")
    default_storage.delete(picture.key)
    code, said = verify()
    assert (code, f"缺失：{picture.key}（original）" in said) == (1, True)
    assert faults() == [("original", "missing")]


def test_one_object_has_one_open_fault(case: Case, now: datetime) -> None:
    document = CaseDocument.objects.get()
    FileFault.objects.create(document=document, name="original", kind="missing", found_at=now)
    with transaction.atomic(), pytest.raises(IntegrityError):
        FileFault.objects.create(document=document, name="original", kind="changed", found_at=now)
