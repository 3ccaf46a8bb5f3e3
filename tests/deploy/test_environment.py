""".env.example is the whole list: every name that settings, launcher or compose read, and no other."""

import ast
import re

import pytest
import yaml

from launcher import dotenv
from tests.deploy.dockerfile import ROOT

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
OUTSIDE = {"PATH"}
"""Read from the environment, but the machine's own."""

INNER = {"LAUNCHER_READ_DOTENV", "CHROMIUM"}
"""What one process of the launcher tells the next, and what tells the tests where the browser is."""

SETTING = re.compile(r"[A-Z][A-Z0-9_]*\Z")


def names_read(path: str, holders: set[str]) -> set[str]:
    """Names that a module takes out of one of `holders`: `ENV.get("X")`, `environ["X"]`, `required("X")`."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        key: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            taken = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
            if _name(node.func.value if taken else node.func) in holders:
                key = node.args[0]
        elif isinstance(node, ast.Subscript) and _name(node.value) in holders and isinstance(node.ctx, ast.Load):
            key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and SETTING.match(key.value):
            found.add(key.value)
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


SETTINGS = names_read("portal/settings.py", {"ENV", "required"})
LAUNCHER = set().union(
    *(
        names_read(path.relative_to(ROOT).as_posix(), {"environ", "given"})
        for path in (ROOT / "launcher").glob("*.py")
    )
) - OUTSIDE - INNER  # fmt: skip
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = set(re.findall(r"\$\{(\w+)", TEXT))
PASSED_ON = {
    name
    for service in yaml.safe_load(TEXT)["services"].values()
    for name, value in service.get("environment", {}).items()
    if value is None
}
"""Given to a container as they stand in .env, and not at all where they do not."""

LISTED = re.findall(r"(?m)^#? ?([A-Z][A-Z0-9_]*)=", EXAMPLE)


def test_the_readers_find_what_is_read() -> None:
    """The control: an empty find would make the comparison below say nothing."""
    assert {"SECRET_KEY", "DATABASE_URL", "S3_BUCKET", "EMAIL_PORT", "X_ACCEL", "STATIC_ROOT"} <= SETTINGS
    assert {"PORT", "DATA_DIR", "REDIS_URL", "DATABASE_URL"} <= LAUNCHER
    assert {"WEB_REPLICAS", "FRONT", "POSTGRES_PASSWORD"} <= COMPOSE
    assert {"EMAIL_HOST", "ALLOWED_HOSTS"} <= PASSED_ON


def test_every_name_is_listed_once_and_nothing_else_is() -> None:
    assert len(LISTED) == len(set(LISTED))
    assert set(LISTED) == SETTINGS | LAUNCHER | COMPOSE | PASSED_ON


def test_every_name_stands_below_a_sentence_about_it() -> None:
    """A comment stands over each name or over its neighbours in one block."""
    explained = False
    for line in EXAMPLE.splitlines():
        if re.match(r"#? ?[A-Z][A-Z0-9_]*=", line):
            assert explained, line
        else:
            explained = bool(re.match(r"# .*[\u4e00-\u9fff]", line)) and "──" not in line


def test_the_launcher_reads_the_file_without_a_complaint() -> None:
    found, warnings = dotenv.parse(EXAMPLE)
    assert warnings == []
    assert found["DEPLOYMENT"][1] == "production", "with this file `make run` says that it runs the demo alone"


def test_no_secret_has_a_value() -> None:
    found, _ = dotenv.parse(EXAMPLE)
    assert {
        name for name, (_, value) in found.items() if re.search("PASSWORD|SECRET|ACCESS_KEY", name) and value
    } == set()


@pytest.mark.parametrize("name", sorted(PASSED_ON))
def test_what_is_passed_on_as_it_stands_is_read_by_the_settings(name: str) -> None:
    assert name in SETTINGS


def test_a_containers_settings_are_ones_the_portal_reads() -> None:
    for name, service in yaml.safe_load(TEXT)["services"].items():
        if service["image"].startswith("case-portal:"):
            assert set(service["environment"]) <= SETTINGS, name
