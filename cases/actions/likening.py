"""Keeping what is compared for likeness: the fingerprints of each case's text, and the passages found alike."""

import time
from collections.abc import Collection, Mapping, Sequence
from io import StringIO
from math import inf
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cases import alike, likeness, storing
from cases.actions.moving import CaseGone, lock
from cases.alike import Candidates
from cases.lifecycle import State
from cases.likeness import VERSION, Passage
from cases.marking import Text
from cases.models import Case, CaseDocument, CommonFingerprint, Compared, FileState, Fingerprint, Likeness
from cases.readiness import counting_document
from kernel.jobs import enqueue

ALONE = (State.DRAFT, State.WITHDRAWN)
"""States in which a case is its author's alone; nothing is compared with it."""
AT_ONCE = 50
COPY = "COPY cases_fingerprint (value, text_id) FROM STDIN"


class Prints(NamedTuple):
    """The document of a case that is compared, as it is read, with its fingerprints."""

    case_id: int
    document: CaseDocument
    text: Text
    grams: list[int]
    values: set[int]


def ask_to_liken(case: Case) -> None:
    """Promise that the case is compared with all others, where it is not its author's alone. In a transaction."""
    if case.state not in ALONE:
        enqueue("cases.liken", case_id=case.pk)


@transaction.atomic(durable=True)
def ask_to_refresh() -> None:
    """Promise, once a version of the method, that what it has not seen is compared anew; cheap to ask again."""
    enqueue("cases.refresh_likeness", key=_refresh_key(0), after=0)


def liken(*, case_id: int) -> int:
    """Compare a case's text with all others; how many are alike. Harmless to run twice, and at once with others.

    The fingerprints are committed before anybody is looked for, so of two cases that come together at least the one
    that commits last finds the other. Raises: Unreadable, where the storage is away.
    """
    prints = _prints_of(Case.objects.filter(pk=case_id).first())
    if prints is None or not _keep_prints(prints):
        return 0
    found = alike.candidates(prints.values, own=case_id)
    compared = Compared.objects.filter(pk__in=found.shared).select_related("document")
    passages = {one: own for one in compared if (own := _shared_with(prints, one, found))}
    _keep_found(prints, passages, found)
    return len(passages)


def know_together(case_ids: Sequence[int]) -> None:
    """Put the texts of cases that have none yet among those compared, as a fill brings them: nobody is looked for.

    In the caller's transaction. Raises: Unreadable, where the storage is away.
    """
    for at in range(0, len(case_ids), AT_ONCE):
        cases = Case.objects.filter(pk__in=case_ids[at : at + AT_ONCE]).prefetch_related("documents").order_by("pk")
        known = [prints for case in cases if (prints := _prints_of(case))]
        Compared.objects.bulk_create(
            [Compared(case_id=one.case_id, document=one.document, version=VERSION) for one in known]
        )
        write_prints({one.case_id: one.values for one in known})


def refresh(*, after: int, seconds: float = inf) -> int | None:
    """Compare what this version of the method has not compared, by id; where to go on, None at the end."""
    until = time.monotonic() + seconds
    while batch := _outdated(after):
        for case_id in batch:
            liken(case_id=case_id)
        after = batch[-1]
        if time.monotonic() > until:
            return after
    return None


@transaction.atomic(durable=True)
def ask_to_go_on(*, after: int) -> None:
    """Promise the rest of a refreshing that one job should not finish alone."""
    enqueue("cases.refresh_likeness", key=_refresh_key(after), after=after)


def _refresh_key(after: int) -> str:
    return f"refresh-likeness:{VERSION}:{after}"


def _outdated(after: int) -> list[int]:
    """The next cases whose accepted document this version of the method has not seen."""
    return list(outdated().filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE])


def outdated() -> QuerySet[Case]:
    """The cases whose accepted document this version of the method has not seen, by id."""
    cases = Case.objects.filter(documents__state=FileState.ACCEPTED).exclude(state__in=ALONE)
    return cases.filter(Q(compared=None) | ~Q(compared__version=VERSION)).order_by("pk").distinct()


def _document_of(case: Case) -> CaseDocument | None:
    """The version that readers of the case see; none while it is its author's alone, or not inspected."""
    document = counting_document(list(case.documents.all()))
    readable = document is not None and document.state == FileState.ACCEPTED and case.state not in ALONE
    return document if readable else None


def _prints_of(case: Case | None) -> Prints | None:
    document = _document_of(case) if case else None
    if case is None or document is None:
        return None
    text = text_of(document)
    grams = likeness.grams(text.letters)
    return Prints(case.pk, document, text, grams, likeness.winnow(grams))


def text_of(document: CaseDocument) -> Text:
    """What can be read of a document: nothing where it is too large for a page, or lost. Raises: Unreadable."""
    try:
        return Text(storing.read(document.html_key).decode() if document.html_key else "")
    except storing.Missing:  # the nightly verifier names it
        return Text("")


@transaction.atomic(durable=True)
def _keep_prints(prints: Prints) -> bool:
    """Put the text among those compared, in the place of an older one; False where it does not count any more.

    Locks the case.
    """
    try:
        case = lock(prints.case_id)
    except CaseGone:
        return False
    if _document_of(case) != prints.document:
        return False
    Compared.objects.filter(case=case).delete()
    Compared.objects.create(case=case, document=prints.document, version=VERSION)
    write_prints({prints.case_id: prints.values})
    return True


def write_prints(prints: Mapping[int, Collection[int]]) -> None:
    """Add the fingerprints of texts that have none, by the id of their cases. The caller holds their locks."""
    rows = StringIO("".join(f"{value}\t{case_id}\n" for case_id, values in prints.items() for value in values))
    with connection.cursor() as cursor:
        cursor.copy_expert(COPY, rows)


def keep_common(found: Candidates) -> None:
    """Remember which fingerprints turned out to be common, so that nobody counts them again."""
    CommonFingerprint.objects.bulk_create(
        [CommonFingerprint(value=value, documents=found.most + 1) for value in sorted(found.fresh)],
        update_conflicts=True,
        unique_fields=["value"],
        update_fields=["documents"],
    )


def _shared_with(prints: Prints, other: Compared, found: Candidates) -> list[Passage]:
    """The passages of a text that tell of likeness with another."""
    passages = likeness.passages(prints.text.letters, text_of(other.document).letters)
    return likeness.telling(passages, prints.grams, found.shared[other.pk] | found.common, found.common)


@transaction.atomic(durable=True)
def _keep_found(prints: Prints, passages: Mapping[Compared, list[Passage]], found: Candidates) -> None:
    """Write what was found, for both sides, and which fingerprints turned out to be common.

    Locks the texts by id: one that was withdrawn or replaced meanwhile is not written about.
    """
    own, others = prints.case_id, {one.pk: one.document_id for one in passages}
    wanted = Compared.objects.select_for_update().filter(pk__in=[own, *others]).order_by("pk")
    there = dict(wanted.values_list("pk", "document"))
    keep_common(found)
    _weigh_again(found)
    if there.get(own) != prints.document.pk:
        return
    rows = [
        row
        for one, shared in passages.items()
        if there.get(one.pk) == one.document_id
        for row in _both(own, one.pk, shared)
    ]
    Likeness.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["text", "other"], update_fields=["letters", "passages"]
    )


def _weigh_again(found: Candidates) -> None:
    """Judge anew what was found when nobody knew of the fresh common fingerprints: a formula may have looked like more.

    A row goes where too little is left of it. In the days of a call's first documents this is often.
    """
    if not found.fresh:
        return
    affected = Likeness.objects.filter(text__in=Fingerprint.objects.filter(value__in=found.fresh).values("text"))
    rows = list(affected.select_for_update(of=("self",)).order_by("pk"))
    passages = {row.pk: [Passage(*said) for said in row.passages] for row in rows}
    values = {value for own in passages.values() for one in own for value in one.values}
    common = alike.common_among(values, found.most)
    for row in rows:
        left = likeness.weighed(passages[row.pk], common)
        row.passages, row.letters = left, sum(one.equal for one in left)
    Likeness.objects.filter(pk__in=[row.pk for row in rows if not row.passages]).delete()
    Likeness.objects.bulk_update([row for row in rows if row.passages], ["passages", "letters"], batch_size=500)


def _both(own: int, other: int, passages: list[Passage]) -> list[Likeness]:
    letters = sum(one.equal for one in passages)
    sides = ((own, other, passages), (other, own, [likeness.turned(one) for one in passages]))
    return [Likeness(text_id=text, other_id=there, letters=letters, passages=said) for text, there, said in sides]
