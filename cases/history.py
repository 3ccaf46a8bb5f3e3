"""What has happened to a case and what it waits for, in plain words."""

from datetime import datetime

from cases.lifecycle import State
from cases.models import Case
from kernel import audit

WORDS = {
    "case.open": "开始填写",
    "case.hand_in": "报送成功",
    "case.withdraw": "已撤回",
    "case.return": "退回修改",
    "case.mark_eligible": "省级初筛合格",
    "case.decline": "省级初筛未通过",
    "case.reopen": "省级组织单位重新审看",
    "case.recommend": "获省级推荐",
    "case.take_back": "省级组织单位撤回推荐",
    "case.pass_over": "推荐结束，未获省级推荐",
    "case.enter_review": "进入专家评审",
    "case.select_typical": "评为典型案例",
    "case.select_showcase": "评为展示案例",
    "case.not_select": "未入选",
    "case.disqualify": "取消参加资格",
    "case.coauthor_confirm": "合作者确认了署名和共享意愿",
    "case.coauthor_refuse": "合作者没有确认署名",
    "case.withdraw_consent": "作者撤回公开展示的同意",
    "case.give_consent": "作者同意公开展示",
    "case.withdraw_platform": "作者撤回推荐给国家平台的同意",
    "case.give_platform": "作者同意推荐给国家平台",
}
"""Verbs that a reader of the history may know of. States move to a grade only at publication, so nothing is early here;
all other entries about a case (saves, reading, notes) stay inside."""


def history_of(case: Case) -> list[tuple[datetime, str]]:
    """(moment, words), oldest first, for everyone who may see the case: what happened, never who did it."""
    entries = audit.history(case).filter(verb__in=list(WORDS))
    found: list[tuple[datetime, str]] = []
    handed_in = False
    for entry in entries:
        again = handed_in and entry.verb == "case.hand_in"
        handed_in = handed_in or entry.verb == "case.hand_in"
        found.append((entry.at, "再次报送成功" if again else WORDS[entry.verb]))
    return found


def ahead_of(case: Case) -> list[tuple[datetime, str]]:
    """What a case on its way waits for next, as (at latest when, words)."""
    call, place = case.call, case.province.name
    steps = [
        (call.recommendation_closes_at, f"{place}初筛并择优推荐", {State.HANDED_IN, State.ELIGIBLE}),
        (call.scoring_closes_at, "专家评审", {State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED, State.IN_REVIEW}),
        (call.results_due_at, "公布结果", {State.HANDED_IN, State.ELIGIBLE, State.RECOMMENDED, State.IN_REVIEW}),
    ]
    return [(at, words) for at, words, states in steps if case.state in states]
