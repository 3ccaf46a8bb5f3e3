"""docker-compose.yml as data: valid, drawn from the one description of the processes, nothing shared, nothing open."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from launcher.processes import PORT, SERVICES
from tests.deploy.dockerfile import ROOT, stages

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
ALL: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {process.name: process for process in SERVICES}
SERVERS = {"postgres", "redis", "store", "clamav"}
UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([smh])", duration))


def variable_free(value: str) -> str:
    """`${NAME:-default}` as it is read when nobody sets it."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_the_file_is_valid_after_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/data/compose/compose-spec.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)


def test_every_service_is_there_and_no_other() -> None:
    assert set(ALL) == {"nginx", "prepare", *OURS, *SERVERS}


@pytest.mark.parametrize("name", OURS)
def test_a_process_runs_as_the_one_description_says(name: str) -> None:
    service = ALL[name]
    assert service["command"] == ["python", "-m", "launcher.processes", name]
    assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "launcher.processes", "check", name]
    assert seconds(service["stop_grace_period"]) == OURS[name].patience
    assert service["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    assert service["restart"] == "unless-stopped"


def test_there_is_one_beat() -> None:
    assert "replicas" not in ALL["beat"]["deploy"]


def test_the_database_is_prepared_once_and_before_anything_starts() -> None:
    prepare = ALL["prepare"]
    assert prepare["command"] == ["python", "-m", "launcher.processes", "prepare"]
    assert prepare["restart"] == "no"
    assert {name: one["condition"] for name, one in prepare["depends_on"].items()} == {
        "postgres": "service_healthy",
        "store": "service_healthy",
    }


def test_the_owners_password_goes_to_those_who_migrate_alone() -> None:
    holders = {name for name, one in ALL.items() if "OWNER" in json.dumps(one.get("environment", {}))}
    assert holders == {"prepare", "postgres"}


def test_the_password_of_the_mail_server_goes_to_those_who_send_alone() -> None:
    assert {name for name, one in ALL.items() if "EMAIL_HOST_PASSWORD" in one.get("environment", {})} == {"worker-mail"}


@pytest.mark.parametrize("name", [*OURS, "prepare", "nginx"])
def test_our_containers_can_write_only_to_what_goes_with_them(name: str) -> None:
    service = ALL[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    mounts = [place.split(":")[0] for place in service["tmpfs"]]
    assert mounts == (["/tmp"] if name == "nginx" else ["/data", "/tmp"])
    sized = all("size=" in place for place in service["tmpfs"])
    assert sized, "a tmpfs without a size may take half of the host's memory"


@pytest.mark.parametrize("name", ALL)
def test_every_service_has_bounds_checks_and_logs_that_end(name: str) -> None:
    service = ALL[name]
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) >= {"cpus", "memory"}
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}
    if name != "prepare":
        assert service["restart"] == "unless-stopped"
        assert {"test", "interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
        assert "stop_grace_period" in service


@pytest.mark.parametrize("name", ["worker-inspect", "worker-convert"])
def test_who_opens_strangers_files_may_not_multiply(name: str) -> None:
    assert ALL[name]["deploy"]["resources"]["limits"]["pids"] == 200


def test_volumes_are_where_data_lives_and_no_two_share_one() -> None:
    held = {name: one["volumes"] for name, one in ALL.items() if "volumes" in one}
    tls = held.pop("nginx")
    assert [(one["type"], one["target"], one["read_only"]) for one in tls] == [("bind", "/run/tls", True)]
    assert held == {
        "worker-critical": ["audit-heads:/audit-heads"],
        "postgres": ["database:/var/lib/postgresql/data"],
        "store": ["files:/data"],
        "clamav": ["signatures:/var/lib/clamav"],
    }
    assert set(COMPOSE["volumes"]) == {"database", "files", "signatures", "audit-heads"}
    assert ALL["worker-critical"]["environment"]["AUDIT_HEADS_DIR"] == "/audit-heads"


def test_only_nginx_is_published() -> None:
    assert {name for name, one in ALL.items() if "ports" in one} == {"nginx"}
    assert [variable_free(port) for port in ALL["nginx"]["ports"]] == ["80:8080", "443:8443"]
    assert not [name for name, one in ALL.items() if "network_mode" in one or "expose" in one]


def test_the_servers_are_reached_from_inside_and_reach_nobody() -> None:
    assert COMPOSE["networks"]["inner"] == {"internal": True}
    assert {name: ALL[name]["networks"] for name in ("postgres", "redis", "store")} == {
        "postgres": ["inner"], "redis": ["inner"], "store": ["inner"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_images_are_pinned_by_a_tag(name: str) -> None:
    image = ALL[name]["image"]
    tag = image.rpartition(":")[2]
    assert re.fullmatch(r"v?\d+\.\d+(\.\d+)?(-[a-z]+)?", tag), image
    assert "." not in image.split("/")[0].split(":")[0], "no host of a registry: it is the operator's"


def test_our_images_carry_the_version_of_the_project() -> None:
    version = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text())
    assert version
    images = {one["image"] for one in ALL.values() if "build" in one}
    assert images == {f"case-portal:{version[1]}", f"case-portal-nginx:{version[1]}"}
    targets = {one["build"]["target"] for one in ALL.values() if "build" in one}
    assert targets <= set(stages())


def test_no_secret_stands_in_the_file() -> None:
    for name, service in ALL.items():
        for key, value in service.get("environment", {}).items():
            if (
                re.search("PASSWORD|SECRET|KEY|URL", key)
                and value
                and key not in {"S3_ENDPOINT_URL", "S3_UPLOAD_URL", "BASE_URL"}
            ):
                assert "${" in value, f"{name} {key}"
                assert ":-" not in value, f"{name} {key} must have no default"
    assert not re.search(r"(password|secret)\s*[:=]\s*[\"']?[A-Za-z0-9]{6}", TEXT, re.IGNORECASE)


def test_a_missing_secret_is_asked_for_by_name() -> None:
    for name in ("SECRET_KEY", "DATABASE_APP_PASSWORD", "DATABASE_OWNER_PASSWORD", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?请在 .env 中填写}}" in TEXT
    for name in ("REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "BASE_URL"):
        assert f"${{{name}:?请在 .env 中填写}}" in TEXT


def test_the_portal_is_told_of_its_one_proxy() -> None:
    for name in OURS:
        environment = ALL[name]["environment"]
        assert (environment["TRUSTED_PROXIES"], environment["X_ACCEL"]) == ("1", "1")


def test_nginx_waits_for_both_webs_and_outlives_what_they_finish() -> None:
    nginx = ALL["nginx"]
    assert nginx["depends_on"] == {
        "web": {"condition": "service_healthy"},
        "web-parts": {"condition": "service_healthy"},
    }
    assert seconds(nginx["stop_grace_period"]) > max(OURS[name].patience for name in ("web", "web-parts"))


def test_nginx_knows_the_webs_by_their_names() -> None:
    upstreams = (ROOT / "deploy/nginx/upstreams.conf").read_text()
    assert re.findall(r"default (\S+);", upstreams) == [f"web:{PORT}", "store:8333", f"web-parts:{PORT}"]


@pytest.mark.parametrize("front", ["tls", "plain"])
def test_every_file_that_compose_hands_in_is_there(front: str) -> None:
    files = [one["file"].replace("${FRONT:-tls}", front) for one in COMPOSE["configs"].values() if "file" in one]
    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []
    used = {one["source"] for service in ALL.values() for one in service.get("configs", [])}
    assert used == set(COMPOSE["configs"])


def test_the_stores_accounts_are_what_the_portal_logs_in_with() -> None:
    content = COMPOSE["configs"]["store_accounts"]["content"]
    account = json.loads(content)["identities"][0]
    assert account["credentials"] == [{"accessKey": "${S3_ACCESS_KEY}", "secretKey": "${S3_SECRET_KEY}"}]


def test_redis_keeps_nothing_and_drops_no_queue() -> None:
    script = ALL["redis"]["command"][-1]
    assert "--save '' --appendonly no" in script
    assert "--maxmemory-policy volatile-lru" in script


def test_the_roles_script_makes_what_the_settings_name() -> None:
    script = Path(ROOT / "deploy/postgres/roles.sh").read_text()
    for statement in ("CREATE ROLE portal_owner LOGIN", "CREATE ROLE portal_app LOGIN", "OWNER portal_owner;"):
        assert statement in script
    assert "set -eu" in script
    assert "portal_app:${DATABASE_APP_PASSWORD" in TEXT
    assert "portal_owner:${DATABASE_OWNER_PASSWORD" in TEXT
