"""After the acceptance: films are converted behind it, and what proves rotten is refused, or marked when it is late."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command

from cases import tasks
from cases.actions import converting, inspecting, uploading
from cases.files.conversion import Conversion
from cases.files.inspection import Inspection
from cases.lifecycle import State
from cases.models import Case, ConversionState, FileState, SupportingFile
from cases.reading import material_of
from kernel import jobs
from kernel.audit import history
from kernel.models import Job, JobState, Message
from tests.cases.files.films import film, spoiled
from tests.cases.files.test_office import fake, printed
from tests.cases.files_for_tests import content, png
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db
DONE = Conversion("done", derived=[{"role": "view", "name": "view.mp4", "width": 96, "height": 64, "size": 9}])
ROTTEN = Conversion("rotten", "rotten", "在 0 分 01 秒附近数据损坏，播放到那里会花屏、卡住或中断。")


@pytest.fixture
def give_film(tmp_path: Path, now: datetime) -> Any:
    """`give_film(case)`: an uploaded film, not yet inspected."""

    def give(case: Case, name: str = "课堂实录.mov", *, data: bytes = b"", **more: Any) -> SupportingFile:
        data = data or film(tmp_path / name, **more).read_bytes()
        return uploading.upload_supporting(
            case_id=case.pk,
            title="课堂实录",
            category="exchange",
            name=name,
            content=content(data),
            actor=case.submitter,
            now=now,
        )

    return give


@pytest.fixture
def accepted(give_film: Any, now: datetime) -> Any:
    """`accepted(case)`: a film that has passed its inspection and waits for its conversion."""

    def give(case: Case) -> SupportingFile:
        file = give_film(case)
        passed = Inspection("accepted", facts={"kind": "mov", "playable": True})
        inspecting.settle_supporting(file_id=file.pk, inspection=passed, now=now)
        Job.objects.filter(kind="cases.inspect_supporting").update(state=JobState.DONE)
        file.refresh_from_db()
        assert (file.state, file.conversion) == (FileState.ACCEPTED, ConversionState.WAITING)
        return file

    return give


def names(file: SupportingFile) -> set[str]:
    place = Path(default_storage.path(file.key)).parent
    return {path.name for path in place.iterdir()} if place.exists() else set()


def told(case: Case) -> list[str]:
    return list(Message.objects.filter(user=case.submitter).order_by("id").values_list("text", flat=True))


def address(kind: str, pk: int, variant: str) -> str:
    return f"/{variant}"


def test_a_film_from_a_phone_is_shown_by_its_copy(give_film: Any, do_jobs: Any) -> None:
    case = make_case()
    file = give_film(case, codec="libx265")
    do_jobs()
    file.refresh_from_db()
    assert (file.state, file.conversion, file.message) == (FileState.ACCEPTED, ConversionState.DONE, "")
    assert names(file) == {"original", "poster.jpg", "view.mp4"}
    assert [one["name"] for one in file.facts["derived"]] == ["poster.jpg", "view.mp4"]
    assert material_of(file, link=address).view_url == "/view.mp4"
    case.refresh_from_db()
    assert case.supporting_bytes == file.size, "what is derived takes none of the author's room"
    assert Job.objects.get(kind="cases.convert_supporting").queue == "convert"


def test_until_then_the_page_says_that_it_is_being_converted(accepted: Any) -> None:
    material = material_of(accepted(make_case()), link=address)
    assert (material.converting, material.view_url, material.url) == (True, "", "/original")


def test_a_film_that_plays_as_it_is_has_a_copy_too(give_film: Any, do_jobs: Any) -> None:
    file = give_film(make_case(), "a.mp4", fast=True)
    do_jobs()
    file.refresh_from_db()
    assert (file.conversion, names(file)) == (ConversionState.DONE, {"original", "poster.jpg", "view.mp4"})


@pytest.mark.parametrize("before", [ConversionState.NONE, ConversionState.DONE])
def test_films_accepted_before_there_were_copies_are_given_theirs(
    before: ConversionState, give_film: Any, do_jobs: Any
) -> None:
    case = make_case()
    film = give_film(case, "a.mp4", fast=True)
    give_film(make_case(), "照片.png", data=png())
    do_jobs()
    film.refresh_from_db()
    derived = [one for one in film.facts["derived"] if one["role"] != "view"]
    default_storage.delete(film.key.replace("original", "view.mp4"))
    SupportingFile.objects.filter(pk=film.pk).update(conversion=before, facts={**film.facts, "derived": derived})
    assert [said("convert_films") for _ in range(2)] == ["安排了 1 个视频的转换。\n", "安排了 0 个视频的转换。\n"]
    do_jobs()
    film.refresh_from_db()
    assert (film.conversion, names(film)) == (ConversionState.DONE, {"original", "poster.jpg", "view.mp4"})
    assert said("convert_films") == "安排了 0 个视频的转换。\n"


def said(command: str) -> str:
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_pictures_are_not_converted(now: datetime, do_jobs: Any, give_film: Any) -> None:
    file = give_film(make_case(), "照片.png", data=png())
    do_jobs()
    file.refresh_from_db()
    assert file.conversion == ConversionState.NONE
    assert not Job.objects.filter(kind="cases.convert_supporting").exists()


SLIDES = Path(__file__).resolve().parents[1] / "data/files/python-pptx__cht-charts.pptx"


def test_without_libreoffice_slides_stay_a_download(give_film: Any, do_jobs: Any) -> None:
    file = give_film(make_case(), "课件.pptx", data=SLIDES.read_bytes())
    do_jobs()
    file.refresh_from_db()
    assert (file.state, file.conversion, names(file)) == (FileState.ACCEPTED, ConversionState.NONE, {"original"})
    assert "not_converted" not in file.facts
    assert Job.objects.get(kind="cases.convert_supporting").state == JobState.DONE


def test_with_libreoffice_slides_are_shown_page_by_page(
    give_film: Any, do_jobs: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SOFFICE = fake(tmp_path, printed(2))  # it has one slide: what counts is what was printed
    case = make_case()
    file = give_film(case, "课件.pptx", data=SLIDES.read_bytes())
    do_jobs()
    file.refresh_from_db()
    assert (file.conversion, names(file)) == (ConversionState.DONE, {"original", "page-1.jpg", "page-2.jpg"})
    material = material_of(file, link=address)
    assert (material.group, [page.url for page in material.pages]) == ("office", ["/page-1.jpg", "/page-2.jpg"])
    assert material.page_count == 2
    case.refresh_from_db()
    assert case.supporting_bytes == file.size, "what is derived takes none of the author's room"


def test_slides_that_cannot_be_printed_stay_a_download(
    give_film: Any, do_jobs: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SOFFICE = fake(tmp_path, "sys.exit(77)")
    case = make_case()
    file = give_film(case, "课件.pptx", data=SLIDES.read_bytes())
    do_jobs()
    file.refresh_from_db()
    assert (file.state, file.conversion) == (FileState.ACCEPTED, ConversionState.FAILED)
    assert (file.facts["not_converted"], names(file), told(case)) == ("not_printed", {"original"}, [])
    assert material_of(file, link=address).url == "/original"


def test_converting_twice_changes_nothing(give_film: Any, do_jobs: Any, monkeypatch: Any) -> None:
    file = give_film(make_case())
    do_jobs()
    before = SupportingFile.objects.values().get(pk=file.pk)
    monkeypatch.setattr(converting, "convert_film", lambda *args, **more: pytest.fail("converted again"))
    tasks.convert_supporting(file_id=file.pk)
    assert SupportingFile.objects.values().get(pk=file.pk) == before


def test_a_second_worker_that_comes_late_changes_nothing(accepted: Any, now: datetime) -> None:
    file = accepted(make_case())
    converting.settle(file_id=file.pk, conversion=DONE, now=now)
    converting.settle(file_id=file.pk, conversion=ROTTEN, now=now)
    file.refresh_from_db()
    assert (file.state, file.conversion) == (FileState.ACCEPTED, ConversionState.DONE)


def test_a_film_removed_while_it_was_converted_leaves_no_bytes(accepted: Any, now: datetime, monkeypatch: Any) -> None:
    case = make_case()
    file = accepted(case)
    convert = converting.convert_film

    def remove_meanwhile(*args: Any, **more: Any) -> Conversion:
        uploading.remove_supporting(case_id=case.pk, file_id=file.pk, actor=case.submitter, now=now)
        return convert(*args, **more)

    monkeypatch.setattr(converting, "convert_film", remove_meanwhile)
    converting.convert_supporting(file_id=file.pk, now=now)
    assert names(file) == set()


def test_a_rotten_film_in_a_draft_is_refused_and_its_room_comes_back(
    give_film: Any, do_jobs: Any, tmp_path: Path
) -> None:
    case = make_case()
    data = spoiled(film(tmp_path / "a.mp4", audio="", seconds=3), blank=True).read_bytes()
    file = give_film(case, "公开课.mp4", data=data)
    do_jobs()
    file.refresh_from_db()
    case.refresh_from_db()
    assert (file.state, file.code, file.conversion) == (FileState.REFUSED, "rotten", ConversionState.FAILED)
    assert file.message.startswith("“公开课.mp4”在 0 分 0") and file.message.endswith("重新导出后再上传。")
    assert (case.supporting_bytes, told(case)) == (0, [f"有文件没有被接收：{file.message}"])
    assert names(file) == set()
    assert [entry.verb for entry in history(file)] == ["file.upload", "file.accept", "file.refuse"]


@pytest.mark.parametrize(
    ("phase", "state", "due", "refuses"),
    [
        ("submission", State.DRAFT, None, True),
        ("submission", State.WITHDRAWN, None, True),
        ("submission", State.HANDED_IN, None, False),
        ("submission", State.ELIGIBLE, None, False),
        ("submission", State.DECLINED, None, False),
        ("recommendation", State.RETURNED, timedelta(days=1), True),
        ("recommendation", State.RETURNED, -timedelta(hours=1), False),
        ("recommendation", State.HANDED_IN, None, False),
        ("recommendation", State.RECOMMENDED, None, False),
        ("review", State.IN_REVIEW, None, False),
    ],
)
def test_a_rotten_film_is_refused_while_it_can_be_mended_and_marked_later(
    phase: str, state: State, due: timedelta | None, refuses: bool, accepted: Any, now: datetime
) -> None:
    case = make_case()
    file = accepted(case)
    more = {"number": "2024-42-000001", "handed_in_at": now} if state != State.DRAFT else {}
    Case.objects.filter(pk=case.pk).update(
        call=make_call(phase=phase), state=state, return_due_at=now + due if due else None, **more
    )
    converting.settle(file_id=file.pk, conversion=ROTTEN, now=now)
    file.refresh_from_db()
    case.refresh_from_db()
    assert len(told(case)) == 1 and "数据损坏" in told(case)[0]
    if refuses:
        assert (file.state, case.supporting_bytes) == (FileState.REFUSED, 0)
        return
    assert "还能撤回的，请撤回后上传；不能撤回的，请联系省级单位" in told(case)[0]
    assert (file.state, file.code, case.supporting_bytes) == (FileState.ACCEPTED, "rotten", file.size)
    assert "课堂实录.mov" not in file.message, "experts read it, and the name of a file may be that of its author"
    assert names(file) == {"original"}
    assert material_of(file, link=address).message == file.message
    assert [entry.verb for entry in history(file)][-1] == "file.flag"


def test_of_a_rotten_replacement_is_said_that_the_old_film_is_gone_too(
    accepted: Any, now: datetime, do_jobs: Any
) -> None:
    case = make_case()
    old = accepted(case)
    new = uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新剪的.mov", content=content(b"film"), actor=case.submitter, now=now
    )
    passed = Inspection("accepted", facts={"kind": "mov", "playable": True})
    inspecting.settle_supporting(file_id=new.pk, inspection=passed, now=now)
    converting.settle(file_id=new.pk, conversion=ROTTEN, now=now)
    new.refresh_from_db()
    assert (new.state, case.files.count()) == (FileState.REFUSED, 1)
    assert "替换掉的“课堂实录.mov”已经不在了" in new.message


def test_a_film_found_rotten_twice_is_marked_once(accepted: Any, now: datetime) -> None:
    case = make_case()
    file = accepted(case)
    Case.objects.filter(pk=case.pk).update(number="2024-42-000001", handed_in_at=now, state=State.HANDED_IN)
    left = Conversion("rotten", "rotten", ROTTEN.message, DONE.derived)
    for _ in range(2):
        converting.settle(file_id=file.pk, conversion=left, now=now)
    file.refresh_from_db()
    assert (file.state, len(told(case))) == (FileState.ACCEPTED, 1)
    assert [entry.verb for entry in history(file)].count("file.flag") == 1
    assert material_of(file, link=address).film_url == "/view.mp4", "what is left of it is shown"


def test_a_conversion_that_cannot_be_made_leaves_a_download(accepted: Any, now: datetime) -> None:
    case = make_case()
    file = accepted(case)
    converting.settle(file_id=file.pk, conversion=Conversion("failed", "timeout"), now=now)
    file.refresh_from_db()
    assert (file.state, file.conversion, told(case)) == (FileState.ACCEPTED, ConversionState.FAILED, [])
    assert file.facts["not_converted"] == "timeout"
    assert not material_of(file, link=address).converting


def test_a_conversion_whose_job_failed_for_good_is_given_up_and_can_be_retried(
    accepted: Any, do_jobs: Any, monkeypatch: Any
) -> None:
    file = accepted(make_case())
    job = Job.objects.get(kind="cases.convert_supporting")
    with monkeypatch.context() as broken:
        broken.setattr(converting, "fetch", lambda *args: 1 / 0)
        for _ in range(jobs.MAX_ATTEMPTS):
            Job.objects.filter(pk=job.pk).update(run_at=job.created_at)
            jobs.run(job.pk)
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED, "visible on the centre's page of jobs"
    tasks.ask_to_settle_files()
    do_jobs()
    file.refresh_from_db()
    assert (file.conversion, file.facts["not_converted"]) == (ConversionState.FAILED, "given_up")
    jobs.retry(job.pk)
    do_jobs()
    file.refresh_from_db()
    assert file.conversion == ConversionState.DONE and "not_converted" not in file.facts
