"""No mutant of a sample crashes or holds up the inspector, and none is let in for what it is not."""

import hashlib
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cases.files import kinds
from cases.files.inspection import Inspection, inspect_in_child
from cases.files.opening import inspect
from tests.cases.files.mutations import DATA, Mutant, bad_files, good_files, mutants

ROOT = DATA.parents[2]
APPS = ("portal", "demo", "publishing", "reviews", "cases", "accounts", "calls", "kernel", "launcher")
PATIENCE = 20
"""Seconds, on a busy machine, after which a mutant is said to hang; each takes some milliseconds."""


class Hangs(BaseException):
    """Not an Exception: what catches those of its parsers must not catch this."""


@contextmanager
def watched(seconds: int) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def complaint(mutant: Mutant, result: Inspection) -> str:
    """What is wrong with a verdict; nothing when it will do."""
    if not result.accepted:
        if mutant.must or (mutant.codes and result.code not in mutant.codes):
            return f"refused: {result.code}"
        sound = re.fullmatch(r"“.{1,60}”.+。", result.message) and result.code
        return "" if sound else f"not a sentence: {result.message}"
    kind = result.facts["kind"]
    claimed = kinds.kind_named(mutant.name, "supporting")
    if not mutant.may_be & set(kinds.BY_SLUG[kind].extensions):
        return f"let in as {kind}"
    return "" if claimed and kinds.agree(claimed.slug, kind) else f"let in as {kind} under a false name"


@pytest.mark.slow
def test_no_mutant_crashes_hangs_or_is_wrongly_let_in(tmp_path: Path) -> None:
    path, began = tmp_path / "upload", time.monotonic()
    wrong: list[str] = []
    verdicts: Counter[str] = Counter()
    for mutant in mutants():
        path.write_bytes(mutant.data)
        with watched(PATIENCE):
            result = inspect(path, name=mutant.name, kind="supporting")
        verdicts[result.code or "accepted"] += 1
        if said := complaint(mutant, result):
            wrong.append(f"{mutant.source} {mutant.how}, {mutant.name}: {said}")
    assert not wrong, "\n".join([f"{len(wrong)} of {verdicts.total()}", *wrong])
    assert verdicts.total() >= 500
    assert verdicts["accepted"] > 20 and len(verdicts) > 12, verdicts
    print(f"{verdicts.total()} mutants in {time.monotonic() - began:.0f} s: {dict(verdicts)}")


@pytest.mark.slow
def test_in_the_child_a_sample_of_them_gets_the_same_verdict(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    for mutant in random.Random(4).sample(list(mutants()), 16):
        path.write_bytes(mutant.data)
        result = inspect_in_child(path, name=mutant.name, kind="supporting", derive_to=tmp_path / "drawn")
        assert not complaint(mutant, result), (mutant, result)
        assert result.code not in ("timeout", "memory", "crashed"), (mutant, result)


def test_the_same_seed_makes_the_same_mutants() -> None:
    digests = [
        hashlib.sha256(b"".join(one.name.encode() + one.data for one in mutants() if len(one.data) < 100_000))
        for _ in range(2)
    ]
    assert digests[0].digest() == digests[1].digest()


def test_what_the_mutants_are_made_of_is_good_and_bad(tmp_path: Path) -> None:
    """The control: the good are let in as they are, and no extension lets in the bad."""
    path = tmp_path / "upload"
    for name, data in good_files().items():
        path.write_bytes(data)
        result = inspect(path, name=name, kind="supporting")
        assert result.accepted, (name, result)
    for name, data in bad_files().items():
        path.write_bytes(data)
        for extension in kinds.BY_EXTENSION:
            assert not inspect(path, name=f"a.{extension}", kind="supporting").accepted, (name, extension)


def test_no_sample_is_known_by_name_size_or_hash() -> None:
    """A verdict is reached on what the bytes are, never on whose they are."""
    known: dict[str, str] = {}
    for path in DATA.iterdir():
        if path.suffix == ".md":
            continue
        data = path.read_bytes()
        for word in (path.name, path.name.partition("__")[2], hashlib.sha256(data).hexdigest()):
            if len(word) > 6:
                known[word] = path.name
        known[hashlib.md5(data).hexdigest()] = path.name
        if len(data) > 2000:
            known[str(len(data))] = path.name
    sources = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    assert len(sources) > 200
    for source in sources:
        words = set(re.findall(r"[\w.()-]+", source.read_text().replace("_", "") + source.read_text()))
        assert not words & set(known), (source, words & set(known))
