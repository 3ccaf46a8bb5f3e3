"""The addresses of parts before a store that checks them: Debian's swift, started here without root."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cases.models import SupportingFile
from cases.parts import MIB
from cases.staging import store as store_staging
from tests.cases.uploads import stores
from tests.cases.uploads.browser import Sender
from tests.factories import make_case

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(
        not stores.swift_is_here(),
        reason="没有 swift：apt-get install swift-proxy swift-account swift-container swift-object",
    ),
]


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stores.Swift]:
    one = stores.Swift(Path(tmp_path_factory.mktemp("swift")))
    one.start()
    yield one
    one.stop()


@pytest.fixture
def sender(swift: stores.Swift, settings: Any, monkeypatch: Any) -> Sender:
    for name in ("AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION"):
        monkeypatch.setenv(name, "when_required")
    settings.STORAGES = {**settings.STORAGES, **stores.options(swift.url, *swift.keys)}
    one = Sender(make_case(), bytes(range(256)) * (5 * MIB // 256) + b"the rest")
    assert one.begin().status_code == 201
    return one


def test_what_was_signed_goes_in_and_comes_out_the_same(sender: Sender, join: Any) -> None:
    sender.put_all()
    assert sender.put(2).status_code == 200
    assert sender.complete().status_code == 202
    join()
    file = SupportingFile.objects.get()
    assert (file.size, file.sha256) == (len(sender.data), hashlib.sha256(sender.data).hexdigest())


def test_a_wrong_length_is_refused_by_the_store(sender: Sender) -> None:
    url = sender.url(2)
    assert [sender.put(2, body, url=url).status_code for body in (b"7 bytes", b"9 bytes !")] == [403, 403]
    assert sender.now()["parts"] == []
    assert sender.put(2, url=url).status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("partNumber=2", "partNumber=1"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("X-Amz-Expires=900", "X-Amz-Expires=90000"),
        ("test%3Atester", "test%3Astranger"),
        ("/arriving/", "/cases/"),
    ],
    ids=["another part", "another signature", "a longer life", "an unknown key", "another place"],
)
def test_an_address_that_was_changed_is_refused_by_the_store(old: str, new: str, sender: Sender) -> None:
    url = sender.url(2)
    assert old in url
    assert sender.put(2, url=url.replace(old, new)).status_code == 403


def test_an_address_that_has_run_out_is_refused_by_the_store(sender: Sender, monkeypatch: Any) -> None:
    monkeypatch.setattr(store_staging, "SIGNED_FOR", 1)
    url = sender.url(2)
    time.sleep(2.1)
    assert sender.put(2, url=url).status_code == 403


def test_a_part_sent_late_does_not_reach_what_was_joined(sender: Sender, join: Any, swift: stores.Swift) -> None:
    late = sender.url(2)
    sender.put_all()
    sender.complete()
    join()
    sender.put(2, b"too late", url=late)
    file = SupportingFile.objects.get()
    kept = stores.client(swift.url, *swift.keys).get_object(Bucket=stores.BUCKET, Key=file.key)["Body"].read()
    assert kept == sender.data
