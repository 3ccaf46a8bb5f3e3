"""Who may GET and POST what: every address of the portal, as every role, on one small house with one of each thing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import ActivationCode, ContactSheet, DataCopy, User
from cases.actions.handing_in import receipt_contents
from cases.lifecycle import State
from cases.models import Case, CaseDocument, CoauthorAsk, FileState, Receipt, SupportingFile, Upload
from portal.checks import patterns
from publishing.models import Certificate, Notice, Publication, SelectedCase
from reviews.models import Assignment, Draw
from tests import factories
from tests.access_tables import (
    AWAY,
    FORBIDDEN,
    GET,
    LOGIN,
    MISSING,
    NO_GET,
    NOBODY,
    POST,
    PUT,
    ROLES,
    SEEN,
    Outcome,
)  # fmt: skip

pytestmark = pytest.mark.django_db

FILM = b"film"


@dataclass
class House:
    """One of each thing, and who owns it."""

    people: dict[str, User]
    draft: Case
    reviewed: Case
    shown: Case
    assignment: Assignment
    certificate: Certificate
    notice: Notice
    draw: Draw
    sheet: ContactSheet
    code: ActivationCode
    upload: Upload
    copy: DataCopy
    ask: CoauthorAsk

    def args(self, name: str) -> list[Any]:
        """The arguments of an address that leads to a thing of the house."""
        found = ARGS.get(name)
        return found(self) if found else []

    def client(self, role: str, **options: Any) -> Client:
        client = Client(raise_request_exception=False, **options)
        if role != "anonymous":
            client.force_login(self.people[role], backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client


def film(case: Case, variant: str = "original") -> list[Any]:
    return ["file", SupportingFile.objects.get(case=case).pk, variant]


ARGS: dict[str, Callable[[House], list[Any]]] = {
    **dict.fromkeys(("guide_type", "guide_information_sheet", "guide_document_template"), lambda _: ["school"]),
    "contact_filled": lambda _: ["docx"],
    "cover": lambda house: ["school", house.shown.number],
    "gallery_case": lambda house: [house.shown.number],
    "gallery_file": lambda house: [house.shown.number, *film(house.shown, "view.mp4")],
    **dict.fromkeys(("results_call", "results_csv"), lambda house: [house.shown.call.slug]),
    **dict.fromkeys(
        ("certificate", "certificate_pdf", "certificate_picture"), lambda house: [house.certificate.code]
    ),
    "notice": lambda house: [house.notice.pk],
    **dict.fromkeys(
        (
            "my_case", "my_type", "my_delete", "my_sheet", "my_document", "my_materials", "my_declaration", "my_check",
            "my_paper", "my_paper_pdf", "my_form", "my_section", "my_blind",
        ),
        lambda house: [house.draft.pk],
    ),
    "my_coauthor": lambda house: [house.ask.pk],
    "my_material": lambda house: [house.draft.pk, film(house.draft)[1]],
    "centre_list": lambda house: [house.reviewed.call.slug, house.reviewed.province.code],
    "my_file": lambda house: film(house.draft),
    "my_copy": lambda house: [house.copy.pk],
    **dict.fromkeys(("my_receipt", "my_withdraw", "my_consent"), lambda house: [house.reviewed.pk]),
    **dict.fromkeys(("my_certificate", "centre_published"), lambda house: [house.shown.pk]),
    **dict.fromkeys(
        (
            "screening_case", "screening_verdict", "screening_notes", "screening_reopen", "screening_take_back",
            "screening_contacts", "screening_withdraw", "screening_likeness", "centre_case", "centre_likeness",
        ),
        lambda house: [house.reviewed.pk],
    ),
    **dict.fromkeys(("screening_file", "centre_file"), lambda house: film(house.reviewed)),
    "expert_file": lambda house: film(house.reviewed, "view.mp4"),
    **dict.fromkeys(("expert_score", "expert_recuse", "expert_likeness"), lambda house: [house.assignment.pk]),
    "centre_call": lambda house: [house.reviewed.call.slug],
    "centre_draw_run": lambda house: [house.draw.pk],
    **dict.fromkeys(("centre_notice_edit", "centre_notice_delete"), lambda house: [house.notice.pk]),
    **dict.fromkeys(("centre_sheet", "centre_sheet_correct", "centre_resend"), lambda house: [house.sheet.pk]),
    "centre_revoke": lambda house: [house.code.pk],
    **dict.fromkeys(
        ("api_upload", "api_upload_parts", "api_upload_complete"), lambda house: [house.upload.pk]
    ),
    "part": lambda house: [house.upload.pk, 1],
    "centre_admin_switch": lambda house: [house.people["province"].province_admin.pk],
    "centre_expert_switch": lambda house: [house.assignment.expert_id],
    **dict.fromkeys(("account_login_link", "account_take_back"), lambda _: ["spent"]),
}  # fmt: skip


def with_files(case: Case, now: datetime) -> Case:
    """The case with a document as a page and a film with its copy, both accepted."""
    common: dict[str, Any] = {
        "case": case, "size": len(FILM), "sha256": "0" * 64, "state": FileState.ACCEPTED, "uploaded_at": now,
        "uploaded_by": case.submitter,
    }  # fmt: skip
    page = default_storage.save(f"cases/{case.pk}/page.html", ContentFile("<p>每周三同研一课。</p>".encode()))
    for name in ("document", "film"):
        default_storage.save(f"cases/{case.pk}/{name}/original", ContentFile(FILM))
    key = f"cases/{case.pk}/document/original"
    CaseDocument.objects.create(name="案例.docx", key=key, html_key=page, facts={"ready": True}, fit=True, **common)
    key = f"cases/{case.pk}/film/original"
    default_storage.save(f"cases/{case.pk}/film/view.mp4", ContentFile(FILM))
    common["facts"] = {"derived": [{"role": "view", "name": "view.mp4"}]}
    SupportingFile.objects.create(name="实录.mp4", key=key, kind="mp4", title="实录", category="exchange", **common)
    return case


def sending(case: Case, now: datetime) -> Upload:
    """A film on its way to the case, nothing of it arrived."""
    return Upload.objects.create(
        case=case, owner=case.submitter, target="supporting", category="exchange", title="实录", name="实录.mp4",
        size=len(FILM), fingerprint="0" * 64, part_size=2, created_at=now, expires_at=now + timedelta(days=2),
    )  # fmt: skip


def publish(case: Case, now: datetime, code: str = "YT7K-9M2D-4TQA") -> Certificate:
    """The case published as typical, its certificate made."""
    selected = SelectedCase.objects.create(
        case=case, call=case.call, number=case.number, grade="typical", type=case.type, province=case.province,
        title=case.title, overview=case.overview, authors=[{"name": "韦秋棠"}], unit="云岭镇中心小学", published_at=now,
    )  # fmt: skip
    for suffix in ("pdf", "png"):
        default_storage.save(f"certificates/{code}.{suffix}", ContentFile(b"certificate"))
    return Certificate.objects.create(
        selected=selected, number=code, code=code, issued_at=now, made_at=now, key=f"certificates/{code}.pdf",
        sha256="0" * 64,
    )  # fmt: skip


@pytest.fixture
def house(now: datetime) -> House:
    author, second = factories.make_user(mobile="19900009999", mobile_verified=True), factories.make_centre()
    experts = [factories.make_expert(), factories.make_expert()]
    people = {
        "author": author, "other_author": factories.make_user("莫清越"), "province": factories.make_admin(),
        "other_province": factories.make_admin("51"), "expert": experts[0].user, "other_expert": experts[1].user,
        "centre": factories.make_centre(),
    }  # fmt: skip
    calls = {phase: factories.make_call(phase=phase, now=now) for phase in ("submission", "review", "published")}

    def case(phase: str, state: State, **fields: Any) -> Case:
        return with_files(factories.make_case(call=calls[phase], author=author, state=state, **fields), now)

    reviewed = case("review", State.IN_REVIEW)
    Receipt.objects.create(case=reviewed, at=now, contents=receipt_contents(reviewed), digest="0" * 64)
    shown = case("published", State.TYPICAL, consent_publication=True)
    Publication.objects.create(
        call=shown.call, decisions={str(shown.pk): "typical"}, digest="0" * 64, prepared_by=people["centre"],
        prepared_at=now, confirmed_by=second, confirmed_at=now, done_at=now,
    )  # fmt: skip
    sheet = ContactSheet.objects.create(
        call=calls["submission"], province=author.province, unit="省电教馆", contact="罗青禾", email="luo@test.example",
        mobile="13900001234", sent_at=now,
    )  # fmt: skip
    draft = case("submission", State.DRAFT)
    ask = CoauthorAsk.objects.create(
        case=factories.make_case(call=calls["review"], author=people["other_author"], state=State.IN_REVIEW, authors=2),
        position=2, mobile=author.mobile, edition="0",
    )  # fmt: skip
    return House(
        people=people,
        ask=ask,
        draft=draft,
        upload=sending(draft, now),
        copy=DataCopy.objects.create(user=author, asked_at=now, made_at=now, contents='{"data": {}}'),
        reviewed=reviewed,
        shown=shown,
        assignment=Assignment.objects.create(case=reviewed, expert=experts[0], at=now, released_at=now),
        certificate=publish(shown, now),
        notice=Notice.objects.create(title="征集通知", body="请报送。", published_at=now, by=second),
        draw=Draw.objects.create(
            call=calls["review"], seed="0", seed_hash="0", asked_by=second, asked_at=now, done_at=now
        ),
        sheet=sheet,
        code=ActivationCode.objects.create(
            sheet=sheet, province=author.province, public_id="AAAAAA", salt="0", digest="0", created_at=now,
            expires_at=now + timedelta(days=7),
        ),
    )  # fmt: skip


def grow(house: House, now: datetime) -> None:
    """Two more of all that stands in lists, of the same owners."""
    for n in range(2):
        author, by = house.people["author"], house.people["centre"]

        def case(like: Case, **fields: Any) -> Case:
            made = factories.make_case(call=like.call, author=house.people["author"], state=like.state, **fields)
            return with_files(made, now)

        sending(case(house.draft), now)
        sending(house.draft, now)
        expert = house.assignment.expert
        Assignment.objects.create(case=case(house.reviewed, authors=3), expert=expert, at=now, released_at=now)
        publish(case(house.shown, consent_publication=True, authors=2), now, code=f"YT7K-9M2D-4TQ{n + 2}")
        Notice.objects.create(title=f"通知 {n}", body="。", published_at=now, by=by, call=house.reviewed.call)
        Draw.objects.create(call=house.draw.call, seed="0", seed_hash="0", asked_by=by, asked_at=now, done_at=now)
        ContactSheet.objects.create(
            call=house.sheet.call, province=author.province, unit="省电教馆", email="luo@test.example", sent_at=now
        )
        factories.make_expert()


def names(resolver: URLResolver) -> Iterator[str]:
    for path, pattern in patterns(resolver):
        assert pattern.name, f"{path} has no name"
        yield pattern.name


def outcome(response: Any) -> Outcome:
    """A status, or LOGIN when the visitor is sent to log in."""
    sent = response.status_code == AWAY and response.headers["Location"].startswith(reverse("account_login") + "?next=")
    return LOGIN if sent else response.status_code


def crawl(house: House, name: str, way: str, roles: dict[str, Client]) -> dict[str, Outcome]:
    address = reverse(name, args=house.args(name))
    return {role: outcome(getattr(client, way)(address)) for role, client in roles.items()}


PARAMETERS = (
    "call", "case", "code", "day", "grade", "mark", "marked", "next", "page", "place", "province", "q", "show", "sort",
    "state", "subject", "tab", "to", "type", "unread", "until", "verb", "form",
)  # fmt: skip
LISTS = (
    "gallery", "results_call", "results_csv", "certificates", "notices", "contact_sheet", "my_new", "my_messages",
    "screening_home", "screening_case", "screening_cases", "screening_recommendations", "screening_preview",
    "screening_export", "expert_pile", "expert_done", "centre_home", "centre_cases", "centre_assignment",
    "centre_decisions", "centre_jobs", "centre_audit", "centre_publication", "centre_notices", "centre_provinces",
    "centre_experts", "centre_sheet", "screening_colleagues", "expert_declaration", "units",
    "centre_cases_export", "centre_assignment_export", "centre_decisions_export",
    "centre_progress_export", "screening_cases_export", "demo_outbox",
)  # fmt: skip
MOST_QUERIES = 12
NONSENSE = ("abc", "-1", "\x00", "²", "9" * 5000, "研" * 10_000, "%' \\ & | !(:*")


def test_every_address_is_in_the_tables() -> None:
    assert sorted(set(names(get_resolver()))) == sorted([*GET, *POST, *PUT])


def test_each_role_may_get_what_the_table_says_and_nothing_else(house: House) -> None:
    clients = {role: house.client(role) for role in ROLES}
    found = {name: crawl(house, name, "get", clients) for name in GET}
    wrong = {name: found[name] for name in GET if found[name] != GET[name]}
    assert not wrong, wrong


def test_what_takes_post_alone_answers_no_get(house: House) -> None:
    clients = {role: house.client(role) for role in ROLES}
    for name in POST:
        assert set(crawl(house, name, "get", clients).values()) <= {NO_GET, LOGIN, FORBIDDEN}, name


def test_what_takes_put_alone_gives_each_role_what_the_table_says(house: House) -> None:
    clients = {role: house.client(role, enforce_csrf_checks=True) for role in ROLES}
    for name, expected in PUT.items():
        assert crawl(house, name, "put", clients) == expected
        for way in ("get", "post", "delete"):
            assert set(crawl(house, name, way, clients).values()) == {NO_GET}, (name, way)


def test_a_delete_of_anothers_upload_is_refused(house: House) -> None:
    others = {role: house.client(role) for role in ROLES if role != "author"}
    assert set(crawl(house, "api_upload", "delete", others).values()) == {NOBODY, MISSING}
    assert Upload.objects.get(pk=house.upload.pk).state == "open"


def test_a_post_of_the_wrong_role_or_to_anothers_object_is_refused(house: House) -> None:
    refusals = {LOGIN, NOBODY, FORBIDDEN, MISSING}
    for table in (GET, POST):
        for name, expected in table.items():
            wrong = {role: house.client(role) for role in ROLES if expected[role] in refusals}
            for role, got in crawl(house, name, "post", wrong).items():
                assert got in {expected[role], NO_GET}, (name, role, got)


def test_a_post_without_a_token_is_refused_everywhere(house: House) -> None:
    clients = {role: house.client(role, enforce_csrf_checks=True) for role in ("anonymous", "author", "centre")}
    for name in (*GET, *POST):
        assert set(crawl(house, name, "post", clients).values()) == {FORBIDDEN}, name


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_in_the_query_string_breaks_no_page(value: str, house: House) -> None:
    asked = dict.fromkeys(PARAMETERS, value[:500]) | {"q": value, "case": value, "page": value}
    desks = {role: house.client(role) for role in ("centre", "expert", "province", "author")}
    for name in LISTS:
        client = next(client for role, client in desks.items() if GET[name][role] in (SEEN, AWAY))
        status = client.get(reverse(name, args=house.args(name)), asked).status_code
        assert status < 500, (name, status)


@pytest.mark.parametrize("code", ["%00", "A%00", "9", "%25", "-", "YT7K-9M2D-4TQ%D8%80"])
def test_nonsense_for_a_verification_code_leads_nowhere(code: str, client: Client) -> None:
    for ending in ("", "certificate.pdf", "certificate.png"):
        assert client.get(f"/certificates/{code}/{ending}").status_code in (400, MISSING)


def test_numbers_beyond_all_measure_break_no_desk(house: House) -> None:
    huge = "9" * 5000
    posts = {
        "centre_jobs": {"job": huge}, "centre_decisions": {"clear": huge, "one": f"{huge}:typical"},
        "centre_case": {"act": "give", "expert": huge}, "screening_reorder": {"move": f"up:{huge}"},
        "screening_recommend_many": {"case": huge}, "expert_score": {"score_mechanism": huge, "act": "later"},
    }  # fmt: skip
    for name, values in posts.items():
        role = next(role for role in reversed(ROLES) if {**GET, **POST}[name][role] in (SEEN, AWAY))
        role = "expert" if name == "expert_score" else role
        response = house.client(role).post(reverse(name, args=house.args(name)), values)
        assert response.status_code < 500, name


def test_every_list_costs_as_many_queries_for_three_as_for_one(house: House, now: datetime) -> None:
    desks = {role: house.client(role) for role in ("centre", "expert", "province", "author")}

    def costs() -> dict[str, int]:
        found = {}
        for name in (*LISTS, "home", "my_cases", "my_case", "expert_score", "centre_case", "gallery_case"):
            client = next(client for role, client in desks.items() if GET[name][role] in (SEEN, AWAY))
            address = reverse(name, args=house.args(name)) + f"?call={house.reviewed.call.slug}"
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found[name] = len(queries)
        return found

    costs()  # what is written down once a session is written now
    one = costs()
    grow(house, now)
    assert costs() == one
    assert {name: n for name, n in one.items() if n > MOST_QUERIES} == {}
