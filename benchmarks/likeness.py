"""`make bench BENCH=likeness`: copies planted in 100,000 documents, found by fingerprints and by datasketch's MinHash.

Each document is of the demo's own generator, with most of its sentences replaced by words of its own
(benchmarks.copying). The copies stand among the documents and are looked for as the portal does it.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from statistics import median, quantiles
from typing import Any, NamedTuple

import django
import numpy
from datasketch import MinHash, MinHashLSH

from benchmarks.copying import KINDS, copied, page, written
from benchmarks.pages import note, timed
from cases import likeness

PERMUTATIONS, JACCARD = 128, 0.5
"""datasketch's own defaults, but for a threshold at which half of a copy is still to be found."""
CHUNK = 500
UNRELATED = 500
ALONE = 200
"""So many documents, the last, are each indexed alone, as a hand-in brings them; all others as a fill does."""
REACH: dict[str, tuple[str, float]] = {
    **{f"recall.{kind}": ("≥", 0.98) for kind in KINDS},
    "false_alarms": ("≤", 0),
    "query_median": ("<", 20),
    "query_p99": ("<", 20),
    "index": ("<", 3),
}


class Copy(NamedTuple):
    """A planted copy: its own number, and that of what it was copied from."""

    number: int
    kind: str
    source: int


class Written(NamedTuple):
    page: str
    sketch: Any
    seconds: float


def planted(documents: int, copies: int) -> list[Copy]:
    """Copies of each kind; no document is copied twice."""
    step = documents // (len(KINDS) * copies)
    named = [kind for kind in KINDS for _ in range(copies)]
    return [Copy(documents + n, kind, n * step) for n, kind in enumerate(named)]


def write(job: tuple[int, Copy | None]) -> Written:
    """The page of a document, with its MinHash and what that took. In a process of its own."""
    number, copy = job
    paragraphs = copied(copy.kind, copy.source, number) if copy else written(number)
    letters = likeness.plain("".join(paragraphs))
    begun = time.perf_counter()
    sketch = MinHash(PERMUTATIONS, hashfunc=int)
    sketch.update_batch(set(likeness.grams(letters)))
    return Written(page(paragraphs), sketch.hashvalues, time.perf_counter() - begun)


def all_written(documents: int, copies: Sequence[Copy]) -> Iterator[Written]:
    jobs = [*((number, None) for number in range(documents)), *((copy.number, copy) for copy in copies)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        yield from pool.map(write, jobs, chunksize=CHUNK)


def judged(copies: Sequence[Copy], documents: int, find: Callable[[int], set[int]]) -> Iterator[tuple[str, float, str]]:
    """Recall of each kind, and how many pairs were shown that no copy made."""
    counterpart = {copy.number: copy.source for copy in copies}
    shown = {copy.number: find(copy.number) for copy in copies}
    for kind in KINDS:
        own = [copy for copy in copies if copy.kind == kind]
        yield f"recall.{kind}", sum(copy.source in shown[copy.number] for copy in own) / len(own), "of 1"
    sources = set(counterpart.values())
    unrelated = islice((number for number in range(1, documents, max(1, documents // UNRELATED // 2))
                        if number not in sources), UNRELATED)  # fmt: skip
    shown |= {number: find(number) for number in unrelated}
    alarms = sum(len(found - {counterpart.get(number)}) for number, found in shown.items())
    yield "false_alarms", alarms, "pairs"
    yield "asked", len(shown), "documents"


def report(figures: Iterator[tuple[str, float, str]], prefix: str = "") -> bool:
    """Print the figures, one a line; whether each reached what it should, which is said beside it on stderr."""
    reached = True
    for name, value, unit in figures:
        print(f"{prefix}{name} {value:.4g} {unit}", flush=True)
        if not prefix and name in REACH:
            sign, reach = REACH[name]
            good = {"≥": value >= reach, "≤": value <= reach, "<": value < reach}[sign]
            reached &= good
            note(f"    {'达到' if good else '没有达到'} {name} {sign} {reach:g}（{value:.4g}）")
    return reached


def by_fingerprints(
    portal: Any, copies: Sequence[Copy], documents: int, index: float, alone: float
) -> Iterator[tuple[str, float, str]]:
    for number in range(0, documents, max(1, documents // 200)):
        portal.find(number)  # the first that ask find out which fingerprints are common
    taken: list[Any] = []

    def find(number: int) -> set[int]:
        taken.append(portal.find(number))
        return taken[-1].shown

    yield from judged(copies, documents, find)
    asked = [1000 * found.query for found in taken]
    yield "query_median", median(asked), "ms"
    yield "query_p99", quantiles(asked, n=100)[98], "ms"
    yield "compare_median", median(1000 * found.compare for found in taken), "ms"
    yield "index", 1000 * index, "ms"
    yield "index_alone", 1000 * alone, "ms"
    yield "table", portal.size(), "MiB"


def by_minhash(sketches: Sequence[Any], copies: Sequence[Copy], documents: int, index: float) -> Iterator[Any]:
    lsh, begun = MinHashLSH(JACCARD, PERMUTATIONS), time.perf_counter()
    hashes = [MinHash(PERMUTATIONS, hashvalues=values, scheme="affine32") for values in sketches]
    with lsh.insertion_session() as session:
        for number, sketch in enumerate(hashes):
            session.insert(number, sketch, check_duplication=False)
    index += time.perf_counter() - begun
    taken: list[float] = []

    def find(number: int) -> set[int]:
        begun = time.perf_counter()
        found = lsh.query(hashes[number])
        taken.append(1000 * (time.perf_counter() - begun))
        return {int(one) for one in found if one != number}

    yield from judged(copies, documents, find)
    yield "query_median", median(taken), "ms"
    yield "query_p99", quantiles(taken, n=100)[98], "ms"
    yield "index", 1000 * index / len(hashes), "ms"


def main() -> int:
    """Write, index, look, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.likeness", description="测量相同段落的查找。")
    parser.add_argument("--documents", type=int, default=100_000, metavar="N", help="文档件数（默认 100000）")
    parser.add_argument("--copies", type=int, default=100, metavar="N", help="每种抄法各几件（默认 100）")
    parser.add_argument("--strict", action="store_true", help="有一项没有达到时以 1 退出")
    options = parser.parse_args()
    documents, copies = options.documents, planted(options.documents, options.copies)
    django.setup()
    from benchmarks.comparing import AT_ONCE, Portal, settle

    pages, sketches, sketching = [], [], 0.0
    with timed("写文档"):
        for one in all_written(documents, copies):
            pages.append(one.page)
            sketches.append(numpy.array(one.sketch))
            sketching += one.seconds
    with timed("准备"):
        portal = Portal(len(pages))
    with timed("建指纹"):
        many = len(pages) - ALONE
        index = sum(portal.index(pages[at : min(at + AT_ONCE, many)]) for at in range(0, many, AT_ONCE)) / many
        alone = median(portal.index([page]) for page in pages[many:])
        settle()
    with timed("查找"):
        reached = report(by_fingerprints(portal, copies, documents, index, alone))
    with timed("MinHash"):
        report(by_minhash(sketches, copies, documents, sketching), "minhash.")
    return 0 if reached or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
