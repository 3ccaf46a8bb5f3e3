"""Bytes of files over HTTP: ranges, names, confinement, and what is nobody else's to read."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cases import serving, storing
from cases.actions import uploading
from cases.models import CaseDocument, FileState, SupportingFile
from cases.reading import material_of
from cases.serving import disposition
from tests.cases.files_for_tests import content, docx, png
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
DATA = png(80, 80)
STORE_BUSY = ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "HeadObject")


@pytest.fixture
def file(now: datetime, do_jobs: Any) -> SupportingFile:
    case = make_case()
    file = uploading.upload_supporting(
        case_id=case.pk,
        title="照片",
        category="other",
        name="集体备课 “一”.png",
        content=content(DATA),
        actor=case.submitter,
        now=now,
    )
    do_jobs()
    file.refresh_from_db()
    return file


@pytest.fixture
def author(client: Client, file: SupportingFile) -> Client:
    client.force_login(file.case.submitter)
    return client


def get(client: Client, file: Any, variant: str = "original", kind: str = "file", **headers: str) -> Any:
    return client.get(reverse("my_file", args=[kind, file.pk, variant]), headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_original_comes_whole_under_its_own_name(author: Client, file: SupportingFile) -> None:
    answer = get(author, file)
    assert (answer.status_code, body(answer)) == (200, DATA)
    assert answer["Content-Length"] == str(len(DATA))
    assert answer["Content-Type"] == "image/png"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == (
        "inline; filename=\"____ ___.png\"; filename*=UTF-8''" + quote("集体备课 “一”.png")
    )


def test_a_strangers_bytes_are_confined(author: Client, file: SupportingFile) -> None:
    answer = get(author, file)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, len(DATA) - 1),
        ("bytes=-5", len(DATA) - 5, len(DATA) - 1),
        ("bytes=-99999999", 0, len(DATA) - 1),
        ("bytes=5-99999999", 5, len(DATA) - 1),
        ("bytes=0-0", 0, 0),
    ],
)
def test_a_range_is_answered_with_its_bytes(
    asked: str, first: int, last: int, author: Client, file: SupportingFile
) -> None:
    answer = get(author, file, Range=asked)
    assert (answer.status_code, body(answer)) == (206, DATA[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer["Content-Length"] == str(last - first + 1)


def test_an_object_store_is_asked_for_the_range_alone(monkeypatch: Any) -> None:
    asked = []

    class Body:
        def iter_chunks(self, size: int) -> list[bytes]:
            return [b"0123", b"45"]

    class Bucket:
        def Object(self, key: str) -> Any:  # as boto3 names it
            return self

        def get(self, *, Range: str) -> dict[str, Any]:
            asked.append(Range)
            return {"Body": Body()}

    monkeypatch.setattr(storing, "default_storage", SimpleNamespace(bucket=Bucket()))
    assert (b"".join(storing.pieces("k", 10, 15)), asked) == (b"012345", ["bytes=10-15"])


class Store:
    """What an S3 storage is to `serving`: it has a bucket, sizes and signed addresses."""

    bucket = object()

    def size(self, key: str) -> int:
        return len(DATA)

    def url(self, key: str) -> str:
        return f"http://store:8333/cases/{key}?X-Amz-Signature=signed"


def test_nginx_sends_a_file_of_the_disk_after_the_check(author: Client, file: SupportingFile, settings: Any) -> None:
    settings.X_ACCEL = True
    answer = get(author, file, Range="bytes=0-9")
    assert (answer.content, answer["X-Accel-Redirect"]) == (b"", f"/stored/disk/{file.key}")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline; ")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["ETag"]
    assert "X-Stored-At" not in answer


def test_nginx_fetches_an_object_by_a_signed_address(
    author: Client, file: SupportingFile, settings: Any, monkeypatch: Any
) -> None:
    settings.X_ACCEL = True
    monkeypatch.setattr(serving, "default_storage", Store())
    monkeypatch.setattr(storing, "default_storage", Store())
    answer = get(author, file, Range="bytes=10-15")
    assert answer["X-Accel-Redirect"] == "/stored/object"
    assert answer["X-Stored-At"] == f"http://store:8333/cases/{file.key}?X-Amz-Signature=signed"
    assert answer["X-Stored-Range"] == "bytes=10-15"
    etag = answer["ETag"]
    assert "X-Stored-Range" not in get(author, file)
    assert "X-Stored-Range" not in get(author, file, **{"Range": "bytes=10-15", "If-Range": '"another"'})
    assert get(author, file, **{"If-None-Match": etag}).status_code == 304
    assert get(author, file, Range="bytes=99999999-").status_code == 416


@pytest.fixture
def store(settings: Any, monkeypatch: Any) -> Any:
    """A store that browsers reach at another address than the portal; nothing is asked of it."""
    options = {
        "bucket_name": "cases", "access_key": "a", "secret_key": "s", "region_name": "us-east-1",
        "addressing_style": "path", "signature_version": "s3v4", "endpoint_url": "https://files.example",
    }  # fmt: skip
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "browsers": backend}
    monkeypatch.setattr(serving, "default_storage", Store())
    monkeypatch.setattr(storing, "default_storage", Store())


def test_without_nginx_a_browser_is_sent_to_the_store_for_five_minutes(
    author: Client, file: SupportingFile, store: Any
) -> None:
    answer = get(author, file)
    where = urlsplit(answer["Location"])
    said = {name: values[0] for name, values in parse_qs(where.query).items()}
    assert (answer.status_code, where.netloc, where.path) == (302, "files.example", f"/cases/{file.key}")
    assert int(said["X-Amz-Expires"]) <= 300
    assert said["response-content-type"] == "image/png"
    assert said["response-content-disposition"] == disposition(file.name, inline=True)
    assert answer["Cache-Control"] == "private, no-store", "a page that holds a signed address is kept by nobody"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_who_may_not_see_a_file_is_sent_nowhere(client: Client, file: SupportingFile, store: Any) -> None:
    client.force_login(make_user("另一位"))
    answer = get(client, file)
    assert (answer.status_code, "Location" in answer) == (404, False)


def test_a_film_whose_address_ends_says_when(file: SupportingFile, store: Any, settings: Any) -> None:
    assert material_of(file, link=lambda *where: "/there").lasts == 300
    settings.X_ACCEL = True
    assert material_of(file, link=lambda *where: "/there").lasts == 0


def test_what_is_only_asked_about_needs_no_nginx(author: Client, file: SupportingFile, settings: Any) -> None:
    settings.X_ACCEL = True
    answer = author.head(reverse("my_file", args=["file", file.pk, "original"]))
    assert (answer["Content-Length"], "X-Accel-Redirect" in answer) == (str(len(DATA)), False)


def test_who_may_not_see_a_file_learns_no_address_of_it(client: Client, file: SupportingFile, settings: Any) -> None:
    settings.X_ACCEL = True
    client.force_login(make_user("另一位"))
    answer = get(client, file)
    assert (answer.status_code, "X-Accel-Redirect" in answer) == (404, False)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-5", "bytes=-0"])
def test_a_range_outside_the_file_is_416(asked: str, author: Client, file: SupportingFile) -> None:
    answer = get(author, file, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(DATA)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "items=0-5", "bytes=-", "nonsense"])
def test_what_is_no_single_range_gets_the_whole(asked: str, author: Client, file: SupportingFile) -> None:
    assert get(author, file, Range=asked).status_code == 200


def test_a_range_of_an_older_version_gets_the_whole(author: Client, file: SupportingFile) -> None:
    assert get(author, file, **{"Range": "bytes=0-9", "If-Range": '"another"'}).status_code == 200
    etag = get(author, file)["ETag"]
    assert get(author, file, **{"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert get(author, file, **{"If-None-Match": etag}).status_code == 304


def test_derived_pictures_are_served_as_pictures(author: Client, file: SupportingFile) -> None:
    answer = get(author, file, "thumb.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert body(answer).startswith(b"\xff\xd8")


@pytest.mark.parametrize("variant", ["page-1.jpg", "original.png", "..", "thumb.JPG", "document.html", "poster.jpg"])
def test_unknown_variants_are_404(variant: str, author: Client, file: SupportingFile) -> None:
    assert author.get(f"/my/files/file/{file.pk}/{variant}").status_code == 404


def test_the_reading_view_of_a_document_is_no_file_of_its_own(now: datetime, client: Client, do_jobs: Any) -> None:
    case = make_case()
    document: CaseDocument = uploading.upload_document(
        case_id=case.pk, name="案例.docx", content=content(docx()), actor=case.submitter, now=now
    )
    do_jobs()
    client.force_login(case.submitter)
    assert get(client, document, "document.html", "document").status_code == 404
    answer = get(client, document, kind="document")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert body(answer)[:2] == b"PK"


def test_another_authors_file_is_404(client: Client, file: SupportingFile) -> None:
    client.force_login(make_user("另一位"))
    assert get(client, file).status_code == 404


def test_a_visitor_is_asked_to_log_in(client: Client, file: SupportingFile) -> None:
    answer = get(client, file)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("state", [FileState.INSPECTING, FileState.REFUSED, FileState.DROPPED])
def test_a_file_that_is_not_accepted_is_404(state: FileState, author: Client, file: SupportingFile) -> None:
    SupportingFile.objects.filter(pk=file.pk).update(state=state)
    assert get(author, file).status_code == 404


def test_bytes_that_are_gone_are_a_page_that_says_so_and_a_line_in_the_log(
    author: Client, file: SupportingFile, caplog: Any
) -> None:
    default_storage.delete(file.key)
    answer = get(author, file)
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    assert "文件暂时无法读取" in answer.content.decode()
    assert file.key in caplog.text


@pytest.mark.parametrize("error", [PermissionError(), EndpointConnectionError(endpoint_url="http://store"), STORE_BUSY])
def test_a_storage_that_does_not_answer_is_503(
    error: Exception, author: Client, file: SupportingFile, monkeypatch: Any
) -> None:
    def size(key: str) -> int:
        raise error

    monkeypatch.setattr(storing, "default_storage", SimpleNamespace(size=size))
    answer = get(author, file)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "请过几分钟再打开" in answer.content.decode()


def test_unknown_kinds_are_404(author: Client, file: SupportingFile) -> None:
    assert get(author, file, kind="secret").status_code == 404


@given(st.text(min_size=1, max_size=80))
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    header = disposition(name, inline=False)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
