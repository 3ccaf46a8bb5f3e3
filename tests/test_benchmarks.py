"""The settings that benchmarks run beside the portal's start as they are; a benchmark takes too long to find out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("module", ["benchmarks.bare_settings", "benchmarks.missing_settings"])
def test_a_server_of_a_benchmark_starts(module: str) -> None:
    """With everything a worker of the server imports before its first request."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": module, "DEPLOYMENT": "demo"}
    words = "import portal.wsgi; from portal.celery import app; app.loader.import_default_modules()"
    subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=environment, check=True)
