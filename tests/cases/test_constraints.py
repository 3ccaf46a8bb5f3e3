"""What the database itself refuses, whatever the code does (R5, R7, R8)."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.lifecycle import State
from cases.models import CaseAuthor, CaseDocument, SupportingFile
from tests.factories import make_case

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


def refused(constraint: str, change: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change()


def test_a_fourth_author() -> None:
    case = make_case(authors=3)
    refused("at_most_three_authors", lambda: CaseAuthor.objects.create(case=case, position=4, name="第四位"))


def test_an_overview_of_301_characters_once_handed_in() -> None:
    refused("overview_within_limit", lambda: make_case(state=State.HANDED_IN, overview_characters=301))
    make_case(state=State.HANDED_IN, overview_characters=300)
    make_case(state=State.DRAFT, overview_characters=301)


def test_more_than_a_hundred_megabytes() -> None:
    refused("supporting_bytes_within_limit", lambda: make_case(supporting_bytes=100 * MIB + 1))
    make_case(supporting_bytes=100 * MIB)


def test_a_case_handed_in_without_a_number() -> None:
    refused("handed_in_case_has_number", lambda: make_case(state=State.HANDED_IN, number=None))


@pytest.mark.parametrize(
    "spoil",
    [{"sections_found": 3}, {"characters": 3061}, {"state": "refused"}],
    ids=["three sections", "too long", "refused"],
)
def test_a_document_counted_as_fit_that_is_not(spoil: dict[str, Any], give_files: Any) -> None:
    document = give_files(make_case()).documents.get()
    rows = CaseDocument.objects.filter(pk=document.pk)
    refused("fit_document_has_four_sections_within_limit", lambda: rows.update(**spoil))


def test_an_accepted_file_of_an_unknown_kind(give_files: Any) -> None:
    file = give_files(make_case()).files.get()
    rows = SupportingFile.objects.filter(pk=file.pk)
    refused("accepted_file_is_of_a_known_kind", lambda: rows.update(kind="exe"))
