"""The launcher's command line: `python3 -m launcher run | test | services`."""

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

from launcher.bootstrap import ROOT, continue_in_venv, ensure_requirements, in_venv, refuse_unsupported
from launcher.errors import LauncherError, Stopped
from launcher.guard import Ledger, data_folder, hold, port_from, refuse_taken


def parse(argv: list[str]) -> argparse.Namespace:
    """The command with its options; what follows `--` is in `rest`."""
    own, rest = argv, []
    if "--" in argv:
        at = argv.index("--")
        own, rest = argv[:at], argv[at + 1 :]
    parser = argparse.ArgumentParser(prog="python3 -m launcher", description="启动门户，或运行它的检查。")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="启动演示门户（PORT、DATA_DIR 可选）")
    test = commands.add_parser("test", help="全部检查与测试；-- 之后的参数交给 pytest")
    test.add_argument("--only", action="append", default=[], metavar="步骤", help="只运行这一步，可重复")
    services = commands.add_parser("services", help="在私有 PostgreSQL 与 Redis 之上运行 -- 之后的命令")
    services.add_argument("--data", type=Path, help="保留数据的目录；不给则用完即删")
    options = parser.parse_args(own)
    options.rest = rest
    return options


def clear_the_way() -> None:
    """Before any work: refuse a second launcher and a taken port, end what a killed launcher left."""
    data_dir, port = data_folder(os.environ, ROOT), port_from(os.environ)
    with hold(data_dir / "lock"):
        Ledger(data_dir / "run" / "processes.json").clean()
        refuse_taken(port)


def dispatch(options: argparse.Namespace) -> int:
    """Stage two, on .venv's Python: only now may modules be imported that need the installed packages."""
    importlib.import_module("launcher.children").listen_for_stop()
    if options.command == "run":
        return int(importlib.import_module("launcher.running").run())
    checking = importlib.import_module("launcher.checking")
    if options.command == "test":
        return int(checking.check(options.only, options.rest))
    return int(checking.serve(options.rest, options.data))


def main() -> int:
    """Stage one, then stage two; people get one line instead of a traceback for what they can mend themselves."""
    options = parse(sys.argv[1:])
    try:
        refuse_unsupported(sys.version_info[:2], platform.system(), platform.machine())
        if not in_venv():
            if options.command == "run":
                clear_the_way()
            ensure_requirements("run" if options.command == "run" else "test")
            continue_in_venv(sys.argv[1:])
        return dispatch(options)
    except LauncherError as error:
        print(f"launcher: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"launcher: 没有权限使用 {error.filename}，它可能属于其他用户", file=sys.stderr)
        return 1
    except Stopped:
        return 0 if options.command == "run" else 130
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
