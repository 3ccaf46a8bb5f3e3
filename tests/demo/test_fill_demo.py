"""The demo's story: what is in it, and that every row of it could have come about in the portal."""

import hashlib
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import ActivationCode, ContactSheet, ProvinceAdmin, SheetState, User
from accounts.overview import overview_of_provinces
from accounts.provinces import PROVINCES
from calls.models import Call
from calls.policy import Phase
from calls.queries import current
from cases.actions import likening
from cases.actions.handing_in import digest_of
from cases.lifecycle import STATE_NAMES, State
from cases.models import (
    Case,
    CaseAuthor,
    CaseDocument,
    Compared,
    FileState,
    Likeness,
    Receipt,
    SupportingFile,
)
from cases.readiness import counting_document, readiness
from cases.storing import beside
from demo import accounts
from demo.filling import rounds
from kernel.models import AuditEntry, Job, JobState, Letter, Message
from publishing import queries as public
from publishing.actions.certifying import picture_key
from publishing.models import Certificate, Notice, Publication, SelectedCase
from reviews.models import Assignment, Decision, Recommendation, ScoreSheet, Screening
from tests.demo.invariants import breaches
from tests.dump import MOBILE, dump

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("on_the_demo")]

MOMENTS = ("submission_opens_at", "submission_closes_at", "recommendation_closes_at", "scoring_closes_at")


def states(story: set[int], slug: str, **wanted: Any) -> Counter[str]:
    cases = Case.objects.filter(pk__in=story, call__slug=slug, **wanted)
    return Counter(cases.values_list("state", flat=True))


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


def test_the_cases_of_each_call_are_where_their_call_wants_them(story: set[int]) -> None:
    assert states(story, "2024") == {
        State.TYPICAL: 5, State.SHOWCASE: 10, State.NOT_SELECTED: 3, State.NOT_RECOMMENDED: 2, State.DECLINED: 1,
    }  # fmt: skip
    assert states(story, "2025") == {
        State.IN_REVIEW: 10, State.DISQUALIFIED: 1, State.NOT_RECOMMENDED: 2, State.DECLINED: 1,
    }  # fmt: skip
    assert states(story, "2026-spring", province__code="42") == {
        State.HANDED_IN: 4, State.ELIGIBLE: 3, State.RETURNED: 1, State.DECLINED: 1, State.RECOMMENDED: 3,
    }  # fmt: skip
    assert states(story, "2026-spring", province__code="51") == {
        State.HANDED_IN: 1, State.ELIGIBLE: 1, State.RECOMMENDED: 2,
    }  # fmt: skip
    assert states(story, "2026") == {State.DRAFT: 1, State.HANDED_IN: 7, State.WITHDRAWN: 1}


def test_nothing_in_the_whole_demo_breaks_a_rule() -> None:
    assert breaches() == []
    assert AuditEntry.objects.latest("id").at <= timezone.now()
    # Tests on real transactions that ran before have left entries whose people are gone.
    centre = User.objects.get(email="centre@demo.example")
    first = AuditEntry.objects.get(verb="user.register", subject_id=str(centre.pk))
    actors = AuditEntry.objects.filter(actor_id__isnull=False, pk__gte=first.pk)
    assert not actors.exclude(actor_id__in=User.objects.values("pk")).exists()


def test_what_is_borrowed_in_the_story_is_found_from_both_sides(story: set[int]) -> None:
    rows = Likeness.objects.filter(text__case__in=story, other__case__in=story)
    pairs = Counter(rows.values_list("text__case__call__slug", "other__case__call__slug"))
    assert pairs[("2024", "2026-spring")] >= 1 and pairs[("2026-spring", "2024")] >= 1
    assert pairs[("2025", "2025")] >= 2 and pairs[("2026-spring", "2026-spring")] >= 2
    known = Compared.objects.count()
    assert known > 2000 and not likening.outdated().exists(), "a document handed in now is laid beside all"


def test_a_breach_is_found() -> None:
    """The questions are not answered by silence alone: each of these rows is spoiled and told of."""
    case = Case.objects.filter(state=State.TYPICAL, call__slug="2024")[0]
    Case.objects.filter(pk=case.pk).update(supporting_bytes=1, handed_in_at=case.call.submission_closes_at)
    Receipt.objects.filter(case=case).update(digest="0" * 64)
    Recommendation.objects.filter(case=case).update(rank=F("rank") + 1)
    ScoreSheet.objects.filter(assignment__case=case).update(total=1)
    Decision.objects.filter(case=case).update(grade="showcase")
    found = {breach.split(":")[0] for breach in breaches(call__slug="2024")}
    assert {"bytes_held", "windows", "receipts", "places", "sheets", "results"} <= found


def test_every_case_of_the_story_has_number_receipt_and_accepted_files(story: set[int]) -> None:
    handed_in = Case.objects.filter(pk__in=story).exclude(state=State.DRAFT)
    for case in handed_in.prefetch_related("authors", "documents", "files"):
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


def test_files_lie_under_random_keys_with_what_was_drawn_of_them(media: FileSystemStorage, story: set[int]) -> None:
    kinds = set()
    for model in (CaseDocument, SupportingFile):
        for row in model.objects.filter(case__in=story):
            content = Path(media.path(row.key)).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)
            if row.facts.get("kind") == "mp4":
                assert "view.mp4" in {derived["name"] for derived in row.facts["derived"]}
            for derived in row.facts.get("derived", []):
                assert media.exists(beside(row.key, derived["name"]))
            assert row.state == FileState.ACCEPTED
            kinds.add(row.facts["kind"])
    assert {"docx", "pdf", "jpg", "png", "pptx", "mp4"} <= kinds
    for document in CaseDocument.objects.filter(case__in=story):
        assert "特色与创新" in Path(media.path(document.html_key)).read_text()


def test_screenings_tell_what_was_judged(story: set[int]) -> None:
    judged = rounds.PASSED_ON | {State.ELIGIBLE}
    for row in Screening.objects.filter(case__in=story).select_related("case"):
        assert row.read_at is not None
        if row.case.state in judged:
            assert all(row.checks.values()) and row.note and row.by
        if row.case.state == State.DECLINED:
            assert row.reason
    returned = Case.objects.get(state=State.RETURNED, pk__in=story)
    assert returned.return_reason and returned.return_due_at > timezone.now()
    begun = Screening.objects.filter(case__state=State.HANDED_IN, case__in=story)
    half = [row for row in begun if row.checks]
    assert any(not all(row.checks.values()) for row in half)


def test_the_story_in_review_is_half_way(story: set[int]) -> None:
    everyone = Assignment.objects.filter(case__call__slug="2025", case__state=State.IN_REVIEW, case__in=story)
    assert everyone.filter(sheet__submitted_at__isnull=False).exists() and everyone.filter(sheet=None).exists()
    assert Decision.objects.filter(case__call__slug="2025").count() == 1
    assert not everyone.filter(case__decision__isnull=False, sheet__submitted_at__isnull=True).exists()


def test_the_published_call_has_its_list_its_words_and_its_certificates(media: FileSystemStorage) -> None:
    publication = Publication.objects.get()
    assert publication.prepared_by_id != publication.confirmed_by_id and publication.done_at
    selected = SelectedCase.objects.select_related("certificate")
    assert len(selected) >= 400 and len(selected) == Certificate.objects.count()
    pairs = set(selected.values_list("province__code", "type"))
    assert {code for code, _ in pairs} == {code for code, _, _ in PROVINCES}
    for grade in ("typical", "showcase"):
        assert selected.filter(grade=grade).values("type").distinct().count() == 3
    for row in selected:
        assert hashlib.sha256(Path(media.path(row.certificate.key)).read_bytes()).hexdigest() == row.certificate.sha256
        assert Path(media.path(picture_key(row.certificate.key))).read_bytes().startswith(b"\x89PNG")
        assert publication.done_at < row.certificate.made_at < publication.done_at + timedelta(hours=1)
    now = timezone.now()
    one = public.shown(now)[0]
    assert one in public.gallery(now, public.Filters(text=one.title[:4]))
    assert 0.9 < public.shown(now).count() / len(selected) < 1


def test_every_role_has_its_account_and_nobody_else_has_a_password() -> None:
    users = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    assert set(users) == {f"{account.login}@demo.example" for account in accounts.ACCOUNTS} and len(users) == 13
    assert all(user.check_password("demo-2024-anli") for user in users.values())
    assert all(user.emailaddress_set.get().verified for user in users.values())
    assert not any(user.has_usable_password() for user in User.objects.exclude(email__in=users))
    admins = ProvinceAdmin.objects.filter(user__email__in=users).values_list("user__email", "province__code")
    assert sorted(admins) == [
        ("province-b@demo.example", "42"), ("province2@demo.example", "51"), ("province3@demo.example", "66"),
        ("province@demo.example", "42"),
    ]  # fmt: skip
    experts = [user.expert for user in users.values() if hasattr(user, "expert")]
    assert len({expert.province_id for expert in experts}) == 4
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
    assert not ProvinceAdmin.objects.filter(province=waiting.province, active=True).exists()
    live = ActivationCode.objects.get(used_at__isnull=True)
    assert live.province.short == "贵州" and live.expires_at > now
    letter = Letter.objects.get(purpose="activation_code", sent_at__isnull=True)
    assert "贵州" in letter.body
    assert Job.objects.get(kind="kernel.send_letter", args__letter_id=letter.pk).state == JobState.WAITING
    states = Counter(row.state[0] for row in overview_of_provinces(now))
    assert states == {"已激活": 30, "已发码": 1, "待核实": 1}


def test_only_the_newest_letters_are_left_for_the_worker() -> None:
    left = Job.objects.filter(state=JobState.WAITING)
    assert set(left.values_list("kind", flat=True)) == {"kernel.send_letter"} and left.count() == 8
    assert not Letter.objects.filter(sent_at__isnull=False).exclude(body="", recipient="").exists()


def test_notices_an_event_and_messages_are_there() -> None:
    now = timezone.now()
    assert Notice.objects.filter(kind="notice", published_at__lte=now).count() == 14
    assert Notice.objects.filter(kind="event", event_at__gt=now, published_at__lte=now).count() == 4
    assert not Notice.objects.filter(published_at__gt=now).exists()
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
    assert "\n演示数据已填好：" in filled and "2025 年：案例" in filled


def test_production_refuses_the_fill(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="正式环境不能填充演示数据"):
        call_command("fill_demo")


def test_the_accounts_are_printed_with_their_roles() -> None:
    said = io.StringIO()
    call_command("demo_accounts", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 14 and "demo-2024-anli" in lines[0]
    for account, line in zip(accounts.ACCOUNTS, lines[1:], strict=True):
        assert account.email in line and account.words in line


def test_every_state_a_visitor_may_want_to_see_is_there(story: set[int]) -> None:
    assert set(Case.objects.filter(pk__in=story).values_list("state", flat=True)) == set(STATE_NAMES)


def test_the_filled_database_holds_no_mobile_in_plain() -> None:
    mobiles = {
        *User.objects.exclude(mobile=None).values_list("mobile", flat=True),
        *CaseAuthor.objects.values_list("mobile", flat=True),
        *ContactSheet.objects.values_list("mobile", flat=True),
    }
    assert len(mobiles) > 1000, "the control: there is something to be found"
    plain = {name: mobiles & set(MOBILE.findall(rows)) for name, rows in dump().items()}
    assert {name for name, found in plain.items() if found} == set()
