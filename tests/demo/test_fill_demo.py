"""The minimal demo: what is in it, and that every row of it could have come about in the portal."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import override_settings
from django.utils import timezone

from accounts.models import ActivationCode, ContactSheet, ProvinceAdmin, SheetState, User
from accounts.queries import overview_of_provinces
from calls.models import Call
from calls.policy import Phase
from calls.queries import current
from cases.actions.handing_in import digest_of
from cases.lifecycle import STATE_NAMES, State, Verb, target
from cases.models import Case, CaseDocument, FileState, SupportingFile
from cases.readiness import counting_document, readiness
from cases.storing import beside
from demo import accounts
from demo.filling import rounds
from kernel import audit
from kernel.models import AuditEntry, Job, JobState, Letter, Message
from publishing import queries as public
from publishing.models import Certificate, Notice, Publication, SelectedCase
from reviews import assigning, rubric
from reviews.models import Allowance, Assignment, Decision, Draw, Recommendation, ScoreSheet, Screening

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

MOMENTS = ("submission_opens_at", "submission_closes_at", "recommendation_closes_at", "scoring_closes_at")


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any, media: FileSystemStorage) -> Iterator[str]:
    """The demo filled once for this file, in a transaction that is rolled back; what the command said."""
    backend = "django.core.files.storage.FileSystemStorage"
    storages = {
        "default": {"BACKEND": backend, "OPTIONS": {"location": media.location}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with django_db_blocker.unblock(), transaction.atomic():
        hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        with override_settings(STORAGES=storages, PASSWORD_HASHERS=hashers):
            said = io.StringIO()
            call_command("fill_demo", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def on_the_demo(filled: str) -> None:
    """Every test here reads the filled portal."""


def states(slug: str, **wanted: Any) -> Counter[str]:
    return Counter(Case.objects.filter(call__slug=slug, **wanted).values_list("state", flat=True))


def test_four_calls_stand_side_by_side_one_in_each_phase() -> None:
    now = timezone.now()
    phases = {call.slug: call.phase(now) for call in Call.objects.all()}
    assert phases == {
        "2024": Phase.PUBLISHED,
        "2025": Phase.REVIEW,
        "2026-spring": Phase.RECOMMENDATION,
        "2026": Phase.SUBMISSION,
    }
    call = current(now)
    assert call is not None and call.slug == "2026"
    assert timedelta(days=5) < call.submission_closes_at - now <= timedelta(days=6)
    assert Call.objects.get(slug="2024").title == "2024年国家中小学智慧教育平台教师研修应用案例征集"


def test_the_cases_of_each_call_are_where_their_call_wants_them() -> None:
    assert states("2024") == {
        State.TYPICAL: 5, State.SHOWCASE: 10, State.NOT_SELECTED: 3, State.NOT_RECOMMENDED: 2, State.DECLINED: 1,
    }  # fmt: skip
    assert states("2025") == {
        State.IN_REVIEW: 10, State.DISQUALIFIED: 1, State.NOT_RECOMMENDED: 2, State.DECLINED: 1,
    }  # fmt: skip
    assert states("2026-spring", province__code="42") == {
        State.HANDED_IN: 4, State.ELIGIBLE: 3, State.RETURNED: 1, State.DECLINED: 1, State.RECOMMENDED: 3,
    }  # fmt: skip
    assert states("2026-spring", province__code="51") == {State.HANDED_IN: 1, State.ELIGIBLE: 1, State.RECOMMENDED: 2}
    assert states("2026") == {State.DRAFT: 1, State.HANDED_IN: 7, State.WITHDRAWN: 1}


def test_every_case_went_only_legal_ways_and_its_history_is_in_order() -> None:
    for case in Case.objects.all():
        entries = list(audit.history(case))
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries), case
        state = State.DRAFT
        for entry in entries:
            if "after" in entry.facts:
                state = target(state, Verb(entry.verb.removeprefix("case.")))
                assert state == entry.facts["after"]
        assert state == case.state
    last = AuditEntry.objects.latest("id").at
    assert last <= timezone.now()
    assert (
        AuditEntry.objects.filter(actor_id__isnull=False).exclude(actor_id__in=User.objects.values("pk")).count() == 0
    )


def test_every_case_handed_in_has_number_receipt_and_accepted_files() -> None:
    for case in Case.objects.exclude(state=State.DRAFT).prefetch_related("authors", "documents", "files"):
        assert case.number and case.number.startswith(f"{case.call.year}-{case.province.code}-")
        document = counting_document(list(case.documents.all()))
        assert document and document.state == FileState.ACCEPTED and document.facts["ready"]
        assert readiness(case).ready
        assert case.submitter.province_id == case.province_id
        receipt = case.receipts.all()[0]
        assert receipt.contents["number"] == case.number
        assert receipt.digest == digest_of(receipt.contents, receipt.at)
        assert receipt.contents["document"]["sha256"] == document.sha256
        assert receipt.at == case.handed_in_at
        late = case.receipts.count() > 1
        opens, closes = case.call.submission_opens_at, case.call.submission_closes_at
        assert opens <= case.receipts.earliest("pk").at < closes and (late or case.handed_in_at < closes)
        assert case.completed_at == case.handed_in_at
        assert case.supporting_bytes == sum(file.size for file in case.files.all())


def test_one_account_hands_in_one_type_in_a_call() -> None:
    pairs = Case.objects.values("call", "submitter").annotate(types=Count("type", distinct=True))
    assert {row["types"] for row in pairs} == {1}


def test_files_lie_under_random_keys_with_what_was_drawn_of_them(media: FileSystemStorage) -> None:
    kinds = set()
    for model in (CaseDocument, SupportingFile):
        for row in model.objects.all():
            content = Path(media.path(row.key)).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)
            for derived in row.facts.get("derived", []):
                assert media.exists(beside(row.key, derived["name"]))
            assert row.state == FileState.ACCEPTED
            kinds.add(row.facts["kind"])
    assert {"docx", "pdf", "jpg", "png", "pptx", "mp4"} <= kinds
    for document in CaseDocument.objects.all():
        assert "特色与创新" in Path(media.path(document.html_key)).read_text()
    keys = [*CaseDocument.objects.values_list("key", flat=True), *SupportingFile.objects.values_list("key", flat=True)]
    assert len(set(keys)) == len(keys)


def test_recommendations_stay_within_the_places() -> None:
    for allowance in Allowance.objects.all():
        held = list(allowance.recommendations.order_by("place").values_list("place", flat=True))
        assert held == list(range(1, len(held) + 1)) and len(held) <= allowance.places == allowance.call.places == 200
        ranks = list(allowance.recommendations.values_list("rank", flat=True))
        assert ranks == sorted(set(ranks))
    passed_on = Case.objects.filter(state__in=rounds.PASSED_ON)
    assert set(passed_on.values_list("pk", flat=True)) == set(Recommendation.objects.values_list("case_id", flat=True))
    for row in Recommendation.objects.select_related("by__province_admin", "case__call"):
        assert row.by.province_admin.province_id == row.case.province_id
        assert row.case.call.recommendation_opens_at <= row.at < row.case.call.recommendation_closes_at
    assert Recommendation.objects.values("by").filter(case__province__code="42").distinct().count() == 2


def test_screenings_tell_what_was_judged() -> None:
    judged = rounds.PASSED_ON | {State.ELIGIBLE}
    for row in Screening.objects.select_related("case"):
        assert row.read_at is not None
        if row.case.state in judged:
            assert all(row.checks.values()) and row.note and row.by
        if row.case.state == State.DECLINED:
            assert row.reason
    returned = Case.objects.get(state=State.RETURNED)
    assert returned.return_reason and returned.return_due_at > timezone.now()
    half = [row for row in Screening.objects.filter(case__state=State.HANDED_IN) if row.checks]
    assert any(not all(row.checks.values()) for row in half)


def test_draws_can_be_run_again_and_keep_experts_from_their_own() -> None:
    for draw in Draw.objects.all():
        assert draw.seed_hash == hashlib.sha256(draw.seed.encode()).hexdigest() and draw.problem == ""
        pairs = assigning.plan(assigning.from_json(draw.snapshot), draw.seed).pairs
        assert sorted(draw.assignments.values_list("case_id", "expert_id")) == pairs
    for row in Assignment.objects.select_related("case", "expert"):
        assert row.expert.province_id != row.case.province_id and row.case.type in row.expert.types
        assert row.released_at is not None
    per_case = Assignment.objects.values("case").annotate(n=Count("pk"))
    assert {row["n"] for row in per_case} == {3}


def test_sheets_add_up_and_the_call_in_review_is_half_way() -> None:
    for sheet in ScoreSheet.objects.select_related("assignment__case__call"):
        case = sheet.assignment.case
        weights = rubric.weights_of(case.call.weights, case.type)
        assert sheet.total == rubric.total(sheet.scores, weights)
        assert sheet.saved_at < case.call.scoring_closes_at
        if sheet.submitted_at:
            given = rubric.Sheet(
                case.type, sheet.scores, sheet.comments, sheet.remark, sheet.vote,
                sheet.doubts_originality, sheet.doubts_eligibility,
            )  # fmt: skip
            assert rubric.problems_of(given) == {}
    everyone = Assignment.objects.filter(case__call__slug="2025", case__state=State.IN_REVIEW)
    for login in ("expert", "expert2", "expert3"):
        own = everyone.filter(expert__user__email=f"{login}@demo.example")
        assert own.filter(sheet__submitted_at__isnull=False).exists()
        assert own.filter(sheet__isnull=True).exists()
    assert everyone.filter(sheet__submitted_at__isnull=True, sheet__isnull=False).exists()
    assert Decision.objects.filter(case__call__slug="2025").count() == 1
    assert not everyone.filter(case__decision__isnull=False, sheet__submitted_at__isnull=True).exists()


def test_the_published_call_has_its_list_its_words_and_its_certificates(media: FileSystemStorage) -> None:
    publication = Publication.objects.get()
    assert publication.prepared_by_id != publication.confirmed_by_id and publication.done_at
    selected = SelectedCase.objects.select_related("case", "certificate")
    assert {row.case.state == row.grade for row in selected} == {True}
    assert len(selected) == 15 == Certificate.objects.count()
    assert selected.values("province").distinct().count() >= 8
    for grade in ("typical", "showcase"):
        assert selected.filter(grade=grade).values("type").distinct().count() == 3
    for row in selected:
        pdf = Path(media.path(row.certificate.key)).read_bytes()
        assert pdf.startswith(b"%PDF") and hashlib.sha256(pdf).hexdigest() == row.certificate.sha256
    now = timezone.now()
    one = SelectedCase.objects.exclude(shown=False)[0]
    assert one in public.gallery(now, public.Filters(text=one.title[:4]))
    assert public.shown(now).count() == 14


def test_every_role_has_its_account_and_nobody_else_has_a_password() -> None:
    users = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    assert set(users) == {f"{account.login}@demo.example" for account in accounts.ACCOUNTS} and len(users) == 10
    assert all(user.check_password("demo-2024-anli") for user in users.values())
    assert all(user.emailaddress_set.get().verified for user in users.values())
    assert not any(user.has_usable_password() for user in User.objects.exclude(email__in=users))
    admins = ProvinceAdmin.objects.filter(user__email__in=users).values_list("user__email", "province__code")
    assert sorted(admins) == [
        ("province-b@demo.example", "42"), ("province2@demo.example", "51"), ("province@demo.example", "42"),
    ]  # fmt: skip
    experts = [user.expert for user in users.values() if hasattr(user, "expert")]
    assert len({expert.province_id for expert in experts}) == 3
    assert sum(hasattr(user, "centre_staff") for user in users.values()) == 2


def test_the_teachers_have_something_to_go_on_with() -> None:
    draft = Case.objects.get(submitter__email="teacher@demo.example", call__slug="2026")
    found = readiness(draft)
    assert draft.state == State.DRAFT and found.cut == 3 and len(found.tasks) == 4
    assert Case.objects.get(submitter__email="teacher2@demo.example", call__slug="2026").state == State.HANDED_IN
    assert Certificate.objects.filter(selected__case__submitter__email="teacher@demo.example").exists()


def test_one_sheet_waits_one_code_is_live_the_others_are_used() -> None:
    now = timezone.now()
    waiting = ContactSheet.objects.get(state=SheetState.NEW)
    assert (waiting.province.short, waiting.call.slug) == ("云南", "2026")
    assert not ProvinceAdmin.objects.filter(province=waiting.province).exists()
    live = ActivationCode.objects.get(used_at__isnull=True)
    assert live.province.short == "贵州" and live.expires_at > now
    letter = Letter.objects.get(purpose="activation_code", sent_at__isnull=True)
    assert "贵州" in letter.body
    assert Job.objects.get(kind="kernel.send_letter", args__letter_id=letter.pk).state == JobState.WAITING
    states = Counter(state for _, (state, _) in overview_of_provinces(now))
    assert states == {"已激活": 10, "已发码": 1, "待核实": 1, "未收到": 20}


def test_only_the_newest_letters_are_left_for_the_worker() -> None:
    left = Job.objects.filter(state=JobState.WAITING)
    assert set(left.values_list("kind", flat=True)) == {"kernel.send_letter"} and left.count() == 8
    assert not Letter.objects.filter(sent_at__isnull=False).exclude(body="", recipient="").exists()


def test_notices_an_event_and_messages_are_there() -> None:
    now = timezone.now()
    assert Notice.objects.filter(kind="notice", published_at__lte=now).count() == 6
    assert Notice.objects.filter(kind="event", event_at__gt=now, published_at__lte=now).count() == 1
    for login in ("teacher", "teacher2", "expert"):
        assert Message.objects.filter(user__email=f"{login}@demo.example").exists()
    assert not Message.objects.filter(at__gt=now).exists()


def test_moments_lie_in_the_windows_of_their_calls() -> None:
    assert not Decision.objects.filter(at__lt=F("case__call__recommendation_closes_at")).exists()
    assert not Case.objects.filter(created_at__lt=F("call__submission_opens_at")).exists()
    for call in Call.objects.all():
        moments = [getattr(call, name) for name in MOMENTS]
        assert moments == sorted(set(moments))


def test_a_second_run_changes_nothing(media: FileSystemStorage) -> None:
    models = [model for app in apps.get_app_configs() for model in app.get_models() if not model._meta.proxy]
    before = {model: model.objects.count() for model in models}
    newest = AuditEntry.objects.latest("id").pk
    said = io.StringIO()
    call_command("fill_demo", stdout=said)
    assert "没有改动" in said.getvalue()
    assert {model: model.objects.count() for model in models} == before
    assert AuditEntry.objects.latest("id").pk == newest
    call_command("fill_demo", "--quiet", stdout=(silent := io.StringIO()))
    assert silent.getvalue() == ""


def test_the_first_run_says_what_it_made(filled: str) -> None:
    assert filled.startswith("演示数据已填好：") and "证书 15" in filled


def test_production_refuses_the_fill(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境不能填充演示数据"):
        call_command("fill_demo")


def test_the_accounts_are_printed_with_their_roles() -> None:
    said = io.StringIO()
    call_command("demo_accounts", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 11 and "demo-2024-anli" in lines[0]
    for account, line in zip(accounts.ACCOUNTS, lines[1:], strict=True):
        assert account.email in line and account.words in line


def test_every_state_a_visitor_may_want_to_see_is_there() -> None:
    assert set(Case.objects.values_list("state", flat=True)) == set(STATE_NAMES)
