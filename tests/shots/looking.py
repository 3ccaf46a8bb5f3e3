"""Looking at one page in a browser: pictures at each width, and what an examiner would say of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text("utf-8")
WIDTHS = {1440: 900, 390: 844}
NARROW = (360, 780)
ZOOMED = (720, 450)
"""What a window of 1440 × 900 has left for the page at 200 % zoom."""

TALLEST = 12_000
GRAVE = {"serious", "critical"}
A4 = {"format": "A4", "print_background": True, "margin": dict.fromkeys(("top", "right", "bottom", "left"), "14mm")}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one page.

    `kind` is overflow, axe, console, missing, motion, status, error or print.
    """

    where: str
    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.words}"


@dataclass
class Look:
    """One page under examination; what its browser says of it meanwhile is written down too."""

    page: Any
    where: str
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, words: str) -> None:
        self.findings.append(Finding(self.where, kind, words))

    @contextmanager
    def listening(self, *, status: int = 200) -> Iterator[None]:
        """While the page is opened and used: script errors, console errors, requests that were refused."""

        def answered(response: Any) -> None:
            whole = response.request.is_navigation_request()
            if response.status >= 400 and not (whole and response.status in (status, 422)):
                self.find("status" if whole else "missing", f"{response.status} {response.url}")

        def said(message: Any) -> None:
            # What a request was answered is told by `answered`, with its address.
            if message.type == "error" and not message.text.startswith("Failed to load resource"):
                self.find("console", message.text[:300])

        def failed(request: Any) -> None:
            # A play cuts the line of an upload; no page of ours is ever without one.
            if not any(one in (request.failure or "") for one in ("ERR_ABORTED", "ERR_INTERNET_DISCONNECTED")):
                self.find("missing", f"{request.failure} {request.url}")

        heard = {
            "response": answered,
            "console": said,
            "requestfailed": failed,
            "pageerror": lambda error: self.find("console", str(error)[:300]),
        }
        for name, listener in heard.items():
            self.page.on(name, listener)
        try:
            yield
        finally:
            for name, listener in heard.items():
                self.page.remove_listener(name, listener)

    def settle(self) -> None:
        """Until fonts and pictures are there, those further down too."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(
            """async () => {
                const images = [...document.images];
                images.forEach((image) => { image.loading = 'eager'; });
                const late = new Promise((resolve) => setTimeout(resolve, 4000));
                await Promise.race([late, Promise.all([document.fonts.ready,
                    ...images.filter((image) => image.src).map((image) => image.decode().catch(() => null))])]);
            }"""
        )

    def broken_pictures(self) -> None:
        for source in self.page.evaluate(
            "[...document.images].filter((one) => one.src && one.complete && !one.naturalWidth).map((one) => one.src)"
        ):
            self.find("missing", f"no picture {source}")

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def unroll(self, width: int, height: int) -> None:
        """Make the window as high as the page, so that what sticks to its edges stands where it belongs.

        The desks fill the window and scroll inside: they stay as they are.
        """
        self.resize(width, height)
        if "desk-page" not in (self.page.get_attribute("body", "class") or ""):
            whole = self.page.evaluate("document.documentElement.scrollHeight")
            if whole > height:
                self.resize(width, min(whole, TALLEST))

    def shoot(self, path: Path) -> None:
        self.page.screenshot(path=path, animations="disabled", caret="hide")

    def overflow(self, name: str) -> None:
        """The page must not scroll sideways; the first elements that stick out are named."""
        over, culprits = self.page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                const over = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - width;
                if (over <= 0) return [0, []];
                const out = [...document.body.querySelectorAll('*')].filter((one) => {
                    const box = one.getBoundingClientRect();
                    return box.width && box.right > width + 1;
                });
                return [over, out.slice(0, 3).map((one) => one.tagName.toLowerCase() + '.' + one.className)];
            }"""
        )
        if over > 0:
            self.find("overflow", f"{over} px at {name}: {', '.join(map(str, culprits))}")

    def zoom(self) -> None:
        """At 200 % the page has half the pixels, twice as fine (WCAG 1.4.4)."""
        width, height = ZOOMED
        client = self.page.context.new_cdp_session(self.page)
        shape = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        client.send("Emulation.setDeviceMetricsOverride", shape)
        self.overflow("200 %")
        client.send("Emulation.clearDeviceMetricsOverride")
        client.detach()

    def motion(self) -> None:
        """The visitors of the tour have asked for less motion (WCAG 2.3.3): nothing may take its time."""
        moving = self.page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((one) => {
                const style = getComputedStyle(one);
                const slow = (durations) => durations.split(',').some((each) => parseFloat(each) > 0.01);
                const animated = style.animationName !== 'none' && slow(style.animationDuration);
                return animated || slow(style.transitionDuration);
            }).slice(0, 3).map((one) => one.tagName.toLowerCase() + '.' + one.className)"""
        )
        if moving:
            self.find("motion", f"moves although less motion was asked for: {', '.join(moving)}")

    def axe(self, name: str) -> None:
        """axe-core on what is shown; serious and critical findings count."""
        # Evaluated, not added as a script: the page's own CSP stays in force and is tested too.
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(f"() => {{ {AXE} }}")
        found = self.page.evaluate(
            """async () => {
                const { violations } = await axe.run(document, { resultTypes: ['violations'] });
                return violations.map(({ id, impact, nodes }) => ({
                    id, impact, count: nodes.length,
                    where: nodes.slice(0, 3).map((one) => one.target.join(' ')),
                    why: nodes[0].any.concat(nodes[0].all, nodes[0].none).map((one) => one.message)[0] ?? '',
                }));
            }"""
        )
        for one in found:
            if one["impact"] in GRAVE:
                words = f"{one['impact']} {one['id']} at {name}, {one['count']} times: {' | '.join(one['where'])}"
                self.find("axe", f"{words} ({re.sub(chr(10), ' ', one['why'])[:160]})")

    def print_out(self, stem: Path) -> None:
        """As paper: the PDF, and its first pages side by side as a picture."""
        path = stem.with_suffix(".pdf")
        self.page.pdf(path=path, **A4)
        document = pypdfium2.PdfDocument(path)
        leaves = [document[n].render(scale=1).to_pil() for n in range(min(len(document), 3))]
        wide = leaves[0].copy().resize((sum(one.width for one in leaves), leaves[0].height))
        for n, leaf in enumerate(leaves):
            wide.paste(leaf, (sum(one.width for one in leaves[:n]), 0))
        wide.save(stem.with_suffix(".png"))
        document.close()


def examine(look: Look, folder: Path, name: str, *, axe: bool = True, printed: bool = False) -> None:
    """All of it for a page that is open and settled: pictures, overflow, zoom, axe, and paper where people print it."""
    look.broken_pictures()
    look.motion()
    for width, height in WIDTHS.items():
        look.unroll(width, height)
        look.shoot(folder / f"{name}-{width}.png")
        look.resize(width, height)
        look.overflow(f"{width} px")
        if axe:
            look.axe(f"{width} px")
    look.resize(*NARROW)
    look.overflow(f"{NARROW[0]} px")
    look.zoom()
    if printed:
        look.resize(1440, 900)
        look.print_out(folder / f"{name}-print")
