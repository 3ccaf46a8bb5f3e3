"""Makes the bucket of the object store where there is none yet; files on a disk need no preparing."""

from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
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
        if settings.S3_OUTSIDE != settings.BASE_URL:
            self.let_the_portal_in(client, bucket.name)

    def let_the_portal_in(self, client: Any, bucket: str) -> None:
        """Browsers send to the store itself: pages of the portal alone may, and only by PUT (CORS)."""
        rule = {
            "AllowedOrigins": [settings.BASE_URL], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3600,
        }  # fmt: skip
        try:
            client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            self.stderr.write(
                f"存储没有接受跨域规则（{code}）。请在它的管理界面里只允许 {settings.BASE_URL} 用 PUT 上传。"
            )
