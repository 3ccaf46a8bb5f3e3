"""Promises a playable copy to the films that were accepted before there were such copies."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.actions import converting


class Command(BaseCommand):
    """`convert_films`: how many were promised; the workers make them one by one. A second run finds nothing to do."""

    help = "给还没有可播放版本的视频安排转换；升级以后运行一次，重复运行没有影响。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"安排了 {converting.ask_to_convert()} 个视频的转换。")
