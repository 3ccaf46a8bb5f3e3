"""`make bench BENCH=doctor`: what the inspection of a Word document costs, over the labelled corpus and real documents.

In this process, the reading view drawn: milliseconds a document (median) and CPU seconds for the worst.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cases.files.opening import inspect
from tests.cases.files.corpus import CORPUS, Sheet
from tests.cases.files.test_corpus import DATA


def papers(folder: Path) -> Iterator[Path]:
    """The corpus as files, then every real .docx of the tests."""
    for name, writer in CORPUS.items():
        writer(sheet := Sheet())
        path = folder / f"{name}.docx"
        sheet.document.save(str(path))
        yield path
    yield from sorted(DATA.glob("*.docx"))


def main() -> None:
    """Print one figure a line: name, value, unit."""
    wall, cpu = [], {}
    with tempfile.TemporaryDirectory() as place:
        for path in papers(Path(place)):
            started, busy = time.perf_counter(), time.process_time()
            inspect(path, name="案例.docx", kind="document", derive_to=Path(place) / "out")
            wall.append((time.perf_counter() - started) * 1000)
            cpu[path.stem] = time.process_time() - busy
    worst = max(cpu, key=lambda name: cpu[name])
    print(f"documents {len(wall)} files")
    print(f"inspect_median {statistics.median(wall):.1f} ms")
    print(f"inspect_worst_cpu {cpu[worst]:.2f} s")
    print(f"inspect_worst_is {worst} name")


if __name__ == "__main__":
    main()
