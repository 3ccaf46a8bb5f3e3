"""Compares the storage with the rows of all files, at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.actions import verifying
from cases.storing import Unreadable
from kernel import clock


class Command(BaseCommand):
    """`verify_files [--all]`: a line a fault, then the counts; exit 0 when all is well, 1 when something is wrong."""

    help = "核对存储里的文件与登记是否一致：缺失的、内容变了的各输出一行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="每个文件都重算指纹（慢），不只是今天轮到的")

    def handle(self, *args: Any, **options: Any) -> None:
        looked_at = hashed = faults = 0
        try:
            for batch in verifying.verify_all(now=clock.now(), hash_all=options["all"]):
                looked_at, hashed, faults = (
                    looked_at + batch.looked_at,
                    hashed + batch.hashed,
                    faults + len(batch.faults),
                )
                for fault in batch.faults:
                    row = fault.document or fault.file
                    self.stdout.write(f"{fault.get_kind_display()}：{row and row.key}（{fault.name}）")
        except Unreadable as error:
            raise CommandError(f"存储没有回应，核对没有做完：{error}") from error
        self.stdout.write(f"核对了 {looked_at} 个文件，其中 {hashed} 个重算了指纹，发现 {faults} 处问题。")
        if faults:
            raise SystemExit(1)
