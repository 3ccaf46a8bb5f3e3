"""The images as data: pinned, locked, without the demo, not run by root."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.deploy.dockerfile import ROOT, stages

APPS = ("portal", "publishing", "reviews", "cases", "accounts", "calls", "kernel", "launcher")


def given(stage: str, word: str) -> list[str]:
    return [rest for found, rest in stages()[stage] if found == word]


def test_there_is_a_build_and_two_images() -> None:
    assert list(stages()) == ["build", "nginx", "portal"], "the last one is what `docker build .` makes"


@pytest.mark.parametrize("stage", ["build", "nginx", "portal"])
def test_what_it_stands_on_is_pinned(stage: str) -> None:
    image = given(stage, "FROM")[0].split()[0]
    assert re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+(-[a-z]+)*", image)


def test_the_images_python_is_one_the_lock_is_made_for() -> None:
    versions = {given(stage, "FROM")[0].split(":")[1].rsplit(".", 1)[0] for stage in ("build", "portal")}
    assert versions == {"3.11"}


@pytest.mark.parametrize(("stage", "user"), [("nginx", "nginx"), ("portal", "10001:10001")])
def test_nothing_runs_as_root(stage: str, user: str) -> None:
    words = [word for word, _ in stages()[stage]]
    assert given(stage, "USER") == [user]
    assert words.index("USER") > max(at for at, word in enumerate(words) if word in {"COPY", "RUN"})


def test_requirements_come_by_their_hashes_and_without_the_tests() -> None:
    runs = " ".join(given("build", "RUN"))
    assert "pip install --require-hashes --only-binary=:all: --requirement /build/requirements.txt" in runs
    assert "requirements-dev" not in (ROOT / "Dockerfile").read_text()
    assert runs.count("pip install") == 1


def test_what_is_taken_out_again_is_used_by_the_launcher_alone() -> None:
    removed = re.search(r"(?m)pip uninstall --yes ([\w -]+)$", "\n".join(given("build", "RUN")))
    assert removed
    names = removed[1].split()
    assert set(names) <= set((ROOT / "requirements.in").read_text().split())
    modules = [name.replace("-", "_") for name in names]
    for app in set(APPS) - {"launcher"}:
        for path in (ROOT / app).rglob("*.py"):
            assert not any(f"import {module}" in path.read_text() for module in modules), path


def test_the_build_leaves_no_settings_behind() -> None:
    environment = " ".join(given("portal", "ENV") + given("nginx", "ENV"))
    assert not re.search("SECRET|PASSWORD|KEY|DATABASE|REDIS|BASE_URL", environment)
    assert "DEPLOYMENT=production" in environment
    assert not given("build", "ARG") + given("portal", "ARG")


def test_static_files_are_collected_where_portal_and_nginx_look() -> None:
    assert "STATIC_ROOT=/srv/static" in " ".join(given("portal", "ENV"))
    assert "--from=build /srv/static /srv/static" in given("portal", "COPY")
    assert "--from=build /srv/ /srv/" in given("nginx", "COPY")
    rules = (ROOT / "deploy/nginx/portal.conf").read_text()
    assert set(re.findall(r"root (\S+);", rules)) == {"/srv"}


def test_a_container_begins_with_the_described_process() -> None:
    assert given("portal", "CMD") == ['["python", "-m", "launcher.processes", "web"]']


def let_in(path: str) -> bool:
    """What .dockerignore decides: the last pattern that fits a path or one of its folders."""
    inside = True
    parts = path.split("/")
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").rstrip("/")
        prefixes = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        if pattern.startswith("**/"):
            hit = any(fnmatch(part, pattern[3:]) for part in parts)
        else:
            hit = any(fnmatch(prefix, pattern) and prefix.count("/") == pattern.count("/") for prefix in prefixes)
        if hit:
            inside = line.startswith("!")
    return inside


def test_all_that_the_portal_runs_on_is_let_in() -> None:
    wanted = [
        path.relative_to(ROOT).as_posix()
        for top in (*APPS, "templates", "static", "deploy/nginx")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "demo" not in path.parts
    ]
    assert len(wanted) > 300
    assert [path for path in [*wanted, "manage.py", "requirements.txt"] if not let_in(path)] == []


@pytest.mark.parametrize(
    "path",
    [".env", ".git/config", ".venv/bin/python", "var/secrets/postgres", "demo/clock.py", "templates/demo/outbox.html"]
    + ["tests/conftest.py", "requirements-dev.txt", "deploy/tls/privkey.pem", "docker-compose.yml"]
    + ["cases/__pycache__/models.cpython-311.pyc", "node_modules/x/index.js", "docs/decisions/0001-jinja2.md"],
)
def test_secrets_tests_and_the_demo_stay_out(path: str) -> None:
    assert not let_in(path)


def test_the_portal_stands_without_the_demo() -> None:
    """Nothing above the demo imports it: production has no such folder. (Settings and addresses name it in words.)"""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            assert not re.search(r"(?m)^\s*(from|import) demo\b", path.read_text()), path


def test_keys_and_settings_of_a_place_stay_out_of_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {".env", "deploy/tls/*.pem"} <= set(ignored)
    assert Path(ROOT / "deploy/tls/README.md").is_file()
