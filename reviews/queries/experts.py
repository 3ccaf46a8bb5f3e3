"""What an expert may see: their own released assignments of cases in review, without who made them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from accounts.models import User
from calls.models import Call
from calls.policy import Phase
from cases.alike import COUNTED
from cases.blinding import is_current
from cases.files.blindcopy import CHOICE
from cases.lifecycle import State
from cases.likeness import Alike
from cases.makers import names_of
from cases.models import BlindCopy, Case, CaseDocument, Category, SupportingFile, UploadedFile
from cases.queries import confirmed_blind_copies, current_documents, read_parts
from kernel.encryption import decrypt
from kernel.rows import Rule, Table, fetch, remember
from reviews.anonymity import Veil
from reviews.models import Assignment, ScoreSheet

OPEN = Phase.REVIEW
FILE_KINDS: dict[str, Callable[[], QuerySet[Any]]] = {
    "document": lambda: current_documents().exclude(blind__in=confirmed_blind_copies()),
    "file": lambda: SupportingFile.objects.exclude(category=Category.SIGNED),
}


def visible_to_expert(user: User) -> QuerySet[Assignment]:
    """Released, not recused, and the case still in review."""
    return Assignment.objects.filter(
        expert__user_id=user.pk,
        expert__active=True,
        released_at__isnull=False,
        recused_at__isnull=True,
        case__state=State.IN_REVIEW,
    ).select_related("case__call", "sheet")


def opened(user: User) -> QuerySet[Assignment]:
    """With all that the score page shows; the authors' words are read only to be hidden."""
    return (
        visible_to_expert(user)
        .select_related("case__unit", "case__province", "case__submitter__unit", "expert")
        .prefetch_related(
            "case__authors",
            Prefetch("case__documents", CaseDocument.objects.order_by("-id")),
            Prefetch("case__files", SupportingFile.objects.order_by("id")),
        )
    )


SCORED = (Table(Assignment, "a"), Table(Case, "c"), Table(Call, "k"), Table(ScoreSheet, "s"), Table(BlindCopy, "b"))
MAY_SCORE = Rule(lambda user, pk: visible_to_expert(User(pk=user)).filter(pk=pk), "user", "pk")
TO_SCORE = f"""
SELECT {", ".join(table.columns for table in SCORED)},
       ARRAY[u.name, c.signature, p.name, p.short, n.name, m.name]::text[]
       || ARRAY(SELECT unnest(ARRAY[w.name, w.unit])::text FROM cases_caseauthor w WHERE w.case_id = c.id),
       ARRAY[u.email, c.number]::text[], coalesce(u.mobile, ''),
       ARRAY(SELECT w.mobile FROM cases_caseauthor w WHERE w.case_id = c.id),
       {COUNTED}
FROM reviews_assignment a
JOIN cases_case c ON c.id = a.case_id
JOIN calls_call k ON k.id = c.call_id
JOIN accounts_province p ON p.id = c.province_id
JOIN accounts_user u ON u.id = c.submitter_id
LEFT JOIN accounts_unit n ON n.id = c.unit_id
LEFT JOIN accounts_unit m ON m.id = u.unit_id
LEFT JOIN reviews_scoresheet s ON s.assignment_id = a.id
LEFT JOIN cases_blindcopy b ON b.confirmed_at IS NOT NULL AND b.document_id =
    (SELECT max(d.id) FROM cases_casedocument d WHERE d.case_id = c.id AND d.state <> 'dropped')
WHERE a.id IN ({{rule}})
"""


class ToScore(NamedTuple):
    """An assignment with all that its page shows, the veil over it, and the document's confirmed blind copy.

    `told` says of the copy that names have changed since: then the veil hides them in it too.
    """

    assignment: Assignment
    veil: Veil
    blind: BlindCopy | None
    told: bool


def to_score(user: User, pk: int) -> ToScore:
    """What the score page shows. Three queries; raises Http404."""
    sql, values = TO_SCORE.format(rule=MAY_SCORE.sql), MAY_SCORE.parameters(user=user.pk, pk=pk)
    for assignment, case, call, sheet, blind, names, others, mobile, mobiles, *alike in fetch(sql, values, *SCORED):
        case.alike = Alike(*alike)
        remember(case, call=call)
        remember(assignment, case=case, sheet=sheet)
        read_parts(case, "documents", "files")
        others.append(decrypt(mobile, place="accounts_user.mobile"))
        others += [decrypt(each, place="cases_caseauthor.mobile") for each in mobiles]
        veil = Veil(word for word in [*names, *others] if word)
        return ToScore(assignment, veil, blind, blind is not None and not is_current(blind.known, names))
    raise Http404


def veil_of(case: Case) -> Veil:
    """Hides whoever made the case: names, units, mobiles, and the province."""
    words = [case.submitter.name, case.signature, case.province.name, case.province.short]
    words += [unit.name for unit in (case.unit, case.submitter.unit) if unit]
    words += [case.submitter.mobile or "", case.submitter.email or "", case.number or ""]
    for author in case.authors.all():
        words += [author.name, author.unit, author.mobile]
    return Veil(words)


def veiled_titles(user: User, call: Call) -> dict[int, str]:
    """{assignment: title} of the pile, without the names a title may hold: two queries."""
    rows = visible_to_expert(user).filter(case__call_id=call.pk)
    joined = rows.select_related("case__unit", "case__province", "case__submitter__unit")
    return {row.pk: veil_of(row.case).text(row.case.title) for row in joined.prefetch_related("case__authors")}


def calls_of(user: User) -> list[Call]:
    """The calls in which the expert has cases, the one whose scoring ends first in front."""
    ids = visible_to_expert(user).values("case__call_id")
    return list(Call.objects.filter(pk__in=ids).order_by("scoring_closes_at", "pk"))


def call_to_work_on(calls: list[Call], now: datetime, wanted: str = "") -> Call | None:
    """The call asked for, else the first that is open for scoring, else the last."""
    chosen = [call for call in calls if call.slug == wanted] or [call for call in calls if call.phase(now) == OPEN]
    return next(iter(chosen or calls[-1:]), None)


@dataclass(frozen=True)
class Entry:
    """One line of the pile. `tone`: done, act (begun), skip (cannot be judged) or empty."""

    pk: int
    position: int
    type: str
    total: Any
    vote: str
    tone: str
    doubt: bool

    @property
    def open(self) -> bool:
        return self.tone in ("", "act")


ON_THE_PILE = Rule(lambda user, call: visible_to_expert(User(pk=user)).filter(case__call_id=call), "user", "call")
TONE = """CASE WHEN s.submitted_at IS NULL THEN CASE WHEN s.id IS NULL THEN '' ELSE 'act' END
         WHEN s.vote = 'cannot' THEN 'skip' ELSE 'done' END"""
PILE = f"""
SELECT a.id, c.type, s.total, coalesce(s.vote, ''), {TONE},
       coalesce(s.doubts_originality OR s.doubts_eligibility, false)
FROM reviews_assignment a
JOIN cases_case c ON c.id = a.case_id
LEFT JOIN reviews_scoresheet s ON s.assignment_id = a.id
WHERE a.id IN ({{rule}})
ORDER BY a.id
"""


def pile_of(user: User, call: Call) -> list[Entry]:
    """The expert's whole pile of one call, in the order it was given: one query."""
    rows = fetch(PILE.format(rule=ON_THE_PILE.sql), ON_THE_PILE.parameters(user=user.pk, call=call.pk))
    return [Entry(pk, position, *values) for position, (pk, *values) in enumerate(rows, 1)]


AROUND = 60
"""So many cases on either side of one are drawn as its surroundings: a whole pile, unless it is a very large one."""
PLACE = f"""
WITH pile AS (
    SELECT a.id, c.type, s.total, {TONE} AS tone, row_number() OVER (ORDER BY a.id) AS position
    FROM reviews_assignment a
    JOIN cases_case c ON c.id = a.case_id
    LEFT JOIN reviews_scoresheet s ON s.assignment_id = a.id
    WHERE a.id IN ({{rule}})
), here AS (
    SELECT type, position FROM pile WHERE id = %s
)
SELECT here.position, count(*), count(*) FILTER (WHERE tone = 'done'),
       max(pile.id) FILTER (WHERE pile.position < here.position),
       min(pile.id) FILTER (WHERE pile.position > here.position),
       count(total) FILTER (WHERE tone = 'done' AND pile.type = here.type),
       avg(total) FILTER (WHERE tone = 'done' AND pile.type = here.type),
       array_agg(tone ORDER BY pile.position) FILTER (WHERE abs(pile.position - here.position) <= %s)
FROM pile, here
GROUP BY here.position
"""


class Place(NamedTuple):
    """Where a case stands in an expert's pile: what lies before and after it, and what others of its type were given.

    `mean` is that of the `peers`, the cases of its type with a score; `tones` are of the cases around it and its own.
    """

    position: int
    whole: int
    done: int
    before: int | None
    after: int | None
    peers: int
    mean: Decimal | None
    tones: list[str]


def place_of(assignment: Assignment, user: User) -> Place:
    """The place of a case in the pile it lies on, which is not read for it: one query. Raises Http404."""
    rule = ON_THE_PILE.parameters(user=user.pk, call=assignment.case.call_id)
    for row in fetch(PLACE.format(rule=ON_THE_PILE.sql), [*rule, assignment.pk, AROUND]):
        place = Place(*row)
        own = min(place.position - 1, AROUND)
        place.tones[own] = place.tones[own] or "act"
        return place
    raise Http404


def peers(pile: list[Entry], kind: str) -> tuple[int, Decimal | None]:
    """How many cases of a type the expert has given a score, and the mean of those: what a new one is compared with."""
    given = [entry.total for entry in pile if entry.type == kind and entry.tone == "done" and entry.total is not None]
    return len(given), sum(given, Decimal()) / len(given) if given else None


def recused_count(user: User, call: Call) -> int:
    return Assignment.objects.filter(expert__user_id=user.pk, case__call_id=call.pk, recused_at__isnull=False).count()


def next_open(pile: list[Entry], after: int | None = None) -> Entry | None:
    """The next case still to be submitted, beginning behind the one with the id `after`, then from the start."""
    index = next((i for i, entry in enumerate(pile) if entry.pk == after), -1)
    order = pile[index + 1 :] + pile[: index + 1]
    return next((entry for entry in order if entry.open and entry.pk != after), None)


def file_for_expert(user: User, kind: str, pk: int) -> UploadedFile:
    """A file of a case on the expert's pile. Raises Http404."""
    cases = visible_to_expert(user).values("case_id")
    if kind == "blind":
        return _blind_copy(confirmed_blind_copies().filter(pk=pk, document__case_id__in=cases))
    rows = FILE_KINDS.get(kind)
    file = rows().filter(pk=pk, case_id__in=cases).first() if rows else None
    if file is None:
        raise Http404
    return file


def _blind_copy(found: QuerySet[BlindCopy]) -> BlindCopy:
    """A blind copy with what an expert sees of it: not the small pictures its author chose by, and no pages that tell
    a name which came later."""
    whole = found.select_related("document__case__province", "document__case__unit", "document__case__submitter__unit")
    copy = whole.first()
    if copy is None:
        raise Http404
    hidden = {CHOICE} if is_current(copy.known, names_of(copy.document.case)) else {CHOICE, "page"}
    copy.facts = {**copy.facts, "derived": [one for one in copy.facts["derived"] if one["role"] not in hidden]}
    return copy
