"""Uploads into an object store: its own multipart upload, listed, joined, copied; and what is left of it. On moto."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from moto.server import ThreadedMotoServer
from storages.backends.s3 import S3Storage

from cases import storing
from cases.actions import assembling
from cases.models import SupportingFile, Upload
from cases.parts import MIB
from cases.staging import staging
from cases.staging.store import StoreStaging
from kernel import jobs
from kernel.models import Job
from tests.cases.uploads import stores
from tests.cases.uploads.browser import Sender, refusal
from tests.factories import make_case

pytestmark = pytest.mark.django_db
KEYS = ("access", "secret")


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(moto: str, settings: Any, monkeypatch: Any) -> Any:
    """A bucket of the test's own, as the portal's storage; boto3's client of it."""
    for name in ("AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"):
        monkeypatch.setenv(name, "when_required")
    settings.STORAGES = {**settings.STORAGES, **stores.options(moto, *KEYS)}
    client = stores.client(moto, *KEYS)
    client.create_bucket(Bucket=stores.BUCKET)
    yield client
    for one in client.list_multipart_uploads(Bucket=stores.BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=stores.BUCKET, Key=one["Key"], UploadId=one["UploadId"])
    for name in keys(client):
        client.delete_object(Bucket=stores.BUCKET, Key=name)


@pytest.fixture
def sender(store: Any) -> Sender:
    return Sender(make_case(), bytes(range(256)) * (5 * MIB // 256) + b"the rest")


def keys(store: Any) -> list[str]:
    return [one["Key"] for one in store.list_objects_v2(Bucket=stores.BUCKET).get("Contents", [])]


def unfinished(store: Any) -> list[str]:
    return [one["Key"] for one in store.list_multipart_uploads(Bucket=stores.BUCKET).get("Uploads", [])]


def take_away(settings: Any) -> None:
    """From now on nothing listens where the store should."""
    gone = stores.options("http://127.0.0.1:9", *KEYS)["default"]
    gone["OPTIONS"]["client_config"] = stores.Config(retries={"max_attempts": 0}, connect_timeout=1)
    del gone["OPTIONS"]["addressing_style"], gone["OPTIONS"]["signature_version"]
    settings.STORAGES = {**settings.STORAGES, "default": gone}


def test_the_storage_decides_where_parts_lie(store: Any) -> None:
    assert isinstance(staging(), StoreStaging)


def test_a_file_goes_to_the_store_and_becomes_a_row(sender: Sender, store: Any, moto: str, join: Any) -> None:
    said = sender.begin().json()
    assert (said["partSize"], said["partCount"]) == (5 * MIB, 2)
    assert sender.url(1).startswith(f"{moto}/cases/arriving/{said['id']}?uploadId=")
    assert "content-length" in sender.url(1)
    sender.put_all()
    assert sender.now()["parts"] == [{"n": 1, "size": 5 * MIB}, {"n": 2, "size": 8}]
    assert sender.complete().status_code == 202
    join()
    file = SupportingFile.objects.get()
    assert file.sha256 == hashlib.sha256(sender.data).hexdigest()
    assert store.get_object(Bucket=stores.BUCKET, Key=file.key)["Body"].read() == sender.data
    assert (keys(store), unfinished(store)) == ([file.key], [])


def test_all_addresses_are_of_one_multipart_upload(sender: Sender, store: Any) -> None:
    sender.begin()
    assert sender.sign(1, 2).status_code == sender.sign(2).status_code == 200
    assert len(unfinished(store)) == 1


def test_what_the_store_does_not_list_is_missing(sender: Sender, store: Any) -> None:
    sender.begin()
    assert refusal(sender.complete()) == (409, "missing_parts")
    sender.put(1)
    answer = sender.complete()
    assert (refusal(answer), answer.json()["parts"]) == ((409, "missing_parts"), [2])


def test_a_part_of_another_length_than_planned_does_not_count(sender: Sender, store: Any) -> None:
    """moto takes what was not signed; a store that does must still not get past the completion."""
    sender.begin()
    sender.put(1)
    sender.put(2, b"longer than planned")
    answer = sender.complete()
    assert (refusal(answer), answer.json()["parts"]) == ((409, "missing_parts"), [2])


def test_joining_goes_on_where_a_killed_worker_stopped(sender: Sender, store: Any, monkeypatch: Any, join: Any) -> None:
    sender.send()
    upload = Upload.objects.get()
    first = staging().join(upload)
    assert staging().join(upload) == first
    join()
    assert SupportingFile.objects.get().key == first.key
    assert keys(store) == [first.key]


def test_an_upload_that_the_store_has_lost_fails_with_a_sentence(sender: Sender, store: Any, join: Any) -> None:
    sender.send()
    upload = Upload.objects.get()
    store.abort_multipart_upload(Bucket=stores.BUCKET, Key=f"arriving/{upload.pk}", UploadId=upload.multipart)
    join()
    assert (sender.now()["state"], sender.now()["code"]) == ("failed", assembling.NotJoined.code)


def test_cancelling_leaves_nothing_in_the_store(sender: Sender, store: Any, join: Any) -> None:
    sender.begin()
    sender.put(1)
    sender.cancel()
    join()
    assert (keys(store), unfinished(store)) == ([], [])


def test_a_sweep_takes_what_belongs_to_no_upload(sender: Sender, store: Any) -> None:
    sender.begin()
    sender.sign(1)
    for name in ("arriving/0", "arriving/1"):
        store.create_multipart_upload(Bucket=stores.BUCKET, Key=name)
        store.put_object(Bucket=stores.BUCKET, Key=name, Body=b"x")
    store.put_object(Bucket=stores.BUCKET, Key="cases/00/kept/original", Body=b"x")
    living = {sender.said["id"]}
    assert staging().sweep(living, older_than=3600) == 2  # moto says of every multipart upload that it began in 2010
    assert (len(unfinished(store)), len(keys(store))) == (1, 3)
    assert staging().sweep(living, older_than=-60) == 2
    assert unfinished(store) == [f"arriving/{sender.said['id']}"]
    assert keys(store) == ["cases/00/kept/original"]


def test_the_portal_takes_no_part_itself(sender: Sender, store: Any) -> None:
    sender.begin()
    answer = sender.put(2, url=f"/part/{sender.said['id']}/2?e=9999999999&s=0")
    assert refusal(answer) == (403, "bad_signature")


def test_a_store_that_is_away_is_said_and_the_upload_stays(sender: Sender, store: Any, settings: Any) -> None:
    sender.begin()
    sender.sign(1)
    take_away(settings)
    for answer in (sender.complete(), sender.client.get(sender.address)):
        assert refusal(answer) == (503, "storage_away")
    assert Upload.objects.get().state == "open"


def test_a_job_that_finds_the_store_away_waits_for_it(sender: Sender, store: Any, monkeypatch: Any) -> None:
    sender.send()
    monkeypatch.setattr(default_storage.bucket.meta.client, "copy_object", _away)
    job = Job.objects.get(kind="cases.assemble_upload")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert Upload.objects.get().state == "assembling"


def test_a_store_that_says_no_has_answered(sender: Sender, store: Any, monkeypatch: Any) -> None:
    sender.send()
    monkeypatch.setattr(default_storage.bucket.meta.client, "copy_object", _denied)
    job = Job.objects.get(kind="cases.assemble_upload")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 1)
    assert "AccessDenied" in job.error


@pytest.mark.parametrize("kind", ["cases.discard_bytes", "cases.discard_parts", "cases.sweep_parts"])
def test_clearing_away_waits_for_a_store_that_is_away(kind: str, store: Any, settings: Any) -> None:
    take_away(settings)
    args = {
        "cases.discard_bytes": {"storage_key": "cases/00/x/original"},
        "cases.discard_parts": {"upload": "x", "multipart": "m"},
        "cases.sweep_parts": {},
    }
    job = Job.objects.create(kind=kind, args=args[kind], queue="critical", run_at=timezone.now())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0), job.error


def test_the_list_asks_the_store_nothing(sender: Sender, store: Any) -> None:
    sender.begin()
    sender.put(2)
    listed = sender.client.get("/api/uploads", {"case": sender.case.pk}).json()["uploads"]
    assert [one["parts"] for one in listed] == [[]]
    assert sender.now()["parts"] == [{"n": 2, "size": 8}]
    assert sender.begin().json()["parts"] == [{"n": 2, "size": 8}]


def _denied(**_: Any) -> None:
    refused = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    raise stores.ClientError(refused, "CopyObject")


def _away(**_: Any) -> None:
    raise stores.ClientError({"Error": {"Code": "SlowDown"}}, "CopyObject")


def test_an_object_is_copied_to_the_disk_in_pieces(store: Any, tmp_path: Path, monkeypatch: Any) -> None:
    def whole(*_: Any) -> Any:
        raise AssertionError("opening an object fetches all of it into memory")

    data = bytes(range(256)) * 4096
    store.put_object(Bucket=stores.BUCKET, Key="cases/aa/a/original", Body=data)
    monkeypatch.setattr(S3Storage, "open", whole)
    storing.fetch("cases/aa/a/original", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    assert max(map(len, storing.pieces("cases/aa/a/original", 0, len(data) - 1))) <= storing.CHUNK
    with pytest.raises(storing.Missing):
        storing.fetch("cases/aa/b/original", tmp_path / "copy")
