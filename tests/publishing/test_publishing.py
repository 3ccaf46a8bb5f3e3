"""Publishing takes two people, happens as they saw it, and is harmless when done twice (R15)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from calls.policy import Phase, WindowClosed
from cases.actions.moving import lock, move
from cases.lifecycle import State, Verb
from kernel import jobs
from kernel.models import AuditEntry, Job, Message
from publishing.actions import publishing
from publishing.actions.publishing import confirm_publication, prepare_publication, withdraw_preparation
from publishing.models import Certificate, Publication, SelectedCase
from publishing.tasks import look_for_losses
from publishing.tasks import publish as publish_job
from reviews.actions import deciding
from reviews.models import Decision, Grade
from tests.factories import make_call, make_case, make_centre
from tests.publishing.published import confirm, decided_case, publish, run

pytestmark = pytest.mark.django_db


def new_entries(call_id: int) -> list[str]:
    return list(AuditEntry.objects.filter(call_id=call_id).values_list("verb", flat=True))


def test_preparing_keeps_the_decisions_and_says_so(now: datetime) -> None:
    call = make_call(phase="decision")
    one, two = decided_case(call, "typical"), decided_case(call, "not")
    actor = make_centre()
    prepare_publication(call_id=call.pk, actor=actor, now=now)
    row = Publication.objects.get()
    assert row.decisions == {str(one.pk): "typical", str(two.pk): "not"}
    assert (row.prepared_by, row.prepared_at, row.confirmed_by, row.done_at) == (actor, now, None, None)
    assert new_entries(call.pk) == ["publication.prepare"]
    assert AuditEntry.objects.get(call_id=call.pk).facts == {
        "digest": row.digest,
        "counts": {"typical": 1, "showcase": 0, "not": 1},
    }  # fmt: skip
    assert not Job.objects.exists()


@pytest.mark.parametrize("phase", ["submission", "recommendation", "review"])
def test_nothing_is_published_before_scoring_has_closed(phase: str, now: datetime) -> None:
    call = make_call(phase=phase)
    decided_case(call, "typical")
    with pytest.raises(WindowClosed):
        prepare_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_an_undecided_case_holds_the_publication_up(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    make_case(call=call, state=State.IN_REVIEW)
    with pytest.raises(publishing.DecisionsOpen, match="还有 1 件"):
        prepare_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_an_empty_call_cannot_be_published(now: datetime) -> None:
    call = make_call(phase="decision")
    with pytest.raises(publishing.NothingToPublish):
        prepare_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_preparing_twice_is_refused(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    prepare_publication(call_id=call.pk, actor=make_centre(), now=now)
    with pytest.raises(publishing.AlreadyPrepared):
        prepare_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_the_one_who_prepared_cannot_confirm(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    actor = make_centre()
    prepare_publication(call_id=call.pk, actor=actor, now=now)
    with pytest.raises(publishing.SecondPersonNeeded):
        confirm_publication(call_id=call.pk, actor=actor, now=now)
    assert Publication.objects.get().confirmed_at is None
    assert not Job.objects.exists()


def test_confirming_needs_a_preparation(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    with pytest.raises(publishing.NotPrepared):
        confirm_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_a_changed_decision_breaks_the_preparation_and_a_new_one_mends_it(now: datetime) -> None:
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    first, second = make_centre(), make_centre()
    prepare_publication(call_id=call.pk, actor=first, now=now)
    Decision.objects.filter(case=case).update(grade="showcase")
    with pytest.raises(publishing.DecisionsChanged):
        confirm_publication(call_id=call.pk, actor=second, now=now)
    prepare_publication(call_id=call.pk, actor=second, now=now)
    confirm_publication(call_id=call.pk, actor=first, now=now)
    assert Publication.objects.get().decisions == {str(case.pk): "showcase"}


def test_who_confirms_vouches_for_what_was_on_the_page(now: datetime) -> None:
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    first, second = make_centre(), make_centre()
    seen = prepare_publication(call_id=call.pk, actor=first, now=now).digest
    Decision.objects.filter(case=case).update(grade="not")
    prepared = prepare_publication(call_id=call.pk, actor=first, now=now)
    with pytest.raises(publishing.AnotherSeen):
        confirm_publication(call_id=call.pk, actor=second, now=now, seen=seen)
    confirm_publication(call_id=call.pk, actor=second, now=now, seen=prepared.digest)


def test_no_decision_changes_once_two_people_have_vouched(now: datetime) -> None:
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    _, second = confirm(call, now)
    with pytest.raises(deciding.ResultsConfirmed):
        deciding.decide(case_id=case.pk, grade=Grade.NOT, actor=second, now=now)
    with pytest.raises(deciding.ResultsConfirmed):
        deciding.clear_decision(case_id=case.pk, actor=second, now=now)
    assert Decision.objects.get(case=case).grade == "typical"


def test_a_case_taken_out_breaks_the_preparation(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    gone = decided_case(call, "showcase")
    prepare_publication(call_id=call.pk, actor=make_centre(), now=now)
    move(lock(gone.pk), Verb.DISQUALIFY, actor=None, now=now)
    with pytest.raises(publishing.DecisionsChanged):
        confirm_publication(call_id=call.pk, actor=make_centre(), now=now)


def test_a_preparation_can_be_taken_back_until_it_is_confirmed(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    actor = make_centre()
    prepare_publication(call_id=call.pk, actor=actor, now=now)
    withdraw_preparation(call_id=call.pk, actor=actor, now=now)
    assert not Publication.objects.exists()
    assert new_entries(call.pk) == ["publication.prepare", "publication.withdraw"]
    with pytest.raises(publishing.NotPrepared):
        withdraw_preparation(call_id=call.pk, actor=actor, now=now)
    confirm(call, now)
    with pytest.raises(publishing.AlreadyConfirmed):
        withdraw_preparation(call_id=call.pk, actor=actor, now=now)


def test_confirming_promises_the_job_and_moves_nothing_yet(now: datetime) -> None:
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    _, second = confirm(call, now)
    row = Publication.objects.get()
    case.refresh_from_db()
    call.refresh_from_db()
    assert (row.confirmed_by, row.confirmed_at, row.done_at) == (second, now, None)
    assert (case.state, call.published_at) == (State.IN_REVIEW, None)
    assert list(Job.objects.values_list("kind", "key", "args", "queue")) == [
        ("publishing.publish", f"publish-{call.pk}", {"call_id": call.pk}, "export")
    ]


def test_the_job_moves_every_case_writes_the_snapshots_and_promises_the_certificates() -> None:
    call, (typical, showcase, declined) = publish("typical", "showcase", "not")
    assert [typical.state, showcase.state, declined.state] == [State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED]
    assert call.phase(call.published_at) == Phase.PUBLISHED
    rows = SelectedCase.objects.order_by("pk")
    assert [(row.case_id, row.grade, row.shown, row.number) for row in rows] == [
        (typical.pk, "typical", True, typical.number),
        (showcase.pk, "showcase", True, showcase.number),
    ]
    assert rows[0].authors == [{"name": "韦秋棠", "unit": "云岭镇中心小学", "post": "一级教师"}]
    assert list(Certificate.objects.order_by("pk").values_list("number", "made_at")) == [
        ("2024-典-0001", None),
        ("2024-展-0001", None),
    ]
    promised = Job.objects.filter(kind="publishing.certificate").order_by("pk")
    assert [(job.key, job.args) for job in promised] == [
        (f"certificate-{typical.pk}", {"case_id": typical.pk}),
        (f"certificate-{showcase.pk}", {"case_id": showcase.pk}),
    ]
    assert new_entries(call.pk) == [
        "publication.prepare", "publication.confirm", "case.select_typical", "case.select_showcase",
        "case.not_select", "publication.publish",
    ]  # fmt: skip


def test_every_author_is_told_once() -> None:
    _, (typical, declined) = publish("typical", "not")
    told = list(Message.objects.filter(link__startswith="/my/").order_by("pk").values_list("user_id", "text", "link"))
    assert told == [
        (typical.submitter_id, f"“{typical.title}”入选典型案例，电子证书正在制作。", f"/my/{typical.pk}/certificate/"),
        (declined.submitter_id, f"“{declined.title}”没有入选本届推荐案例。感谢您的参加。", f"/my/{declined.pk}/"),
    ]


def test_the_second_person_is_told_that_results_wait(now: datetime) -> None:
    call, first, second = make_call(phase="decision"), make_centre(), make_centre()
    decided_case(call, "typical")
    publishing.prepare_publication(call_id=call.pk, actor=first, now=now)
    told = Message.objects.get(link=f"/centre/publication/?call={call.slug}")
    assert told.user_id == second.pk and first.name in told.text


def test_a_published_case_is_found_by_its_author_or_its_certificate(client: Any) -> None:
    call, (one, other) = publish("typical", "showcase")
    client.force_login(make_centre())
    number = SelectedCase.objects.get(case=other).certificate.number
    address = f"/centre/publication/?call={call.slug}&q="
    page = client.get(address + number).content.decode()
    assert other.number in page and one.number not in page
    page = client.get(address + one.authors.get(position=1).name).content.decode()
    assert one.number in page
    assert "没有找到这样的案例" in client.get(address + "没有这个人").content.decode()


def test_the_job_done_twice_changes_nothing_more() -> None:
    call, _ = publish("typical", "showcase", "not")
    before = (list(Certificate.objects.values()), new_entries(call.pk), Message.objects.count(), Job.objects.count())
    publish_job(call_id=call.pk)
    after = (list(Certificate.objects.values()), new_entries(call.pk), Message.objects.count(), Job.objects.count())
    assert before == after


def test_a_job_cut_off_between_batches_goes_on_where_it_stood(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "BATCH", 1)
    call = make_call(phase="decision")
    cases = [decided_case(call, "typical") for _ in range(3)]
    confirm(call, now)
    assert publishing.publish_batch(call_id=call.pk, now=now)
    call.refresh_from_db()
    assert (SelectedCase.objects.count(), call.published_at) == (1, None)
    assert {case.state for case in type(cases[0]).objects.all()} == {State.IN_REVIEW}, "a grade is out before its time"
    look_for_losses()
    assert not Job.objects.filter(kind="publishing.follow_loss").exists(), "what is not public yet is not lost"
    run("publishing.publish")
    assert {case.state for case in type(cases[0]).objects.all()} == {State.TYPICAL}
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [
        "2024-典-0001", "2024-典-0002", "2024-典-0003",
    ]  # fmt: skip


def test_what_is_published_is_what_was_confirmed(now: datetime) -> None:
    call = make_call(phase="decision")
    kept, gone = decided_case(call, "typical"), decided_case(call, "showcase")
    confirm(call, now)
    Decision.objects.filter(case=kept).update(grade="not")
    move(lock(gone.pk), Verb.DISQUALIFY, actor=None, now=now)
    run("publishing.publish")
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.state, gone.state) == (State.TYPICAL, State.DISQUALIFIED)
    assert list(SelectedCase.objects.values_list("case_id", flat=True)) == [kept.pk]


def test_two_calls_of_one_year_number_their_certificates_on() -> None:
    publish("typical")
    publish("typical")
    assert list(Certificate.objects.order_by("pk").values_list("number", flat=True)) == ["2024-典-0001", "2024-典-0002"]


def test_an_unconfirmed_call_is_not_published_by_the_job(now: datetime) -> None:
    call = make_call(phase="decision")
    case = decided_case(call, "typical")
    prepare_publication(call_id=call.pk, actor=make_centre(), now=now)
    publish_job(call_id=call.pk)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    assert not SelectedCase.objects.exists()


# The desk


@pytest.fixture
def desk(client, now):  # type: ignore[no-untyped-def]
    """`desk(user, verb)`: what the centre's page answers."""

    def act(user, verb=None, **extra):  # type: ignore[no-untyped-def]
        client.force_login(user)
        if verb:
            shown = re.search(r'name="digest" value="(\w+)"', client.get("/centre/publication/").content.decode())
            data = {"verb": verb, "digest": shown[1] if shown else ""}
            return client.post("/centre/publication/", data, follow=True, **extra).content.decode()
        return client.get("/centre/publication/", **extra).content.decode()

    return act


def test_the_desk_leads_two_people_through(desk) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    decided_case(call, "typical")
    first, second = make_centre(), make_centre()
    assert "提请公布，请第二人复核" in desk(first)
    assert "等待另一位工作人员确认" in desk(first, "prepare")
    assert "公布结果须由两人完成" in desk(first, "confirm")
    assert "复核无误，确认公布" in desk(second)
    page = desk(second, "confirm")
    assert "证书制作中：0 / 1 张" in page
    assert "data-poll" in page
    run("publishing.publish")
    page = desk(second)
    assert "证书制作中：0 / 1 张" in page
    assert "data-poll" in desk(second, HTTP_X_FRAGMENT="1")
    run("publishing.certificate")
    fragment = desk(second, HTTP_X_FRAGMENT="1")
    assert "1 张证书全部制作完成" in fragment
    assert "data-poll" not in fragment
    assert "<html" not in fragment


def test_a_given_up_job_is_seen_on_the_desk(desk, now: datetime) -> None:  # type: ignore[no-untyped-def]
    call = make_call(phase="decision")
    decided_case(call, "typical")
    _, second = confirm(call, now)
    Job.objects.update(state="failed")
    assert "有 1 项没有完成" in desk(second)


def test_the_desk_is_the_centres_alone(client) -> None:  # type: ignore[no-untyped-def]
    case = make_case()
    client.force_login(case.submitter)
    assert client.get("/centre/publication/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_desks_lists_cost_the_same_for_one_and_for_three(count: int, client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    publish(*["typical"] * count)
    client.force_login(make_centre())
    with django_assert_num_queries(11):
        client.get("/centre/publication/")


def test_a_moment_later_the_job_is_swept_up_when_its_message_was_lost(now: datetime) -> None:
    call = make_call(phase="decision")
    decided_case(call, "typical")
    confirm(call, now)
    Job.objects.update(created_at=now - timedelta(minutes=1))
    assert jobs.sweep() == 1
