"""The portal's own tables and searches as the likeness benchmark uses them. Imported once Django is set up."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from cases import likeness
from cases.actions.likening import AT_ONCE, keep_common, write_prints
from cases.alike import candidates
from cases.marking import Text
from cases.models import Case, CaseDocument, Compared
from kernel.database import as_owner
from tests.factories import make_call, make_user

__all__ = ["AT_ONCE", "Found", "Portal", "settle"]
MADE_AT_ONCE = 5_000


class Found(NamedTuple):
    """What is shown for one document, and the seconds to ask the database and to lay texts side by side."""

    shown: set[int]
    query: float
    compare: float


class Portal:
    """A case and a document for each page; the n-th page, counted from 0, is of the case n + 1."""

    def __init__(self, count: int) -> None:
        call_command("prepare_database", verbosity=0)
        self.letters: list[str] = []
        call, author, now = make_call(), make_user(), timezone.now()
        for begin in range(1, count + 1, MADE_AT_ONCE):
            ids = range(begin, min(begin + MADE_AT_ONCE, count + 1))
            Case.objects.bulk_create(
                Case(id=pk, call=call, type="school", submitter=author, province=author.province, number=f"B-{pk}")
                for pk in ids
            )
            CaseDocument.objects.bulk_create(
                CaseDocument(id=pk, case_id=pk, name="", size=1, key=f"{pk}", uploaded_at=now, uploaded_by=author)
                for pk in ids
            )

    def index(self, pages: Sequence[str]) -> float:
        """Add the next documents as the portal does, from their pages on, in one transaction; seconds."""
        begun, first = time.perf_counter(), len(self.letters) + 1
        with transaction.atomic():
            Compared.objects.bulk_create(
                Compared(case_id=pk, document_id=pk, version=likeness.VERSION)
                for pk in range(first, first + len(pages))
            )
            letters = [Text(page).letters for page in pages]
            write_prints({pk: likeness.winnow(likeness.grams(each)) for pk, each in enumerate(letters, first)})
        self.letters += letters
        return time.perf_counter() - begun

    def find(self, number: int) -> Found:
        """What the portal tells of a document."""
        letters = self.letters[number]
        grams = likeness.grams(letters)
        values = likeness.winnow(grams)
        begun = time.perf_counter()
        found = candidates(values, own=number + 1)
        asked = time.perf_counter()
        shown = {
            pk - 1
            for pk, shared in found.shared.items()
            if likeness.telling(
                likeness.passages(letters, self.letters[pk - 1]), grams, shared | found.common, found.common
            )
        }
        compared = time.perf_counter()
        keep_common(found)
        return Found(shown, asked - begun, compared - asked)

    def size(self) -> float:
        """MiB of the fingerprints, their indexes with them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('cases_fingerprint')")
            return float(cursor.fetchone()[0]) / 1024**2


def settle() -> None:
    """What autovacuum does within minutes."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
