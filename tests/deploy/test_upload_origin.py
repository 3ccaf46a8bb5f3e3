"""Which origin a page may send to, by where the store is; read from the settings as a fresh process has them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.bootstrap import ROOT

ASK = (
    "import json; from portal import settings as s;"
    "print(json.dumps([s.S3_OUTSIDE, s.CONTENT_SECURITY_POLICY['DIRECTIVES']['connect-src'][1:]]))"
)


@pytest.mark.parametrize(
    ("given", "url", "origins"),
    [
        ({}, None, []),
        ({"S3_BUCKET": "cases", "S3_ENDPOINT_URL": "http://store:8333"}, "http://store:8333", ["http://store:8333"]),
        (
            {"S3_BUCKET": "cases", "S3_ENDPOINT_URL": "http://store:8333", "S3_UPLOAD_URL": "https://portal.example/"},
            "https://portal.example",
            [],
        ),
        (
            {"S3_BUCKET": "cases", "S3_ENDPOINT_URL": "https://oss.example.cn", "S3_ADDRESSING_STYLE": "virtual"},
            "https://oss.example.cn",
            ["https://cases.oss.example.cn"],
        ),
        (
            {"S3_BUCKET": "cases", "S3_REGION": "eu-west-1"},
            None,
            ["https://*.amazonaws.com"],
        ),
    ],
    ids=["a disk", "a store of its own", "nginx before the store", "a store of the cloud", "Amazon"],
)
def test_pages_may_send_where_parts_go_and_nowhere_else(
    given: dict[str, str], url: str | None, origins: list[str], tmp_path: Path
) -> None:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("S3_")}
    settings |= {"BASE_URL": "https://portal.example", "DATA_DIR": str(tmp_path), "DEPLOYMENT": "test", **given}
    told = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=settings, capture_output=True, text=True)
    assert json.loads(told.stdout or told.stderr) == [url, origins]
