"""A province's day: two administrators on one case, going on where one stopped, many cases, the list taken along."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from cases.lifecycle import State
from cases.models import Case
from reviews import policy
from reviews.actions import recommending, screening
from reviews.models import Screening
from tests import factories

pytestmark = pytest.mark.django_db
ALL = list(policy.CHECKLIST)
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def colleague() -> Any:
    return factories.make_admin()


def edition(case: Case) -> str:
    return screening.edition_of(Screening.objects.filter(case=case).first())


def desk(client: Any, case: Case, query: str = "") -> str:
    return client.get(reverse("screening_case", args=[case.pk]) + query).content.decode()


# ---- two administrators on the same case ----------------------------------------------------------------------------


def test_a_note_is_not_overwritten_by_a_window_that_had_not_read_it(
    client: Any, make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    case = make()
    desk(client, case)
    read = edition(case)
    assert f'name="edition" value="{read}"' in desk(client, case)
    screening.save_screening(case_id=case.pk, checks={}, note="已电话核实", actor=colleague, now=now)
    address = reverse("screening_notes", args=[case.pk])
    answer = client.post(address, {"checks": ["political"], "note": "", "edition": read}, headers=AUTOSAVE)
    assert answer.status_code == 409 and "同事刚改过" in answer.json()["message"]
    assert answer.json()["edition"] == edition(case)
    assert Screening.objects.get(case=case).note == "已电话核实"
    again = client.post(
        address, {"checks": ["political"], "note": "我来定", "edition": answer.json()["edition"]}, headers=AUTOSAVE
    )
    assert again.json()["edition"] == edition(case)
    assert Screening.objects.get(case=case).note == "我来定"


def test_a_verdict_is_asked_again_where_a_colleague_has_written_meanwhile(
    client: Any, make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    case = make()
    read = edition(case)
    screening.save_screening(case_id=case.pk, checks={}, note="数据存疑", actor=colleague, now=now)
    sent = {"verdict": "eligible", "checks": ALL, "note": "很扎实", "edition": read}
    page = client.post(reverse("screening_verdict", args=[case.pk]), sent).content.decode()
    for words in ("同事刚改过", "数据存疑", "很扎实", colleague.name):
        assert words in page
    case.refresh_from_db()
    assert case.state == State.HANDED_IN
    client.post(reverse("screening_verdict", args=[case.pk]), sent | {"edition": edition(case)})
    case.refresh_from_db()
    assert case.state == State.ELIGIBLE


def test_what_a_colleague_has_decided_is_told_with_the_name(
    client: Any, make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    case = make()
    read = edition(case)
    screening.decline(case_id=case.pk, reason="与主题不符", actor=colleague, now=now)
    sent = {"verdict": "eligible", "checks": ALL, "note": "我的备注", "edition": read}
    page = client.post(reverse("screening_verdict", args=[case.pk]), sent).content.decode()
    assert "目前是“初筛未通过”" in page and f'<span class="name">{colleague.name}</span> 处理' in page


def test_a_colleague_who_may_have_the_case_open_is_named(
    client: Any, make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    case, older = make(), make()
    screening.open_for_reading(case_id=case.pk, actor=colleague, now=now)
    screening.open_for_reading(case_id=older.pk, actor=colleague, now=now - timedelta(hours=5))
    assert f'<span class="name">{colleague.name}</span>' in desk(client, case) and "可能也在看" in desk(client, case)
    assert "可能也在看" not in desk(client, older)
    client.force_login(colleague)
    assert "可能也在看" not in desk(client, case)


# ---- sixty cases in a row -------------------------------------------------------------------------------------------


def test_one_tick_answers_for_the_whole_checklist(client: Any, make: Any, admin: Any) -> None:
    case = make()
    assert 'data-ticks="checks" data-key="a"' in desk(client, case)
    client.post(reverse("screening_verdict", args=[case.pk]), {"verdict": "eligible", "every": "1"})
    case.refresh_from_db()
    assert case.state == State.ELIGIBLE
    assert set(Screening.objects.get(case=case).checks.values()) == {True}


def test_a_reason_begun_is_kept(client: Any, make: Any, admin: Any) -> None:
    case = make()
    client.post(reverse("screening_notes", args=[case.pk]), {"reason": "写了一半的理由"}, headers=AUTOSAVE)
    assert "写了一半的理由</textarea>" in desk(client, case)
    assert case.verdict_reason == "", "the author reads it only once the case is decided upon"


def test_a_reason_given_before_can_be_used_again(client: Any, make: Any, admin: Any, now: datetime) -> None:
    often, once, other = "缺少成效数据，请补充。", "与主题不符", "外省的理由"
    for reason in (often, often, once):
        screening.decline(case_id=make().pk, reason=reason, actor=admin, now=now)
    stranger = factories.make_admin("51")
    elsewhere = make(author=factories.make_user(province_code="51"))
    screening.decline(case_id=elsewhere.pk, reason=other, actor=stranger, now=now)
    case = make()
    page = desk(client, case)
    assert page.index(f'<option value="{often}">') < page.index(f'<option value="{once}">')
    assert other not in page
    client.post(reverse("screening_verdict", args=[case.pk]), {"verdict": "decline", "earlier": often})
    case.refresh_from_db()
    assert (case.state, case.verdict_reason) == (State.DECLINED, often)


def test_after_the_last_unread_the_next_of_the_filter_follows(client: Any, make: Any, admin: Any) -> None:
    first, second = make(State.ELIGIBLE), make(State.ELIGIBLE)
    for case in (first, second):
        Screening.objects.create(case=case, read_at=case.handed_in_at)
    address = reverse("screening_verdict", args=[first.pk]) + "?state=eligible"
    answer = client.post(address, {"verdict": "recommend"})
    assert answer["Location"] == reverse("screening_case", args=[second.pk]) + "?state=eligible"


@pytest.mark.parametrize("order", ["", "latest", "number", "unit"])
def test_the_list_is_sorted_and_stepped_through_in_that_order(
    client: Any, make: Any, admin: Any, now: datetime, order: str
) -> None:
    cases = [make(handed_in_at=now - timedelta(hours=hours)) for hours in (3, 9, 6)]
    keys = {
        "": lambda case: case.handed_in_at,
        "latest": lambda case: -case.handed_in_at.timestamp(),
        "number": lambda case: case.number,
        "unit": lambda case: (case.unit.name if case.unit else "", case.pk),
    }
    wanted = sorted(cases, key=keys[order])
    answer = client.get(f"{reverse('screening_cases')}?order={order}")
    assert answer["Location"].startswith(reverse("screening_case", args=[wanted[0].pk]))
    page = desk(client, wanted[1], f"?order={order}")
    before, after = (reverse("screening_case", args=[wanted[n].pk]) for n in (0, 2))
    assert f'href="{before}?order={order}" data-key="k"' in page
    assert f'href="{after}?order={order}" data-key="j"' in page


def test_what_was_read_and_not_decided_has_a_filter_of_its_own(
    client: Any, make: Any, admin: Any, now: datetime
) -> None:
    read, unread = make(title="看过的一件"), make(title="没看的一件")
    again = make(title="重新报送的一件", return_reason="请补充", handed_in_at=now)
    Screening.objects.create(case=read, read_at=now)
    for query, found in (("undecided", read), ("again", again)):
        answer = client.get(f"{reverse('screening_cases')}?state={query}")
        assert answer["Location"].startswith(reverse("screening_case", args=[found.pk])), query
        page = desk(client, found, f"?state={query}")
        assert unread.title not in page and "第 1 件，共 1 件" in page


def test_what_was_just_decided_is_one_key_away(client: Any, make: Any, admin: Any) -> None:
    case, _ = make(title="甲<乙"), make()
    page = client.post(reverse("screening_verdict", args=[case.pk]), {"verdict": "eligible", "every": "1"}, follow=True)
    link = f'<a href="{reverse("screening_case", args=[case.pk])}" data-key="u">打开这一件</a>'
    assert link in page.content.decode() and "“甲&lt;乙”已标记" in page.content.decode()


# ---- the overview ---------------------------------------------------------------------------------------------------


def test_the_overview_leads_back_to_where_one_stopped(
    client: Any, make: Any, admin: Any, colleague: Any, now: datetime
) -> None:
    mine, theirs = make(title="我打开的"), make(title="同事打开的")
    desk(client, mine)
    screening.open_for_reading(case_id=theirs.pk, actor=colleague, now=now)
    page = client.get(reverse("screening_home")).content.decode()
    assert "接着看“我打开的”" in page and reverse("screening_case", args=[mine.pk]) in page
    assert "接着看“同事打开的”" not in page
    screening.mark_eligible(case_id=mine.pk, checks=dict.fromkeys(ALL, True), actor=admin, now=now)
    page = client.get(reverse("screening_home")).content.decode()
    assert "接着看" not in page
    assert "处理 1 件，今天 1 件" in page and "处理 0 件，今天 0 件" in page


def test_the_overview_says_what_came_since_yesterday_and_what_is_due(
    client: Any, make: Any, admin: Any, now: datetime
) -> None:
    make(handed_in_at=now - timedelta(days=5))
    make(handed_in_at=now - timedelta(minutes=1))
    make(State.RETURNED, return_reason="请改", return_due_at=now + timedelta(days=2))
    page = client.get(reverse("screening_home")).content.decode()
    assert "昨天以来 1 件" in page and "1 件等作者改好重交" in page


# ---- the list -------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(make: Any, admin: Any, now: datetime) -> list[Case]:
    cases = [make(State.ELIGIBLE, type=kind) for kind in ("region", "school", "school")]
    recommending.recommend_many(case_ids=[case.pk for case in cases], actor=admin, now=now)
    return cases


def test_what_was_moved_or_stood_beside_is_shown(client: Any, listed: list[Case]) -> None:
    first, second, third = (case.pk for case in listed)
    address, order = reverse("screening_recommendations"), reverse("screening_reorder")
    assert f'id="case-{first}"' in client.get(address).content.decode()
    assert client.post(order, {"move": f"up:{third}"})["Location"] == f"{address}#case-{third}"
    assert client.post(order, {"start": "1", "to": "3"})["Location"] == f"{address}#case-{first}"
    assert client.post(order, {"start": "9", "to": "1"})["Location"] == address
    back = reverse("screening_take_back", args=[first])
    assert client.post(back, {"back": f"list:{second}"})["Location"] == f"{address}#case-{second}"
    assert client.post(back, {"back": "list://elsewhere"})["Location"] == address


def test_beyond_the_places_the_preview_lets_one_leave_some_out(client: Any, make: Any, admin: Any) -> None:
    cases = [make(State.ELIGIBLE) for _ in range(4)]
    marked = "&".join(f"case={case.pk}" for case in cases)
    page = client.get(f"{reverse('screening_preview')}?{marked}").content.decode()
    assert "名额只剩 3 个。请在下面取消勾选 1 件" in page and 'data-places="3"' in page
    assert page.count('name="case"') == 4
    many = reverse("screening_recommend_many")
    answer = client.post(many, {"case": [case.pk for case in cases]}, follow=True)
    assert "所选 4 件超过剩余的 3 个名额，一件也没有推荐" in answer.content.decode()
    answer = client.post(many, {"case": [case.pk for case in cases[:3]]}, follow=True)
    assert "已推荐 3 件" in answer.content.decode()


def test_the_letter_is_sealed_when_the_list_is_final(client: Any, listed: list[Case], call: Any, travel: Any) -> None:
    address = reverse("screening_letter")
    page = client.get(address).content.decode()
    for words in ("名单还没有封存", "案例 3 件", "区域研修 1 件", "湖北省活动组织单位", listed[0].title, "seal-todo"):
        assert words in page
    assert "seal-cut" not in page
    travel(call.recommendation_closes_at + timedelta(minutes=1))
    page = client.get(address).content.decode()
    assert "名单还没有封存" not in page and "seal-todo" not in page and page.count("seal-cut") == 4


def test_tables_hold_what_is_on_the_screen(client: Any, listed: list[Case], make: Any, admin: Any) -> None:
    def rows(address: str) -> list[list[str]]:
        text = client.get(address).content.decode("utf-8")
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text[1:])))

    assert [row[0] for row in rows(reverse("screening_export") + "?type=school")[1:]] == ["2", "3"]
    case = make(title="=1+1", authors=2)
    other: User = factories.make_user(province_code="51")
    make(author=other, title="外省的案例")
    everything = rows(reverse("screening_cases_export"))
    assert everything[0][:3] == ["案例编号", "案例名称", "案例类型"] and len(everything) == 5
    found = rows(reverse("screening_cases_export") + "?state=handed_in")
    assert [row[:2] for row in found[1:]] == [[case.number, "'=1+1"]]
    assert "合作者2" in found[1][3]


# ---- the window closes ----------------------------------------------------------------------------------------------


def test_a_form_that_was_open_at_the_end_says_that_it_is_over(
    client: Any, make: Any, admin: Any, call: Any, travel: Any
) -> None:
    case = make()
    travel(call.recommendation_closes_at)
    page = client.post(reverse("screening_verdict", args=[case.pk]), {"note": "没选处理"}).content.decode()
    assert "初筛已经结束" in page and "请先选择" not in page


def test_a_list_that_has_closed_meanwhile_does_not_become_that_of_another_call(
    client: Any, listed: list[Case], call: Any, now: datetime, travel: Any
) -> None:
    later = factories.make_call(phase="submission", now=now, title="下一届征集")
    address = f"{reverse('screening_reorder')}?call={call.slug}"
    assert f'action="{address}"' in client.get(reverse("screening_recommendations")).content.decode()
    travel(call.recommendation_closes_at)
    page = client.post(address, {"move": f"down:{listed[0].pk}"}, follow=True).content.decode()
    assert "推荐已经截止，名单不能再改" in page and listed[0].title in page and later.title not in page
