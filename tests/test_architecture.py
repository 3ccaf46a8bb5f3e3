"""The house keeps its shape: what the documents say of the code is what the code does."""

import ast
from pathlib import Path

import pytest
from celery import current_app
from django.urls import get_resolver

from cases.lifecycle import diagram
from portal.checks import patterns

ROOT = Path(__file__).parent.parent
APPS = ("portal", "demo", "publishing", "reviews", "cases", "accounts", "calls", "kernel", "launcher")
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def test_the_state_diagram_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in (ROOT / "docs/architecture.md").read_text()


def test_every_view_says_who_may_call_it() -> None:
    found = list(patterns(get_resolver()))
    assert len(found) > 50
    assert [path for path, pattern in found if not getattr(pattern.callback, "access", "")] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_its_sentence_and_fits_a_sitting(path: Path) -> None:
    text = path.read_text()
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path} says nothing of what belongs in it"
    assert len(text.splitlines()) <= 400


def test_policy_is_pure() -> None:
    pure = ["calls/policy.py", "accounts/policy.py", "cases/lifecycle.py", "reviews/policy.py", "reviews/rubric.py"]
    for name in pure:
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] != "django", f"{name} imports {node.module}"


def test_the_story_uses_only_the_browser() -> None:
    """After the demo is filled the story clicks; no ORM, no action, no job is called from its file."""
    forbidden = {"django", "accounts", "calls", "cases", "reviews", "publishing", "kernel", "portal", "demo"}
    tree = ast.parse((ROOT / "tests/flows/test_story.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in forbidden
        if isinstance(node, ast.Import):
            assert not {name.name.split(".")[0] for name in node.names} & forbidden
        if isinstance(node, ast.Attribute):
            assert node.attr != "objects"


def test_jobs_are_eager_nowhere() -> None:
    """Work that can wait waits for a worker; tests call `kernel.jobs.run` by hand."""
    assert not current_app.conf.task_always_eager
    found = [path for path in SOURCES + sorted((ROOT / "tests").rglob("*.py")) if "always_eager" in path.read_text()]
    assert found == [Path(__file__)]


OWNED = {
    "Case", "CaseAuthor", "CaseDocument", "SupportingFile", "Upload", "Receipt", "CoauthorAsk", "Assignment",
    "ScoreSheet", "Screening", "Recommendation", "ContactSheet", "ActivationCode", "ProvinceAdmin", "Message",
    "DataCopy", "User",
}  # fmt: skip
"""Models whose rows belong to somebody: a view reaches them by a query that says whose (`visible_to_…`)."""

BARE = {
    ("cases/views/parts.py", "Upload"): "the signature of the address says who may, nobody's role",
    ("cases/views/privacy.py", "DataCopy"): "of request.user, in the same call",
    ("cases/views/handing_in.py", "Upload"): "of a case that came by visible_to_author",
    ("reviews/views/screening.py", "Screening"): "of a case that came by visible_to_province",
}


def test_views_reach_what_belongs_to_somebody_by_no_road_but_the_queries() -> None:
    found = set()
    for path in (one for one in SOURCES if "views" in one.parts or one.name == "views.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.args[:1] if isinstance(node, ast.Call) and "get_object" in ast.unparse(node.func) else []
            manager = [node.value] if isinstance(node, ast.Attribute) and node.attr == "objects" else []
            for name in (one for one in (*called, *manager) if isinstance(one, ast.Name)):
                if name.id in OWNED:
                    found.add((str(path.relative_to(ROOT)), name.id))
    assert found == set(BARE)
