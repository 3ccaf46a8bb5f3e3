"""Handing files over: rows, bytes, room and jobs; and what is refused leaves nothing behind."""

import hashlib
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from cases.actions import adding, uploading
from cases.actions.moving import CaseGone
from cases.editing import EditingClosed, NotEditable, NotYours
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState, SupportingFile
from cases.naming import BadName
from cases.quota import EmptyFile, FileTooBig, QuotaSpent
from kernel.audit import history
from kernel.models import Job
from tests.cases.files_for_tests import content, docx
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db


def stored() -> list[str]:
    root = Path(default_storage.location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def jobs(kind: str) -> list[dict[str, Any]]:
    return list(Job.objects.filter(kind=kind).order_by("id").values_list("args", flat=True))


def add(case: Any, now: datetime, *, size: int = 10, name: str = "通知.pdf", title: str = "研修通知", **more: Any):
    return uploading.upload_supporting(
        case_id=case.pk,
        title=title,
        category="notice",
        name=name,
        content=content(b"x" * size),
        actor=case.submitter,
        now=now,
        **more,
    )


def accept(file: SupportingFile) -> SupportingFile:
    SupportingFile.objects.filter(pk=file.pk).update(state=FileState.ACCEPTED, kind="pdf")
    file.refresh_from_db()
    return file


def test_a_document_is_stored_under_a_random_key_and_its_inspection_is_promised(now: datetime) -> None:
    case, data = make_case(), docx()
    document = uploading.upload_document(
        case_id=case.pk, name="案例（终稿）.docx", content=content(data), actor=case.submitter, now=now
    )
    document.refresh_from_db()
    assert re.fullmatch(r"cases/([0-9a-f]{2})/\1[0-9a-f]{30}/original", document.key)
    assert (document.name, document.size) == ("案例（终稿）.docx", len(data))
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.state == FileState.INSPECTING
    assert stored() == [document.key]
    assert Path(default_storage.path(document.key)).read_bytes() == data
    assert jobs("cases.inspect_document") == [{"document_id": document.pk}]
    entry = history(document).get()
    assert (entry.verb, entry.actor_id, entry.call_id) == ("document.upload", case.submitter_id, case.call_id)
    assert entry.facts == {"case_id": case.pk, "size": len(data)}


def test_a_supporting_file_takes_its_room(now: datetime) -> None:
    case = make_case()
    file = add(case, now, size=1000)
    case.refresh_from_db()
    assert case.supporting_bytes == 1000
    assert (file.title, file.category, file.state) == ("研修通知", "notice", FileState.INSPECTING)
    assert jobs("cases.inspect_supporting") == [{"file_id": file.pk}]
    assert history(file).get().verb == "file.upload"


def test_the_document_takes_no_room(now: datetime) -> None:
    case = make_case()
    uploading.upload_document(case_id=case.pk, name="a.docx", content=content(docx()), actor=case.submitter, now=now)
    case.refresh_from_db()
    assert case.supporting_bytes == 0


def test_an_upload_makes_an_earlier_check_of_the_case_stale(now: datetime) -> None:
    case = make_case()
    before = case.version
    add(case, now)
    case.refresh_from_db()
    assert case.version > before


def test_what_does_not_fit_is_refused_and_leaves_nothing(now: datetime) -> None:
    case = make_case(call=make_call(supporting_bytes=100))
    add(case, now, size=60)
    before = stored()
    with pytest.raises(QuotaSpent):
        add(case, now, size=41)
    case.refresh_from_db()
    assert (case.supporting_bytes, SupportingFile.objects.count(), stored()) == (60, 1, before)


def test_bytes_already_stored_go_when_the_locked_count_refuses(now: datetime, monkeypatch: Any) -> None:
    case = make_case(call=make_call(supporting_bytes=100))
    add(case, now, size=60)
    before = stored()
    monkeypatch.setattr(uploading, "reserve", lambda *args, **more: 0)
    with pytest.raises(QuotaSpent):
        add(case, now, size=41)
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "size", "refusal"), [("../a.pdf", 5, BadName), ("a\u202efdp.exe", 5, BadName), ("a.pdf", 0, EmptyFile)]
)
def test_misleading_names_and_empty_files_are_refused(name: str, size: int, refusal: type, now: datetime) -> None:
    with pytest.raises(refusal):
        add(make_case(), now, name=name, size=size)
    assert stored() == []


def test_a_document_over_the_limit_is_refused_with_both_sizes(now: datetime) -> None:
    case = make_case(call=make_call(document_bytes=20 * 1024 * 1024))
    with pytest.raises(FileTooBig, match=r"20\.1 MB，超过案例文档 20 MB"):
        uploading.upload_document(
            case_id=case.pk,
            name="a.docx",
            content=content(b"x" * (20 * 1024 * 1024 + 1)),
            actor=case.submitter,
            now=now,
        )
    assert stored() == []


@pytest.mark.parametrize("state", [State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED, State.DISQUALIFIED])
def test_only_an_editable_case_takes_files(state: State, now: datetime) -> None:
    with pytest.raises(NotEditable):
        add(make_case(state=state), now)
    assert stored() == []


def test_nobody_else_adds_files(now: datetime) -> None:
    case = make_case()
    with pytest.raises(NotYours):
        uploading.upload_document(
            case_id=case.pk, name="a.docx", content=content(docx()), actor=make_user("另一位"), now=now
        )


def test_after_the_window_only_a_returned_case_takes_files_until_its_due_date(now: datetime) -> None:
    call = make_call(phase="recommendation")
    with pytest.raises(EditingClosed):
        add(make_case(call=call), now)
    returned = make_case(call=call, state=State.RETURNED, return_due_at=now + timedelta(days=1))
    assert add(returned, now).pk
    with pytest.raises(EditingClosed):
        add(returned, now + timedelta(days=1))


def test_a_replacement_reserves_only_what_is_more_and_the_old_file_stays(now: datetime) -> None:
    case = make_case(call=make_call(supporting_bytes=100))
    old = accept(add(case, now, size=60))
    new = uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.pdf", content=content(b"y" * 100), actor=case.submitter, now=now
    )
    case.refresh_from_db()
    assert case.supporting_bytes == 100
    assert (new.replaces_id, new.title, new.category) == (old.pk, "研修通知", "notice")
    assert SupportingFile.objects.filter(pk=old.pk, state=FileState.ACCEPTED).exists()


def test_a_smaller_replacement_reserves_nothing(now: datetime) -> None:
    case = make_case()
    old = accept(add(case, now, size=60))
    uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.pdf", content=content(b"y"), actor=case.submitter, now=now
    )
    case.refresh_from_db()
    assert case.supporting_bytes == 60


def test_a_refused_file_gives_its_place_at_once(now: datetime) -> None:
    case = make_case()
    old = add(case, now)
    SupportingFile.objects.filter(pk=old.pk).update(state=FileState.REFUSED)
    new = uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.pdf", content=content(b"yy"), actor=case.submitter, now=now
    )
    assert list(SupportingFile.objects.values_list("pk", "replaces")) == [(new.pk, None)]


def test_a_file_under_inspection_is_not_replaced(now: datetime) -> None:
    case = make_case()
    file = add(case, now)
    with pytest.raises(adding.StillInspecting):
        uploading.replace_supporting(
            case_id=case.pk, file_id=file.pk, name="新.pdf", content=content(b"y"), actor=case.submitter, now=now
        )


def test_removing_gives_the_room_back_and_the_bytes_go_by_a_job(now: datetime, do_jobs: Any) -> None:
    case = make_case()
    kept, file = add(case, now, size=5), add(case, now, size=7)
    uploading.remove_supporting(case_id=case.pk, file_id=file.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert case.supporting_bytes == 5
    assert jobs("cases.discard_bytes") == [{"storage_key": file.key}]
    Job.objects.exclude(kind="cases.discard_bytes").delete()
    do_jobs()
    assert stored() == [kept.key]


def test_removing_takes_a_waiting_replacement_along(now: datetime) -> None:
    case = make_case()
    old = accept(add(case, now))
    uploading.replace_supporting(
        case_id=case.pk, file_id=old.pk, name="新.pdf", content=content(b"y" * 90), actor=case.submitter, now=now
    )
    uploading.remove_supporting(case_id=case.pk, file_id=old.pk, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.supporting_bytes, SupportingFile.objects.count()) == (0, 0)


def test_a_file_of_another_case_is_out_of_reach(now: datetime) -> None:
    other = add(make_case(), now)
    case = make_case()
    for act in (uploading.remove_supporting, uploading.rename_supporting):
        more = {"title": "新", "category": "other"} if act is uploading.rename_supporting else {}
        with pytest.raises(uploading.FileGone):
            act(case_id=case.pk, file_id=other.pk, actor=case.submitter, now=now, **more)


def test_renaming_changes_name_and_category(now: datetime) -> None:
    case = make_case()
    file = add(case, now)
    uploading.rename_supporting(
        case_id=case.pk, file_id=file.pk, title="宣传稿", category="publicity", actor=case.submitter, now=now
    )
    file.refresh_from_db()
    assert (file.title, file.category) == ("宣传稿", "publicity")


def test_an_earlier_version_of_the_document_counts_again_when_the_newest_is_removed(now: datetime) -> None:
    case = make_case()
    first, second = (
        uploading.upload_document(
            case_id=case.pk, name=f"{number}.docx", content=content(docx()), actor=case.submitter, now=now
        )
        for number in (1, 2)
    )
    uploading.remove_document(case_id=case.pk, document_id=second.pk, actor=case.submitter, now=now)
    assert list(CaseDocument.objects.filter(case=case)) == [first]


def test_a_draft_deleted_in_another_window_is_said_plainly_and_leaves_no_bytes(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case()
    store = uploading.store

    def store_while_it_is_deleted(file: Any) -> Any:
        kept = store(file)
        Case.objects.filter(pk=case.pk).delete()
        return kept

    monkeypatch.setattr(uploading, "store", store_while_it_is_deleted)
    with pytest.raises(CaseGone):
        add(case, now)
    assert stored() == []
