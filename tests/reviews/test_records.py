"""Every move of a case and every known job has plain words (nothing that people read is a code name)."""

import ast
import inspect
import re
from pathlib import Path

from cases.lifecycle import Verb
from kernel import audit
from kernel.jobs import KINDS
from reviews import records

ROOT = Path(__file__).parent.parent.parent
APPS = ("publishing", "reviews", "cases", "accounts", "calls", "kernel")
VERB = re.compile(r"[a-z]+\.[a-z_]+\Z")
RECORDERS = {"record", "_record", "_note", "note"}
PASSED_ON = {"user"}
"""What a recorder of somebody's second step calls the one it is about."""


def written_verbs() -> set[str]:
    """String constants that look like `thing.act` in a call of what records, or bound to a name `verb`."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                values: list[ast.AST] = []
                if isinstance(node, ast.Call) and _name(node.func) in RECORDERS:
                    values = [*node.args[:2], *(word.value for word in node.keywords if word.arg == "verb")]
                elif isinstance(node, ast.Assign) and any(_name(target) == "verb" for target in node.targets):
                    values = [node.value]
                for value in values:
                    found.update(
                        part.value
                        for part in ast.walk(value)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str) and VERB.match(part.value)
                    )
    return found


def written_facts() -> set[str]:
    """The names of the facts in calls of what records; facts that are handed on come from another such call."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in RECORDERS | {"move"}:
                    found.update(word.arg for word in node.keywords if word.arg)
    return found - set(inspect.signature(audit.record).parameters) - PASSED_ON


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


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


def test_every_verb_of_the_code_has_its_words() -> None:
    verbs = written_verbs()
    assert {"case.open", "code.refuse", "user.forget_password", "notice.post", "job.retry"} <= verbs, "the reader reads"
    assert {verb for verb in verbs if records.verb_words(verb) == verb} == set()


def test_every_fact_of_the_code_has_its_word() -> None:
    facts = written_facts()
    assert {"before", "section", "cause", "place_freed", "public_id"} <= facts, "the reader reads"
    assert facts - set(records.FACTS) == set()
