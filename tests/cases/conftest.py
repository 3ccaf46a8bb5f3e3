"""Files of a case for the tests of the author's way: rows as the inspector leaves them."""

from typing import Any

import pytest

from cases.models import Case, CaseDocument, FileState, SupportingFile

READY = {"ready": True, "characters": 2874, "findings": [], "sections": []}


def _row(case: Case, name: str, number: int, state: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "case": case, "name": name, "size": 1024 * number, "sha256": f"{number:064x}", "state": state, "facts": facts,
        "key": f"{case.pk}/{type(case).__name__}/{name}/{number}", "uploaded_at": case.created_at,
        "uploaded_by": case.submitter,
    }  # fmt: skip


@pytest.fixture
def give_files() -> Any:
    """`give_files(case)`: a document and supporting files, all accepted unless their states say otherwise."""

    def give(case: Case, *, document: str = FileState.ACCEPTED, files: tuple[str, ...] = (FileState.ACCEPTED,)) -> Case:
        facts = READY if document == FileState.ACCEPTED else {}
        measured = {"fit": True, "characters": 2874, "characters_allowed": 3060, "sections_found": 4} if facts else {}
        CaseDocument.objects.create(**measured, **_row(case, "定稿.docx", 1, document, facts))
        for number, state in enumerate(files, start=2):
            SupportingFile.objects.create(
                category="notice",
                title=f"通知{number}",
                kind="pdf",
                **_row(case, f"通知{number}.pdf", number, state, {}),
            )
        return case

    return give
