"""Follows the chain over the audit trail; for the operator, at any time and after every restore."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from kernel import heads
from kernel.verifying import Report


class Command(BaseCommand):
    help = "核对审计记录：每发现一处改动写一行，并以 1 退出；没有发现以 0 退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--heads", type=Path, metavar="目录", help="库外封存值所在的目录，默认 AUDIT_HEADS_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["heads"] or settings.AUDIT_HEADS_DIR
        report, found, begun = Report(), 0, time.monotonic()
        for sentence in report.findings(heads.read(folder)):
            found += 1
            self.stdout.write(sentence)
        if report.forgotten_up_to:
            self.stdout.write(f"第 {report.forgotten_up_to} 条以前的记录已按保存期限删去。")
        seconds = time.monotonic() - begun
        self.stdout.write(
            f"核对了 {report.entries:,} 条记录、{report.seals:,} 次封存，用时 {seconds:.1f} 秒；"
            f"另有 {report.unsealed:,} 条尚未封存。{f'发现 {found} 处问题。' if found else '没有发现问题。'}"
        )
        if found:
            raise SystemExit(1)
