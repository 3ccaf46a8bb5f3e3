"""`make bench BENCH=doctor`: what the inspection of a Word document costs, over the labelled corpus and real documents.

CPU milliseconds a document (median) and CPU seconds for the worst, in this process with the reading view drawn; then
of a whole child process, as `manage.py inspect` starts one a document, and as the worker does, with the view.
Apart from these a table of 13,000 cells, which is read and judged but too long to be drawn.
"""

import compileall
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cases.files.inspection import inspect_in_child
from cases.files.opening import inspect
from tests.cases.files import word
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


def cells(path: Path) -> Path:
    """A table of 13,000 cells."""
    cell = "<w:tc><w:tcPr><w:tcW w:w='5' w:type='dxa'/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>"
    return word.raw(path, "<w:tbl>" + ("<w:tr>" + cell * 13 + "</w:tr>") * 1000 + "</w:tbl>")


def children() -> float:
    """CPU seconds of the child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def costs(papers: list[Path], clock: Callable[[], float], look: Callable[[Path], object]) -> dict[str, float]:
    """CPU seconds of each document by name."""
    found = {}
    for path in papers:
        before = clock()
        look(path)
        found[path.stem] = clock() - before
    return found


def main() -> None:
    """Print one figure a line: name, value, unit."""
    # As the image has it (Dockerfile): a child never writes byte code, and would compile our modules every time.
    compileall.compile_dir("cases", quiet=1)
    with tempfile.TemporaryDirectory() as place:
        every, out = list(papers(Path(place))), Path(place) / "out"
        ways: dict[str, tuple[Callable[[], float], Callable[[Path], object]]] = {
            "drawn": (time.process_time, lambda one: inspect(one, name="a.docx", kind="document", derive_to=out)),
            "child": (children, lambda one: inspect_in_child(one, name="a.docx", kind="document")),
            "child_drawn": (
                children,
                lambda one: inspect_in_child(one, name="a.docx", kind="document", derive_to=out),
            ),
        }
        print(f"documents {len(every)} files")
        for way, (clock, look) in ways.items():
            found = costs(every, clock, look)
            worst = max(found, key=lambda name: found[name])
            print(f"{way}_median {statistics.median(found.values()) * 1000:.1f} ms")
            print(f"{way}_worst {found[worst]:.2f} s")
            print(f"{way}_worst_is {worst} name")
            [table] = costs([cells(Path(place) / "cells.docx")], clock, look).values()
            print(f"{way}_13000_cells {table:.2f} s")


if __name__ == "__main__":
    main()
