"""Filled-in forms from the command line: one object a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cases.files.forms.opening import Form, not_read
from cases.files.forms.reading import read_forms


class Command(BaseCommand):
    """`read_form PATH… [--json]`: what stands on 附表1 or 附表2, file by file in the order given.

    A line of JSON is {"form": "1"|"2"|"", "fields": {…}, "problems": [{"field", "message"}]}; `form` is empty for a
    file that is neither or could not be opened, and the problem without a field says why. The exit is 0 either way.
    """

    help = "读出填好的附表 1、附表 2：每个文件输出一行。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="要读的文件")
        parser.add_argument("--json", action="store_true", help="每个文件输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["paths"]
        there = [path for path in paths if path.is_file()]
        read = dict(zip(there, read_forms([(path, path.name) for path in there]), strict=True))
        for path in paths:
            form = read.get(path) or not_read(path.name, "not_found", "找不到或不是普通文件。请核对路径。")
            self.stdout.write(_as_json(form) if options["json"] else _as_text(path, form))


def _as_json(form: Form) -> str:
    return json.dumps({"form": form.form, "fields": form.fields, "problems": form.problems}, ensure_ascii=False)


def _as_text(path: Path, form: Form) -> str:
    said = [f"附表 {form.form}"] if form.form else []
    said += [f"{name}：{value}" for name, value in form.fields.items()]
    return "\n  ".join([f"{path}:", *said, *(problem["message"] for problem in form.problems)])
