"""The browser's modules that know no page are tested by node, without a browser: `*.test.mjs` beside this file."""

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SPECIFICATIONS = sorted(HERE.glob("*.test.mjs"))


@pytest.mark.parametrize("path", SPECIFICATIONS, ids=lambda path: path.name)
def test_the_modules_do_what_is_specified(path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        warnings.warn(f"node is missing: {path.name} was NOT run", stacklevel=1)
        pytest.skip("node is missing: the browser's modules were not tested")
    run = subprocess.run([node, "--test", str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    passed = re.search(r"^# pass (\d+)$", run.stdout, re.M)
    assert passed and int(passed[1]) == path.read_text("utf-8").count("\ntest(")


def test_there_are_specifications() -> None:
    assert len(SPECIFICATIONS) >= 2
