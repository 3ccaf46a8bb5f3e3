"""Page pictures of office files: LibreOffice prints them, where it is installed, and pdfium draws the pages.

It is given nothing of ours: a profile that lives as long as the file is open, no network, no macros, no links followed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2

from cases.files import pdf
from cases.files.conversion import Conversion
from cases.files.unfit import Unfit

_NOWHERE: Final = "127.0.0.1"
_DISCARD_PORT: Final = 9
# (path, name, value): what an own profile is told before it is first used.
_SETTINGS: Final = (
    ("Inet/Settings", "ooInetProxyType", 2),
    ("Inet/Settings", "ooInetHTTPProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", _DISCARD_PORT),
    ("Inet/Settings", "ooInetHTTPSProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", _DISCARD_PORT),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", 3),
    ("Office.Writer/Content/Update", "Link", 0),
    ("Office.Calc/Content/Update", "Link", 2),
)


def stages(path: Path, folder: Path, *, kind: str, program: str) -> Iterator[Conversion]:
    """Write page-1.jpg … of an office file of the kind into `folder`; `program` is the path of soffice.

    What cannot be printed or drawn stays a download.
    """
    folder.mkdir(parents=True, exist_ok=True)
    work = path.parent / "office"
    work.mkdir()
    source = work / f"source.{kind}"  # soffice asks the name how to open it
    os.link(path, source)
    _write_profile(work / "profile")
    _print(source, work, program)
    printed = source.with_suffix(".pdf")
    if not printed.exists():
        yield Conversion("failed", "not_printed")
        return
    try:
        count = pdf.check(printed)["pages"]
        yield Conversion("done", pages=count, derived=list(pdf.derive(printed, folder)))
    except (Unfit, pypdfium2.PdfiumError, OSError, MemoryError) as error:
        yield Conversion("failed", type(error).__name__)


def _print(source: Path, work: Path, program: str) -> None:
    """Let soffice write a PDF beside the source; it says nothing reliable about whether it did."""
    command = [program, f"-env:UserInstallation={(work / 'profile').as_uri()}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", "pdf"]
    command += ["--outdir", str(work), str(source)]
    proxy = f"http://{_NOWHERE}:{_DISCARD_PORT}"
    environment = {**os.environ, "HOME": str(work), "TMPDIR": str(work)}
    environment |= dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), proxy)
    # It stays in the child's process group, so whoever ends the child ends it too (cases.files.supervising).
    subprocess.run(_alone() + command, env=environment, cwd=work, stdin=subprocess.DEVNULL, stdout=2, check=False)


def _alone() -> list[str]:
    """What runs a program in a network of its own with nobody in it, where the kernel lets us make one."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    alone = [unshare, "--net", "--map-root-user"]
    tried = subprocess.run([*alone, "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return alone if tried.returncode == 0 else []


def _write_profile(profile: Path) -> None:
    """A profile with our settings alone."""
    (profile / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for place, name, value in _SETTINGS
    )
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        encoding="utf-8",
    )
