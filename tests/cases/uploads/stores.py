"""Object stores for the tests: the portal's storage set to one, and Debian's swift as a real one."""

import subprocess
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from launcher.servers import free_port

BUCKET = "cases"
SWIFT_PYTHON = "/usr/bin/python3"


def options(url: str, access_key: str, secret_key: str) -> dict[str, Any]:
    """The entries of STORAGES for a store at `url`, as portal.settings writes them."""
    one = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET, "endpoint_url": url, "access_key": access_key, "secret_key": secret_key,
            "region_name": "us-east-1", "addressing_style": "path", "signature_version": "s3v4",
            "file_overwrite": False, "querystring_expire": 300,
        },
    }  # fmt: skip
    return {"default": one, "browsers": one}


def client(url: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=access_key, aws_secret_access_key=secret_key,
        region_name="us-east-1", config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )  # fmt: skip


def swift_is_here() -> bool:
    try:
        asked = subprocess.run([SWIFT_PYTHON, "-c", "import swift.common.wsgi"], capture_output=True, timeout=60)
    except OSError:
        return False
    return asked.returncode == 0


class Swift:
    """A running swift in `folder`; needs no root."""

    keys = ("test:tester", "testing")

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.folder = folder

    def start(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with (self.folder / "log").open("wb") as log:
            script = str(Path(__file__).with_name("swift_servers.py"))
            self.process = subprocess.Popen(
                [SWIFT_PYTHON, script, str(self.folder), str(port)], stdout=log, stderr=subprocess.STDOUT
            )
        store, ends = client(self.url, *self.keys), time.monotonic() + 60
        while True:
            try:
                store.create_bucket(Bucket=BUCKET)
                return
            except (BotoCoreError, ClientError):
                told = (self.folder / "log").read_text(errors="replace")[-3000:]
                assert self.process.poll() is None and time.monotonic() < ends, told
                time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
