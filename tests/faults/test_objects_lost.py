"""Objects that vanish from the storage, or change there: the verifier names each, and no page breaks."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from cases.models import Case, FileState, SupportingFile
from launcher.bootstrap import ROOT
from tests.faults.files import page
from tests.faults.portal import Portal
from tests.faults.sender import Sender, until

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def verify(portal: Portal) -> tuple[int, str]:
    """What the operator sees who asks by hand."""
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_files", "--all"],
        cwd=ROOT, env=portal.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_lost_and_a_changed_object_are_named_and_their_pages_stand(
    portal: Portal, new_case: Callable[[], Case], sender: Callable[[Case], Sender]
) -> None:
    portal.open("web", "worker", "beat")
    case, data = new_case(), page()
    one = sender(case)
    for name in ("遗失.pdf", "变了.pdf", "完好.pdf"):
        upload = one.begin(case.pk, name, data + name.encode())
        one.parts(upload, data + name.encode())
        one.complete(upload)
    rows = until(lambda: accepted(3), 60)
    assert verify(portal)[0] == 0
    lost, changed = rows["遗失.pdf"], rows["变了.pdf"]
    (portal.media / lost.key).unlink()
    place = portal.media / changed.key
    place.write_bytes(bytes([place.read_bytes()[0] ^ 1]) + place.read_bytes()[1:])
    code, said = verify(portal)
    assert code == 1 and lost.key in said and changed.key in said and rows["完好.pdf"].key not in said
    assert one.look(f"/my/{case.pk}/materials/") == 200
    assert one.look(f"/my/files/file/{lost.pk}/original") in (404, 503)


def accepted(number: int) -> dict[str, SupportingFile] | None:
    rows = SupportingFile.objects.filter(state=FileState.ACCEPTED)
    return {row.name: row for row in rows} if len(rows) == number else None
