"""The nginx rules at work: sizes, what waits and what does not, and private files by way of the permission check."""

import hashlib
import hmac
import http.client
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import boto3
import pytest
from botocore.config import Config
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cases.actions import uploading
from cases.models import SupportingFile
from portal import limits
from tests.cases.files_for_tests import content, png
from tests.deploy import nginx
from tests.factories import make_case

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.skipif(nginx.PROGRAM is None, reason="没有 nginx：apt-get install nginx-light"),
]
DATA = png(80, 80)


class StandIn(BaseHTTPRequestHandler):
    """Answers like the portal or like the store, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        body = b"" if self.command == "HEAD" else self.server.body
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.server.heard.set()
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (piece := self.rfile.read(min(left, 65536))):
            left -= len(piece)
        self.send_response(self.server.status)
        for name, value in {**self.server.headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_GET

    def log_message(self, *args: Any) -> None:
        """The test's output stays clean."""


@pytest.fixture
def stand_in() -> Iterator[Callable[..., Any]]:
    """`stand_in(body, status, **headers)`: a server on a port of its own."""
    running: list[ThreadingHTTPServer] = []

    def start(body: bytes = b"stand-in", status: int = 200, headers: dict[str, str] | None = None) -> Any:
        server: Any = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
        server.body, server.status, server.headers = body, status, headers or {}
        server.asked, server.heard = [], threading.Event()
        server.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Callable[..., nginx.Nginx]]:
    """`front(web, web_parts)`: nginx before these two."""
    running: list[nginx.Nginx] = []

    def start(web: str, web_parts: str = "127.0.0.1:9", **options: Any) -> nginx.Nginx:
        folder = tmp_path / "nginx"
        folder.mkdir()
        call_command("write_error_pages", folder / "srv/errors")
        one = nginx.Nginx(folder, web, web_parts, media=tmp_path / "media", **options)
        running.append(one)
        one.start()
        return one

    yield start
    for one in running:
        one.stop()


def ask(port: int, method: str, path: str, *, send: bytes = b"", **headers: str) -> tuple[int, Any, bytes]:
    """Status, headers and body of one answer; `Content_Length` may promise more than is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body=send or None, headers=named)
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/accounts/login/", limits.ELSEWHERE),
        ("/my/7/sheet/", limits.ELSEWHERE),
        ("/api/uploads", limits.ELSEWHERE),
        ("/my/7/document/", limits.FORM),
        ("/my/7/materials/", limits.FORM),
        ("/my/7/materials/8/", limits.FORM),
        ("/part/0f8fad5b-d9cb-469f-a165-70867728950e/1", limits.PART),
    ],
)
def test_one_byte_too_many_gets_our_page_of_413(path: str, limit: int, stand_in: Any, front: Any) -> None:
    portal = stand_in(b"let in")
    one = front(portal.address, portal.address)
    method = "PUT" if path.startswith("/part/") else "POST"
    status, headers, body = ask(one.port, method, path, Content_Length=str(limit + 1))
    assert (status, portal.asked) == (413, [])
    assert "文件太大了，没有收下" in body.decode()
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    let_in = ask(one.port, method, path, send=b"x" * min(limit, 3 * limits.MIB))
    assert (let_in[0], let_in[2]) == (200, b"let in")


@pytest.mark.parametrize("path", ["/my/7/document/", "/my/7/materials/8/", "/part/x/1"])
def test_a_file_reaches_the_portal_while_it_arrives(path: str, stand_in: Any, front: Any) -> None:
    portal = stand_in()
    one = front(portal.address, portal.address)
    half = _half_sent(one.port, path)
    assert portal.heard.wait(5), "nginx holds the body back"
    assert float(portal.asked[0][2]["X-Request-Age"]) < 0.5
    half.send(b"x" * 5000)
    assert half.getresponse().status == 200
    half.close()


def test_a_small_form_is_collected_whole_and_its_age_is_told(stand_in: Any, front: Any) -> None:
    portal = stand_in()
    one = front(portal.address)
    half = _half_sent(one.port, "/my/7/check/", age="0")
    time.sleep(0.6)
    assert not portal.heard.is_set()
    half.send(b"x" * 5000)
    assert half.getresponse().status == 200
    half.close()
    assert 0.5 < float(portal.asked[0][2]["X-Request-Age"]) < 5


def _half_sent(port: int, path: str, age: str = "") -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", "10000")
    if age:
        connection.putheader("X-Request-Age", age)
    connection.endheaders()
    connection.send(b"x" * 5000)
    return connection


def test_what_a_visitor_says_of_himself_is_not_believed(stand_in: Any, front: Any) -> None:
    portal = stand_in()
    one = front(portal.address)
    ask(one.port, "GET", "/", X_Forwarded_For="6.6.6.6", X_Forwarded_Host="evil.example", X_Request_Age="99")
    told = portal.asked[0][2]
    assert told["X-Forwarded-For"] == "127.0.0.1"
    assert "X-Forwarded-Host" not in told
    assert float(told["X-Request-Age"]) < 1


def test_a_portal_that_is_away_gets_our_page_of_503(front: Any) -> None:
    status, headers, body = ask(front("127.0.0.1:9").port, "GET", "/")
    assert (status, headers["Cache-Control"]) == (502, "no-store")
    assert "请过几分钟再打开" in body.decode()


@pytest.mark.parametrize("path", ["/stored/object", "/stored/disk/cases/x", "/errors/413.html"])
def test_nobody_comes_to_what_is_internal(path: str, stand_in: Any, front: Any) -> None:
    portal = stand_in()
    status, _, body = ask(front(portal.address).port, "GET", path)
    assert (status, portal.asked) == (404, [])
    assert "errors/404" not in body.decode()
    assert "教师研修应用案例" in body.decode()


def test_static_files_come_packed_and_keep_for_a_year_when_their_name_is_a_hash(front: Any) -> None:
    one = front("127.0.0.1:9")
    static = one.folder / "srv/static"
    static.mkdir()
    (static / "app.0123456789ab.css").write_text("plain")
    (static / "app.0123456789ab.css.gz").write_bytes(b"packed")
    (static / "app.css").write_text("plain")
    status, headers, body = ask(one.port, "GET", "/static/app.0123456789ab.css", Accept_Encoding="gzip")
    assert (status, body, headers["Content-Encoding"]) == (200, b"packed", "gzip")
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ask(one.port, "GET", "/static/app.css")[1]["Cache-Control"] == "public, max-age=60"


@pytest.mark.django_db(transaction=True)
def test_a_private_file_on_the_disk_goes_by_the_check_and_then_by_nginx(
    live_server: Any, settings: Any, now: Any, do_jobs: Any, front: Any
) -> None:
    settings.X_ACCEL = True
    case = make_case()
    file = uploading.upload_supporting(
        case_id=case.pk, title="照片", category="other", name="照片.png", content=content(DATA),
        actor=case.submitter, now=now,
    )  # fmt: skip
    do_jobs()
    one = front(live_server.url.removeprefix("http://").replace("localhost", "127.0.0.1"))
    path = reverse("my_file", args=["file", file.pk, "original"])
    assert ask(one.port, "GET", path)[0] == 302, "a visitor is asked to log in"
    cookie = _session_of(case.submitter)
    status, headers, body = ask(one.port, "GET", path, Cookie=cookie)
    assert (status, body, headers["Content-Type"]) == (200, DATA, "image/png")
    assert "X-Accel-Redirect" not in headers
    assert "sandbox" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "SAMEORIGIN")
    assert headers["Content-Disposition"].startswith("inline; ")
    assert "private" in headers["Cache-Control"]
    status, part, body = ask(one.port, "GET", path, Cookie=cookie, Range="bytes=10-19", If_Range=headers["ETag"])
    assert (status, body, part["Content-Range"]) == (206, DATA[10:20], f"bytes 10-19/{len(DATA)}")
    assert ask(one.port, "GET", path, Cookie=cookie, Range="bytes=0-9", If_Range='"old"')[0] == 200
    assert ask(one.port, "GET", path, Cookie=cookie, Range=f"bytes={len(DATA)}-")[0] == 416
    assert ask(one.port, "GET", path, Cookie=cookie, If_None_Match=headers["ETag"])[0] == 304
    SupportingFile.objects.filter(pk=file.pk).update(state="dropped")
    assert ask(one.port, "GET", path, Cookie=cookie)[0] == 404


def _session_of(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def test_an_object_of_the_store_is_fetched_by_nginx_alone(stand_in: Any, front: Any) -> None:
    of_the_store = {
        "Content-Range": f"bytes 5-8/{len(DATA)}",
        "Content-Type": "binary/octet-stream",
        "ETag": '"of-the-store"',
        "x-amz-request-id": "secret",
        "Access-Control-Allow-Origin": "*",
        "X-Accel-Redirect": "/stored/disk/elsewhere",
        "Set-Cookie": "a=b",
    }
    store = stand_in(DATA[5:9], 206, of_the_store)
    portal = stand_in(
        b"",
        200,
        {"X-Accel-Redirect": "/stored/object", "X-Stored-At": f"http://{store.address}/cases/k%20y?X-Amz-Signature=s%2Fg",
         "X-Stored-Range": "bytes=5-8", "Content-Type": "image/png", "ETag": '"ours"', "Cache-Control": "private",
         "Content-Disposition": "inline", "Content-Security-Policy": "sandbox"},
    )  # fmt: skip
    one = front(portal.address)
    status, headers, body = ask(one.port, "GET", "/my/files/file/1/original", Cookie="session=s", Range="bytes=0-")
    method, path, told = store.asked[0]
    assert (method, path) == ("GET", "/cases/k%20y?X-Amz-Signature=s%2Fg")
    assert (told["Host"], told["Range"]) == (store.address, "bytes=5-8")
    assert "Cookie" not in told
    assert (status, body, headers["Content-Range"]) == (206, DATA[5:9], f"bytes 5-8/{len(DATA)}")
    assert {name: headers[name] for name in ("Content-Type", "ETag", "Cache-Control", "Content-Disposition")} == {
        "Content-Type": "image/png", "ETag": '"ours"', "Cache-Control": "private", "Content-Disposition": "inline",
    }  # fmt: skip
    assert headers["Content-Security-Policy"] == "sandbox"
    assert not {
        "X-Stored-At",
        "X-Accel-Redirect",
        "x-amz-request-id",
        "Set-Cookie",
        "Access-Control-Allow-Origin",
    } & set(headers)


def test_the_stores_signature_still_fits_what_nginx_asks(stand_in: Any, front: Any) -> None:
    """SigV4 by hand over what arrived: host, path and query must be the very ones that were signed."""
    store = stand_in(DATA)
    options = {"endpoint_url": f"http://{store.address}", "aws_access_key_id": "a", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", region_name="us-east-1", config=Config(signature_version="s3v4"), **options)
    signed = client.generate_presigned_url("get_object", {"Bucket": "cases", "Key": "cases/ab/k é/original"}, 300)
    portal = stand_in(b"", 200, {"X-Accel-Redirect": "/stored/object", "X-Stored-At": signed})
    assert ask(front(portal.address).port, "GET", "/my/files/file/1/original")[2] == DATA
    _, target, headers = store.asked[0]
    path, _, query = target.partition("?")
    fields = dict(parse_qsl(query))
    assert fields["X-Amz-SignedHeaders"] == "host"
    bare = "&".join(sorted(part for part in query.split("&") if not part.startswith("X-Amz-Signature=")))
    request = "\n".join(["GET", path, bare, f"host:{headers['Host']}", "", "host", "UNSIGNED-PAYLOAD"])
    scope = fields["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", fields["X-Amz-Date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4secret"
    for part in [*scope.split("/"), text]:
        key = hmac.digest(key, part.encode(), "sha256")
    assert key.hex() == fields["X-Amz-Signature"]


def test_parts_for_the_store_are_passed_on_as_they_were_signed(stand_in: Any, front: Any) -> None:
    portal, store = stand_in(), stand_in(b"", 200, {"ETag": '"part"'})
    one = front(portal.address, store=store.address)
    path = "/cases/arriving/0f8fad5b-d9cb-469f-a165-70867728950e?partNumber=1&X-Amz-Signature=aa%2Fbb"
    status, headers, _ = ask(one.port, "PUT", path, send=b"x" * 5000, Cookie="__Host-session=secret")
    assert (status, headers["ETag"]) == (200, '"part"')
    method, asked, told = store.asked[0]
    assert (method, asked, told["Host"], told["Content-Length"]) == ("PUT", path, f"127.0.0.1:{one.port}", "5000")
    assert "Cookie" not in told
    assert "X-Forwarded-For" not in told
    for method in ("GET", "DELETE", "POST"):
        assert ask(one.port, method, path)[0] == 403
    assert (len(store.asked), portal.asked) == (1, [])


def test_what_the_store_refuses_is_told_in_our_words(stand_in: Any, front: Any) -> None:
    store = stand_in(b"<Error><Code>AccessDenied</Code></Error>", 403)
    portal = stand_in(b"", 200, {"X-Accel-Redirect": "/stored/object", "X-Stored-At": f"http://{store.address}/x"})
    status, _, body = ask(front(portal.address).port, "GET", "/my/files/file/1/original")
    assert status == 503
    assert b"AccessDenied" not in body


def test_with_tls_of_our_own_the_portal_hears_of_https(stand_in: Any, front: Any, tmp_path: Path) -> None:
    portal = stand_in()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
        + ["-subj", "/CN=portal.example", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    one = front(portal.address, front="tls", certificates=tmp_path)
    status, headers, _ = ask(one.port, "GET", "/my/?a=1", Host="portal.example")
    assert (status, headers["Location"]) == (301, "https://portal.example/my/?a=1")
    trust = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
    trust.check_hostname = False
    connection = http.client.HTTPSConnection("127.0.0.1", one.tls_port, context=trust, timeout=10)
    connection.request("GET", "/", headers={"X-Forwarded-Proto": "http", "Host": "portal.example"})
    assert connection.getresponse().status == 200
    connection.close()
    assert (portal.asked[0][2]["X-Forwarded-Proto"], portal.asked[0][2]["Host"]) == ("https", "portal.example")


def test_the_log_has_the_address_and_no_cookie(stand_in: Any, front: Any) -> None:
    portal = stand_in()
    one = front(portal.address)
    ask(one.port, "GET", "/seen", Cookie="session=secret")
    one.stop()  # a line is written after its answer has gone
    line = (one.folder / "access.log").read_text()
    assert '"GET /seen HTTP/1.1" 200' in line
    assert "secret" not in line
