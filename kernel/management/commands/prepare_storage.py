"""Makes the bucket of the object store where there is none yet; files on a disk need no preparing."""

from typing import Any

from botocore.exceptions import ClientError
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "对象存储里还没有存储桶时建立它；可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        bucket = getattr(default_storage, "bucket", None)
        if bucket is None:
            return
        client = bucket.meta.client
        try:
            client.head_bucket(Bucket=bucket.name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            region = client.meta.region_name
            # Amazon's first region is the one that must not be named.
            unnamed = region in (None, "us-east-1", "aws-global")
            bucket.create(**({} if unnamed else {"CreateBucketConfiguration": {"LocationConstraint": region}}))
            self.stdout.write(f"已建立存储桶 {bucket.name}")
