"""The inspector from the command line: one verdict a line."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.files.inspection import Inspection, inspect_in_child, refused


class Command(BaseCommand):
    """`inspect PATH… [--as NAME] [--kind document|supporting] [--author NAME]… [--unit NAME]… --json`.

    Exit 0 when all are accepted, 1 otherwise. Names given are looked for in a document's text (`personal_data`).
    """

    help = "检查文件能否接收：每个文件输出一行结论。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="要检查的文件")
        parser.add_argument("--as", dest="name", metavar="NAME", help="按这个文件名检查（只限一个文件）")
        parser.add_argument("--kind", choices=("document", "supporting"), default="supporting", help="文件的用途")
        parser.add_argument("--author", action="append", default=[], metavar="NAME", help="在文档里查找的作者姓名")
        parser.add_argument("--unit", action="append", default=[], metavar="NAME", help="在文档里查找的工作单位")
        parser.add_argument("--json", action="store_true", help="每个文件输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["paths"]
        if options["name"] is not None and len(paths) != 1:
            raise CommandError("--as 只能与一个文件同用。")
        all_accepted = True
        known = {"authors": options["author"], "units": options["unit"]}
        for path in paths:
            inspection = _inspect(path, options["name"] or path.name, options["kind"], known)
            all_accepted = all_accepted and inspection.accepted
            self.stdout.write(_as_json(path, inspection) if options["json"] else _as_text(path, inspection))
        if not all_accepted:
            raise SystemExit(1)


def _inspect(path: Path, name: str, kind: Any, known: dict[str, list[str]]) -> Inspection:
    if not path.is_file():
        return refused(name, "not_found", "找不到或不是普通文件。请核对路径。")
    return inspect_in_child(path, name=name, kind=kind, known=known)


def _as_json(path: Path, inspection: Inspection) -> str:
    return json.dumps(
        {
            "path": str(path),
            "verdict": inspection.verdict,
            "code": inspection.code,
            "message": inspection.message,
            "facts": inspection.facts,
        },
        ensure_ascii=False,
    )


def _as_text(path: Path, inspection: Inspection) -> str:
    return f"{path}: {'可以接收' if inspection.accepted else inspection.message}"
