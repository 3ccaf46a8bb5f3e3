"""The demo's crowd: how much there is of everything, and that no row of it looks other than the actions' own."""

import random
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models import Count, Q
from django.test import Client
from django.utils import timezone

from accounts.models import Expert, ProvinceAdmin, User
from accounts.provinces import PROVINCES
from calls.policy import CaseType
from cases.coauthors import edition_of, others
from cases.lifecycle import State
from cases.models import Case, CaseAuthor, CaseDocument, FileState, SupportingFile
from cases.queries import asks_of, with_parts
from cases.readiness import readiness
from cases.storing import beside, discard
from demo.content import extremes
from demo.filling.crowd import cast
from demo.filling.crowd.cast import Stage
from kernel import audit
from kernel.models import AuditEntry, Letter, Message
from reviews.models import Allowance, Assignment, Recommendation, ScoreSheet, Screening

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("on_the_demo")]

MIB = 1024 * 1024
SELECTED = (State.TYPICAL, State.SHOWCASE)
ON_DESK = (State.HANDED_IN, State.RETURNED, State.ELIGIBLE, State.DECLINED, State.RECOMMENDED)


def states(slug: str, **wanted: Any) -> Counter[str]:
    return Counter(Case.objects.filter(call__slug=slug, **wanted).values_list("state", flat=True))


# How much there is


def test_the_published_call_has_hundreds_of_selected_cases_of_all_types_and_provinces() -> None:
    found = states("2024")
    assert found[State.TYPICAL] > 100 and found[State.TYPICAL] + found[State.SHOWCASE] >= 400
    assert found[State.NOT_SELECTED] > 100 and found[State.NOT_RECOMMENDED] > 100 and found[State.DECLINED] > 50
    chosen = Case.objects.filter(call__slug="2024", state__in=SELECTED)
    assert set(chosen.values_list("province__code", flat=True)) == {code for code, _, _ in PROVINCES}
    assert set(chosen.values_list("type", flat=True)) == set(CaseType)


def test_the_call_in_review_lies_with_thirty_experts_and_half_of_the_sheets_is_in() -> None:
    assert states("2025")[State.IN_REVIEW] >= 600
    duty = Assignment.objects.filter(case__call__slug="2025", released_at__isnull=False)
    assert duty.values("expert").distinct().count() == 30
    sheets = ScoreSheet.objects.filter(assignment__in=duty)
    assert 0.4 < sheets.filter(submitted_at__isnull=False).count() / duty.count() < 0.6
    assert sheets.filter(submitted_at=None).count() > 50
    assert 10 <= duty.filter(recused_at__isnull=False).count() <= 20 and sheets.filter(vote="cannot").exists()
    assert 5 <= sheets.filter(doubts_originality=True).count() <= 60
    totals: dict[int, list[Any]] = defaultdict(list)
    for case_id, total in sheets.filter(total__isnull=False, submitted_at__isnull=False).values_list(
        "assignment__case", "total"
    ):
        totals[case_id].append(total)
    assert sum(max(given) - min(given) >= 20 for given in totals.values()) >= 3


def test_each_expert_of_the_accounts_has_a_days_pile_half_done() -> None:
    for login in ("expert", "expert2", "expert3"):
        duty = Assignment.objects.filter(expert__user__email=f"{login}@demo.example", case__call__slug="2025")
        assert 58 <= duty.count() <= 66, login
        assert 0.4 < duty.filter(sheet__submitted_at__isnull=False).count() / duty.count() < 0.6


def test_hubei_has_hundreds_in_every_state_and_stands_at_197_of_200_in_a_ranked_order() -> None:
    found = states("2026-spring", province__code="42")
    assert sum(found[state] for state in ON_DESK) >= 400 and all(found[state] for state in ON_DESK)
    places = Recommendation.objects.filter(allowance__call__slug="2026-spring", allowance__province__code="42")
    assert places.count() == found[State.RECOMMENDED] == 197
    assert Allowance.objects.get(call__slug="2026-spring", province__code="42").places == 200
    ranks = dict(places.values_list("place", "rank"))
    assert sorted(ranks.values()) == list(range(1, 198)) and any(place != rank for place, rank in ranks.items())
    read = Screening.objects.filter(case__province__code="42", case__call__slug="2026-spring")
    waiting = Case.objects.filter(call__slug="2026-spring", province__code="42", state=State.HANDED_IN)
    assert waiting.filter(screening=None).count() > 50
    assert any(row.checks and not all(row.checks.values()) for row in read.filter(case__in=waiting))


def test_other_provinces_have_dozens_or_a_few_and_one_has_nothing() -> None:
    desks = Counter(
        Case.objects.filter(call__slug="2026-spring", state__in=ON_DESK).values_list("province__code", flat=True)
    )
    assert all(desks[code] >= 24 for code in cast.SOME_DOZENS)
    assert all(desks[code] for code, _, _ in PROVINCES if code != "66")
    assert not Case.objects.exclude(call__slug="2024").filter(province__code="66").exists()


def test_the_open_call_has_hundreds_in_every_state_an_author_knows() -> None:
    found = states("2026")
    known = (State.DRAFT, State.HANDED_IN, State.WITHDRAWN, State.RETURNED, State.ELIGIBLE, State.DECLINED)
    assert sum(found.values()) >= 300 and all(found[state] for state in known)


def test_drafts_stand_at_every_stage_of_readiness() -> None:
    drafts = with_parts(Case.objects.filter(call__slug="2026", state=State.DRAFT).select_related("call"))
    found = [readiness(case) for case in drafts]
    assert any(one.ready for one in found)
    assert {one.cut for one in found} == {0, 1, 2, 3, 4}
    tones = {(task.char, task.tone) for one in found for task in one.tasks}
    assert {("研", ""), ("研", "act"), ("研", "bad"), ("修", "bad"), ("修", "done"), ("案", "bad"), ("例", "")} <= tones
    lacks = "".join(lack.words + lack.small for one in found for lack in one.lacks)
    for words in ("文档超出字数", "“特色与创新”", "重新上传案例介绍文档", "案例概述超出"):
        assert words in lacks


def test_the_empty_accounts_are_empty() -> None:
    assert not Case.objects.filter(submitter__email="teacher3@demo.example").exists()
    assert not Assignment.objects.filter(expert__user__email="expert4@demo.example").exists()
    assert Expert.objects.get(user__email="expert4@demo.example").active
    assert ProvinceAdmin.objects.get(user__email="province3@demo.example").province.code == "66"


def test_co_authors_were_asked_about_what_was_handed_in(story: set[int]) -> None:
    handed_in = Case.objects.exclude(number=None).exclude(pk__in=story).prefetch_related("authors", "asks")
    together = [case for case in handed_in.order_by("pk")[:400] if len(case.authors.all()) > 1]
    assert len(together) > 50
    for case in together:
        asked = {ask.position: ask.edition for ask in case.asks.all()}
        assert asked == {author.position: edition_of(case, author) for author in others(case)}


def test_the_accounts_teacher_is_asked_to_confirm_a_signature() -> None:
    (ask,) = asks_of(User.objects.get(email="teacher@demo.example"))
    assert ask.confirmed is None and ask.case.call.slug == "2026"


# What stands at the limits


@pytest.mark.parametrize("slug", ["2024", "2025", "2026-spring", "2026"])
def test_every_call_has_cases_at_the_limits(slug: str) -> None:
    cases = Case.objects.filter(call__slug=slug)
    titles = list(cases.values_list("title", flat=True))
    assert {1, 60} <= set(map(len, titles))
    assert set(titles) & {title for kind in extremes.UNUSUAL_TITLES.values() for title in kind}
    assert cases.filter(overview_characters=300).exists()
    lengths = set(CaseDocument.objects.filter(case__in=cases, fit=True).values_list("characters", flat=True))
    assert 3000 in lengths and any(3000 < length <= 3060 for length in lengths)
    authors = CaseAuthor.objects.filter(case__in=cases)
    assert {30} <= {len(one.name) for one in authors} and {80} <= {len(one.unit) for one in authors}
    assert authors.filter(name__in=extremes.RARE_NAMES).exists()
    full = cases.order_by("-supporting_bytes")[0]
    assert 99.9 * MIB <= full.supporting_bytes < 100 * MIB
    assert cases.annotate(n=Count("files")).order_by("-n")[0].n == 20
    assert cases.exclude(number=None).annotate(n=Count("files")).order_by("n")[0].n == 1


def test_the_longest_film_is_there_whole_and_takes_next_to_no_room(media: FileSystemStorage) -> None:
    film = SupportingFile.objects.order_by("-size")[0]
    path = Path(media.path(film.key))
    assert film.kind == "mp4" and path.stat().st_size == film.size > 90 * MIB
    assert path.stat().st_blocks * 512 < MIB


# The guard: nothing distinguishes a row of the crowd from a row of the actions


def way(case: Case) -> tuple[str, ...]:
    """How a case came to where it is: its moves, whether it was read, how far its experts are, if one stepped back."""
    moves = [entry.verb for entry in audit.history(case) if "after" in entry.facts]
    sheets = ScoreSheet.objects.filter(assignment__case=case)
    submitted = sheets.filter(submitted_at__isnull=False).exists()
    told = {
        "read": Screening.objects.filter(case=case).exists(),
        "submitted": submitted,
        "begun": sheets.exists() and not submitted,
        "recused": Assignment.objects.filter(case=case, recused_at__isnull=False).exists(),
    }
    return (*moves, *(name for name, holds in told.items() if holds))


def features(case: Case) -> dict[str, set[str]]:
    """What there is of a case: {table: the columns that are neither null nor empty}, and the verbs of its history."""
    found: dict[str, set[str]] = {"case": filled_in(case)}
    for relation in case._meta.related_objects:
        for row in relation.related_model._base_manager.filter(**{relation.field.name: case.pk}):
            found.setdefault(row._meta.label, set()).update(filled_in(row))
    for assignment in Assignment.objects.filter(case=case, sheet__isnull=False).select_related("sheet"):
        found.setdefault("reviews.ScoreSheet", set()).update(filled_in(assignment.sheet))
    entries = AuditEntry.objects.filter(
        Q(subject="cases.case", subject_id=str(case.pk)) | Q(facts__case_id=case.pk)
    ).values_list("verb", "actor_id", "facts", "subject")
    for verb, actor_id, facts, subject in entries:
        by = "somebody" if actor_id else "the portal"
        found.setdefault("audit", set()).add(f"{subject} {verb} by {by}: {sorted(facts)}")
    messages = Message.objects.filter(link__startswith=f"/my/{case.pk}/").values_list("link", flat=True)
    found["messages"] = {link.removeprefix(f"/my/{case.pk}") for link in messages}
    return found


def filled_in(row: Any) -> set[str]:
    return {
        field.attname
        for field in row._meta.concrete_fields
        if field.attname != "words" and getattr(row, field.attname) not in (None, "", [], {})
    }


MAY_LACK = {
    "case": {"sources", "contribution", "broadcasts", "pledge_signed"},
    "reviews.ScoreSheet": {"remark", "submitted_at", "total", "vote", "comments", "scores"},
    "reviews.Decision": {"note"},
    "reviews.Assignment": {"draw_id"},
    "cases.CoauthorAsk": {"id", "case_id", "position", "mobile", "edition"},
}
"""Columns that an author, an expert or the centre may fill in or leave; most cases have no co-author."""

MAY_DIFFER = (
    "kernel.job", "recommendation.reorder", "score.save", "assignment.give", "assignment.recuse", "screening.save",
    "case.ask_coauthors",
)  # fmt: skip
"""What happens to some cases of a state and not to others."""


def test_a_case_of_the_crowd_is_like_one_that_the_actions_made(story: set[int]) -> None:
    everyone = Case.objects.order_by("pk").select_related("call")
    compared = set()
    for slug in ("2024", "2025", "2026-spring", "2026"):
        for state in states(slug):
            own = everyone.filter(call__slug=slug, state=state)
            told, crowd = own.filter(pk__in=story), own.exclude(pk__in=story)
            if state in (State.DRAFT, State.DISQUALIFIED) or not told.exists():
                continue
            pattern, ways = merged([features(case) for case in told]), {way(case) for case in told}
            drawn = random.Random(slug + state).sample(list(crowd), min(40, crowd.count()))
            alike = [case for case in drawn if way(case) in ways][:3]
            assert alike, f"{slug} {state}: no case of the crowd came this way"
            for case in alike:
                compare(features(case), pattern, f"{slug} {state} {case.pk}")
            compared.add((slug, state))
    assert len(compared) >= 13


def merged(all_features: list[dict[str, set[str]]]) -> dict[str, tuple[set[str], set[str]]]:
    """{table: (what every one of them has, what any of them has)}."""
    tables = {table for one in all_features for table in one}
    return {
        table: (
            set.intersection(*(one.get(table, set()) for one in all_features)),
            set.union(*(one.get(table, set()) for one in all_features)),
        )
        for table in tables
    }


def compare(found: dict[str, set[str]], pattern: dict[str, tuple[set[str], set[str]]], name: str) -> None:
    for table in set(found) | set(pattern):
        always, ever = pattern.get(table, (set(), set()))
        optional = MAY_LACK.get(table, set())
        have = found.get(table, set())
        lacking = {one for one in always - have - optional if not any(sign in one for sign in MAY_DIFFER)}
        beyond = {one for one in have - ever - optional if not any(sign in one for sign in MAY_DIFFER)}
        assert not lacking and not beyond, f"{name} {table}: lacks {lacking}, has {beyond}"


# Bytes


def test_the_crowds_files_can_be_read_and_no_two_rows_share_a_name(media: FileSystemStorage, story: set[int]) -> None:
    for model in (CaseDocument, SupportingFile):
        rows = model.objects.exclude(case__in=story)
        for row in random.Random(1).sample(list(rows.filter(state=FileState.ACCEPTED)), 200):
            assert Path(media.path(row.key)).stat().st_size == row.size
            assert all(media.exists(beside(row.key, derived["name"])) for derived in row.facts.get("derived", []))
        refused = rows.filter(state=FileState.REFUSED)
        assert refused.exists() and not any(media.exists(row.key) for row in refused)
        assert rows.values("key").distinct().count() == rows.count()


def test_taking_one_file_away_leaves_all_others_their_bytes(media: FileSystemStorage, story: set[int]) -> None:
    rows = SupportingFile.objects.exclude(case__in=story).filter(state=FileState.ACCEPTED)
    shared = rows.values("sha256").annotate(n=Count("pk")).order_by("-n")[0]["sha256"]
    first, second = rows.filter(sha256=shared).order_by("pk")[:2]
    assert Path(media.path(first.key)).samefile(media.path(second.key))
    discard(first.key)
    assert not media.exists(first.key) and media.exists(second.key)
    assert all(media.exists(beside(second.key, derived["name"])) for derived in second.facts.get("derived", []))


# What people see


PAGES = {
    "": ("/", "/guide/", "/gallery/", "/gallery/?page=3", "/results/", "/results/2024/", "/certificates/", "/notices/"),
    "teacher": ("/my/", "/my/messages/"),
    "teacher2": ("/my/",),
    "teacher3": ("/my/", "/my/new/", "/my/messages/"),
    "province": ("/screening/", "/screening/cases/", "/screening/recommendations/", "/screening/colleagues/"),
    "province2": ("/screening/", "/screening/cases/", "/screening/recommendations/"),
    "province3": ("/screening/", "/screening/cases/", "/screening/recommendations/"),
    "expert": ("/experts/", "/experts/done/"),
    "expert4": ("/experts/", "/experts/done/"),
    "centre": (
        "/centre/", "/centre/calls/", "/centre/cases/", "/centre/assignment/", "/centre/decisions/", "/centre/jobs/",
        "/centre/audit/", "/centre/provinces/", "/centre/experts/", "/centre/publication/", "/centre/notices/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("login", PAGES)
def test_the_pages_of_every_role_answer(client: Client, login: str) -> None:
    if login:
        client.force_login(
            User.objects.get(email=f"{login}@demo.example"),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
    for page in PAGES[login]:
        assert client.get(page, follow=True).status_code == 200, page


def test_letters_and_messages_of_the_crowd_lie_in_the_past_and_say_nothing_more_than_they_may() -> None:
    now = timezone.now()
    assert Letter.objects.filter(purpose="receipt").count() > 2000
    assert not Letter.objects.filter(created_at__gt=now).exists() and not Message.objects.filter(at__gt=now).exists()
    assert not Letter.objects.filter(sent_at__isnull=False).exclude(body="", recipient="").exists()
    # The fill counted its three days from its own beginning, which on a busy machine lies minutes back.
    assert not Message.objects.filter(read_at__isnull=True, at__lt=now - timedelta(days=3, hours=1)).exists()


def test_the_cast_is_the_same_every_time_and_spares_nobody() -> None:
    for told in (cast.published, cast.in_review, cast.in_recommendation, cast.open_now):
        parts = told(random.Random(3))
        assert parts == told(random.Random(3)) != told(random.Random(4))
    assert sum(cast.shares(1000, cast.CODES).values()) == 1000
    unattended = [part for part in cast.in_recommendation(random.Random(3)) if part.code in cast.UNATTENDED]
    assert unattended and {part.stage for part in unattended} <= {Stage.HANDED_IN, Stage.DRAFT, Stage.WITHDRAWN}
