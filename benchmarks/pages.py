"""What a page costs: the portal under gunicorn beside a bare Django view, at 5,000 cases and at ten times as many.

Every page is asked for in short slices, each beside one of the bare view and one of the larger house; a ratio is the
median over the slices, so that the moods of the machine meet all three alike.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.houses import House, Server, first_house, second_house
from benchmarks.load import Measured, Request, fire

PAGES = ("home", "gallery", "gallery-cached", "case", "screening", "score", "workbench")
PUBLIC = ("home", "gallery", "case")
CACHED = "-cached"
CLIENTS = 4
ROUNDS, SLICE, BARE_SLICE = 12, 16, 40
QUERIES, GROWTH = 12, 1.3
TIMES = 10


@dataclass
class Place:
    """A page in one house: where to ask, and what was measured."""

    server: Server
    request: Request
    pids: list[int]
    measured: Measured = field(default_factory=Measured)

    def slice(self, count: int) -> None:
        self.request.answer(self.request.wire())  # what is kept for seconds may have gone while others were measured
        fire(self.request, count=count, clients=CLIENTS, pids=self.pids, into=self.measured)

    def warm(self) -> None:
        fire(self.request, count=8 * CLIENTS, clients=CLIENTS, pids=self.pids, into=Measured())


@dataclass
class Page:
    """One page, with the bare view that was asked for beside it."""

    name: str
    small: Place
    bare: Place
    large: Place | None

    def measure(self) -> None:
        """One round."""
        self.bare.slice(BARE_SLICE)
        self.small.slice(SLICE)
        if self.large is not None:
            self.large.slice(SLICE)

    def queries(self) -> int:
        """What the middle one of three answers took: a kept page may just have gone."""
        ask = self.small.request
        return int(median(int(ask.header("X-Queries", "X-Count-Queries: 1")) for _ in range(3)))

    def figures(self) -> Iterator[tuple[str, float, str, float | None]]:
        """(name, value, unit, reach) of each figure; the reach of `ratio` is a floor, the others are ceilings."""
        here, bare = self.small.measured, self.bare.measured
        ratio = 0.6 if self.name.endswith(CACHED) else 0.08 if self.name in PUBLIC else 0.06
        yield "rps", here.rate, "1/s", None
        yield "p50", here.percentile(0.50), "ms", None
        yield "p99", here.percentile(0.99), "ms", None
        yield "cpu", median(here.cpu), "ms", None
        yield "queries", self.queries(), "queries", QUERIES
        yield "ratio", middle_ratio(bare.cpu, here.cpu), "bare/page", ratio
        if self.large is not None:
            yield "growth", middle_ratio(self.large.measured.cpu, here.cpu), "times", GROWTH


def middle_ratio(one: list[float], other: list[float]) -> float:
    """The median over the rounds: what stood beside each other in time is compared."""
    return median(a / b for a, b in zip(one, other, strict=True))


def note(words: str) -> None:
    """For people: figures alone go to stdout."""
    print(words, file=sys.stderr, flush=True)


@contextmanager
def timed(words: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    note(f"{words}：{time.monotonic() - begun:.0f} 秒")


def places(house: House) -> dict[str, Place]:
    """Every page of a house behind its servers: one where kept pages are never found, one as the portal runs."""
    with timed(f"{house.name}：启动"):
        visits = house.visits()
        missing = house.serve("benchmarks.counted", "benchmarks.missing_settings")
        kept = house.serve("benchmarks.counted")
        for server in (missing, kept):
            server.wait(visits["home"][0])
    found = {}
    for name in PAGES:
        server = kept if name.endswith(CACHED) else missing
        request = Request(server.port, *visits[name.removesuffix(CACHED)])
        found[name] = Place(server, request, server.workers())
    return found


def bare_place(house: House) -> Place:
    server = house.serve("portal.wsgi", "benchmarks.bare_settings")
    server.wait("/")
    return Place(server, Request(server.port, "/"), server.workers())


def measure(pages: list[Page]) -> None:
    with timed("测量"):
        for page in pages:
            for place in filter(None, (page.bare, page.small, page.large)):
                place.warm()
        for _ in range(ROUNDS):
            for page in pages:
                page.measure()


def report(pages: list[Page]) -> bool:
    """Print the figures, one a line; whether each reached what it should. Beside the reach on stderr."""
    reached = True
    for page in pages:
        for name, value, unit, reach in page.figures():
            print(f"{page.name}.{name} {value:.{0 if name == 'queries' else 3}f} {unit}", flush=True)
            if reach is not None:
                good = value >= reach if name == "ratio" else value <= reach
                reached &= good
                sign = "≥" if name == "ratio" else "≤"
                note(f"    {'达到' if good else '没有达到'} {page.name}.{name} {sign} {reach:g}（{value:.3f}）")
    return reached


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="测量一页的成本。")
    parser.add_argument("--cases", type=int, default=5000, metavar="N", help="案例件数（默认 5000）")
    parser.add_argument("--no-growth", action="store_true", help="不与十倍的件数比较")
    parser.add_argument("--only", choices=PAGES, action="append", help="只测这一页，可重复")
    parser.add_argument("--strict", action="store_true", help="有一项没有达到时以 1 退出")
    return parser.parse_args()


def main() -> int:
    """Furnish, fill, measure, print."""
    options = parse()
    folder = Path(os.environ["DATA_DIR"])
    with ExitStack() as stack:
        small = first_house(folder / "small")
        stack.callback(small.stop)
        with timed("准备"):
            small.furnish()
        large = None if options.no_growth else second_house(small, folder / "large")
        houses = [(small, options.cases)]
        if large is not None:
            stack.callback(large.stop)
            houses.append((large, options.cases * TIMES))
        for house, cases in houses:
            with timed(f"{house.name}：填充 3 × {cases} 件"):
                house.fill(cases)
        bare, here = bare_place(small), places(small)
        there = places(large) if large is not None else {}
        pages = [
            Page(name, here[name], Place(bare.server, bare.request, bare.pids), there.get(name))
            for name in options.only or PAGES
        ]
        measure(pages)
        reached = report(pages)
    return 0 if reached or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
