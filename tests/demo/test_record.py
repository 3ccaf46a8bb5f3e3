"""What the whole story of a portal leaves in the audit trail: words for all of it, and nothing of anybody's person."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import ContactSheet, Unit, User
from cases.models import Case, CaseAuthor
from kernel.models import AuditEntry, Letter
from reviews import records
from reviews.models import ScoreSheet, Screening

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("on_the_demo")]

MOBILE_OR_MAIL = re.compile(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])|[^\s@\"]+@[^\s@\"]+\.[a-z]+")
PERSONAL: dict[type, tuple[str, ...]] = {
    User: ("name", "email", "mobile"),
    CaseAuthor: ("name", "mobile", "post"),
    ContactSheet: ("contact", "department", "address", "telephone", "mobile", "wechat", "qq", "email"),
    Case: ("title", "overview", "signature", "sources", "verdict_reason", "return_reason"),
    Unit: ("name",),
    Screening: ("note", "reason"),
    ScoreSheet: ("remark",),
    Letter: ("recipient",),
}
"""What people are known by, can be reached under, or have written."""


def planted() -> set[str]:
    found: set[str] = set()
    for model, names in PERSONAL.items():
        for row in model.objects.values_list(*names):  # type: ignore[attr-defined]
            found.update(str(value).strip() for value in row if value)
    return {value for value in found if len(value) > 1}


def strings(value: Any) -> Iterator[str]:
    """Every string of an entry's facts, keys included."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from strings(name)
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    else:
        yield str(value)


def test_no_entry_holds_a_personal_value() -> None:
    people, held = planted(), set()
    assert len(people) > 1000
    for verb, subject, subject_id, facts in AuditEntry.objects.values_list("verb", "subject", "subject_id", "facts"):
        held.update((verb, subject, subject_id), strings(facts))
    assert len(AuditEntry.objects.values("verb").distinct()) > 30, "a story of many sorts of action"
    assert held & people == set()
    assert [value for value in held if MOBILE_OR_MAIL.search(value)] == []
    # A name inside a longer value: of every value that is no code, number or moment.
    wordy = [value for value in held if re.search(r"[\u4e00-\u9fff]", value)]
    assert [value for value in wordy for name in people if name in value] == []


def test_every_entry_is_read_in_plain_words() -> None:
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {verb for verb in verbs if records.verb_words(verb) == verb} == set()
    assert {verb for verb in verbs if not verb.startswith(tuple(start for start, _ in records.VERB_GROUPS))} == set()
    assert set(AuditEntry.objects.values_list("subject", flat=True)) <= set(records.SUBJECTS)
    names = {name for facts in AuditEntry.objects.values_list("facts", flat=True) for name in facts}
    assert names - set(records.FACTS) == set()
