"""`manage.py fill_demo`: fills an empty portal with the demo; on a filled one it does nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.filling.everything import fill
from kernel import clock
from kernel.errors import Refusal


class Command(BaseCommand):
    help = "填充演示数据（正式环境中拒绝运行）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="成功时不输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = fill(now=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["quiet"]:
            return
        if not counts:
            self.stdout.write("演示数据已经在了，没有改动。")
        else:
            self.stdout.write(
                "演示数据已填好：" + "，".join(f"{name} {count}" for name, count in counts.items()) + "。"
            )
