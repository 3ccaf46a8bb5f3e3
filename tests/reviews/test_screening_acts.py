"""The buttons of the province's desk: what each does, what it says, and when it is there."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.lifecycle import State
from cases.models import Case
from reviews import policy
from reviews.actions import recommending
from reviews.models import Recommendation, Screening

pytestmark = pytest.mark.django_db
ALL = list(policy.CHECKLIST)


def decide(client: Any, case: Case, **data: Any) -> Any:
    return client.post(reverse("screening_verdict", args=[case.pk]), data)


def state_of(case: Case) -> str:
    case.refresh_from_db()
    return str(case.state)


def test_marking_and_recommending_from_the_desk_leads_to_the_next_unread(client: Any, make: Any, admin: Any) -> None:
    case, following = make(), make()
    answer = decide(client, case, verdict="recommend", checks=ALL, note="数据扎实")
    assert answer["Location"] == reverse("screening_case", args=[following.pk])
    assert state_of(case) == State.RECOMMENDED
    assert Screening.objects.get(case=case).note == "数据扎实"
    page = client.get(answer["Location"]).content.decode()
    assert f"“{case.title}”已推荐" in page
    assert "推荐后还余 1 个名额" in page


def test_an_open_checklist_is_named_beside_it_and_nothing_typed_is_lost(client: Any, make: Any, admin: Any) -> None:
    case = make()
    answer = decide(client, case, verdict="eligible", checks=ALL[:-1], note="还差一项")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "核对单还有 1 项没有勾选" in page and "还差一项" in page
    assert state_of(case) == State.HANDED_IN


def test_returning_and_declining_need_words(client: Any, make: Any, admin: Any, call: Any) -> None:
    case = make()
    assert "请写明理由" in decide(client, case, verdict="decline").content.decode()
    page = decide(client, case, verdict="return", reason="请改").content.decode()
    assert "请填写重新报送的截止日期" in page
    late = (call.recommendation_closes_at + timedelta(days=2)).date()
    assert "截止日期太晚" in decide(client, case, verdict="return", reason="请改", due_on=late).content.decode()
    assert "请先选择怎样处理" in decide(client, case).content.decode()
    assert state_of(case) == State.HANDED_IN
    decide(client, case, verdict="decline", reason="与主题不符")
    assert state_of(case) == State.DECLINED
    client.post(reverse("screening_reopen", args=[case.pk]))
    assert state_of(case) == State.HANDED_IN


def test_a_case_is_returned_until_the_end_of_the_day_chosen(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make()
    day = (now + timedelta(days=1)).date()
    decide(client, case, verdict="return", reason="请补出处", due_on=day)
    assert state_of(case) == State.RETURNED
    assert case.return_due_at.isoformat().startswith(f"{day}T16:00:00")  # midnight in Shanghai, written in UTC
    assert "请补出处" in client.get(reverse("screening_case", args=[case.pk])).content.decode()


def test_the_spent_places_are_said_where_the_hand_is(client: Any, make: Any, admin: Any, now: datetime) -> None:
    for _ in range(3):
        recommending.recommend(case_id=make(State.ELIGIBLE).pk, actor=admin, now=now)
    case = make()
    page = client.get(reverse("screening_case", args=[case.pk])).content.decode()
    assert "名额已用完，请先撤回一项推荐。" in page and 'value="recommend"' not in page
    answer = decide(client, case, verdict="recommend", checks=ALL)
    assert "名额已用完，请先撤回一项推荐。" in answer.content.decode()
    assert state_of(case) == State.HANDED_IN


def test_a_second_click_is_told_what_the_case_is_now(client: Any, make: Any, admin: Any) -> None:
    case = make()
    decide(client, case, verdict="recommend", checks=ALL)
    page = decide(client, case, verdict="recommend", checks=ALL).content.decode()
    assert "这件案例目前是“已推荐”，不能推荐。" in page
    assert Recommendation.objects.count() == 1


def test_taking_back_frees_a_place(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make(State.ELIGIBLE)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    page = client.get(reverse("screening_case", args=[case.pk])).content.decode()
    assert "撤回推荐" in page and "应作者要求撤回案例" in page
    answer = client.post(reverse("screening_take_back", args=[case.pk]), {"back": "list"})
    assert answer["Location"] == reverse("screening_recommendations")
    assert state_of(case) == State.ELIGIBLE
    answer = client.post(reverse("screening_take_back", args=[case.pk]), follow=True)
    assert "不能撤回推荐" in answer.content.decode()


def test_a_case_withdrawn_for_its_author_leaves_the_desk(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make(State.ELIGIBLE)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    answer = client.post(reverse("screening_withdraw", args=[case.pk]), follow=True)
    assert state_of(case) == State.WITHDRAWN
    assert answer.redirect_chain[0][0] == reverse("screening_cases")


def test_checklist_and_note_save_themselves(client: Any, make: Any, admin: Any) -> None:
    case = make()
    address = reverse("screening_notes", args=[case.pk])
    answer = client.post(address, {"checks": ["political"], "note": "先记一笔"}, headers={"X-Autosave": "1"})
    assert answer.json()["problems"] == {} and len(answer.json()["saved_at"]) == 5
    page = client.get(reverse("screening_case", args=[case.pk])).content.decode()
    assert "先记一笔" in page
    answer = client.post(address, {"note": "长" * 1001}, headers={"X-Autosave": "1"})
    assert answer.status_code == 422 and "1000 字" in answer.json()["problems"]["note"]
    assert client.post(address, {"note": "不用脚本"})["Location"] == reverse("screening_case", args=[case.pk])


def test_many_are_previewed_and_then_recommended(client: Any, make: Any, admin: Any) -> None:
    fit, also = make(State.ELIGIBLE), make(State.ELIGIBLE, type="region")
    unread, waiting = make(), make(State.ELIGIBLE, completed_at=None)
    marked = "&".join(f"case={case.pk}" for case in (fit, also, unread, waiting))
    page = client.get(f"{reverse('screening_preview')}?{marked}").content.decode()
    left = "<b data-marked-left>1</b> 件"
    for words in ("<span data-marked-count>2</span> 件", "还没有初筛", "材料还没有全部检查完", left):
        assert words in page
    answer = client.post(reverse("screening_recommend_many"), {"case": [fit.pk, also.pk]}, follow=True)
    assert "已推荐 2 件" in answer.content.decode()
    assert [state_of(case) for case in (fit, also, unread, waiting)] == [
        "recommended",
        "recommended",
        "handed_in",
        "eligible",
    ]
    answer = client.post(reverse("screening_recommend_many"), {"case": [unread.pk]}, follow=True)
    assert "所选案例都没有推荐" in answer.content.decode()
    assert "先勾选" in client.post(reverse("screening_recommend_many"), follow=True).content.decode()


def test_the_list_is_reordered_by_arrows_and_by_rank(client: Any, make: Any, admin: Any, now: datetime) -> None:
    cases = [make(State.ELIGIBLE) for _ in range(3)]
    recommending.recommend_many(case_ids=[case.pk for case in cases], actor=admin, now=now)
    a, b, c = (case.pk for case in cases)

    def order() -> list[int]:
        return list(Recommendation.objects.order_by("rank").values_list("case_id", flat=True))

    address = reverse("screening_reorder")
    client.post(address, {"move": f"up:{c}"})
    assert order() == [a, c, b]
    client.post(address, {"move": f"down:{a}"})
    assert order() == [c, a, b]
    assert "已移到第 1 名" in client.post(address, {"start": "３", "to": "1"}, follow=True).content.decode()
    assert order() == [b, c, a]
    for wrong in ({"start": "9", "to": "1"}, {"start": "x", "to": "1"}, {"move": "up:999999"}):
        assert 'role="alert"' in client.post(address, wrong, follow=True).content.decode()
    assert order() == [b, c, a]


def test_the_export_holds_the_list_and_no_formula(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make(State.ELIGIBLE, title='=HYPERLINK("http://x")', authors=2)
    recommending.recommend(case_id=case.pk, actor=admin, now=now)
    answer = client.get(reverse("screening_export"))
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:4] == ["名次", "案例编号", "案例名称", "案例类型"]
    assert rows[1][:3] == ["1", case.number, "'" + case.title]
    assert "合作者2" in rows[1][4]


# ---- the clock ----------------------------------------------------------------------------------------------------


def test_the_desk_follows_the_phases_of_the_call(client: Any, make: Any, admin: Any, call: Any, travel: Any) -> None:
    case = make()
    address = reverse("screening_case", args=[case.pk])
    travel(call.recommendation_opens_at - timedelta(minutes=1))
    page = client.get(address).content.decode()
    assert 'value="recommend"' not in page and 'value="eligible"' in page and "可以先初筛" in page
    assert "推荐还没有开始" in decide(client, case, verdict="recommend", checks=ALL).content.decode()
    travel(call.recommendation_opens_at)
    assert 'value="recommend"' in client.get(address).content.decode()
    travel(call.recommendation_closes_at)
    page = client.get(address).content.decode()
    assert 'name="verdict"' not in page and "初筛已结束" in page
    assert "推荐已经截止" in decide(client, case, verdict="recommend", checks=ALL).content.decode()
    assert state_of(case) == State.HANDED_IN
