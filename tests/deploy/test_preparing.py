"""What is done before a container of ours starts: the bucket is made, nginx's own pages are written."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command

from kernel.management.commands import prepare_storage


class Bucket:
    """What boto3 gives for a bucket, as far as it is asked here; `status` answers head_bucket."""

    name = "cases"

    def __init__(self, status: int, region: str | None) -> None:
        self.status, self.made, self.let_in = status, [], []
        client = SimpleNamespace(
            head_bucket=self.head,
            put_bucket_cors=lambda **what: self.let_in.append(what),
            meta=SimpleNamespace(region_name=region),
        )
        self.meta = SimpleNamespace(client=client)

    def head(self, Bucket: str) -> None:
        if self.status != 200:
            raise ClientError({"ResponseMetadata": {"HTTPStatusCode": self.status}, "Error": {}}, "HeadBucket")

    def create(self, **options: Any) -> None:
        self.made.append(options)


def prepared(monkeypatch: Any, bucket: Bucket | None) -> None:
    monkeypatch.setattr(prepare_storage, "default_storage", SimpleNamespace(bucket=bucket) if bucket else object())
    call_command("prepare_storage")


@pytest.mark.parametrize(
    ("region", "options"),
    [
        ("us-east-1", {}),
        (None, {}),
        ("cn-north-1", {"CreateBucketConfiguration": {"LocationConstraint": "cn-north-1"}}),
    ],
)
def test_a_missing_bucket_is_made_where_the_settings_say(region: str | None, options: Any, monkeypatch: Any) -> None:
    bucket = Bucket(404, region)
    prepared(monkeypatch, bucket)
    assert bucket.made == [options]


def test_a_bucket_that_is_there_is_left_alone(monkeypatch: Any) -> None:
    bucket = Bucket(200, None)
    prepared(monkeypatch, bucket)
    assert bucket.made == []


def test_a_store_that_refuses_us_stops_the_start(monkeypatch: Any) -> None:
    bucket = Bucket(403, None)
    with pytest.raises(ClientError):
        prepared(monkeypatch, bucket)
    assert bucket.made == []


@pytest.mark.parametrize(("url", "asked"), [("https://portal.example", 0), ("https://store.example", 1), (None, 1)])
def test_pages_of_the_portal_alone_may_send_to_a_store_of_another_origin(
    url: str | None, asked: int, monkeypatch: Any, settings: Any
) -> None:
    settings.S3_OUTSIDE, settings.BASE_URL = url, "https://portal.example"
    bucket = Bucket(200, None)
    prepared(monkeypatch, bucket)
    assert len(bucket.let_in) == asked
    for one in bucket.let_in:
        (rule,) = one["CORSConfiguration"]["CORSRules"]
        assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://portal.example"], ["PUT"])


def test_files_on_a_disk_need_no_preparing(monkeypatch: Any) -> None:
    prepared(monkeypatch, None)


@pytest.mark.parametrize(
    ("name", "words"), [("404", "没有找到这个页面"), ("413", "文件太大了，没有收下"), ("503", "请过几分钟再打开")]
)
def test_nginx_gets_pages_that_ask_nothing_of_the_portal(name: str, words: str, tmp_path: Path) -> None:
    call_command("write_error_pages", tmp_path / "errors")
    page = (tmp_path / "errors" / f"{name}.html").read_text(encoding="utf-8")
    assert words in page
    assert "<script" not in page
