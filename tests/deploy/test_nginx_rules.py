"""The nginx rules as data: sizes and routes are those of portal.limits, and nothing private is in reach."""

import re
from pathlib import Path
from typing import Any

import crossplane
import pytest
from django.urls import get_resolver

from cases.staging.store import FOLDER as staging_folder
from portal import limits
from portal.checks import patterns
from tests.deploy.dockerfile import ROOT

FOLDER = ROOT / "deploy/nginx"
ARRIVING = "^/[a-z0-9-]+/arriving/[0-9a-f-]+$"


@pytest.fixture(params=["tls", "plain"])
def rules(request: pytest.FixtureRequest, tmp_path: Path) -> list[dict[str, Any]]:
    """All directives of nginx.conf with its includes read in, for each front."""
    for path in FOLDER.glob("*.conf"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "front.conf").write_text((FOLDER / f"front-{request.param}.conf").read_text())
    (tmp_path / "mime.types").write_text("types { text/css css; }")
    parsed = crossplane.parse(str(tmp_path / "nginx.conf"), combine=True, strict=False)
    assert parsed["status"] == "ok", parsed["errors"]
    return parsed["config"][0]["parsed"]


def inside(directives: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Every directive of this name, at any depth."""
    found = []
    for one in directives:
        if one["directive"] == name:
            found.append(one)
        found += inside(one.get("block", []), name)
    return found


def portal(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The server that leads to the portal."""
    servers = [one["block"] for one in inside(rules, "server") if inside(one["block"], "location")]
    assert len(servers) == 1
    return servers[0]


def locations(rules: list[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """{path or pattern: {directive: its arguments}}"""
    return {
        one["args"][-1]: {inner["directive"]: inner["args"] for inner in one["block"]}
        for one in inside(portal(rules), "location")
    }


def size(text: str) -> int:
    return int(text.removesuffix("m")) * 1024 * 1024


def test_sizes_are_those_of_the_portal(rules: list[dict[str, Any]]) -> None:
    whole = {one["directive"]: one["args"] for one in portal(rules)}
    assert size(whole["client_max_body_size"][0]) == limits.ELSEWHERE
    theirs = {path: size(one["client_max_body_size"][0]) for path, one in locations(rules).items() if
              "client_max_body_size" in one}  # fmt: skip
    assert sorted(theirs.values()) == sorted(limit for _, limit in limits.ROUTES)
    samples = [
        "/my/7/document/",
        "/my/7/materials/",
        "/my/7/materials/8/",
        "/part/x/1",
        "/cases/arriving/0f8fad5b-d9cb-469f-a165-70867728950e",
        "/api/uploads/0f8fad5b-d9cb-469f-a165-70867728950e",
        "/my/7/sheet/",
        "/my/7/form/",
        "/contact-sheet/form/",
        "/contact-sheet/",
        "/centre/provinces/forms/",
        "/",
        "/api/uploads",
    ]
    for path in samples:
        hit = next((limit for pattern, limit in theirs.items() if re.match(pattern, path)), limits.ELSEWHERE)
        assert hit == limits.limit_for(path), path


def test_patterns_are_written_as_the_portal_writes_them(rules: list[dict[str, Any]]) -> None:
    ours = {pattern for pattern, _ in limits.ROUTES if pattern.endswith("$")}
    assert {path for path in locations(rules) if path.startswith("^/")} == ours


def test_every_form_with_a_file_has_a_route_of_its_own() -> None:
    """Pages whose templates post files: a new one must be let in here, in nginx and in the portal."""
    forms = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"<form[^>]*multipart", path.read_text())
    }
    assert forms == {"cases/document.html", "cases/materials.html", "cases/material.html"} | {
        "cases/form.html", "publishing/contact_form.html", "centre/forms.html", "accounts/experts_import.html"
    }  # fmt: skip
    names = {pattern.name: path for path, pattern in patterns(get_resolver())}
    rooms = dict.fromkeys(("my_document", "my_materials", "my_material"), limits.FORM) | {
        "my_form": limits.PAPER, "contact_form": limits.PAPER, "centre_forms": limits.PAPERS,
        "centre_experts_import": limits.PAPER,
    }  # fmt: skip
    for name, room in rooms.items():
        path = "/" + names[name].replace("<int:case_id>", "7").replace("<int:file_id>", "8")
        assert limits.limit_for(path) == room


def test_files_are_passed_on_while_they_arrive_and_nothing_else_is(rules: list[dict[str, Any]]) -> None:
    unbuffered = {path for path, one in locations(rules).items() if one.get("proxy_request_buffering") == ["off"]}
    assert unbuffered == {path for path, one in locations(rules).items() if "client_max_body_size" in one}
    assert "proxy_request_buffering" not in {one["directive"] for one in portal(rules)}


def test_one_address_has_so_many_requests_with_files_at_once(rules: list[dict[str, Any]]) -> None:
    assert [one["args"] for one in inside(rules, "limit_conn_zone")] == [["$binary_remote_addr", "zone=sending:10m"]]
    found = locations(rules)
    limited = {path: one["limit_conn"] for path, one in found.items() if "limit_conn" in one}
    assert limited == {path: ["sending", "60"] for path, one in found.items() if "proxy_request_buffering" in one}


def test_parts_go_to_processes_of_their_own(rules: list[dict[str, Any]]) -> None:
    targets = {path: one["proxy_pass"][0] for path, one in locations(rules).items() if "proxy_pass" in one}
    assert targets.pop("/part/") == "http://$web_parts"
    assert targets.pop("/stored/object") == "$stored_at"
    assert targets.pop(ARRIVING) == "http://$store"
    assert set(targets.values()) == {"http://$web"}


def test_what_is_private_is_internal(rules: list[dict[str, Any]]) -> None:
    internal = {path for path, one in locations(rules).items() if "internal" in one}
    assert internal == {"/stored/disk/", "/stored/object", "/errors/"}
    reading = {path for path, one in locations(rules).items() if {"root", "alias"} & set(one)}
    assert reading == {"/static/", "/errors/", "/stored/disk/"}


def test_private_files_stay_confined(rules: list[dict[str, Any]]) -> None:
    for one in inside(portal(rules), "location"):
        if "/stored/" in one["args"][-1]:
            added = {inner["args"][0]: inner["args"][1] for inner in one["block"] if inner["directive"] == "add_header"}
            assert added == {
                "ETag": "$stored_etag",
                "Content-Security-Policy": "$stored_policy",
                "X-Frame-Options": "SAMEORIGIN",
                "X-Content-Type-Options": "nosniff",
            }


def test_the_portal_is_told_one_address_and_it_is_nginxs_own_finding(rules: list[dict[str, Any]]) -> None:
    told = {one["args"][0]: one["args"][1] for one in portal(rules) if one["directive"] == "proxy_set_header"}
    assert told == {
        "Host": "$http_host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$visitor_scheme",
        "X-Forwarded-Host": "",
        "X-Request-Age": "$request_time",
    }
    for path, one in locations(rules).items():
        known = {"/stored/object", ARRIVING}
        assert "proxy_set_header" not in one or path in known, f"{path} would lose the server's headers"


def test_into_the_store_goes_a_put_alone_without_the_visitors_cookies(rules: list[dict[str, Any]]) -> None:
    block = next(one["block"] for one in inside(portal(rules), "location") if one["args"][-1] == ARRIVING)
    (except_for,) = inside(block, "limit_except")
    assert (except_for["args"], except_for["block"][0]["args"]) == (["PUT"], ["all"])
    told = {one["args"][0]: one["args"][1] for one in block if one["directive"] == "proxy_set_header"}
    assert told.pop("Host") == "$http_host"
    orders = ("acl", "copy-source", "copy-source-range", "storage-class", "tagging", "website-redirect-location")
    assert told == {"Cookie": "", **{f"x-amz-{order}": "" for order in orders}}
    assert staging_folder == ARRIVING.split("/")[2]


def test_addresses_are_believed_of_private_networks_alone() -> None:
    parsed = crossplane.parse(str(FOLDER / "front-plain.conf"), single=True, check_ctx=False)
    found = [one["args"][0] for one in inside(parsed["config"][0]["parsed"], "set_real_ip_from")]
    assert found == ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
    assert "real_ip" not in (FOLDER / "front-tls.conf").read_text()


def test_nginx_writes_to_tmp_alone(rules: list[dict[str, Any]]) -> None:
    names = [f"{name}_temp_path" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    written = [one["args"][0] for name in ["pid", *names] for one in inside(rules, name)]
    assert len(written) == 6
    assert all(path.startswith("/tmp/") for path in written)


def test_only_new_tls_is_spoken() -> None:
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in (FOLDER / "front-tls.conf").read_text()
