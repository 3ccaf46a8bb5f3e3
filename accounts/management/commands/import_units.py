"""Fills the directory of units from a workbook on the server: the way in for a list that a ministry publishes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.units import import_unit
from accounts.models import InstitutionKind, Province
from kernel import clock
from kernel.errors import Refusal
from kernel.spreadsheets import read_xlsx

COLUMNS = ("省", "市", "县", "单位全称", "类别", "其他名称")
MOST = 4000


class Command(BaseCommand):
    help = f"从 .xlsx 导入单位名录。第一行写：{'、'.join(COLUMNS)}；其他名称用顿号分开。再次导入同一份没有影响。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        provinces = {words: one for one in Province.objects.all() for words in (one.name, one.short)}
        kinds = {str(words): str(kind) for kind, words in InstitutionKind.choices}
        try:
            rows = read_xlsx(options["file"].read_bytes(), columns=COLUMNS, most=MOST)
        except (OSError, Refusal) as error:
            raise CommandError(getattr(error, "sentence", f"读不到 {options['file']}。")) from error
        wrong = [
            number
            for number, (place, _, _, name, kind, _) in rows
            if place not in provinces or kind not in kinds or not name
        ]
        if wrong:
            raise CommandError(f"这些行的省、类别或单位全称不对，什么也没有导入：{'、'.join(map(str, wrong[:20]))}。")
        made = sum(
            import_unit(
                province=provinces[place], name=name, kind=kinds[kind], city=city, county=county,
                aliases=more.split("、"), now=clock.now(),
            )
            for _, (place, city, county, name, kind, more) in rows
        )  # fmt: skip
        self.stdout.write(f"名录共 {len(rows)} 行，新增 {made} 个单位。")
