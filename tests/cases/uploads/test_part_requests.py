"""One part of an upload on its way: its address, its length, its fingerprint, and what is refused of each."""

import errno
import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from cases.models import SupportingFile
from cases.parts import MIB
from cases.staging.disk import Incoming
from cases.views.parts import seconds_for
from tests.cases.uploads.browser import JSON, Sender, digest_of, refusal, stored
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("numbers", [[0], [4], [-1], [2**62], [1, 9]])
def test_a_part_number_out_of_range_gets_no_address(numbers: list[int], sender: Sender) -> None:
    sender.begin()
    assert refusal(sender.sign(*numbers)) == (400, "bad_part")


@pytest.mark.parametrize("numbers", [[], list(range(1, 27)), ["1"], [1.5], [True], "1", None, [10**30]])
def test_a_list_of_parts_that_is_none_gets_no_addresses(numbers: Any, sender: Sender) -> None:
    sender.begin()
    answer = sender.client.post(f"{sender.address}/parts", {"parts": numbers}, content_type=JSON)
    assert refusal(answer) == (400, "bad_request")


def test_a_part_of_the_wrong_length_is_refused(sender: Sender) -> None:
    sender.begin()
    for body in (b"x" * 4, b"x" * 6):
        assert refusal(sender.put(3, body)) == (400, "bad_length")
    assert stored() == []


def test_a_part_without_a_length_is_refused(sender: Sender) -> None:
    sender.begin()
    answer = Client().generic("PUT", sender.url(3), b"", content_type="application/octet-stream", CONTENT_LENGTH="")
    assert refusal(answer) == (411, "length_required")


def test_a_part_that_breaks_off_is_refused_and_leaves_nothing(sender: Sender) -> None:
    sender.begin()
    sender.put(3)
    kept = stored()
    answer = sender.put(3, b"yyyyy", **{"wsgi.input": io.BytesIO(b"yyy")})
    assert refusal(answer) == (400, "short_body")
    assert stored() == kept
    assert Path(default_storage.path(kept[0])).read_bytes() == b"xxxxx"


@pytest.mark.parametrize(
    "header",
    [digest_of(b"other"), "sha-256=:AAAA:", "sha-256=:%%%:", "sha-256=", "sha-256=:" + "A" * 43 + ":"],
)
def test_a_part_under_a_false_digest_is_refused(header: str, sender: Sender) -> None:
    sender.begin()
    assert refusal(sender.put(3, headers={"Content-Digest": header})) == (400, "bad_digest")
    assert stored() == []


@pytest.mark.parametrize("header", [digest_of(b"xxxxx"), f"sha-512=:AAAA:, {digest_of(b'xxxxx')}", "md5=:AAAA:", ""])
def test_a_right_digest_or_one_of_another_kind_is_no_hindrance(header: str, sender: Sender) -> None:
    sender.begin()
    assert sender.put(3, headers={"Content-Digest": header}).status_code == 200


def test_an_address_holds_for_a_quarter_of_an_hour(sender: Sender, travel: Any, now: datetime) -> None:
    sender.begin()
    url = sender.url(3)
    travel(now + timedelta(minutes=14))
    assert sender.put(3, url=url).status_code == 200
    travel(now + timedelta(minutes=16))
    assert refusal(sender.put(3, url=url)) == (403, "expired")


@pytest.mark.parametrize(
    ("old", "new"), [("/3?", "/2?"), ("/3?", "/9?"), ("s=", "s=0"), ("e=", "e=9"), ("e=", "f="), ("s=", "t=")]
)
def test_an_address_that_was_changed_is_refused(old: str, new: str, sender: Sender) -> None:
    sender.begin()
    answer = sender.put(3, url=sender.url(3).replace(old, new))
    assert refusal(answer) == (403, "bad_signature")


def test_an_address_of_another_upload_is_refused(sender: Sender) -> None:
    sender.begin()
    other = Sender(make_case(), name="别的.mp4")
    other.begin()
    url = sender.url(3).replace(sender.said["id"], other.said["id"])
    assert refusal(sender.put(3, url=url)) == (403, "bad_signature")
    assert refusal(sender.put(3, url=url.replace(other.said["id"], "0" * 8 + other.said["id"][8:]))) == (
        403, "bad_signature",
    )  # fmt: skip


def test_a_part_after_the_end_changes_nothing(sender: Sender, join: Any) -> None:
    sender.begin()
    url = sender.url(1)
    sender.put_all()
    sender.complete()
    assert refusal(sender.put(1, b"z" * MIB, url=url)) == (409, "wrong_state")
    join()
    assert refusal(sender.put(1, b"z" * MIB, url=url)) == (409, "wrong_state")
    assert SupportingFile.objects.get().sha256 == hashlib.sha256(sender.data).hexdigest()


def test_a_part_still_under_way_at_the_completion_does_not_count(sender: Sender, join: Any, monkeypatch: Any) -> None:
    sender.begin()
    sender.put_all()
    write = Incoming.write

    def slow(self: Incoming, read: Any) -> None:
        write(self, read)
        assert sender.complete().status_code == 202

    monkeypatch.setattr(Incoming, "write", slow)
    assert refusal(sender.put(1, b"z" * MIB)) == (409, "wrong_state")
    join()
    assert SupportingFile.objects.get().sha256 == hashlib.sha256(sender.data).hexdigest()


def test_a_full_disk_is_said_and_what_was_sent_stays(sender: Sender, monkeypatch: Any) -> None:
    sender.begin()
    sender.put(3)

    def full(self: Incoming, read: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Incoming, "write", full)
    assert refusal(sender.put(2)) == (507, "no_space")
    assert [part["n"] for part in sender.now()["parts"]] == [3]


def test_a_draft_deleted_while_a_part_comes_in_takes_the_part_along(sender: Sender, monkeypatch: Any) -> None:
    sender.begin()
    write = Incoming.write

    def slow(self: Incoming, read: Any) -> None:
        write(self, read)
        assert sender.client.post(f"/my/{sender.case.pk}/delete/").status_code == 302

    monkeypatch.setattr(Incoming, "write", slow)
    assert refusal(sender.put(1)) == (409, "wrong_state")


def test_a_part_whose_folder_is_cleared_away_under_it_is_refused(sender: Sender, monkeypatch: Any) -> None:
    sender.begin()

    def cleared(self: Incoming, read: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    monkeypatch.setattr(Incoming, "write", cleared)
    assert refusal(sender.put(1)) == (409, "wrong_state")


def test_of_whom_no_address_lets_in_nothing_is_read(sender: Sender) -> None:
    sender.begin()
    body = io.BytesIO(b"xxxxx")
    url = sender.url(3)
    assert refusal(sender.put(3, url=url.replace("s=", "s=0"), **{"wsgi.input": body})) == (403, "bad_signature")
    assert body.tell() == 0
    sender.cancel()
    assert refusal(sender.put(3, url=url, **{"wsgi.input": body})) == (409, "wrong_state")
    assert body.tell() == 5


@pytest.mark.parametrize(("length", "seconds"), [(1, 120), (MIB, 120), (8 * MIB, 512)])
def test_a_part_may_take_what_a_slow_line_needs(length: int, seconds: float) -> None:
    assert seconds_for(length) == seconds
