"""What a desk reads about likeness: the cases alike to one it may open, and the files they have in common."""

from dataclasses import dataclass
from typing import NamedTuple

from cases.alike import same_files
from cases.likeness import Passage
from cases.models import Case, CaseDocument, Likeness, SupportingFile

MOST = 50
"""So many cases are listed, the likest first."""
OF_A_CASE = ("call", "province", "unit", "submitter__unit")


@dataclass(frozen=True)
class Pair:
    """Another case with passages of this one's text, as the comparing job left them; `document` is this case's own."""

    pk: int
    letters: int
    passages: list[Passage]
    document: CaseDocument
    other: Case
    other_document: CaseDocument


class SameFile(NamedTuple):
    """A supporting file whose bytes are in another case too."""

    own: SupportingFile
    other: SupportingFile


def pairs_of(case: Case) -> list[Pair]:
    """The cases alike to one, of all provinces and calls: one query. Who asks must be allowed to open the case."""
    joined = [f"other__case__{name}" for name in OF_A_CASE]
    rows = Likeness.objects.filter(text=case.pk).select_related("text__document", "other__document", *joined)
    return [
        Pair(
            row.pk,
            row.letters,
            [Passage(*said) for said in row.passages],
            row.text.document,
            row.other.case,
            row.other.document,
        )
        for row in rows.order_by("-letters", "pk")[:MOST]
    ]


def same_files_of(case: Case) -> list[SameFile]:
    """The case's files whose bytes are in a few other cases: two queries."""
    pairs = same_files(case.pk)[:MOST]
    rows = SupportingFile.objects.select_related(*(f"case__{name}" for name in OF_A_CASE))
    files = rows.in_bulk({pk for pair in pairs for pk in pair})
    return [SameFile(files[own], files[other]) for own, other in pairs if own in files and other in files]
