"""`manage.py fill_demo`: fills an empty portal with the demo; with `--cases` it makes one more call for load work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.provinces import PROVINCES
from demo.filling.crowd.load import PHASES, Wanted
from demo.filling.everything import fill, load
from kernel import clock
from kernel.errors import Refusal


class Command(BaseCommand):
    help = "填充演示数据；给出 --cases 时另建一届供负载测试（正式环境中拒绝运行）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="成功时不输出")
        parser.add_argument("--story", action="store_true", help="只填几十件案例的故事，不填其余数千件")
        parser.add_argument("--cases", type=int, metavar="N", help="另建一届，有 N 件案例；可多次运行")
        parser.add_argument("--phase", choices=list(PHASES), default="recommendation", help="这一届所处的阶段")
        codes = [code for code, _, _ in PROVINCES]
        parser.add_argument("--province", choices=codes, metavar="代码", default="", help="全部案例属于这个省份")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cases"] is not None and options["cases"] < 1:
            raise CommandError("案例件数须为正数。")
        self.quiet = options["quiet"]
        try:
            if options["cases"] is None:
                counts = fill(now=clock.now(), crowd=not options["story"], say=self.say)
            else:
                wanted = Wanted(options["cases"], options["phase"], options["province"])
                counts = load(wanted=wanted, now=clock.now(), say=self.say)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        if self.quiet:
            return
        if not counts:
            self.stdout.write("演示数据已经在了，没有改动。")
        else:
            self.stdout.write(
                "演示数据已填好：" + "，".join(f"{name} {count}" for name, count in counts.items()) + "。"
            )

    def say(self, words: str) -> None:
        """How far the work has come."""
        if not self.quiet:
            self.stdout.write(f"  {words}")
            self.stdout.flush()
