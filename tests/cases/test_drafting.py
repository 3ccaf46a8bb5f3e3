"""What an author may do to a case before handing it in: state, rows and audit by equality."""

import base64
import io
import struct
import zlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from calls.models import Call
from calls.policy import WindowClosed
from cases.actions import drafting
from cases.actions.drafting import AuthorLine
from cases.editing import EditingClosed, NotEditable, NotYours
from cases.lifecycle import State
from cases.models import Case, CaseDocument, SupportingFile
from kernel import audit
from kernel.models import AuditEntry, Job
from tests.factories import make_call, make_case, make_user

pytestmark = pytest.mark.django_db

LINE = AuthorLine("韦秋棠", "云岭镇中心小学", "一级教师", "13812345678", True)
OTHER = AuthorLine("莫清越", "云岭镇中心小学", "高级教师", "13987654321")


def png(*, ink: bool = True, size: tuple[int, int] = (600, 140), noise: int = 0) -> str:
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if ink:
        ImageDraw.Draw(picture).line((20, 20, 300, 100), fill=(0, 0, 0, 255), width=5)
    if noise:
        picture = Image.effect_noise((noise, noise), 100).convert("RGBA")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def bomb() -> str:
    """A PNG of a few bytes whose head promises 60,000 × 60,000 points."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return "data:image/png;base64," + base64.b64encode(data).decode()


def trail(subject: Case) -> list[tuple[str, dict[str, Any]]]:
    return [(entry.verb, entry.facts) for entry in audit.history(subject)]


@pytest.fixture
def call(now: datetime) -> Call:
    return make_call(phase="submission", now=now)


# Opening


def test_a_new_case_belongs_to_the_authors_province_and_names_them_first(call: Call, now: datetime) -> None:
    author = make_user(mobile="+8613812345678")
    case = drafting.open_case(call_id=call.pk, type="school", actor=author, now=now)
    case.refresh_from_db()
    assert (case.state, case.number, case.type) == (State.DRAFT, None, "school")
    assert (case.province, case.unit, case.submitter) == (author.province, author.unit, author)
    assert case.supporting_limit == call.supporting_bytes
    lines = case.authors.values_list("position", "name", "unit", "post", "mobile")
    assert list(lines) == [(1, "韦秋棠", "云岭镇中心小学", "", "13812345678")]
    assert trail(case) == [("case.open", {"type": "school"})]


@pytest.mark.parametrize("phase", ["upcoming", "recommendation", "review", "decision", "published"])
def test_a_case_is_opened_only_while_authors_hand_in(phase: str, now: datetime) -> None:
    call = make_call(phase=phase, now=now)
    with pytest.raises(WindowClosed, match="报送时间"):
        drafting.open_case(call_id=call.pk, type="school", actor=make_user(), now=now)
    assert not Case.objects.exists()


def test_the_window_is_half_open(call: Call) -> None:
    author, close = make_user(), call.submission_closes_at
    for moment in (call.submission_opens_at - timedelta(seconds=1), close, close + timedelta(seconds=1)):
        with pytest.raises(WindowClosed):
            drafting.open_case(call_id=call.pk, type="school", actor=author, now=moment)
    for moment in (call.submission_opens_at, close - timedelta(seconds=1)):
        drafting.open_case(call_id=call.pk, type="school", actor=author, now=moment)


def test_one_account_hands_in_one_type_in_a_call(call: Call, now: datetime) -> None:
    author = make_user()
    make_case(call=call, author=author, type="region")
    make_case(call=make_call(now=now), author=author, type="studio")
    make_case(call=call, author=make_user("别人"), type="studio")
    drafting.open_case(call_id=call.pk, type="region", actor=author, now=now)
    with pytest.raises(drafting.AnotherType, match="区域研修应用案例") as refused:
        drafting.open_case(call_id=call.pk, type="school", actor=author, now=now)
    assert refused.value.field == "type"


def test_a_withdrawn_case_binds_no_type(call: Call, now: datetime) -> None:
    author = make_user()
    make_case(call=call, author=author, type="region", state=State.WITHDRAWN)
    assert drafting.open_case(call_id=call.pk, type="school", actor=author, now=now).type == "school"


def test_the_calls_limit_of_cases_holds(now: datetime) -> None:
    call, author = make_call(now=now, cases_per_author=2), make_user()
    for _ in range(2):
        drafting.open_case(call_id=call.pk, type="school", actor=author, now=now)
    with pytest.raises(drafting.NoMoreCases, match="最多报送 2 件"):
        drafting.open_case(call_id=call.pk, type="school", actor=author, now=now)


def test_an_account_without_a_province_is_told_what_to_do(call: Call, now: datetime) -> None:
    author = make_user()
    author.province = None
    author.save()
    with pytest.raises(drafting.NoProvince, match="作者账号"):
        drafting.open_case(call_id=call.pk, type="school", actor=author, now=now)


# The information sheet


def test_the_sheet_is_kept_as_far_as_it_goes(call: Call, now: datetime) -> None:
    case = make_case(call=call)
    values = {"title": "新名称", "overview": "字" * 400, "sources": "见某书", "contribution": 86}
    drafting.save_sheet(
        case_id=case.pk, values=values, authors=[LINE, AuthorLine(), OTHER], actor=case.submitter, now=now
    )
    case.refresh_from_db()
    assert (case.title, case.overview, case.sources, case.contribution) == ("新名称", "字" * 400, "见某书", 86)
    assert list(case.authors.values_list("position", "name", "is_host")) == [(1, "韦秋棠", True), (2, "莫清越", False)]
    assert (case.saved_at, case.version) == (now, 1)
    fields = ["title", "overview", "sources", "contribution", "authors"]
    assert trail(case) == [("case.save_sheet", {"fields": fields})]


def test_saving_the_same_again_changes_nothing_but_the_time(call: Call, now: datetime) -> None:
    case = make_case(call=call)
    for moment in (now, now + timedelta(seconds=5)):
        drafting.save_sheet(case_id=case.pk, values={"title": "名"}, authors=[LINE], actor=case.submitter, now=moment)
    case.refresh_from_db()
    assert (case.version, case.saved_at, len(trail(case))) == (1, now + timedelta(seconds=5), 1)


@pytest.mark.parametrize(
    ("values", "authors", "refusal"),
    [
        ({"title": "长" * 61}, None, drafting.TooLong),
        ({"overview": "长" * 5001}, None, drafting.TooLong),
        ({}, [LINE] * 4, drafting.TooManyAuthors),
    ],
)
def test_limits_hold_in_the_action(call: Call, now: datetime, values: Any, authors: Any, refusal: Any) -> None:
    case = make_case(call=call)
    with pytest.raises(refusal):
        drafting.save_sheet(case_id=case.pk, values=values, authors=authors, actor=case.submitter, now=now)
    assert (Case.objects.get().version, Case.objects.get().authors.count(), trail(case)) == (0, 1, [])


def test_only_the_fields_of_the_sheet_are_written(call: Call, now: datetime) -> None:
    case = make_case(call=call)
    values = {"title": "新", "number": "2024-42-HACKED", "state": "typical", "declared": False}
    drafting.save_sheet(case_id=case.pk, values=values, authors=None, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.title, case.number, case.state, case.declared) == ("新", None, State.DRAFT, True)


@pytest.mark.parametrize("save", ["sheet", "declaration", "type"])
def test_nobody_else_and_no_handed_in_case_is_written(call: Call, now: datetime, save: str) -> None:
    def attempt(case: Case, actor: Any, moment: datetime) -> None:
        if save == "sheet":
            drafting.save_sheet(case_id=case.pk, values={"title": "改"}, authors=None, actor=actor, now=moment)
        elif save == "declaration":
            drafting.save_declaration(case_id=case.pk, values={"declared": False}, actor=actor, now=moment)
        else:
            drafting.change_type(case_id=case.pk, type="region", actor=actor, now=moment)

    draft, handed_in = make_case(call=call), make_case(call=call, state=State.HANDED_IN)
    with pytest.raises(NotYours):
        attempt(draft, make_user("别人"), now)
    with pytest.raises(NotEditable):
        attempt(handed_in, handed_in.submitter, now)
    with pytest.raises(EditingClosed):
        attempt(draft, draft.submitter, call.submission_closes_at)
    assert (trail(draft), trail(handed_in)) == ([], [])


# The declaration


def test_a_declaration_is_kept(call: Call, now: datetime) -> None:
    case = make_case(call=call, declared=False, signature="", signed_on=None)
    values = {"declared": True, "signature_drawing": png(), "signed_on": date(2024, 10, 8), "consent_platform": True}
    drafting.save_declaration(case_id=case.pk, values=values, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert {name: getattr(case, name) for name in values} == values
    ((verb, facts),) = trail(case)
    assert verb == "case.save_declaration"
    assert sorted(facts["fields"]) == sorted(values)


@pytest.mark.parametrize(
    "drawing",
    [
        "data:image/png;base64,", "data:image/png;base64,AAAA", "data:image/svg+xml;base64,PHN2Zy8+",
        "javascript:alert(1)", png(ink=False), png(size=(2401, 140)), png(noise=600), png().replace("i", "~", 9),
        bomb(),
    ],
    ids=["empty", "no picture", "svg", "script", "nothing drawn", "too wide", "too heavy", "broken", "bomb"],
)  # fmt: skip
def test_what_is_no_drawn_signature_is_refused(call: Call, now: datetime, drawing: str) -> None:
    case = make_case(call=call)
    with pytest.raises(drafting.BadDrawing):
        drafting.save_declaration(case_id=case.pk, values={"signature_drawing": drawing}, actor=case.submitter, now=now)
    case.refresh_from_db()
    assert case.signature_drawing == ""


# Type and deletion


def test_a_draft_may_change_its_type_while_it_is_the_only_one(call: Call, now: datetime) -> None:
    case = make_case(call=call, type="school")
    drafting.change_type(case_id=case.pk, type="studio", actor=case.submitter, now=now)
    case.refresh_from_db()
    assert (case.type, trail(case)) == ("studio", [("case.change_type", {"fields": ["type"]})])
    make_case(call=call, author=case.submitter, type="studio")
    with pytest.raises(drafting.AnotherType):
        drafting.change_type(case_id=case.pk, type="region", actor=case.submitter, now=now)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.RETURNED])
def test_a_case_with_a_number_keeps_its_type_and_is_not_deleted(call: Call, now: datetime, state: State) -> None:
    case = make_case(call=call, state=state)
    with pytest.raises(drafting.NotADraft):
        drafting.change_type(case_id=case.pk, type="region", actor=case.submitter, now=now)
    with pytest.raises(drafting.NotADraft):
        drafting.delete_draft(case_id=case.pk, actor=case.submitter, now=now)


def test_a_deleted_draft_takes_its_files_along_and_leaves_a_trace(call: Call, now: datetime, give_files: Any) -> None:
    case = give_files(make_case(call=call))
    pk, keys = case.pk, {case.documents.get().key, case.files.get().key}
    with pytest.raises(NotYours):
        drafting.delete_draft(case_id=pk, actor=make_user("别人"), now=now)
    drafting.delete_draft(case_id=pk, actor=case.submitter, now=call.submission_closes_at)
    assert not (Case.objects.exists() or CaseDocument.objects.exists() or SupportingFile.objects.exists())
    assert {job.args["storage_key"] for job in Job.objects.filter(kind="cases.discard_bytes")} == keys
    entry = AuditEntry.objects.filter(subject="cases.case", subject_id=str(pk)).last()
    assert (entry.verb, entry.facts) == ("case.delete_draft", {"type": "school"})
