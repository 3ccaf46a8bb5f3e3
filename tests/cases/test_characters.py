"""字 are counted as rules.md has it, and alike in Python and in the browser."""

import json
import random
import shutil
import subprocess
import unicodedata
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.characters import count

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/data/characters.json").read_text(encoding="utf-8"))
SPACES = st.text(alphabet=" \t\n\r\u3000\u00a0\u2003", min_size=1)

TWIN = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { count } = await import(pathToFileURL(process.argv[1]));
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(count)));
"""


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: ascii(vector["text"])[:40])
def test_the_shared_vectors_hold(vector: dict) -> None:
    assert count(vector["text"]) == vector["count"]


def test_there_are_vectors_enough() -> None:
    assert len(VECTORS) >= 60 and len({vector["text"] for vector in VECTORS}) == len(VECTORS)


@given(st.text())
def test_a_count_is_never_negative_nor_more_than_the_code_points(text: str) -> None:
    assert 0 <= count(text) <= len(text)


@given(st.text(), st.text(), SPACES)
def test_pieces_apart_count_as_much_as_together(left: str, right: str, space: str) -> None:
    assert count(left + space + right) == count(left) + count(right)


@given(st.text(), SPACES, SPACES)
def test_space_around_changes_nothing(text: str, before: str, after: str) -> None:
    assert count(before + text + after) == count(text)


@given(st.text(), st.text())
def test_joining_never_adds(left: str, right: str) -> None:
    assert max(count(left), count(right)) <= count(left + right) + 1
    assert count(left + right) <= count(left) + count(right)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_ideographs_count_one_each(text: str) -> None:
    assert count(text) == len(text)


@given(st.text(alphabet="“”‘’—…·，。、；：？！（）《》【】"))
def test_chinese_marks_count_one_each(text: str) -> None:
    assert count(text) == len(text)


def test_the_browser_counts_alike() -> None:
    node = shutil.which("node")
    if node is None:
        warnings.warn("node is missing: the twin in static/js/characters.js was NOT compared", stacklevel=1)
        pytest.skip("node is missing: the browser's counter was not compared")
    dice = random.Random(20241001)
    points = [point for point in range(0x110000) if not 0xD800 <= point <= 0xDFFF]
    low = [point for point in points if point < 0x3400 or 0xF900 <= point <= 0xFFFF]
    texts = [vector["text"] for vector in VECTORS]
    texts += ["".join(chr(dice.choice(low)) for _ in range(40)) for _ in range(400)]
    texts += ["".join(chr(dice.choice(points)) for _ in range(40)) for _ in range(200)]
    texts += [f"a{chr(point)}b" for point in low if unicodedata.category(chr(point)) in ("Zs", "Cc", "Cf", "Po", "Pd")]
    answer = subprocess.run(
        [node, "--input-type=module", "--eval", TWIN, str(ROOT / "static/js/characters.js")],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert json.loads(answer.stdout) == [count(text) for text in texts]
