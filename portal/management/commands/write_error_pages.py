"""Writes the pages that nginx shows when it answers in the portal's stead: not there, too large, away."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.template.loader import get_template

PAGES = ("404", "413", "503")


class Command(BaseCommand):
    help = "把反向代理要用的错误页写进一个文件夹。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="写到哪里")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for name in PAGES:
            page = get_template(f"errors/{name}.html").render()
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
