"""Who reviews what: exclusions hold, loads are as equal as they can be, the same seed gives the same plan (R14)."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.policy import WindowClosed
from kernel.models import AuditEntry, Job, Letter, Message
from reviews import assigning as pure
from reviews import tasks
from reviews.actions import assigning
from reviews.assigning import CaseRow, ExpertRow, Snapshot, excluded, normal_unit, plan
from reviews.models import Assignment, Decision, Draw
from tests import factories

TYPES, PLACES, UNITS = ("region", "school", "studio"), ("11", "42", "51"), ("", "a", "b")


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    experts = [
        ExpertRow(
            i,
            frozenset(draw(st.sets(st.sampled_from(TYPES), min_size=1))),
            draw(st.sampled_from(PLACES)),
            draw(st.sampled_from(UNITS)),
            frozenset(draw(st.sets(st.integers(0, 11), max_size=2))),
        )
        for i in range(draw(st.integers(0, 7)))
    ]
    cases = [
        CaseRow(
            i,
            draw(st.sampled_from(TYPES)),
            frozenset(draw(st.sets(st.sampled_from(PLACES), min_size=1, max_size=2))),
            frozenset(draw(st.sets(st.sampled_from(("a", "b", "c")), max_size=1))),
        )
        for i in range(draw(st.integers(0, 12)))
    ]
    able = [(c.id, e.id) for c, e in product(cases, experts) if not excluded(c, e)]
    kept = draw(st.lists(st.sampled_from(able), unique=True, max_size=3)) if able else []
    return Snapshot(tuple(cases), tuple(experts), draw(st.integers(1, 3)), tuple(kept))


def can_be_levelled(snapshot: Snapshot, pairs: list[pure.Pair]) -> bool:
    """Whether some chain of moves leads from an expert to one with at least two fewer cases: Bellman's slow check."""
    load = Counter({row.id: 0 for row in snapshot.experts}) + Counter()
    for _, expert in [*pairs, *snapshot.kept]:
        load[expert] += 1
    rows = {row.id: row for row in snapshot.experts}
    cases = {row.id: row for row in snapshot.cases}
    on = {case_id: {e for c, e in [*pairs, *snapshot.kept] if c == case_id} for case_id in cases}
    edges = {(e, f) for c, e in pairs for f in rows if f not in on[c] and not excluded(cases[c], rows[f])}
    reach = {e: {e} for e in rows}
    for _ in rows:
        for e, f in edges:
            for start in rows:
                if e in reach[start]:
                    reach[start].add(f)
    return any(load[f] <= load[e] - 2 for e in rows for f in reach[e])


@given(snapshots(), st.text(max_size=5))
@settings(max_examples=200, deadline=None)
def test_no_exclusion_is_ever_broken_and_no_pair_stands_twice(snapshot: Snapshot, seed: str) -> None:
    pairs = plan(snapshot, seed).pairs
    cases, experts = {row.id: row for row in snapshot.cases}, {row.id: row for row in snapshot.experts}
    assert all(excluded(cases[c], experts[e]) == "" for c, e in pairs)
    assert len({*pairs, *snapshot.kept}) == len(pairs) + len(snapshot.kept)


@given(snapshots(), st.text(max_size=5))
@settings(max_examples=200, deadline=None)
def test_every_case_gets_as_many_experts_as_it_can_and_the_rest_is_told(snapshot: Snapshot, seed: str) -> None:
    found = plan(snapshot, seed)
    got, kept = Counter(c for c, _ in found.pairs), Counter(c for c, _ in snapshot.kept)
    for case in snapshot.cases:
        able = sum(not excluded(case, expert) for expert in snapshot.experts)
        need = max(0, snapshot.per_case - kept[case.id])
        assert got[case.id] == min(need, able - kept[case.id])
        assert found.gaps.get(case.id, 0) == need - got[case.id]


@given(snapshots(), st.text(max_size=5))
@settings(max_examples=200, deadline=None)
def test_loads_cannot_be_levelled_any_further(snapshot: Snapshot, seed: str) -> None:
    assert not can_be_levelled(snapshot, plan(snapshot, seed).pairs)


@given(snapshots(), st.text(max_size=5))
@settings(max_examples=50, deadline=None)
def test_the_plan_follows_from_snapshot_and_seed_alone(snapshot: Snapshot, seed: str) -> None:
    again = pure.from_json(pure.to_json(snapshot))
    turned = Snapshot(snapshot.cases[::-1], snapshot.experts[::-1], snapshot.per_case, snapshot.kept)
    assert plan(snapshot, seed) == plan(again, seed) == plan(turned, seed)


def test_loads_differ_by_one_at_most_where_nobody_is_excluded() -> None:
    experts = [ExpertRow(i, frozenset(TYPES), "11", "") for i in range(7)]
    cases = [CaseRow(i, TYPES[i % 3], frozenset({"42"}), frozenset()) for i in range(50)]
    loads = Counter(expert for _, expert in pure.assign(cases, experts, 3, "seed"))
    assert sorted(loads.values()) == [21, 21, 21, 21, 22, 22, 22]


@pytest.mark.slow
def test_a_plan_of_the_full_size_is_level() -> None:
    codes = [str(i) for i in range(32)]
    experts = [ExpertRow(i, frozenset({TYPES[i % 3], TYPES[(i + 1) % 3]}), codes[i % 32], "") for i in range(300)]
    cases = [CaseRow(i, TYPES[i % 3], frozenset({codes[i // 200]}), frozenset()) for i in range(6400)]
    loads = Counter(expert for _, expert in pure.assign(cases, experts, 3, "seed"))
    assert max(loads.values()) - min(loads.values()) <= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("云岭镇中心小学", " 云岭镇 中心小学"), ("第一小学（总校）", "第一小学(总校)"), ("ABC学校", "ａｂｃ学校")],
)
def test_units_are_compared_without_what_people_write_differently(one: str, other: str) -> None:
    assert normal_unit(one) == normal_unit(other)


# The actions


@pytest.fixture
def ground(db: None, now: object) -> dict[str, object]:
    call = factories.make_call(phase="review", now=now)
    cases = [factories.make_case(call=call, state="in_review") for _ in range(2)]
    experts = [factories.make_expert() for _ in range(3)]
    return {"call": call, "cases": cases, "experts": experts, "centre": factories.make_centre()}


def test_a_draw_is_on_record_before_it_runs_and_hidden_after(ground: dict, now: object) -> None:
    draw = assigning.draw_experts(call_id=ground["call"].pk, actor=ground["centre"], now=now)
    assert Assignment.objects.count() == 0
    job = Job.objects.get(kind="reviews.draw")
    assert job.args == {"draw_id": draw.pk}
    assert AuditEntry.objects.filter(verb="draw.ask").latest("id").facts["seed_hash"] == draw.seed_hash
    for _ in range(2):  # twice is harmless
        tasks.draw(**job.args)
    rows = Assignment.objects.all()
    assert {(r.case_id, r.expert_id) for r in rows} == {
        (c.pk, e.pk) for c in ground["cases"] for e in ground["experts"]
    }
    assert {r.released_at for r in rows} == {None}
    draw.refresh_from_db()
    assert draw.done_at is not None and draw.problem == ""
    assert plan(pure.from_json(draw.snapshot), draw.seed).pairs == sorted((r.case_id, r.expert_id) for r in rows)


def test_a_second_draw_waits_for_the_first(ground: dict, now: object) -> None:
    assigning.draw_experts(call_id=ground["call"].pk, actor=ground["centre"], now=now)
    with pytest.raises(assigning.DrawRunning):
        assigning.draw_experts(call_id=ground["call"].pk, actor=ground["centre"], now=now)


def test_experts_of_the_authors_province_and_unit_are_left_out_and_the_gap_is_told(ground: dict, now: object) -> None:
    same_place, same_unit = ground["experts"][:2]
    same_place.province = factories.province("42")
    same_place.save()
    same_unit.unit_name = "云岭镇 中心小学"
    same_unit.save()
    draw = assigning.draw_experts(call_id=ground["call"].pk, actor=ground["centre"], now=now)
    tasks.draw(draw_id=draw.pk)
    assert set(Assignment.objects.values_list("expert_id", flat=True)) == {ground["experts"][2].pk}
    draw.refresh_from_db()
    assert draw.problem == "2 件案例的专家不够，还差 4 人次。"


def test_a_draw_needs_cases_experts_and_the_review_phase(db: None, now: object) -> None:
    centre = factories.make_centre()
    early = factories.make_call(phase="recommendation", now=now)
    with pytest.raises(WindowClosed):
        assigning.draw_experts(call_id=early.pk, actor=centre, now=now)
    call = factories.make_call(phase="review", now=now)
    with pytest.raises(assigning.NothingToDraw):
        assigning.draw_experts(call_id=call.pk, actor=centre, now=now)
    factories.make_case(call=call, state="in_review")
    with pytest.raises(assigning.NoExperts):
        assigning.draw_experts(call_id=call.pk, actor=centre, now=now)
    assert Draw.objects.count() == 0


def test_a_release_shows_the_assignments_and_writes_to_each_expert_once(ground: dict, now: object) -> None:
    for case, expert in product(ground["cases"], ground["experts"][:2]):
        Assignment.objects.create(case=case, expert=expert, at=now)
    assert assigning.release_assignments(call_id=ground["call"].pk, actor=ground["centre"], now=now) == 4
    assert set(Assignment.objects.values_list("released_at", flat=True)) == {now}
    assert Letter.objects.filter(purpose="pile_released").count() == 2
    assert Message.objects.count() == 2
    with pytest.raises(assigning.NothingHidden):
        assigning.release_assignments(call_id=ground["call"].pk, actor=ground["centre"], now=now)


def test_a_case_is_given_by_hand_within_the_same_exclusions(ground: dict, now: object) -> None:
    case, (fit, unfit, _) = ground["cases"][0], ground["experts"]
    unfit.province = factories.province("42")
    unfit.save()
    row = assigning.assign_by_hand(case_id=case.pk, expert_id=fit.pk, actor=ground["centre"], now=now)
    assert row.released_at is None  # nothing of the call is released yet
    for expert in (fit, unfit):
        with pytest.raises(assigning.Excluded):
            assigning.assign_by_hand(case_id=case.pk, expert_id=expert.pk, actor=ground["centre"], now=now)


def test_a_decided_case_is_given_to_nobody_else(ground: dict, now: object) -> None:
    case, expert = ground["cases"][0], ground["experts"][0]
    Decision.objects.create(case=case, grade="typical", by=ground["centre"], at=now)
    with pytest.raises(assigning.AlreadyDecided):
        assigning.assign_by_hand(case_id=case.pk, expert_id=expert.pk, actor=ground["centre"], now=now)


def test_an_expert_who_left_after_the_snapshot_is_passed_over_and_missed(ground: dict, now: object) -> None:
    draw = assigning.draw_experts(call_id=ground["call"].pk, actor=ground["centre"], now=now)
    gone = ground["experts"][0]
    gone.active = False
    gone.save()
    tasks.draw(draw_id=draw.pk)
    assert not Assignment.objects.filter(expert=gone).exists()
    assert Assignment.objects.count() == 4
    draw.refresh_from_db()
    assert draw.problem == "2 件案例的专家不够，还差 2 人次。"


def test_a_recusal_is_repaired_by_a_job_that_touches_nobody_else(ground: dict, now: object, do_jobs: object) -> None:
    spare = factories.make_expert()
    case = ground["cases"][0]
    rows = [Assignment.objects.create(case=case, expert=e, at=now, released_at=now) for e in ground["experts"]]
    assigning.recuse(assignment_id=rows[0].pk, reason="曾一起共事", actor=rows[0].expert.user, now=now)
    assert do_jobs() == 1
    tasks.repair(case_id=case.pk)  # twice is harmless
    kept = Assignment.objects.filter(case=case, recused_at__isnull=True)
    assert {row.expert_id for row in kept} == {rows[1].expert_id, rows[2].expert_id, spare.pk}
    assert Assignment.objects.get(case=case, expert=spare).released_at is not None


def test_a_recusal_needs_a_reason_and_an_open_sheet(ground: dict, now: object) -> None:
    row = Assignment.objects.create(case=ground["cases"][0], expert=ground["experts"][0], at=now, released_at=now)
    with pytest.raises(assigning.RecusalRefused) as refused:
        assigning.recuse(assignment_id=row.pk, reason="  ", actor=row.expert.user, now=now)
    assert refused.value.field == "reason"
    with pytest.raises(Assignment.DoesNotExist):
        assigning.recuse(assignment_id=row.pk, reason="x", actor=ground["experts"][1].user, now=now)
