"""An author's word on which part is which section counts like a heading, for that version and no other."""

import io
from datetime import datetime
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse

from cases import findings
from cases.actions import confirming, uploading
from cases.lifecycle import State
from cases.models import Case, CaseDocument
from cases.readiness import readiness
from kernel.audit import history
from tests.cases.files_for_tests import content
from tests.factories import make_call, make_case

pytestmark = pytest.mark.django_db
WORDS = "每周三下午，全校教师同研一课。"


def bytes_of(*heads: str) -> bytes:
    document = docx.Document()
    for head in heads:
        document.add_heading(head, 1)
        document.add_paragraph(WORDS)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def upload(case: Case, now: datetime, do_jobs: Any, *heads: str) -> CaseDocument:
    document = uploading.upload_document(
        case_id=case.pk, name="案例.docx", content=content(bytes_of(*heads)), actor=case.submitter, now=now
    )
    do_jobs()
    document.refresh_from_db()
    return document


@pytest.fixture
def document(now: datetime, do_jobs: Any) -> CaseDocument:
    """A version that lacks 经验与成效 by name; the third head is what its author means by it."""
    case = make_case(call=make_call(now=now))
    return upload(case, now, do_jobs, "一、基本情况", "二、过程与举措", "三、研修的力量", "四、特色与创新")


def confirm(
    document: CaseDocument, now: datetime, section: str = "经验与成效", part: str | None = None
) -> CaseDocument:
    part = str(document.facts["candidates"][0]["index"]) if part is None else part
    return confirming.confirm_section(
        case_id=document.case_id,
        document_id=document.pk,
        section=section,
        part=part,
        actor=document.case.submitter,
        now=now,
    )


def words_of(case_id: int) -> str:
    return " ".join(lack.words for lack in readiness(Case.objects.get(pk=case_id)).lacks)


def test_a_section_without_its_name_is_missing_until_its_author_points_at_it(
    document: CaseDocument, now: datetime
) -> None:
    assert not document.fit and document.sections_found == 3
    assert [one["title"] for one in document.facts["candidates"]] == ["三、研修的力量"]
    assert "经验与成效" in words_of(document.case_id)
    document = confirm(document, now)
    document.refresh_from_db()
    assert document.fit and document.sections_found == 4
    assert "经验与成效" not in words_of(document.case_id)
    [section] = [one for one in findings.sections(document) if one["name"] == "经验与成效"]
    assert (section["title"], section["characters"], section["how"]) == ("三、研修的力量", 15, "author")
    assert findings.notes(document) == ["作者确认“三、研修的力量”是“经验与成效”部分"]
    assert {"verb": "document.confirm_section", "section": "经验与成效", "fit": True}.items() <= {
        "verb": (entry := history(document).last()).verb,
        **entry.facts,
    }.items()


def test_a_confirmation_can_be_taken_back(document: CaseDocument, now: datetime) -> None:
    confirm(document, now)
    for _ in range(2):
        document = confirming.withdraw_section(
            case_id=document.case_id,
            document_id=document.pk,
            section="经验与成效",
            actor=document.case.submitter,
            now=now,
        )
        assert not document.fit and document.sections_found == 3 and document.confirmed == {}
    assert [entry.verb for entry in history(document)][-2:] == ["document.confirm_section", "document.withdraw_section"]


def test_a_new_version_starts_without(document: CaseDocument, now: datetime, do_jobs: Any) -> None:
    confirm(document, now)
    newer = upload(
        document.case, now, do_jobs, "一、基本情况", "二、过程与举措", "三、研修的力量", "四、特色与创新", "附"
    )
    assert newer.confirmed == {} and not newer.fit
    with pytest.raises(confirming.AnotherVersion):
        confirm(document, now)


def test_a_doubtful_section_is_confirmed_as_it_was_recognised(now: datetime, do_jobs: Any) -> None:
    case = make_case(call=make_call(now=now))
    document = upload(case, now, do_jobs, "一、基本情况", "二、过程与举措", "三、主要收获", "四、特色与创新")
    assert document.fit and findings.doubtful(document) == {"经验与成效"}
    assert findings.notes(document) == ["按相近标题识别：“三、主要收获”作为“经验与成效”部分"]
    document = confirm(document, now, part="")
    assert document.fit and findings.doubtful(document) == set()
    assert findings.notes(document) == ["作者确认“三、主要收获”是“经验与成效”部分"]


@pytest.mark.parametrize(
    ("section", "part"), [("经验与成效", "999"), ("基本情况", ""), ("基本情况", "4"), ("经验与成效", "")]
)
def test_only_parts_that_are_there_can_be_named(document: CaseDocument, now: datetime, section: str, part: str) -> None:
    with pytest.raises(confirming.NotThisPart):
        confirm(document, now, section, part)


def test_too_long_a_document_stays_unfit(document: CaseDocument, now: datetime) -> None:
    document.facts["findings"].append({"code": "too_long", "message": "太长", "where": "全文"})
    document.save()
    assert not confirm(document, now).fit


def test_the_page_asks_and_takes_the_answer(document: CaseDocument, now: datetime, client: Client, travel: Any) -> None:
    travel(now)
    client.force_login(document.case.submitter)
    page = reverse("my_document", args=[document.case_id])
    assert "这就是我的“经验与成效”部分" in client.get(page).content.decode()
    answer = {"document": document.pk, "section": "经验与成效"}
    post = reverse("my_section", args=[document.case_id])
    client.post(post, answer)
    assert "没有认出要确认的是哪一部分" in client.get(page).content.decode()
    part = document.facts["candidates"][0]["index"]
    client.post(post, {**answer, "part": part})
    shown = client.get(page).content.decode()
    assert "您已确认“三、研修的力量”是这一部分" in shown and "检查通过" in shown
    client.post(post, {**answer, "withdraw": "1"})
    assert "1 处必须修改" in client.get(page).content.decode()


def test_a_case_on_the_desk_cannot_be_changed(document: CaseDocument, now: datetime) -> None:
    Case.objects.filter(pk=document.case_id).update(state=State.HANDED_IN, number="2024-42-000001")
    with pytest.raises(Exception, match="不能修改"):
        confirm(document, now)
