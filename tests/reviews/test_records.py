"""Every move of a case and every known job has plain words (nothing that people read is a code name)."""

from cases.lifecycle import Verb
from kernel.jobs import KINDS
from reviews import records


def test_every_move_of_a_case_has_words() -> None:
    assert [verb for verb in Verb if f"case.{verb}" not in records.VERBS] == []


def test_every_job_has_words() -> None:
    assert [kind for kind in KINDS if kind not in records.JOBS] == []


def test_every_named_verb_belongs_to_a_group_of_the_filter() -> None:
    groups = tuple(prefix for prefix, _ in records.VERB_GROUPS)
    assert [verb for verb in records.VERBS if not verb.startswith(groups)] == []


def test_a_moment_among_the_facts_reads_as_a_date() -> None:
    facts = {"due_at": "2026-11-28T00:00:00+08:00", "slug": "2026-11-28"}
    assert records.facts_words(facts) == [("重交截止", "2026年11月28日 00:00"), ("网址名", "2026-11-28")]


def test_facts_read_as_words_and_empty_ones_are_left_out() -> None:
    facts = {"before": "in_review", "after": "disqualified", "place_freed": False, "note": "", "gaps": 0}
    shown = [("原", "专家评审中"), ("现", "取消资格"), ("名额收回", "否"), ("不足案例", "0")]
    assert records.facts_words(facts) == shown
