"""`make shots`: `python -m tests.shots [--only WORD]…`, on the private servers of `python3 -m launcher services`.

Starts a demo of its own, takes the tour, writes pictures and the sheet to var/shots, prints what was found. Exit
status 1 when there is anything: something serious or critical by axe-core, a page wider than its window, an error in
the console, a file that is missing, a page without a sample.
"""

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launcher import checking
from launcher.bootstrap import FULL_PATH, ROOT
from tests.flows.browser import CHROMIUM_FLAGS
from tests.flows.house import House
from tests.shots import odd
from tests.shots.leaf import write_sheet
from tests.shots.looking import Finding
from tests.shots.tour import Guide, View, Visitors, Work, guide_to, other_eyes, photograph, spread

FOLDER = ROOT / "var" / "shots"


def browser_options() -> dict[str, Any]:
    """How chromium is started; it is installed first where the launcher may."""
    path = os.environ.get("CHROMIUM") or checking.browser().get("CHROMIUM")
    if not path:
        sys.exit("没有 chromium，不能拍照：请安装 chromium，或设置 CHROMIUM 为它的路径。")
    # Debian's chromium is a shell script that looks for grep and others.
    environment = {**os.environ, "PATH": FULL_PATH}
    return {"executable_path": path, "args": CHROMIUM_FLAGS, "env": environment}


def take(house: House, folder: Path, only: list[str], *, axe: bool = True) -> tuple[Guide, list[View], list[Finding]]:
    """The whole tour of a house that runs: its guide, all views taken, all findings."""
    guide = guide_to(house, browser_options())
    guide.views += odd.error_views()
    if not only:
        guide.views += other_eyes(guide)
    views = guide.chosen(only)
    print(f"{len(views)} 个画面……", flush=True)
    work = photograph(folder, axe=axe)
    findings = spread(guide, views, telling(work, len(views)))
    findings += odd.broken_views(guide, work, only)
    findings += odd.phases(guide, work, only)
    return guide, guide.chosen(only), findings


def telling(work: Work, whole: int) -> Work:
    """The same work, with a line on the terminal now and then."""
    begun, counter = time.monotonic(), itertools.count(1)

    def told(visitors: Visitors, view: View) -> list[Finding]:
        findings = work(visitors, view)
        if (done := next(counter)) % 25 == 0:
            print(f"  {done}/{whole}，{time.monotonic() - begun:.0f} 秒", flush=True)
        return findings

    return told


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description="给每一页拍照并检查，结果在 var/shots。")
    parser.add_argument("--only", action="append", default=[], metavar="字样", help="只拍名字里有它的画面，可重复")
    parser.add_argument("--no-axe", action="store_true", help="不做无障碍检查，快一些")
    options = parser.parse_args(arguments)
    if not options.only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-shots-") as kept:
        house = House(Path(kept))
        try:
            house.start()
            print(f"演示门户已就绪（{time.monotonic() - begun:.0f} 秒）", flush=True)
            guide, views, findings = take(house, FOLDER, options.only, axe=not options.no_axe)
        finally:
            house.stop()
    lacking = guide.lacking if not options.only else []
    sheet = write_sheet(FOLDER, views, findings, lacking)
    return report(sheet, findings, lacking, time.monotonic() - begun)


def report(sheet: Path, findings: list[Finding], lacking: list[str], seconds: float) -> int:
    """Print what was found, by kind; 0 when there is nothing."""
    for name in lacking:
        print(f"没有样本：{name}")
    for finding in findings:
        print(finding)
    kinds = Counter(finding.kind for finding in findings)
    told = "，".join(f"{kind} {count}" for kind, count in sorted(kinds.items())) or "没有发现问题"
    print(f"\n{told}；缺样本 {len(lacking)}；{seconds:.0f} 秒。图册：{sheet.relative_to(ROOT)}")
    return 1 if findings or lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
