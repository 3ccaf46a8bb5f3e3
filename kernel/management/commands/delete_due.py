"""Deletes what has been kept for its whole period (RETENTION_DAYS), or lists what would go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from kernel.retention import KINDS, delete_due


class Command(BaseCommand):
    help = "删除保存期限已到的数据；--dry-run 只列出，不删除。每夜自动运行，一般不必手动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只列出每一类有多少项到期")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        counts = (
            {name: kind.rows(now).count() for name, kind in KINDS.items()} if options["dry_run"] else delete_due(now)
        )
        for name, count in counts.items():
            kind = KINDS[name]
            self.stdout.write(f"{kind.words}：{kind.since}起 {kind.days} 天，{count} 项")
        self.stdout.write("只是列出，什么也没有删除。" if options["dry_run"] else "已删除，每一批都有删除记录。")
