"""The gallery: what is found, what it costs, and what never shows (R16)."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import QueryDict

from accounts.consents import Purpose
from cases.actions.consenting import set_consent
from cases.editing import NotYours
from cases.models import Case, CaseDocument, SupportingFile
from kernel import audit, clock
from publishing import words
from publishing.forms.filters import read_filters
from publishing.models import SelectedCase
from publishing.queries import gallery
from tests.factories import make_call, make_user
from tests.publishing.published import confirm, decided_case, publish, run

pytestmark = pytest.mark.django_db


def found(**asked: object) -> list[str]:
    query = QueryDict(mutable=True)
    for name, value in asked.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return [case.title for case in gallery(clock.now(), read_filters(query))]


def give_document(case: Case, html: str) -> CaseDocument:
    default_storage.save(f"documents/{case.pk}/text.html", ContentFile(html.encode()))
    default_storage.save(f"documents/{case.pk}/picture-1.png", ContentFile(b"\x89PNG picture"))
    return CaseDocument.objects.create(
        case=case, name="案例（13900001111）.docx", size=10, sha256="d" * 64, key=f"documents/{case.pk}/original",
        state="accepted", html_key=f"documents/{case.pk}/text.html", uploaded_at=clock.now(),
        uploaded_by=case.submitter, facts={"derived": [{"name": "picture-1.png", "role": "picture"}]},
    )  # fmt: skip


def give_file(case: Case, name: str, kind: str) -> SupportingFile:
    key = f"files/{case.pk}-{kind}/original"
    default_storage.save(key, ContentFile(b"original bytes"))
    default_storage.save(f"files/{case.pk}-{kind}/view.jpg", ContentFile(b"view"))
    return SupportingFile.objects.create(
        case=case, name=name, size=14, sha256="f" * 64, key=key, state="accepted", kind=kind, category="other",
        title=f"材料{kind}", uploaded_at=clock.now(), uploaded_by=case.submitter,
        facts={"derived": [{"name": "view.jpg", "role": "view"}]},
    )  # fmt: skip


# Order


def test_the_higher_class_comes_first_and_the_provinces_are_mixed() -> None:
    _, cases = publish("showcase", "typical", "typical", "typical")
    numbers = ["2024-11-222222", "2024-11-ZZZZZZ", "2024-42-AAAAAA", "2024-65-MMMMMM"]
    for case, number in zip(cases, numbers, strict=True):
        SelectedCase.objects.filter(case=case).update(number=number)
    shown = gallery(clock.now(), read_filters(QueryDict())).values_list("number", flat=True)
    assert list(shown) == ["2024-42-AAAAAA", "2024-65-MMMMMM", "2024-11-ZZZZZZ", "2024-11-222222"]


# Words


def test_chinese_is_cut_into_characters_and_pairs_and_the_rest_into_words() -> None:
    assert words.lexemes("集体备课，STEM ２０２４") == {
        "集", "体", "备", "课", "集体", "体备", "备课", "stem", "2024",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("备课", "'备课'"),
        ("课", "'课'"),
        ("集体备课", "'集体' & '体备' & '备课'"),
        ("STEM", "'stem':*"),
        ("“备课”", "'备课'"),
        ("' | 课", "'课'"),
        ("！？", ""),
    ],
)
def test_a_query_wants_every_pair(typed: str, asked: str) -> None:
    assert words.query(typed) == asked


# Finding


@pytest.fixture
def three() -> list[Case]:
    """A title, an overview and a body that speak of 备课; the rarer a place, the less it weighs."""
    call = make_call(phase="decision")
    body = decided_case(call, "showcase", title="乡村学校的研修", overview="从听课到评课。")
    give_document(body, "<h1>基本情况</h1><p>每周集体备课一次，使用 Python 工具。</p>")
    overview = decided_case(call, "showcase", title="课例研究", overview="集体备课的三年。", type="region")
    title = decided_case(call, "typical", title="集体备课留痕", overview="平台与课堂。", type="studio")
    confirm(call, clock.now())
    run("publishing.publish")
    return [body, overview, title]


def test_a_word_of_two_characters_is_found_and_the_title_comes_first(three: list[Case]) -> None:
    assert found(q="备课") == ["集体备课留痕", "课例研究", "乡村学校的研修"]


def test_a_word_of_one_character_is_found(three: list[Case]) -> None:
    assert found(q="痕") == ["集体备课留痕"]


def test_a_phrase_wants_all_its_pairs(three: list[Case]) -> None:
    assert found(q="备课留") == ["集体备课留痕"]
    assert found(q="课备") == []


def test_two_words_are_both_wanted(three: list[Case]) -> None:
    assert found(q="备课 乡村") == ["乡村学校的研修"]


def test_latin_words_are_found_by_their_beginning_and_in_any_case(three: list[Case]) -> None:
    assert found(q="PYTH") == ["乡村学校的研修"]


def test_authors_and_units_are_found(three: list[Case]) -> None:
    assert len(found(q="韦秋棠")) == 3
    assert len(found(q="云岭镇")) == 3


def test_marks_alone_find_nothing(three: list[Case]) -> None:
    assert found(q="？？") == []


def test_filters_of_type_grade_call_and_province(three: list[Case]) -> None:
    assert found(type=["region", "studio"], q="备课") == ["集体备课留痕", "课例研究"]
    assert found(grade="typical") == ["集体备课留痕"]
    assert len(found(call=three[0].call.slug)) == 3
    assert found(call="other") == []
    assert len(found(province="42")) == 3
    assert found(province="51") == []
    assert len(found(type="nonsense", province="' or 1", call="\x00")) == 3


def test_the_page_shows_counts_chips_and_books(three: list[Case], client) -> None:  # type: ignore[no-untyped-def]
    page = client.get("/gallery/?q=备课&type=region").content.decode()
    assert "<b>1 件</b>" in page
    assert "课例研究" in page
    assert "集体备课留痕" not in page
    assert "没有找到合适的案例" in client.get("/gallery/?q=不存在的词").content.decode()


def test_pages_hold_twenty_four(client) -> None:  # type: ignore[no-untyped-def]
    author = make_user()
    publish(*["typical"] * 25, author=author)
    first = client.get("/gallery/").content.decode()
    second = client.get("/gallery/?page=2").content.decode()
    assert (first.count('class="book"'), second.count('class="book"')) == (24, 1)


# Cost


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/gallery/", 10), ("/gallery/?q=教研", 10), ("/results/{call}/", 7)])
def test_lists_cost_the_same_for_one_and_for_three(
    count: int, address: str, queries: int, client, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    call, _ = publish(*["typical"] * count)
    with django_assert_num_queries(queries):
        assert client.get(address.format(call=call.slug)).status_code == 200


# What never shows


def test_a_case_is_404_unless_published_and_shown(client, now) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    assert client.get(f"/gallery/{case.number}/").status_code == 404
    confirm(call, now)
    assert client.get(f"/gallery/{case.number}/").status_code == 404
    run("publishing.publish")
    assert client.get(f"/gallery/{case.number}/").status_code == 200
    Case.objects.update(consent_publication=False)
    assert client.get(f"/gallery/{case.number}/").status_code == 404
    assert client.get("/gallery/2024-42-ZZZZZZ/").status_code == 404


def test_a_case_without_consent_stands_on_the_list_alone(client) -> None:  # type: ignore[no-untyped-def]
    call, (case,) = publish("typical", consent_publication=False)
    page = client.get(f"/results/{call.slug}/").content.decode()
    assert case.title in page
    assert f"/gallery/{case.number}/" not in page
    assert client.get(f"/gallery/{case.number}/").status_code == 404
    assert case.title not in client.get("/gallery/").content.decode()


def test_the_author_withdraws_consent_with_effect_and_may_give_it_again(client, now) -> None:  # type: ignore[no-untyped-def]
    _, (case,) = publish("typical")
    address = f"/gallery/{case.number}/"
    assert client.get(address).status_code == 200
    client.force_login(case.submitter)
    client.post(f"/my/{case.pk}/consent/", {"given": "0"})
    client.logout()
    assert client.get(address).status_code == 404
    assert audit.history(case).last().verb == "case.withdraw_consent"
    set_consent(purpose=Purpose.PUBLISHING, case_id=case.pk, given=True, actor=case.submitter, now=now)
    assert client.get(address).status_code == 200
    with pytest.raises(NotYours):
        set_consent(purpose=Purpose.PUBLISHING, case_id=case.pk, given=False, actor=make_user(), now=now)


@pytest.fixture
def full(client) -> Case:  # type: ignore[no-untyped-def]
    """A published case with a document, a photograph and a PDF."""
    call = make_call(phase="decision")
    case = decided_case(call, "typical", authors=3)
    give_document(case, '<h1>基本情况</h1><p>全文在此。<img src="asset:picture-1.png" alt=""></p><h1>过程与举措</h1>')
    give_file(case, "合影.jpg", "jpg")
    give_file(case, "报道.pdf", "pdf")
    confirm(call, clock.now())
    run("publishing.publish")
    return case


def test_the_page_of_a_case_holds_document_contents_materials_and_facts(full: Case, client) -> None:  # type: ignore[no-untyped-def]
    page = client.get(f"/gallery/{full.number}/").content.decode()
    for expected in ("全文在此", 'href="#part-1"', "基本情况", "材料jpg", "材料pdf", "湖北省", full.number, "查验证书"):
        assert expected in page
    document = full.documents.get()
    assert f"/gallery/{full.number}/files/document/{document.pk}/picture-1.png" in page


def test_no_mobile_on_any_public_page(full: Case, client) -> None:  # type: ignore[no-untyped-def]
    mobiles = list(full.authors.values_list("mobile", flat=True))
    assert len(mobiles) == 3
    code = full.selected.certificate.code
    addresses = [
        "/", "/gallery/", f"/gallery/{full.number}/", f"/results/{full.call.slug}/",
        f"/results/{full.call.slug}/list.csv", f"/certificates/{code}/",
    ]  # fmt: skip
    for address in addresses:
        page = client.get(address).content.decode()
        assert "韦秋棠" in page, address
        assert not [mobile for mobile in mobiles if mobile in page], address


def test_files_are_public_as_they_are_shown_and_no_further(full: Case, client) -> None:  # type: ignore[no-untyped-def]
    document = full.documents.get()
    photograph, pdf = full.files.order_by("pk")
    base = f"/gallery/{full.number}/files"

    def status(address: str) -> int:
        answer = client.get(f"{base}/{address}")
        b"".join(answer)
        return int(answer.status_code)

    assert status(f"document/{document.pk}/picture-1.png") == 200
    assert status(f"document/{document.pk}/original") == 404
    assert status(f"file/{photograph.pk}/view.jpg") == 200
    assert status(f"file/{photograph.pk}/original") == 404
    assert status(f"file/{pdf.pk}/original") == 200
    assert status(f"file/{pdf.pk}/other.jpg") == 404
    assert status(f"sheet/{pdf.pk}/original") == 404


def test_files_of_another_case_or_a_hidden_one_are_404(full: Case, client) -> None:  # type: ignore[no-untyped-def]
    _, (other,) = publish("typical")
    pdf = full.files.get(kind="pdf")
    assert client.get(f"/gallery/{other.number}/files/file/{pdf.pk}/original").status_code == 404
    Case.objects.filter(pk=full.pk).update(consent_publication=False)
    assert client.get(f"/gallery/{full.number}/files/file/{pdf.pk}/original").status_code == 404


def test_covers_are_drawn_for_ever(client) -> None:  # type: ignore[no-untyped-def]
    answer = client.get("/covers/school/2024-42-7K3M9Q.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/covers/other/2024-42-7K3M9Q.svg").status_code == 404
