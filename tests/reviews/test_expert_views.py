"""The expert's desk: what it shows, and that it never shows who made a case (R14)."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from cases.models import CaseDocument, FileState, SupportingFile
from kernel.models import AuditEntry
from reviews.models import Assignment, ScoreSheet
from reviews.queries import experts as queries
from reviews.rubric import HEADS
from tests import factories

pytestmark = pytest.mark.django_db

SECRETS = ("韦秋棠", "欧阳书瑶", "云岭镇中心小学", "白石县第一中学", "13800001234", "湖北", "第一完小韦秋棠总结")
PAGE = (
    "<h2>一、基本情况</h2><p>云岭镇中心小学的韦 秋 棠老师（13800001234）与欧阳书瑶同在湖北省。</p>"
    '<p><a href="http://yunling.example/韦秋棠">学校主页</a>'
    '<img src="asset:picture-1.png" alt="第一完小韦秋棠总结.png"></p>'
    "<h2>二、过程与举措</h2><p>每周三同研一课。</p>"
)
POST = {f"score_{head.key}": "80" for head in HEADS["school"]} | {"vote": "showcase", "act": "submit"}


def uploaded(model: Any, case: Any, now: datetime, name: str, body: bytes, **fields: Any) -> Any:
    key = f"cases/{case.pk}/{hashlib.md5(name.encode()).hexdigest()}/original"
    default_storage.save(key, ContentFile(body))
    for derived in fields.get("facts", {}).get("derived", []):
        default_storage.save(key.replace("original", derived["name"]), ContentFile(b"derived"))
    return model.objects.create(
        case=case,
        name=name,
        size=len(body),
        sha256="0" * 64,
        key=key,
        state=FileState.ACCEPTED,
        uploaded_at=now,
        uploaded_by=case.submitter,
        **fields,
    )


@pytest.fixture
def case(now: datetime) -> Any:
    """A case full of names: in its text, its title, its files and their attributes."""
    author = factories.make_user("韦秋棠", mobile="13800001234")
    call = factories.make_call(phase="review", now=now)
    made = factories.make_case(
        call=call, author=author, state="in_review", authors=2, title="韦秋棠工作坊：云岭镇中心小学的教研一小时"
    )
    made.overview = "湖北云岭镇中心小学每周三同研一课。"
    made.save()
    made.authors.filter(position=1).update(mobile="13800001234")
    made.authors.filter(position=2).update(name="欧阳书瑶", unit="白石县第一中学")
    document = uploaded(
        CaseDocument, made, now, "第一完小韦秋棠总结.docx", b"docx", facts={"characters": 60, "derived": []}
    )
    document.html_key = "html/page.html"
    document.save()
    default_storage.save("html/page.html", ContentFile(PAGE.encode()))
    derived = {"derived": [{"role": "thumb", "name": "thumb.jpg"}, {"role": "view", "name": "view.jpg"}]}
    played = {"derived": [{"role": "view", "name": "view.mp4"}]}
    common = {"case": made, "now": now, "model": SupportingFile, "category": "exchange"}
    uploaded(name="第一完小韦秋棠总结.jpg", body=b"jpg", title="韦秋棠的教研", kind="jpg", facts=derived, **common)
    uploaded(name="第一完小韦秋棠总结.mp4", body=b"movie", title="研讨实录", kind="mp4", facts=played, **common)
    uploaded(name="第一完小韦秋棠总结.pptx", body=b"slides", title="汇报", kind="pptx", **common)
    return made


@pytest.fixture
def row(case: Any, now: datetime) -> Assignment:
    return Assignment.objects.create(case=case, expert=factories.make_expert(), at=now, released_at=now)


@pytest.fixture
def expert(client: Any, row: Assignment) -> Any:
    client.force_login(row.expert.user)
    return client


def leaks(response: Any) -> list[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    words = body.decode() + str(response.headers)
    return [secret for secret in SECRETS if secret in words]


def test_no_page_of_an_expert_names_who_made_a_case(expert: Any, row: Assignment) -> None:
    pages = [
        expert.get(reverse("expert_pile")),
        expert.get(reverse("expert_score", args=[row.pk])),
        expert.get(reverse("expert_recuse", args=[row.pk])),
        expert.post(reverse("expert_score", args=[row.pk]), {"act": "submit"}),
    ]
    for page in pages:
        assert page.status_code == 200
        assert leaks(page) == []
    assert "每周三同研一课" in pages[1].content.decode()


def test_files_come_without_the_names_their_authors_gave_them(expert: Any, row: Assignment) -> None:
    picture, film, slides = row.case.files.order_by("id")
    document = row.case.documents.get()

    def get(kind: str, pk: int, variant: str) -> Any:
        return expert.get(reverse("expert_file", args=[kind, pk, variant]))

    for kind, pk, variant in (
        ("file", picture.pk, "thumb.jpg"),
        ("file", picture.pk, "view.jpg"),
        ("file", film.pk, "view.mp4"),
    ):
        answer = get(kind, pk, variant)
        assert answer.status_code == 200
        assert leaks(answer) == []
    for kind, pk, variant in (
        ("document", document.pk, "original"),
        ("file", picture.pk, "original"),
        ("file", film.pk, "original"),
        ("file", slides.pk, "original"),
        ("file", picture.pk, "../original"),
        ("other", picture.pk, "thumb.jpg"),
    ):
        address = f"/experts/files/{kind}/{pk}/{variant}"
        assert expert.get(address).status_code == 404


def test_another_experts_cases_and_files_are_not_found(expert: Any, row: Assignment, client: Any) -> None:
    picture = row.case.files.order_by("id")[0]
    client.force_login(factories.make_expert().user)
    for name, args in (
        ("expert_score", [row.pk]),
        ("expert_recuse", [row.pk]),
        ("expert_file", ["file", picture.pk, "thumb.jpg"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404


@pytest.mark.parametrize("change", [{"released_at": None}, {"recused": True}, {"state": "disqualified"}])
def test_what_is_hidden_recused_or_gone_is_not_found(
    expert: Any, row: Assignment, now: datetime, change: dict[str, Any]
) -> None:
    if "state" in change:
        type(row.case).objects.filter(pk=row.case_id).update(**change)
    else:
        values = {"recused_at": now} if "recused" in change else change
        Assignment.objects.filter(pk=row.pk).update(**values)
    assert expert.get(reverse("expert_score", args=[row.pk])).status_code == 404
    assert row.case.title not in expert.get(reverse("expert_pile")).content.decode()


@pytest.mark.parametrize("role", ["make_user", "make_admin", "make_centre"])
def test_only_experts_enter(client: Any, row: Assignment, role: str) -> None:
    client.force_login(getattr(factories, role)())
    for address in (reverse("expert_pile"), reverse("expert_done"), reverse("expert_score", args=[row.pk])):
        assert client.get(address).status_code == 403


def test_a_sheet_saves_itself_and_says_what_is_wrong(expert: Any, row: Assignment) -> None:
    address = reverse("expert_score", args=[row.pk])
    values = {"score_modes": "９６", "score_support": "150", "remark": "很好"}
    answer = expert.post(address, values, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    assert set(answer.json()["problems"]) == {"score_support"}
    sheet = ScoreSheet.objects.get()
    assert (sheet.scores, sheet.remark, sheet.submitted_at) == ({"modes": 96}, "很好", None)


def test_a_submitted_case_leads_to_the_next_and_the_last_to_the_end(
    expert: Any, row: Assignment, now: datetime
) -> None:
    other = factories.make_case(call=row.case.call, state="in_review")
    second = Assignment.objects.create(case=other, expert=row.expert, at=now, released_at=now)
    first = expert.post(reverse("expert_score", args=[row.pk]), POST)
    assert first["Location"] == reverse("expert_score", args=[second.pk])
    last = expert.post(first["Location"], POST)
    assert last["Location"].startswith(reverse("expert_done"))
    assert expert.get(last["Location"]).status_code == 200
    assert ScoreSheet.objects.filter(submitted_at__isnull=False).count() == 2
    assert AuditEntry.objects.filter(verb="score.submit").exists()


def test_an_incomplete_sheet_is_shown_again_and_kept(expert: Any, row: Assignment) -> None:
    answer = expert.post(reverse("expert_score", args=[row.pk]), {**POST, "score_modes": "40"})
    assert answer.status_code == 200
    assert "“创新研修模式”低于 60 分，请写明依据。" in answer.content.decode()
    assert ScoreSheet.objects.get().scores["modes"] == 40


def test_a_submitted_sheet_is_taken_back_on_its_page(expert: Any, row: Assignment) -> None:
    address = reverse("expert_score", args=[row.pk])
    expert.post(address, POST)
    assert "撤回评分" in expert.get(address).content.decode()
    expert.post(address, {"act": "withdraw"})
    assert ScoreSheet.objects.get().submitted_at is None


def test_an_expert_recuses(expert: Any, row: Assignment) -> None:
    address = reverse("expert_recuse", args=[row.pk])
    assert "请写明回避的原因" in expert.post(address, {"reason": ""}).content.decode()
    assert expert.post(address, {"reason": "指导过这件案例"})["Location"] == reverse("expert_pile")
    row.refresh_from_db()
    assert row.recusal_reason == "指导过这件案例"


def test_the_next_case_follows_a_recusal(expert: Any, row: Assignment, now: datetime) -> None:
    case = factories.make_case(call=row.case.call, state="in_review")
    other = Assignment.objects.create(case=case, expert=row.expert, at=now, released_at=now)
    answer = expert.post(reverse("expert_recuse", args=[row.pk]), {"reason": "指导过这件案例"})
    assert answer["Location"] == reverse("expert_score", args=[other.pk])


def test_the_pile_is_filtered_and_sorted_by_what_the_expert_gave(expert: Any, row: Assignment, now: datetime) -> None:
    given = {}
    for total, doubt in ((70, True), (90, False)):
        case = factories.make_case(call=row.case.call, state="in_review", title=f"得{total}分的案例")
        given[total] = Assignment.objects.create(case=case, expert=row.expert, at=now, released_at=now)
        ScoreSheet.objects.create(
            assignment=given[total],
            vote="showcase",
            total=total,
            doubts_originality=doubt,
            saved_at=now,
            submitted_at=now,
        )
    page = expert.get(reverse("expert_pile"), {"sort": "score", "show": "done"}).content.decode()
    assert page.index("得90分的案例") < page.index("得70分的案例")
    assert "已打分 2 件，我的平均分 80.00" in page and "每天评 1 件" in page
    page = expert.get(reverse("expert_pile"), {"show": "doubt"}).content.decode()
    assert "得70分的案例" in page and "得90分的案例" not in page
    page = expert.get(reverse("expert_score", args=[row.pk])).content.decode()
    assert "同类已评 2 件<small>均 80.00</small>" in page
    assert "这里没有案例" in expert.get(reverse("expert_pile"), {"type": "studio"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pile_takes_as_many_queries_however_long_it_is(
    expert: Any, row: Assignment, now: datetime, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count - 1):
        case = factories.make_case(call=row.case.call, state="in_review")
        Assignment.objects.create(case=case, expert=row.expert, at=now, released_at=now)
    with django_assert_num_queries(7):
        page = expert.get(reverse("expert_pile")).content.decode()
    assert f"共 {count} 件" in page


def test_the_place_of_a_case_agrees_with_the_whole_pile(
    monkeypatch: pytest.MonkeyPatch, row: Assignment, now: datetime
) -> None:
    monkeypatch.setattr(queries, "AROUND", 2)
    sheets: tuple[dict[str, Any] | None, ...] = (
        {"vote": "showcase", "total": 70}, None, {"vote": "cannot"}, {}, {"vote": "typical", "total": 91}, None,
    )  # fmt: skip
    for number, sheet in enumerate(sheets):
        type_ = "studio" if number == 4 else row.case.type
        case = factories.make_case(call=row.case.call, state="in_review", type=type_)
        one = Assignment.objects.create(case=case, expert=row.expert, at=now, released_at=now)
        if sheet is not None:
            ScoreSheet.objects.create(assignment=one, saved_at=now, submitted_at=now if sheet else None, **sheet)
    user = row.expert.user
    pile = queries.pile_of(user, row.case.call)
    assert [entry.tone for entry in pile] == ["", "done", "", "skip", "act", "done", ""]
    for at, entry in enumerate(pile):
        assignment = Assignment.objects.select_related("case").get(pk=entry.pk)
        place = queries.place_of(assignment, user)
        assert (place.position, place.whole, place.done) == (at + 1, 7, 2)
        assert (place.before, place.after) == (
            pile[at - 1].pk if at else None,
            pile[at + 1].pk if at < 6 else None,
        )
        assert (place.peers, place.mean) == queries.peers(pile, entry.type)
        around = [one.tone for one in pile[max(at - 2, 0) : at + 3]]
        around[min(at, 2)] = entry.tone or "act"
        assert place.tones == around


def test_an_empty_pile_says_what_comes_next(client: Any) -> None:
    client.force_login(factories.make_expert().user)
    assert "还没有分给您的案例" in client.get(reverse("expert_pile")).content.decode()
