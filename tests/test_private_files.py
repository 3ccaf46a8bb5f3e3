"""Who gets which file: every kind of file × every role × one's own and another's × original and what was derived."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from cases import serving
from cases.files.kinds import KINDS, Kind
from cases.lifecycle import State
from cases.models import Case, CaseDocument, FileState, SupportingFile
from cases.naming import BadName, check_name
from cases.storing import ORIGINAL, beside
from reviews.models import Assignment
from tests import factories
from tests.access_tables import FORBIDDEN, LOGIN, MISSING, ROLES, SEEN
from tests.test_access import House, house, outcome

__all__ = ["house"]
pytestmark = pytest.mark.django_db

HTML = b"<!doctype html><script>document.title = 'taken'</script>"
DERIVED = {
    "picture": [("thumb", "thumb.jpg"), ("view", "view.jpg")],
    "pdf": [("page", "page-1.jpg")],
    "office": [("page", "page-1.jpg")],
    "video": [("poster", "poster.jpg"), ("view", "view.mp4")],
}
DOCUMENT = [("picture", "picture-1.jpg"), ("document", "document.html")]


def put(case: Case, folder: str, derived: list[tuple[str, str]], now: datetime) -> dict[str, Any]:
    """Bytes in the storage, a web page every one of them, and the fields of an accepted row for them."""
    key = f"cases/{case.pk}/{folder}/original"
    for name in (ORIGINAL, *(name for _, name in derived)):
        default_storage.save(beside(key, name), ContentFile(HTML))
    return {
        "case": case, "key": key, "size": len(HTML), "sha256": "0" * 64, "state": FileState.ACCEPTED,
        "uploaded_at": now, "uploaded_by": case.submitter,
        "facts": {"derived": [{"role": role, "name": name} for role, name in derived]},
    }  # fmt: skip


def files_of(case: Case, now: datetime) -> list[tuple[str, Any, str, list[str]]]:
    """(what a file is, its row, its address' kind, its variants) of one accepted file of every kind."""
    CaseDocument.objects.filter(case=case).delete()
    document = CaseDocument.objects.create(name="案例.docx", **put(case, "doc", DOCUMENT, now))
    found: list[tuple[str, Any, str, list[str]]] = [("document", document, "document", ["picture-1.jpg"])]
    for kind in KINDS:
        row = SupportingFile.objects.create(
            name=f"材料.{kind.extensions[0]}", kind=kind.slug, title="材料", category="other",
            **put(case, kind.slug, DERIVED[kind.group], now),
        )  # fmt: skip
        found.append((kind.group, row, "file", [name for _, name in DERIVED[kind.group]]))
    # A film that nothing was made of (yet): experts and visitors wait for its copy.
    bare = SupportingFile.objects.create(
        name="实录.mp4", kind="mp4", title="实录", category="other", **put(case, "bare", [], now)
    )
    return [*found, ("bare film", bare, "file", [])]


def expected(view: str, role: str, what: str, variant: str, of: str) -> Any:
    """What the rules say, in one place. `of`: a published case, one in review, or somebody's draft."""
    shown = variant != "document.html"
    if view == "gallery_file":
        secret = variant == ORIGINAL and what in ("document", "picture", "video", "bare film")
        return SEEN if of == "published" and shown and not secret else MISSING
    if role == "anonymous":
        return LOGIN
    owner = {"my_file": "author", "screening_file": "province", "expert_file": "expert", "centre_file": "centre"}[view]
    if view != "my_file" and role.removeprefix("other_") != owner:
        return FORBIDDEN
    if role != owner or not shown or (of == "draft" and view != "my_file"):
        return MISSING
    if view == "expert_file" and (of != "review" or variant == ORIGINAL):
        return MISSING
    return SEEN


@pytest.mark.slow
@pytest.mark.parametrize("of", ["review", "published", "draft"])
def test_every_kind_of_file_is_given_to_those_who_may_read_it_and_to_nobody_else(
    of: str, house: House, now: datetime
) -> None:
    case = {"review": house.reviewed, "published": house.shown, "draft": house.draft}[of]
    clients = {role: house.client(role) for role in ROLES}
    wrong = []
    for what, row, kind, derived in files_of(case, now):
        for variant in (ORIGINAL, *derived, "document.html"):
            addresses = {
                view: reverse(view, args=[kind, row.pk, variant])
                for view in ("my_file", "screening_file", "expert_file", "centre_file")
            }
            addresses["gallery_file"] = reverse(
                "gallery_file", args=[case.number or "2024-42-X", kind, row.pk, variant]
            )
            for view, address in addresses.items():
                for role, client in clients.items():
                    got = outcome(client.get(address))
                    if got != expected(view, role, what, variant, of):
                        wrong.append((view, role, row.name, variant, got))
    assert not wrong, wrong


@pytest.fixture
def case() -> Case:
    return factories.make_case()


@pytest.fixture
def author(client: Client, case: Case) -> Client:
    client.force_login(case.submitter)
    return client


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_a_web_page_under_any_name_is_never_one(kind: Kind, author: Client, case: Case, now: datetime) -> None:
    """Had the inspector let it in: its type is that of its kind, it is not sniffed, and nothing in it runs."""
    row = SupportingFile.objects.create(
        name=f"网页.{kind.extensions[0]}", kind=kind.slug, title="网页", category="other", **put(case, "x", [], now)
    )
    answer = author.get(reverse("my_file", args=["file", row.pk, ORIGINAL]))
    assert answer["Content-Type"] == kind.mime
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline; " if kind.inline else "attachment; ")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    assert policy.endswith("; sandbox") == (kind.slug != "pdf")


def test_what_is_of_no_known_kind_is_bytes_to_save(case: Case, now: datetime) -> None:
    row = SupportingFile(name="图.svg", title="图", category="other", **put(case, "x", [], now))
    _, mime, inline, name = serving._variant(row, ORIGINAL)
    assert (mime, inline, name) == ("application/octet-stream", False, "图.svg")


NAMES = [
    "案例.pdf", "集体备课 “一”.pdf", "a'b\"c.pdf", "100%.pdf", "%00%2e%2e.pdf", "a;b,c=d.pdf", "😀👩‍🏫.pdf",
    " 头尾空格 .pdf", "𠀀𠀁.pdf", "ﬁ-é.pdf", "é.pdf", "研" * 251 + ".pdf", "a" * 251 + ".pdf", "-rf.pdf",
    "CON.pdf", "a\u00a0b.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_as_it_was_typed(name: str, author: Client, case: Case, now: datetime) -> None:
    row = SupportingFile.objects.create(
        name=check_name(name), kind="pdf", title="材料", category="other", **put(case, "x", [], now)
    )
    header = author.get(reverse("my_file", args=["file", row.pk, ORIGINAL]))["Content-Disposition"]
    given = re.fullmatch(r"inline; filename=\"([ -~]*)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]*)", header)
    assert given, header
    assert unquote(given[2]) == name
    assert not set(given[1]) & set('"\\%')


@pytest.mark.parametrize(
    "name", ["../x.pdf", "a\0.pdf", "a\r\nSet-Cookie: x.pdf", "a\u202efdp.exe", "研" * 300 + ".pdf"]
)
def test_names_that_could_deceive_are_refused_before_any_of_this(name: str) -> None:
    with pytest.raises(BadName):
        check_name(name)


@pytest.mark.parametrize(
    ("conversion", "words"),
    [("waiting", "正在准备可播放的版本"), ("failed", "这段视频暂时不能播放"), ("none", "这段视频暂时不能播放")],
)
def test_a_film_without_a_copy_is_a_sentence_to_experts_and_visitors(
    conversion: str, words: str, house: House, now: datetime
) -> None:
    """What cameras write into a film (who, where, when) is in its original alone."""
    SupportingFile.objects.update(facts={"playable": True}, conversion=conversion)
    clients = {"expert": house.client("expert"), "": Client()}
    pages = {
        "expert": reverse("expert_score", args=[house.assignment.pk]),
        "": reverse("gallery_case", args=[house.shown.number]),
    }
    for who, client in clients.items():
        case = house.reviewed if who else house.shown
        film = SupportingFile.objects.get(case=case)
        name, before = ("expert_file", []) if who else ("gallery_file", [case.number])
        original = reverse(name, args=[*before, "file", film.pk, ORIGINAL])
        page = client.get(pages[who]).content.decode()
        assert words in page and original not in page and "<video" not in page
        assert client.get(original).status_code == MISSING


def test_an_experts_film_is_its_copy(house: House) -> None:
    row = SupportingFile.objects.get(case=house.reviewed)
    expert = house.client("expert")
    copy = reverse("expert_file", args=["file", row.pk, "view.mp4"])
    assert expert.get(copy)["Content-Disposition"].startswith(f'inline; filename="file-{row.pk}.mp4"')
    page = expert.get(reverse("expert_score", args=[house.assignment.pk])).content.decode()
    assert copy in page and reverse("expert_file", args=["file", row.pk, ORIGINAL]) not in page


def test_an_expert_relieved_of_a_case_gets_none_of_its_files(house: House, now: datetime) -> None:
    row = SupportingFile.objects.get(case=house.reviewed)
    address = reverse("expert_file", args=["file", row.pk, "view.mp4"])
    expert = house.client("expert")
    assert expert.get(address).status_code == SEEN
    Assignment.objects.filter(pk=house.assignment.pk).update(recused_at=now)
    assert expert.get(address).status_code == MISSING


def test_a_case_taken_out_of_view_takes_its_files_along(house: House) -> None:
    row = SupportingFile.objects.get(case=house.shown)
    address = reverse("gallery_file", args=[house.shown.number, "file", row.pk, "view.mp4"])
    assert Client().get(address).status_code == SEEN
    Case.objects.filter(pk=house.shown.pk).update(consent_publication=False)
    assert Client().get(address).status_code == MISSING
    Case.objects.filter(pk=house.shown.pk).update(consent_publication=True, state=State.DISQUALIFIED)
    assert Client().get(address).status_code == MISSING
