"""Every public page stands with no call, with one in any phase, and with a published one."""

import csv
import io
from datetime import timedelta

import docx
import pytest
from django.test import Client

from calls.models import Call
from calls.policy import Phase
from cases.lifecycle import State
from publishing.calendar import slips
from tests.factories import make_call, make_case
from tests.publishing.published import publish

ADDRESSES = [
    "/", "/guide/", "/guide/region/", "/guide/school/", "/guide/studio/", "/gallery/", "/certificates/", "/notices/",
    "/help/", "/privacy/", "/accessibility/",
]  # fmt: skip
PAPERS = ["information-sheet.docx", "document-template.docx"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", [*ADDRESSES, "/results/"])
def test_with_no_call(address: str, client) -> None:  # type: ignore[no-untyped-def]
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", [*ADDRESSES, "/results/"])
@pytest.mark.parametrize("phase", ["upcoming", "submission", "recommendation", "review", "decision"])
def test_with_a_call_under_way(address: str, phase: str, client) -> None:  # type: ignore[no-untyped-def]
    make_call(phase=phase)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_with_a_published_call(address: str, client) -> None:  # type: ignore[no-untyped-def]
    publish("typical", "showcase")
    assert client.get(address).status_code == 200


def test_the_newest_list_is_where_results_lead(client) -> None:  # type: ignore[no-untyped-def]
    call, _ = publish("typical")
    assert client.get("/results/")["Location"] == f"/results/{call.slug}/"


@pytest.mark.parametrize("address", ["/guide/other/", "/results/none/", "/notices/1/", "/gallery/nobody/"])
def test_the_unknown_is_404(address: str, client) -> None:  # type: ignore[no-untyped-def]
    assert client.get(address).status_code == 404


def test_an_unpublished_list_is_404(client) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    assert client.get(f"/results/{call.slug}/").status_code == 404
    assert client.get(f"/results/{call.slug}/list.csv").status_code == 404


# Home


def test_the_home_page_counts_what_was_handed_in(client, now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="submission", now=now)
    for state in (State.HANDED_IN, State.ELIGIBLE, State.DRAFT, State.WITHDRAWN):
        make_case(call=call, state=state, authors=2)
    make_case(state=State.HANDED_IN)
    page = client.get("/").content.decode()
    assert "<dd>2<small>件</small>" in page
    assert "<dd>4<small>人次</small>" in page
    assert '<b>湖北</b><span>2<span class="vh">' in page


def test_the_home_page_counts_down_to_the_close(client) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="submission")
    page = client.get("/").content.decode()
    assert "第 6 天，共 1" in page
    assert f'data-until="{call.submission_closes_at.astimezone().isoformat()[:4]}' in page
    assert "开始报送" in page


@pytest.mark.parametrize(
    ("phase", "present"),
    [("upcoming", "账号激活"), ("submission", "作者报送"), ("recommendation", "省级推荐"), ("review", "专家推荐"),
     ("decision", "结果公布"), ("published", "展示交流")],
)  # fmt: skip
def test_one_slip_is_the_present_one(phase: str, present: str, now) -> None:  # type: ignore[no-untyped-def]
    found = slips(make_call(phase=phase, now=now), now)
    assert [slip.name for slip in found if slip.state == "now"] == [present]
    assert len(found) == 6


def test_between_hand_in_and_recommending_the_next_phase_is_announced(now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="submission", now=now)
    call.recommendation_opens_at = call.submission_closes_at + timedelta(days=2)
    between = call.submission_closes_at + timedelta(days=1)
    assert call.phase(between) == Phase.SCREENING
    slip = next(slip for slip in slips(call, between) if slip.state == "now")
    assert (slip.label, slip.ends) == ("即将开始", call.recommendation_opens_at)


def test_late_results_are_not_counted_down_to(now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision", now=now)
    late = call.results_due_at + timedelta(days=3)
    slip = next(slip for slip in slips(call, late) if slip.state == "now")
    assert (slip.label, slip.ends) == ("即将公布", None)


# The guide


@pytest.mark.parametrize("kind", ["region", "school", "studio"])
def test_the_guide_gives_the_calls_limits(kind: str, client) -> None:  # type: ignore[no-untyped-def]
    make_call(document_limit=2500, overview_limit=280, max_authors=2)
    page = client.get(f"/guide/{kind}/").content.decode()
    for words in ("2500 字", "概述 280 字", "不超过 2 位", "100 MB"):
        assert words in page


def test_the_studio_guide_states_its_facts(client) -> None:  # type: ignore[no-untyped-def]
    make_call(contribution_minimum=120)
    page = client.get("/guide/studio/").content.decode()
    assert "年度贡献值不低于 120 分" in page
    assert "主持人" in page


@pytest.mark.parametrize("kind", ["region", "school", "studio"])
def test_the_papers_are_word_files_of_the_type(kind: str, client) -> None:  # type: ignore[no-untyped-def]
    for paper in PAPERS:
        answer = client.get(f"/guide/{kind}/{paper}")
        assert "filename*=UTF-8''" in answer["Content-Disposition"]
        text = [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.content)).paragraphs]
        assert text
    assert [line[2:] for line in text if line[1:2] == "、"] == ["基本情况", "过程与举措", "经验与成效", "特色与创新"]


# Results


def test_the_list_stands_by_province_with_typical_first(client) -> None:  # type: ignore[no-untyped-def]
    call, (showcase, typical) = publish("showcase", "typical")
    page = client.get(f"/results/{call.slug}/").content.decode()
    assert page.index(typical.title) < page.index(showcase.title)
    assert "典型案例 1 件、展示案例 1 件" in page
    assert "湖北省" in page
    only = client.get(f"/results/{call.slug}/?grade=typical").content.decode()
    assert showcase.title not in only
    assert typical.title in client.get(f"/results/{call.slug}/?q=韦秋棠").content.decode()
    assert "没有符合条件的案例" in client.get(f"/results/{call.slug}/?q=无此人").content.decode()


def test_the_csv_holds_the_list_and_no_formula(client) -> None:  # type: ignore[no-untyped-def]
    call, (case,) = publish("typical", title="=HYPERLINK(1)")
    answer = client.get(f"/results/{call.slug}/list.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == [
        "1", "湖北省", case.number, "'=HYPERLINK(1)", "韦秋棠", "云岭镇中心小学", "校本研修应用案例", "典型案例",
    ]  # fmt: skip


def test_help_names_the_calls_telephone_and_address(client) -> None:  # type: ignore[no-untyped-def]
    make_call(hotline="010-00000001", help_email="help@test.example")
    page = client.get("/help/").content.decode()
    assert "010-00000001" in page
    assert "mailto:help@test.example" in page
    assert Call.objects.count() == 1


def test_the_blank_contact_sheet_carries_the_calls_date_and_mailbox(client: Client) -> None:
    call = make_call()
    answer = client.get("/contact-sheet/blank.docx")
    assert "%E8%81%94%E7%B3%BB%E4%BA%BA" in answer["Content-Disposition"]
    text = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert call.help_email in text
