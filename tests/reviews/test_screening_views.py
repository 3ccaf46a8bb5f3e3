"""The province's pages: who may see them, what they show in each state, what their buttons do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from cases.lifecycle import State
from cases.models import Case, CaseDocument, SupportingFile
from kernel.models import Letter
from reviews import policy
from reviews.actions import recommending
from reviews.models import Recommendation, Screening
from tests import factories

pytestmark = pytest.mark.django_db
ALL = list(policy.CHECKLIST)


def pages(case: Case) -> list[str]:
    return [
        reverse("screening_home"),
        reverse("screening_cases"),
        reverse("screening_case", args=[case.pk]),
        reverse("screening_recommendations"),
        reverse("screening_preview"),
        reverse("screening_export"),
        reverse("screening_colleagues"),
    ]


POSTS = (
    "screening_verdict",
    "screening_notes",
    "screening_reopen",
    "screening_take_back",
    "screening_withdraw",
    "screening_contacts",
)


# ---- who ----------------------------------------------------------------------------------------------------------


def test_only_administrators_of_a_province_come_in(client: Any, make: Any) -> None:
    case = make()
    addresses = pages(case) + [reverse("screening_file", args=["file", 1, "original"])]
    for address in addresses:
        assert client.get(address).status_code == 302
    for user in (case.submitter, factories.make_expert().user, factories.make_centre()):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [403] * len(addresses)
        assert [client.post(reverse(name, args=[case.pk])).status_code for name in POSTS] == [403] * len(POSTS)
    case.refresh_from_db()
    assert case.state == State.HANDED_IN


def test_a_case_of_another_province_is_not_found(client: Any, make: Any, admin: Any) -> None:
    other = make(author=factories.make_user("外省作者", province_code="51"), title="外省的案例标题")
    assert client.get(reverse("screening_case", args=[other.pk])).status_code == 404
    for name in POSTS:
        assert client.post(reverse(name, args=[other.pk]), {"verdict": "eligible", "checks": ALL}).status_code == 404
    mine = make()
    for address in pages(mine) + [f"{reverse('screening_preview')}?case={other.pk}"]:
        assert "外省的案例标题" not in client.get(address).content.decode()
    client.post(reverse("screening_recommend_many"), {"case": [other.pk]})
    other.refresh_from_db()
    assert other.state == State.HANDED_IN


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_what_is_the_authors_alone_is_not_found(client: Any, make: Any, admin: Any, state: str) -> None:
    case = make(state)
    assert client.get(reverse("screening_case", args=[case.pk])).status_code == 404


def test_files_are_those_of_the_own_province(client: Any, make: Any, admin: Any, now: datetime) -> None:
    def attach(case: Case, name: str) -> SupportingFile:
        default_storage.save(f"k/{case.pk}.pdf", ContentFile(b"%PDF-1.4"))
        return SupportingFile.objects.create(
            case=case, category="notice", title="通知", kind="pdf", name=name, size=8, sha256="0" * 64,
            key=f"k/{case.pk}.pdf", state="accepted", uploaded_at=now, uploaded_by=case.submitter,
        )  # fmt: skip

    mine = attach(make(), "红头文件.pdf")
    other = attach(make(author=factories.make_user(province_code="51")), "外省.pdf")
    answer = client.get(reverse("screening_file", args=["file", mine.pk, "original"]))
    assert answer.status_code == 200
    assert "%E7%BA%A2%E5%A4%B4%E6%96%87%E4%BB%B6.pdf" in answer["Content-Disposition"]
    for address in (
        reverse("screening_file", args=["file", other.pk, "original"]),
        reverse("screening_file", args=["document", mine.pk, "original"]),
        reverse("screening_file", args=["receipt", mine.pk, "original"]),
        reverse("screening_file", args=["file", mine.pk, "thumb.jpg"]),
    ):
        assert client.get(address).status_code == 404


def test_an_older_version_of_the_document_is_the_authors_alone(
    client: Any, make: Any, admin: Any, now: datetime
) -> None:
    case = make()

    def version(number: int, state: str) -> int:
        default_storage.save(f"k/{number}.docx", ContentFile(b"PK"))
        return CaseDocument.objects.create(
            case=case, name=f"第{number}稿.docx", size=2, sha256="0" * 64, key=f"k/{number}.docx", state=state,
            uploaded_at=now, uploaded_by=case.submitter,
        ).pk  # fmt: skip

    old, counts, _ = version(1, "accepted"), version(2, "accepted"), version(3, "dropped")

    def status(pk: int) -> int:
        return client.get(reverse("screening_file", args=["document", pk, "original"])).status_code

    assert (status(old), status(counts)) == (404, 200)


# ---- the desk -----------------------------------------------------------------------------------------------------


def test_before_the_first_call_the_pages_say_so(client: Any, admin: Any) -> None:
    for name in ("screening_home", "screening_cases", "screening_recommendations", "screening_colleagues"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200
    assert "还没有开始的届次" in client.get(reverse("screening_home")).content.decode()


def test_an_empty_desk_says_what_comes_next(client: Any, admin: Any, call: Any) -> None:
    assert "没有收到案例" in client.get(reverse("screening_cases")).content.decode()
    assert "名单还是空的" in client.get(reverse("screening_recommendations")).content.decode()


def test_the_list_opens_the_first_unread_case(client: Any, make: Any, admin: Any, now: datetime) -> None:
    first, second = make(), make(handed_in_at=now - timedelta(days=1))
    assert client.get(reverse("screening_cases"))["Location"] == reverse("screening_case", args=[first.pk])
    client.get(reverse("screening_case", args=[first.pk]))
    assert Screening.objects.get(case=first).read_at is not None
    assert client.get(reverse("screening_cases"))["Location"] == reverse("screening_case", args=[second.pk])


def test_the_desk_shows_case_places_and_what_can_be_done(client: Any, make: Any, admin: Any) -> None:
    case = make(title="跨校联片的教研日", authors=2)
    page = client.get(reverse("screening_case", args=[case.pk])).content.decode()
    for words in (
        "跨校联片的教研日",
        case.number,
        "合作者2",
        "还可推荐",
        "合格并推荐",
        "推荐后还余 2 个名额",
        "退回修改",
    ):
        assert words in page
    for key in ("1", "2", "3", "4", "x"):
        assert f'data-key="{key}"' in page
    for tab, words in (("sheet", "一级教师"), ("materials", "没有支撑材料"), ("history", "trail")):
        assert words in client.get(reverse("screening_case", args=[case.pk]), {"tab": tab}).content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.ELIGIBLE, "初筛合格"),
        (State.DECLINED, "重新审看"),
        (State.RETURNED, "退回原因"),
        (State.NOT_RECOMMENDED, "未获省级推荐"),
        (State.IN_REVIEW, "专家评审中"),
        (State.DISQUALIFIED, "取消资格"),
    ],
)
def test_every_state_has_its_page(client: Any, make: Any, admin: Any, now: datetime, state: str, words: str) -> None:
    case = make(state, return_reason="请改", return_due_at=now + timedelta(days=1))
    assert words in client.get(reverse("screening_case", args=[case.pk])).content.decode()


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(
    client: Any, make: Any, admin: Any, django_assert_num_queries: Any
) -> None:
    first = make(authors=2)
    address = reverse("screening_case", args=[first.pk])
    client.get(address)
    with django_assert_num_queries(12):
        client.get(address)
    make(type="region")
    make(State.ELIGIBLE, type="studio", authors=3)
    with django_assert_num_queries(12):
        client.get(address)


def test_the_ranked_list_asks_the_same_number_of_queries_for_one_and_for_three(
    client: Any, make: Any, admin: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    address = reverse("screening_recommendations")
    for expected in (1, 3):
        while Recommendation.objects.count() < expected:
            recommending.recommend(case_id=make(State.ELIGIBLE).pk, actor=admin, now=now)
        with django_assert_num_queries(8):
            client.get(address)


def test_overview_and_colleagues_ask_the_same_number_of_queries_for_one_and_for_three(
    client: Any, make: Any, admin: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    for expected in (1, 3):
        while Recommendation.objects.count() < expected:
            recommending.recommend(case_id=make(State.ELIGIBLE).pk, actor=admin, now=now)
            if expected == 3:
                factories.make_admin()
        with django_assert_num_queries(9):
            page = client.get(reverse("screening_home")).content.decode()
        assert page.count(Recommendation.objects.latest("pk").case.title) == 1, "what happened is told with its case"
        with django_assert_num_queries(6):
            client.get(reverse("screening_colleagues"))


def test_filters_narrow_the_list_and_stay_in_the_address(client: Any, make: Any, admin: Any) -> None:
    author = factories.make_user("陶若谷")
    found = make(title="联片教研日", type="region", author=author)
    hidden = make(State.ELIGIBLE, title="别的案例名")
    for query in ("q=联片", "q=陶若谷", f"q={found.number}", "q=　联片 ", "type=region", "state=handed_in"):
        answer = client.get(f"{reverse('screening_cases')}?{query}", follow=True)
        page = answer.content.decode()
        assert found.title in page and hidden.title not in page, query
        assert answer.request["QUERY_STRING"]
    page = client.get(f"{reverse('screening_case', args=[found.pk])}?unread=1").content.decode()
    assert "第 1 件，共 2 件" in page, "the open case stays in the list of the unread"
    page = client.get(f"{reverse('screening_cases')}?q=没有这样的词").content.decode()
    assert "没有符合条件的案例" in page
    assert client.get(f"{reverse('screening_cases')}?type=nonsense&page=x&state=!", follow=True).status_code == 200


def test_the_desk_works_on_the_call_that_was_chosen(client: Any, make: Any, admin: Any, now: datetime) -> None:
    old = factories.make_call(phase="review", now=now, title="上一届征集")
    case = make(call=old, title="上一届的案例")
    assert "上一届的案例" not in client.get(reverse("screening_cases"), follow=True).content.decode()
    assert client.get(reverse("screening_cases"), {"call": old.slug})["Location"].startswith(
        reverse("screening_case", args=[case.pk])
    )
    page = client.get(reverse("screening_recommendations")).content.decode()
    assert "上一届征集" in page and "推荐已经截止" in page


def test_the_document_is_read_in_the_page(client: Any, make: Any, admin: Any, now: datetime) -> None:
    case = make()
    default_storage.save("d/1.html", ContentFile("<h2>基本情况</h2><p>九所村小同研一课。</p>".encode()))
    facts = {"characters": 2931, "ready": True, "missing": [], "sections": [], "findings": [], "derived": []}
    CaseDocument.objects.create(
        case=case, name="案例.docx", size=10, sha256="0" * 64, key="d/1.docx", html_key="d/1.html", state="accepted",
        facts=facts, fit=True, uploaded_at=now, uploaded_by=case.submitter,
    )  # fmt: skip
    page = client.get(reverse("screening_case", args=[case.pk])).content.decode()
    for words in ("九所村小同研一课。", "案例文档 2,931 字", "四个部分齐全，2,931 字", "下载 Word 原件"):
        assert words in page


def test_an_empty_province_is_not_told_to_wait_once_handing_in_is_over(
    client: Any, admin: Any, call: Any, now: datetime
) -> None:
    young = factories.make_call(phase="submission", now=now)
    assert "还没有收到案例" in client.get(f"{reverse('screening_cases')}?call={young.slug}").content.decode()
    client.get(f"{reverse('screening_home')}?call={call.slug}")
    for name in ("screening_home", "screening_cases"):
        page = client.get(reverse(name)).content.decode()
        assert "本届报送已经结束" in page and "还没有收到案例" not in page


def test_the_author_reads_on_the_case_page_why_it_was_declined(client: Any, make: Any, admin: Any) -> None:
    case = make()
    fields = {"verdict": "decline", "reason": "四个部分都只有提纲，没有展开。"}
    client.post(reverse("screening_verdict", args=[case.pk]), fields)
    letter = Letter.objects.get(purpose="case_declined")
    assert "没有展开" in letter.body
    client.force_login(case.submitter)
    assert "四个部分都只有提纲，没有展开。" in client.get(reverse("my_case", args=[case.pk])).content.decode()
