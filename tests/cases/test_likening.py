"""What is kept for comparing: fingerprints of what was handed in, and nothing of what was taken back."""

from datetime import datetime
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cases import likeness, tasks
from cases.actions import likening
from cases.actions.moving import lock, move
from cases.alike import WIDELY, alike, same_files
from cases.lifecycle import State, Verb
from cases.models import (
    Case,
    CaseDocument,
    CommonFingerprint,
    Compared,
    FileState,
    Fingerprint,
    Likeness,
    SupportingFile,
)
from cases.storing import beside, discard, fresh_key
from kernel.models import Job
from tests import factories
from tests.cases.likeness_texts import COPIED, page, prose

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(now: datetime) -> Any:
    """`bring(html, state=…)`: a case with a document of this page."""

    def bring(html: str, state: str = State.HANDED_IN, **fields: Any) -> Case:
        return write(factories.make_case(state=state, **fields), html, now)

    return bring


def write(case: Case, html: str, now: datetime) -> Case:
    key = fresh_key()
    default_storage.save(beside(key, "document.html"), ContentFile(html.encode()))
    CaseDocument.objects.create(
        case=case, name="案例.docx", size=9, sha256="0" * 64, key=key, state=FileState.ACCEPTED, uploaded_at=now,
        uploaded_by=case.submitter, html_key=beside(key, "document.html"), facts={"characters": 9},
    )  # fmt: skip
    return case


def pairs() -> set[tuple[int, int]]:
    return set(Likeness.objects.values_list("text", "other"))


def test_a_copied_passage_is_found_from_both_sides_whoever_comes_first(bring: Any) -> None:
    one, other = bring(page(prose(1), COPIED)), bring(page(COPIED, prose(2)))
    stranger = bring(page(prose(3)))
    assert [likening.liken(case_id=case.pk) for case in (one, other, stranger)] == [0, 1, 0]
    assert pairs() == {(one.pk, other.pk), (other.pk, one.pk)}
    here, there = (Likeness.objects.get(text=case.pk) for case in (one, other))
    assert here.letters == there.letters >= len(likeness.plain(COPIED))
    assert [likeness.turned(likeness.Passage(*said)) for said in there.passages] == [
        likeness.Passage(*said) for said in here.passages
    ]
    assert alike(one.pk).texts == alike(other.pk).texts == 1 and alike(stranger.pk).texts == 0


def test_twice_is_once(bring: Any) -> None:
    one, other = bring(page(COPIED)), bring(page(COPIED))
    for case in (one, other, one, other, one):
        likening.liken(case_id=case.pk)
    assert pairs() == {(one.pk, other.pk), (other.pk, one.pk)}
    assert Compared.objects.count() == 2
    values = likeness.winnow(likeness.grams(likeness.plain(COPIED)))
    assert set(Fingerprint.objects.filter(text=one.pk).values_list("value", flat=True)) == values


def test_headings_and_the_words_of_the_template_are_no_likeness(bring: Any) -> None:
    from cases.papers.document_template import HEADINGS, HINTS, NOTE

    hints = [hint for given in HINTS.values() for hint in given]
    for number in (1, 2):
        likening.liken(case_id=bring(page(NOTE, *hints, prose(number), headings=HEADINGS)).pk)
    assert pairs() == set() and Compared.objects.count() == 2


@pytest.mark.parametrize("state", [State.DRAFT, State.WITHDRAWN])
def test_what_is_the_authors_alone_is_not_compared(bring: Any, state: str) -> None:
    case = bring(page(COPIED), state=state)
    assert likening.liken(case_id=case.pk) == 0
    assert not Compared.objects.exists() and not Fingerprint.objects.exists()


def test_a_withdrawn_case_leaves_nothing(bring: Any, now: datetime) -> None:
    one, other = bring(page(COPIED)), bring(page(COPIED))
    for case in (one, other):
        likening.liken(case_id=case.pk)
    move(lock(one.pk), Verb.WITHDRAW, actor=None, now=now)
    assert list(Compared.objects.values_list("pk", flat=True)) == [other.pk]
    assert not Fingerprint.objects.exclude(text=other.pk).exists() and pairs() == set()
    assert likening.liken(case_id=one.pk) == 0, "a job that was promised before"
    assert alike(other.pk).texts == 0


def test_a_document_that_is_taken_away_leaves_nothing(bring: Any) -> None:
    one, other = bring(page(COPIED), state=State.RETURNED), bring(page(COPIED))
    for case in (one, other):
        likening.liken(case_id=case.pk)
    one.documents.get().delete()
    assert list(Fingerprint.objects.values_list("text", flat=True).distinct()) == [other.pk] and pairs() == set()


def test_a_new_version_takes_the_place_of_the_old_one(bring: Any, now: datetime) -> None:
    one, other = bring(page(COPIED)), bring(page(COPIED))
    for case in (one, other):
        likening.liken(case_id=case.pk)
    write(other, page(prose(1)), now)
    likening.liken(case_id=other.pk)
    assert pairs() == set()
    assert Compared.objects.get(case=other).document == other.documents.latest("pk")


def test_a_text_that_cannot_be_read_is_alike_to_none_and_not_asked_for_again(bring: Any) -> None:
    lost, kept = bring(page(COPIED)), bring(page(COPIED))
    discard(lost.documents.get().key)
    assert [likening.liken(case_id=case.pk) for case in (lost, kept)] == [0, 0]
    assert Compared.objects.filter(case=lost).exists() and not Fingerprint.objects.filter(text=lost.pk).exists()
    assert likening._outdated(0) == []


def test_what_many_have_says_nothing(bring: Any) -> None:
    """More than twenty of the same words: the twenty-first is told of nobody, and a later one neither."""
    many = [bring(page(COPIED, prose(number))) for number in range(likeness._FEW + 2)]
    found = [likening.liken(case_id=case.pk) for case in many]
    assert found[: likeness._FEW] == list(range(likeness._FEW)) and found[-2:] == [0, 0]
    assert pairs() == set(), "what the first were told of when it still looked like more has gone"
    common = set(CommonFingerprint.objects.values_list("value", flat=True))
    within = likeness.winnow(likeness.grams(likeness.plain(COPIED)))
    assert common and len(common & within) >= 0.8 * len(within)


def test_handing_in_and_accepting_promise_the_comparison(bring: Any, do_jobs: Any) -> None:
    case, author_s = bring(page(COPIED)), bring(page(COPIED), state=State.DRAFT)
    likening.ask_to_liken(case)
    likening.ask_to_liken(author_s)
    assert [job.args for job in Job.objects.filter(kind="cases.liken")] == [{"case_id": case.pk}]
    do_jobs()
    assert Compared.objects.get().case_id == case.pk


def test_a_new_version_of_the_method_compares_everything_anew_by_jobs(
    bring: Any, do_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [bring(page(COPIED)) for _ in range(3)]
    tasks.ask_to_refresh_likeness()
    tasks.ask_to_refresh_likeness()
    assert Job.objects.filter(kind="cases.refresh_likeness").count() == 1
    do_jobs()
    assert set(Compared.objects.values_list("pk", "version")) == {(case.pk, likeness.VERSION) for case in cases}
    assert len(pairs()) == 6
    monkeypatch.setattr(likening, "VERSION", likeness.VERSION + 1)
    monkeypatch.setattr(tasks, "AT_A_TIME", -1.0)
    monkeypatch.setattr(likening, "AT_ONCE", 2)
    tasks.ask_to_refresh_likeness()
    do_jobs()
    assert set(Compared.objects.values_list("version", flat=True)) == {likeness.VERSION + 1}
    assert Job.objects.filter(key__startswith=f"refresh-likeness:{likeness.VERSION + 1}:").count() == 3
    assert len(pairs()) == 6


def file(case: Case, number: int, state: str = FileState.ACCEPTED) -> SupportingFile:
    return SupportingFile.objects.create(
        case=case, name="通知.pdf", title="通知", category="notice", kind="pdf", size=9, sha256=f"{number:064x}",
        key=fresh_key(), state=state, uploaded_at=case.created_at, uploaded_by=case.submitter,
    )  # fmt: skip


def test_the_same_bytes_in_another_case_are_named_unless_they_went_round() -> None:
    one, other = factories.make_case(state=State.HANDED_IN), factories.make_case(state=State.ELIGIBLE)
    withdrawn, draft = factories.make_case(state=State.WITHDRAWN), factories.make_case()
    own, same = file(one, 1), file(other, 1)
    file(one, 1), file(withdrawn, 2), file(draft, 2), file(one, 2), file(one, 3), file(other, 3, FileState.DROPPED)
    assert alike(one.pk).files == 2 and alike(other.pk).files == 1
    assert (own.pk, same.pk) in same_files(one.pk) and len(same_files(one.pk)) == 2
    for _ in range(WIDELY):
        file(factories.make_case(state=State.HANDED_IN), 1)
    assert alike(one.pk).files == 0 and same_files(one.pk) == []
