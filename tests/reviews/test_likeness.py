"""The pages of likeness: what each desk is told, and that nobody learns more of another case than its passages."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions import likening
from cases.lifecycle import State
from cases.models import Case, FileState, Likeness, SupportingFile
from cases.storing import discard, fresh_key
from reviews.models import Assignment
from tests import factories
from tests.cases.likeness_texts import COPIED, page, prose
from tests.cases.test_likening import write

pytestmark = pytest.mark.django_db

SECRET = "只有另一件里才有的一段话，谁也不该读到它。"
FIRST, SECOND = COPIED[:120], COPIED[120:]


@pytest.fixture
def pair(make: Any, now: datetime) -> Any:
    """`pair(province_code)`: a case of 湖北 and one of that province with one passage, each with words of its own.

    In the middle of the passage the other names its author, its unit and a mobile.
    """

    def pair(province_code: str = "51", other_state: str = State.ELIGIBLE) -> tuple[Case, Case]:
        own = make(title="本件的名称")
        author = factories.make_user("欧阳子衿", province_code=province_code)
        other = make(other_state, author=author, title="别处的名称", unit=author.unit)
        other.authors.update(mobile="19912345678", unit="青石湾实验小学")
        told = f"{FIRST}欧阳子衿{SECOND}"
        write(own, page(prose(1, 60), COPIED), now)
        write(other, page(SECRET, told, "联系青石湾实验小学", prose(2, 60)), now)
        for case in (own, other):
            likening.liken(case_id=case.pk)
        return own, other

    return pair


def hint(client: Client, name: str, pk: int) -> str:
    return client.get(reverse(name, args=[pk])).content.decode()


def test_a_screener_is_told_as_a_hint_and_led_to_both_texts(client: Client, admin: Any, pair: Any) -> None:
    own, other = pair("42")
    address = reverse("screening_likeness", args=[own.pk])
    assert f'<a href="{address}">与 1 件案例有相同段落</a>' in hint(client, "screening_case", own.pk)
    shown = client.get(address).content.decode()
    assert "这是给您的提示，不是结论" in shown
    assert f"{other.number} 别处的名称" in shown and SECRET in shown, "of the own province both may be read whole"
    assert reverse("screening_case", args=[other.pk]) in shown
    assert shown.count('id="here-1"') == shown.count('id="there-1"') == 1
    assert 'href="#here-1"' in shown and 'href="#there-1"' in shown
    assert '<span class="vh">相同段落 1：</span>' in shown and "（相同段落 1 到此）" in shown


def test_of_another_province_only_its_name_and_the_passages_are_shown(client: Client, admin: Any, pair: Any) -> None:
    own, other = pair("51")
    shown = client.get(reverse("screening_likeness", args=[own.pk])).content.decode()
    assert "四川省的一件案例" in shown or "四川的一件案例" in shown
    assert 'id="there-1"' in shown and FIRST[:30] in shown and "只列出相同的段落" in shown
    assert "［已隐去］" in shown
    leaks = (SECRET, "欧阳子衿", "青石湾", "19912345678", "别处的名称", other.number, other.submitter.email)
    assert [leak for leak in leaks if leak in shown] == []
    assert reverse("screening_case", args=[other.pk]) not in shown
    # And the other way round: whoever screens that one does not learn of ours.
    their = Client()
    their.force_login(factories.make_admin("51"))
    theirs = their.get(reverse("screening_likeness", args=[other.pk])).content.decode()
    assert own.title not in theirs and own.number not in theirs and "湖北" in theirs and prose(1, 60) not in theirs


def test_a_province_reaches_no_likeness_of_a_case_it_may_not_open(client: Client, admin: Any, pair: Any) -> None:
    own, other = pair("51")
    assert client.get(reverse("screening_likeness", args=[other.pk])).status_code == 404
    foreign = Likeness.objects.get(text=other.pk)
    assert client.get(reverse("screening_likeness", args=[own.pk]), {"with": foreign.pk}).status_code == 404
    assert client.get(reverse("screening_likeness", args=[own.pk]), {"with": "9" * 30}).status_code in (200, 404)


def test_an_expert_sees_the_passages_and_no_names_on_either_side(client: Client, pair: Any) -> None:
    own, other = pair("51", State.IN_REVIEW)
    Case.objects.filter(pk=own.pk).update(state=State.IN_REVIEW)
    expert = factories.make_expert()
    duty = Assignment.objects.create(case=own, expert=expert, at=own.handed_in_at, released_at=own.handed_in_at)
    client.force_login(expert.user)
    address = reverse("expert_likeness", args=[duty.pk])
    assert f'<a href="{address}">与 1 件案例有相同段落</a>' in hint(client, "expert_score", duty.pk)
    shown = client.get(address).content.decode()
    assert (
        'id="here-1"' in shown and 'id="there-1"' in shown and prose(1, 60) not in shown and "征集的一件案例" in shown
    )
    names = (
        "欧阳子衿",
        "青石湾",
        "19912345678",
        "韦秋棠",
        "云岭镇",
        other.number,
        own.number,
        "别处的名称",
        "四川",
        "湖北",
    )
    assert [name for name in (*names, SECRET) if name in shown] == []
    stranger = factories.make_expert()
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404


def test_the_centre_reads_both_whole(client: Client, pair: Any) -> None:
    own, other = pair("51")
    client.force_login(factories.make_centre())
    assert "与 1 件案例有相同段落" in hint(client, "centre_case", own.pk)
    shown = client.get(reverse("centre_likeness", args=[own.pk])).content.decode()
    assert SECRET in shown and f"{other.number} 别处的名称" in shown and "欧阳子衿" in shown


def test_the_same_account_is_said_so(client: Client, make: Any, now: datetime) -> None:
    one = make()
    other = make(author=one.submitter)
    for case in (one, other):
        likening.liken(case_id=write(case, page(COPIED), now).pk)
    client.force_login(factories.make_centre())
    assert "两件由同一账号报送" in client.get(reverse("centre_likeness", args=[one.pk])).content.decode()


def test_a_withdrawn_case_is_shown_to_nobody(client: Client, admin: Any, pair: Any, now: datetime) -> None:
    from cases.actions.moving import lock, move
    from cases.lifecycle import Verb

    own, other = pair("51")
    move(lock(other.pk), Verb.WITHDRAW, actor=None, now=now)
    assert "有相同段落" not in hint(client, "screening_case", own.pk)
    assert "没有发现相同的段落" in client.get(reverse("screening_likeness", args=[own.pk])).content.decode()


def test_a_text_that_cannot_be_read_now_says_so(client: Client, admin: Any, pair: Any) -> None:
    own, other = pair("42")
    discard(other.documents.get().key)
    assert "文字暂时读不出来" in client.get(reverse("screening_likeness", args=[own.pk])).content.decode()


def test_files_with_the_same_bytes_are_listed(client: Client, admin: Any, make: Any) -> None:
    own, near, far = (
        make(),
        make(),
        make(author=factories.make_user("欧阳子衿", province_code="51"), title="别处的名称"),
    )
    for case, title in ((own, "研修照片"), (near, "照片"), (far, "外省的照片")):
        SupportingFile.objects.create(
            case=case, name="a.jpg", title=title, category="other", kind="jpg", size=9, sha256="a" * 64,
            key=fresh_key(), state=FileState.ACCEPTED, uploaded_at=case.created_at, uploaded_by=case.submitter,
        )  # fmt: skip
    assert "1 个支撑材料与其他案例的文件完全相同" in hint(client, "screening_case", own.pk)
    shown = client.get(reverse("screening_likeness", args=[own.pk])).content.decode()
    assert shown.count("研修照片") == 2 and near.title in shown and "四川" in shown
    assert "别处的名称" not in shown and "外省的照片" not in shown and far.number not in shown


def test_the_page_asks_the_same_number_of_queries_for_one_and_for_three(
    client: Client, admin: Any, make: Any, now: datetime, django_assert_num_queries: Any
) -> None:
    own = write(make(), page(COPIED), now)
    likening.liken(case_id=own.pk)
    for more in (1, 2):
        for _ in range(more):
            author = factories.make_user(province_code="51")
            likening.liken(case_id=write(make(author=author), page(COPIED), now).pk)
        with django_assert_num_queries(9):
            shown = client.get(reverse("screening_likeness", args=[own.pk])).content.decode()
    assert "与 3 件案例有相同段落" in shown
