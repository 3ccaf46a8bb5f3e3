"""The one table of legal moves, and that nothing moves a case past it."""

import ast
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.actions.moving import move
from cases.lifecycle import EDITABLE, MOVES, SELECTED, STATE_NAMES, VERB_NAMES, IllegalMove, State, Verb, can, target
from cases.models import Case

ROOT = Path(__file__).resolve().parents[2]
APPS = ("kernel", "calls", "accounts", "cases", "reviews", "publishing", "portal", "demo")
MOVING = ROOT / "cases" / "actions" / "moving.py"
BULK_FILL = "demo"
"""The demo's bulk fill is the one exception the house allows: it makes finished cases, it moves none."""

D, H, R, W, E, X = (
    State.DRAFT, State.HANDED_IN, State.RETURNED, State.WITHDRAWN, State.ELIGIBLE, State.DECLINED,
)  # fmt: skip
REC, NREC, REV, TYP, SHOW, NOT, OUT = (
    State.RECOMMENDED, State.NOT_RECOMMENDED, State.IN_REVIEW, State.TYPICAL, State.SHOWCASE, State.NOT_SELECTED,
    State.DISQUALIFIED,
)  # fmt: skip
BY_RULE = {
    Verb.HAND_IN: {D: H, W: H, R: H},
    Verb.WITHDRAW: {H: W, R: W, E: W, REC: W, REV: W},
    Verb.RETURN: {H: R, E: R},
    Verb.MARK_ELIGIBLE: {H: E},
    Verb.DECLINE: {H: X, E: X},
    Verb.REOPEN: {X: H},
    Verb.RECOMMEND: {E: REC},
    Verb.TAKE_BACK: {REC: E},
    Verb.PASS_OVER: {H: NREC, E: NREC, R: NREC},
    Verb.ENTER_REVIEW: {REC: REV},
    Verb.SELECT_TYPICAL: {REV: TYP},
    Verb.SELECT_SHOWCASE: {REV: SHOW},
    Verb.NOT_SELECT: {REV: NOT},
    Verb.DISQUALIFY: dict.fromkeys((H, R, E, X, REC, NREC, REV, TYP, SHOW, NOT), OUT),
}
"""The table again, written from the rules and by verb, so that a slip in one of the two shows."""


@pytest.mark.parametrize(("state", "verb"), list(product(State, Verb)))
def test_every_pair_is_in_the_table_or_refused(state: State, verb: Verb) -> None:
    expected = BY_RULE[verb].get(state)
    assert can(state, verb) is (expected is not None)
    if expected is not None:
        assert target(state, verb) == expected
    else:
        with pytest.raises(IllegalMove, match=STATE_NAMES[state]):
            target(state, verb)


@given(st.lists(st.sampled_from(list(Verb)), max_size=40))
def test_no_walk_leaves_the_table(verbs: list[Verb]) -> None:
    state = State.DRAFT
    for verb in verbs:
        before = state
        try:
            state = target(state, verb)
        except IllegalMove:
            assert (before, verb) not in MOVES
        else:
            assert MOVES[before, verb] == state
        assert state in State
        # Only a hand-in leads out of the author's hands, and only a return or withdrawal back into them.
        if before in EDITABLE and state not in EDITABLE:
            assert verb in {Verb.HAND_IN, Verb.PASS_OVER, Verb.DISQUALIFY}
        if before in SELECTED:
            assert state in {before, State.DISQUALIFIED}


def test_every_state_can_be_reached_and_every_name_is_there() -> None:
    reached = {State.DRAFT}
    while fresh := {after for (before, _), after in MOVES.items() if before in reached} - reached:
        reached |= fresh
    assert reached == set(State) == set(STATE_NAMES)
    assert set(Verb) == set(VERB_NAMES)


@pytest.mark.django_db(transaction=True)
def test_a_move_outside_a_transaction_is_a_mistake_of_the_programmer(now: datetime) -> None:
    with pytest.raises(AssertionError, match="inside the action's transaction"):
        move(Case(), Verb.HAND_IN, actor=None, now=now)


# Nobody else assigns the state of a case


def assigned_states(tree: ast.AST) -> list[int]:
    """Lines that assign `.state` of what may be a case, set it by name, or update it in bulk on Case rows."""
    found = []
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign)
            else [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []
        )  # fmt: skip
        flat = [one for each in targets for one in (each.elts if isinstance(each, ast.Tuple) else [each])]
        for one in flat:
            if isinstance(one, ast.Attribute) and one.attr == "state" and "case" in ast.unparse(one.value).lower():
                found.append(one.lineno)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            named = {word.arg for word in node.keywords}
            if name.endswith(".update") and "state" in named and "case" in name.lower():
                found.append(node.lineno)
            if name == "setattr" and len(node.args) > 1 and ast.unparse(node.args[1]) == "'state'":
                found.append(node.lineno)
            if name.endswith("bulk_update") and "'state'" in ast.unparse(node) and "case" in ast.unparse(node).lower():
                found.append(node.lineno)
    return found


def test_the_search_finds_what_it_looks_for() -> None:
    caught = [
        "case.state = 1", "self.case.state = 1", "case.number, case.state = 1, 2", "Case.objects.update(state=1)",
        "Case.objects.filter(pk=1).update(version=2, state=1)", "setattr(x, 'state', 1)", "cases.update(state=1)",
        "Case.objects.bulk_update(rows, ['state'])", "the_case.state += 1",
    ]  # fmt: skip
    spared = ["file.state = 1", "if case.state == 1: pass", "Job.objects.update(state=1)", "case.saved_at = 1"]
    assert [bool(assigned_states(ast.parse(line))) for line in caught] == [True] * len(caught)
    assert [bool(assigned_states(ast.parse(line))) for line in spared] == [False] * len(spared)


def test_only_moving_assigns_the_state_of_a_case() -> None:
    guilty = {
        f"{path.relative_to(ROOT)}:{line}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if path != MOVING and "migrations" not in path.parts and app != BULK_FILL
        for line in assigned_states(ast.parse(path.read_text("utf-8")))
    }
    assert guilty == set()
    assert assigned_states(ast.parse(MOVING.read_text("utf-8")))
