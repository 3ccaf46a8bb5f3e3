"""Parts in an object store: a multipart upload of the store's own, to which the browser sends by signed addresses."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import storages

from cases.models import Upload
from cases.parts import MIB, SIGNED_FOR
from cases.staging.lost import PartsLost
from cases.storing import Denied, Stored, Unreadable, digest, said_no

FOLDER: Final = "arriving"
"""nginx lets PUT through to this folder of the bucket alone (deploy/nginx/portal.conf)."""

GONE: Final = {"NoSuchUpload", "NoSuchKey", "404"}


class StoreStaging:
    """Under `arriving/ID` in the bucket of the files. What has arrived the store lists, nobody asks the browser.

    What is joined is copied to its final key before anybody learns of it: the address of a part that is used after the
    completion answers 200 in some stores, and breaks what lies under the first key.
    """

    least_part = 5 * MIB  # S3 takes no smaller one but the last
    counts_freely = False

    def __init__(self, storage: Any) -> None:
        self.bucket = storage.bucket.name
        self.client = storage.bucket.meta.client

    def begin(self, upload: Upload) -> str:
        made = self._ask("create_multipart_upload", Key=_key(str(upload.pk)))
        return str(made["UploadId"])

    def address(self, upload: Upload, number: int, *, now: datetime) -> str:
        """Content-Length is signed along, so that a part is as long as planned. The store has a clock of its own."""
        what = {
            "Bucket": self.bucket, "Key": _key(str(upload.pk)), "UploadId": upload.multipart, "PartNumber": number,
            "ContentLength": upload.plan.length(number),
        }  # fmt: skip
        # By the address that browsers reach the store at: its host is signed along.
        outward: Any = storages["browsers"]
        client = outward.bucket.meta.client
        return str(client.generate_presigned_url("upload_part", Params=what, ExpiresIn=SIGNED_FOR))

    def sizes(self, upload: Upload) -> Mapping[int, int]:
        return {one["PartNumber"]: one["Size"] for one in self._parts(upload)}

    def join(self, upload: Upload) -> Stored:
        """Complete, copy to the final key, read that once for its fingerprint. Every step is right the second time."""
        first, plan = _key(str(upload.pk)), upload.plan
        parts = [one for one in self._parts(upload) if one["PartNumber"] in plan]
        if parts:  # none where an earlier run has completed it
            if plan.missing({one["PartNumber"]: one["Size"] for one in parts}):
                raise PartsLost(f"the parts of {first} are not those that were planned")
            listed = {"Parts": [{"PartNumber": one["PartNumber"], "ETag": one["ETag"]} for one in parts]}
            self._ask("complete_multipart_upload", Key=first, UploadId=upload.multipart, MultipartUpload=listed)
        source = {"Bucket": self.bucket, "Key": first}
        if not self._ask("copy_object", Key=upload.object_key, CopySource=source):
            raise PartsLost(f"{first} is not there")
        size = int(self._ask("head_object", Key=upload.object_key).get("ContentLength", 0))
        if size != upload.size:
            raise PartsLost(f"{size} bytes of {upload.size}")
        return Stored(upload.object_key, size, digest(upload.object_key))

    def discard(self, upload: str, multipart: str) -> None:
        if multipart:
            self._ask("abort_multipart_upload", Key=_key(upload), UploadId=multipart)
        self._ask("delete_object", Key=_key(upload))

    def sweep(self, living: set[str], *, older_than: float) -> int:
        before, swept = datetime.now(UTC) - timedelta(seconds=older_than), 0
        for page in self._pages("list_multipart_uploads"):
            for one in page.get("Uploads", []):
                if one["Key"].removeprefix(f"{FOLDER}/") not in living and one["Initiated"] < before:
                    self._ask("abort_multipart_upload", Key=one["Key"], UploadId=one["UploadId"])
                    swept += 1
        for page in self._pages("list_objects_v2"):
            for one in page.get("Contents", []):
                if one["Key"].removeprefix(f"{FOLDER}/") not in living and one["LastModified"] < before:
                    self._ask("delete_object", Key=one["Key"])
                    swept += 1
        return swept

    def _parts(self, upload: Upload) -> list[dict[str, Any]]:
        """What the store says of the parts that have arrived, in order; nothing where it knows of no such upload."""
        found: list[dict[str, Any]] = []
        marker = 0
        while upload.multipart:
            page = self._ask("list_parts", Key=_key(str(upload.pk)), UploadId=upload.multipart, PartNumberMarker=marker)
            found += page.get("Parts", [])
            if not page.get("IsTruncated"):
                break
            marker = int(page["NextPartNumberMarker"])
        return found

    def _pages(self, method: str) -> Iterator[dict[str, Any]]:
        try:
            yield from self.client.get_paginator(method).paginate(Bucket=self.bucket, Prefix=f"{FOLDER}/")
        except (BotoCoreError, ClientError) as error:
            raise _named(error, method) from error

    def _ask(self, method: str, **what: Any) -> dict[str, Any]:
        """The store's answer; an empty one where what is asked about is not there. Raises: Denied, Unreadable."""
        try:
            return dict(getattr(self.client, method)(Bucket=self.bucket, **what))
        except ClientError as error:
            if str(error.response.get("Error", {}).get("Code")) in GONE:
                return {}
            raise _named(error, method) from error
        except BotoCoreError as error:
            raise _named(error, method) from error


def _named(error: Exception, method: str) -> Unreadable:
    return (Denied if said_no(error) else Unreadable)(f"{method}: {error}")


def _key(upload: str) -> str:
    return f"{FOLDER}/{upload}"
