"""The one table of legal moves of a case, and the names of its states and verbs."""

from enum import StrEnum

from kernel.errors import Refusal


class State(StrEnum):
    DRAFT = "draft"
    HANDED_IN = "handed_in"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ELIGIBLE = "eligible"
    DECLINED = "declined"
    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    IN_REVIEW = "in_review"
    TYPICAL = "typical"
    SHOWCASE = "showcase"
    NOT_SELECTED = "not_selected"
    DISQUALIFIED = "disqualified"


class Verb(StrEnum):
    HAND_IN = "hand_in"
    WITHDRAW = "withdraw"
    RETURN = "return"
    MARK_ELIGIBLE = "mark_eligible"
    DECLINE = "decline"
    REOPEN = "reopen"
    RECOMMEND = "recommend"
    TAKE_BACK = "take_back"
    PASS_OVER = "pass_over"
    ENTER_REVIEW = "enter_review"
    SELECT_TYPICAL = "select_typical"
    SELECT_SHOWCASE = "select_showcase"
    NOT_SELECT = "not_select"
    DISQUALIFY = "disqualify"


STATE_NAMES = {
    State.DRAFT: "草稿",
    State.HANDED_IN: "已报送",
    State.RETURNED: "退回修改",
    State.WITHDRAWN: "已撤回",
    State.ELIGIBLE: "初筛合格",
    State.DECLINED: "初筛未通过",
    State.RECOMMENDED: "已推荐",
    State.NOT_RECOMMENDED: "未获省级推荐",
    State.IN_REVIEW: "专家评审中",
    State.TYPICAL: "典型案例",
    State.SHOWCASE: "展示案例",
    State.NOT_SELECTED: "未入选",
    State.DISQUALIFIED: "取消资格",
}
VERB_NAMES = {
    Verb.HAND_IN: "报送",
    Verb.WITHDRAW: "撤回",
    Verb.RETURN: "退回修改",
    Verb.MARK_ELIGIBLE: "标记合格",
    Verb.DECLINE: "不通过",
    Verb.REOPEN: "重新审看",
    Verb.RECOMMEND: "推荐",
    Verb.TAKE_BACK: "撤回推荐",
    Verb.PASS_OVER: "推荐结束，未获推荐",
    Verb.ENTER_REVIEW: "进入专家评审",
    Verb.SELECT_TYPICAL: "评为典型案例",
    Verb.SELECT_SHOWCASE: "评为展示案例",
    Verb.NOT_SELECT: "未入选",
    Verb.DISQUALIFY: "取消资格",
}
STATE_CHOICES = [(str(state), name) for state, name in STATE_NAMES.items()]

MOVES: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.HAND_IN): State.HANDED_IN,
    (State.WITHDRAWN, Verb.HAND_IN): State.HANDED_IN,
    (State.RETURNED, Verb.HAND_IN): State.HANDED_IN,
    (State.HANDED_IN, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ELIGIBLE, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RECOMMENDED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Verb.WITHDRAW): State.WITHDRAWN,
    (State.HANDED_IN, Verb.RETURN): State.RETURNED,
    (State.ELIGIBLE, Verb.RETURN): State.RETURNED,
    (State.HANDED_IN, Verb.MARK_ELIGIBLE): State.ELIGIBLE,
    (State.HANDED_IN, Verb.DECLINE): State.DECLINED,
    (State.ELIGIBLE, Verb.DECLINE): State.DECLINED,
    (State.DECLINED, Verb.REOPEN): State.HANDED_IN,
    (State.ELIGIBLE, Verb.RECOMMEND): State.RECOMMENDED,
    (State.RECOMMENDED, Verb.TAKE_BACK): State.ELIGIBLE,
    (State.HANDED_IN, Verb.PASS_OVER): State.NOT_RECOMMENDED,
    (State.ELIGIBLE, Verb.PASS_OVER): State.NOT_RECOMMENDED,
    (State.RETURNED, Verb.PASS_OVER): State.NOT_RECOMMENDED,
    (State.RECOMMENDED, Verb.ENTER_REVIEW): State.IN_REVIEW,
    (State.IN_REVIEW, Verb.SELECT_TYPICAL): State.TYPICAL,
    (State.IN_REVIEW, Verb.SELECT_SHOWCASE): State.SHOWCASE,
    (State.IN_REVIEW, Verb.NOT_SELECT): State.NOT_SELECTED,
} | {
    # R9: at any stage after hand-in.
    (state, Verb.DISQUALIFY): State.DISQUALIFIED
    for state in State
    if state not in {State.DRAFT, State.WITHDRAWN, State.DISQUALIFIED}
}

EDITABLE = frozenset({State.DRAFT, State.WITHDRAWN, State.RETURNED})
"""States in which the author may change the case."""

WITH_PROVINCE = frozenset(
    {State.HANDED_IN, State.RETURNED, State.ELIGIBLE, State.DECLINED, State.RECOMMENDED, State.NOT_RECOMMENDED}
)
"""States in which the case lies on the province's desk."""

SELECTED = frozenset({State.TYPICAL, State.SHOWCASE})


class IllegalMove(Refusal):
    code = "illegal_move"

    def __init__(self, state: State, verb: Verb) -> None:
        super().__init__(f"这件案例目前是“{STATE_NAMES[state]}”，不能{VERB_NAMES[verb]}。请刷新页面查看最新状态。")


def target(state: State, verb: Verb) -> State:
    """Where a move leads. Refuses (IllegalMove) what the table does not list."""
    try:
        return MOVES[state, verb]
    except KeyError:
        raise IllegalMove(State(state), Verb(verb)) from None


def can(state: State, verb: Verb) -> bool:
    return (state, verb) in MOVES


def diagram() -> str:
    """The table of moves as a Mermaid state diagram, one arrow a move; docs/architecture.md holds it."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{name}" as {state}' for state, name in STATE_NAMES.items()]
    lines.append(f"    [*] --> {State.DRAFT}")
    anywhere = [state for (state, verb) in MOVES if verb == Verb.DISQUALIFY]
    for (state, verb), to in MOVES.items():
        if verb != Verb.DISQUALIFY:
            lines.append(f"    {state} --> {to}: {VERB_NAMES[verb]}")
    lines += [f"    {state} --> {State.DISQUALIFIED}: {VERB_NAMES[Verb.DISQUALIFY]}" for state in anywhere]
    return "\n".join(lines)
