"""What readers of a case's history see, and what they do not."""

from datetime import datetime, timedelta

import pytest
from django.template import engines

from cases.history import WORDS, history_of
from cases.lifecycle import State, Verb
from kernel import audit
from tests.factories import make_call, make_case, make_user

MINUTE = timedelta(minutes=1)


def test_every_move_has_its_words() -> None:
    assert {f"case.{verb}" for verb in Verb} <= set(WORDS)


@pytest.mark.django_db
def test_the_history_tells_what_happened_and_never_who_did_it(now: datetime) -> None:
    case = make_case(call=make_call(now=now), state=State.HANDED_IN)
    officer = make_user("罗青禾")
    verbs = [
        "case.open",
        "case.save_sheet",
        "case.hand_in",
        "case.read",
        "case.return",
        "case.hand_in",
        "case.mark_eligible",
    ]
    for step, verb in enumerate(verbs):
        audit.record(verb=verb, subject=case, actor=officer, now=now + step * MINUTE, note="内部")
    other = make_case(call=case.call, state=State.HANDED_IN)
    audit.record(verb="case.decline", subject=other, actor=officer, now=now)
    assert history_of(case) == [
        (now, "开始填写"),
        (now + 2 * MINUTE, "报送成功"),
        (now + 4 * MINUTE, "退回修改"),
        (now + 5 * MINUTE, "再次报送成功"),
        (now + 6 * MINUTE, "省级初筛合格"),
    ]


def facts(case: object, authors: list[object], **options: bool) -> str:
    source = "{{ ui.case_facts(case, authors, **options) }}"
    return engines["jinja2"].env.from_string(source).render(case=case, authors=authors, options=options)


@pytest.mark.django_db
def test_the_sheet_is_read_with_masked_mobiles_or_without_names(now: datetime) -> None:
    case = make_case(
        call=make_call(now=now), type="studio", contribution=86, broadcasts=3, pledge_signed=True, title="<b>名</b>"
    )
    case.authors.update(mobile="13812345678")
    authors = list(case.authors.all())
    masked, plain = facts(case, authors), facts(case, authors, masked=False)
    assert "138****5678" in masked and "13812345678" not in masked
    assert "13812345678" in plain
    assert "工作室主持人" in masked and "86 分，低于 100 分" in masked and "&lt;b&gt;名&lt;/b&gt;" in masked
    nameless = facts(case, authors, names=False)
    assert not any(words in nameless for words in ("韦秋棠", "云岭镇中心小学", "5678", "签名"))
    assert case.overview in nameless
