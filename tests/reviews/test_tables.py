"""What the desks take along: the same rows as on the screen, in Excel's form or CSV, and no telephone number."""

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cases.lifecycle import State
from reviews.actions import recommending
from reviews.models import Assignment, ScoreSheet
from tests import factories

pytestmark = pytest.mark.django_db


def saved_as(answer: Any) -> str:
    return unquote(answer["Content-Disposition"].partition("UTF-8''")[2])


def sheet(answer: Any) -> list[list[Any]]:
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.rows]


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def centre(client: Any) -> Any:
    user = factories.make_centre()
    client.force_login(user)
    return user


def test_a_province_takes_its_list_along_in_both_forms(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make(State.ELIGIBLE, title="=1+1", authors=2)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    answer = client.get(reverse("screening_export") + "?form=xlsx")
    assert saved_as(answer) == f"{case.call.year}年湖北省推荐名单.xlsx"
    head, row = sheet(answer)
    assert head[:3] == ["名次", "案例编号", "案例名称"] and row[:3] == [1, case.number, "'=1+1"]
    assert lines(client.get(reverse("screening_export")))[1][1] == case.number


def test_the_centre_takes_along_what_its_filters_leave(client: Any, make: Any, centre: Any) -> None:
    one, _ = make(title="要的", authors=2), make(title="不要的")
    answer = client.get(reverse("centre_cases_export"), {"q": "要的", "state": "handed_in", "form": "xlsx"})
    assert saved_as(answer) == "全部届次案例.xlsx"
    assert sorted(row[1] for row in sheet(answer)[1:]) == ["不要的", "要的"]
    rows = lines(client.get(reverse("centre_cases_export"), {"q": one.number, "call": one.call.slug}))
    assert [row[:2] for row in rows[1:]] == [[one.number, "要的"]] and "合作者2" in rows[1][4]


def test_no_table_of_a_desk_holds_a_mobile(client: Any, make: Any, centre: Any) -> None:
    case = make(authors=2)
    mobiles = [author.mobile for author in case.authors.all()]
    assert all(mobiles)
    for name in (
        "centre_cases_export",
        "centre_decisions_export",
        "centre_progress_export",
        "centre_assignment_export",
    ):
        text = client.get(reverse(name), {"call": case.call.slug}).content.decode("utf-8-sig")
        assert len(text.splitlines()) >= 1
        assert not [mobile for mobile in mobiles if mobile in text], name


def test_the_ranking_goes_along_with_its_scores(client: Any, centre: Any, now: datetime) -> None:
    call = factories.make_call(phase="review", now=now, experts_per_case=1)
    case = factories.make_case(call=call, state=State.IN_REVIEW, title="评过的")
    row = Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)
    ScoreSheet.objects.create(assignment=row, vote="showcase", total=86.5, saved_at=now, submitted_at=now)
    answer = client.get(reverse("centre_decisions_export"), {"call": call.slug, "form": "xlsx"})
    head, row = sheet(answer)
    assert dict(zip(head, row, strict=True)) | {"说明": None} == {
        "名次": 1, "案例编号": case.number, "案例名称": "评过的", "案例类型": "校本研修应用案例", "省份": "湖北",
        "平均分": 86.5, "专家评分": "86.5", "意见": "展示案例", "分差": None, "存疑": None, "评定": None, "说明": None,
    }  # fmt: skip


def test_the_provinces_go_along_in_the_order_shown(client: Any, make: Any, call: Any, centre: Any) -> None:
    make(), make(author=factories.make_user(province_code="51"))
    make(author=factories.make_user(province_code="51"))
    rows = sheet(
        client.get(reverse("centre_progress_export"), {"call": call.slug, "sort": "handed_in", "form": "xlsx"})
    )
    assert [(row[0], row[2]) for row in rows[1:3]] == [("四川省", 2), ("湖北省", 1)]
    shown = sheet(
        client.get(reverse("centre_progress_export"), {"call": call.slug, "show": "no_cases", "form": "xlsx"})
    )
    assert all(row[2] == 0 for row in shown[1:])


def test_experts_go_along_with_what_they_owe(client: Any, centre: Any, now: datetime) -> None:
    call = factories.make_call(phase="review", now=now)
    expert = factories.make_expert()
    rows = sheet(client.get(reverse("centre_assignment_export"), {"call": call.slug, "form": "xlsx"}))
    assert [row[:2] for row in rows[1:]] == [[expert.alias, expert.user.name]]
    assert rows[1][4:9] == [0, 0, 0, 0, 0]


def at_most_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tables", "centre_tables", "province_tables"):
        monkeypatch.setattr(f"reviews.views.{module}.MOST", 1)


def test_a_province_is_told_that_its_table_is_too_long(
    client: Any, make: Any, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(), make()
    at_most_one(monkeypatch)
    page = client.get(reverse("screening_cases_export"), {"type": ""}, follow=True).content.decode()
    assert "筛选后还有 2 件，一次最多导出 1 件" in page


def test_a_ranking_is_not_cut_in_silence(
    client: Any, centre: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = factories.make_call(phase="review", now=now)
    for _ in range(2):
        factories.make_case(call=call, state="in_review")
    at_most_one(monkeypatch)
    page = client.get(reverse("centre_decisions_export"), {"call": call.slug}, follow=True).content.decode()
    assert "筛选后还有 2 件，一次最多导出 1 件" in page


def test_a_table_too_long_for_a_page_is_refused_with_what_to_do(
    client: Any, make: Any, centre: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(), make()
    at_most_one(monkeypatch)
    page = client.get(reverse("centre_cases_export"), {"q": ""}, follow=True).content.decode()
    assert "筛选后还有 2 件，一次最多导出 1 件" in page
