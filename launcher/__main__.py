"""The launcher's command line: `python3 -m launcher run | test | services`."""

import argparse
import errno
import importlib
import os
import platform
import sys
from pathlib import Path

from launcher import disk, dotenv
from launcher.bootstrap import ROOT, continue_in_venv, ensure_requirements, in_venv, refuse_unsupported
from launcher.errors import LauncherError, Stopped
from launcher.folder import data_folder
from launcher.guard import Ledger, address, hold, port_from, refuse_taken

READ = "LAUNCHER_READ_DOTENV"
"""Tells stage two, which inherits the environment, that stage one has read `.env` and told its warnings."""


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
    port = port_from(os.environ)
    data_dir = data_folder(os.environ, ROOT)
    with hold(data_dir / "lock", address(port)):
        Ledger(data_dir / "run" / "processes.json").clean()
        refuse_taken(port)
        disk.refuse_too_little(data_dir, disk.FOR_START, "启动")


def read_dotenv() -> None:
    """Once a start: what `.env` adds to the environment, and its warnings."""
    if os.environ.pop(READ, "") != str(os.getpid()):
        for warning in dotenv.load(ROOT, os.environ):
            print(f"launcher: {warning}", file=sys.stderr)


def in_one_line(error: LauncherError | OSError) -> str:
    """What a person is told; where a program's last words tell of a full disk, that alone."""
    if isinstance(error, OSError):
        if disk.is_full(error):
            return str(disk.ran_out("启动", ROOT, *disk.places(data_place())))
        return f"没有权限使用 {error.filename}，它可能属于其他用户，或在只读的文件系统上"
    told = "\n" in str(error)  # a program's last words follow the launcher's own
    if told and (disk.says_full(str(error)) or disk.least_free(data_place()) < disk.NOTHING):
        return str(disk.ran_out("启动", ROOT, *disk.places(data_place())))
    return str(error)


def data_place() -> Path:
    """Where the data folder is or would be; refuses nothing."""
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").expanduser().absolute()


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
                read_dotenv()
                clear_the_way()
            ensure_requirements("run" if options.command == "run" else "test")
            os.environ[READ] = str(os.getpid())  # exec keeps the pid, a child has another
            continue_in_venv(sys.argv[1:])
        if options.command == "run":
            read_dotenv()
        return dispatch(options)
    except LauncherError as error:
        print(f"launcher: {in_one_line(error)}", file=sys.stderr)
        return 1
    except OSError as error:
        if not (isinstance(error, PermissionError) or error.errno == errno.EROFS or disk.is_full(error)):
            raise
        print(f"launcher: {in_one_line(error)}", file=sys.stderr)
        return 1
    except Stopped:
        return 0 if options.command == "run" else 130
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
