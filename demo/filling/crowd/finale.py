"""What becomes of recommended cases in a call for load: experts, scores, grades, the gallery, all written in bulk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from calls.actions import reach
from calls.models import Call
from cases.lifecycle import State, target
from demo.filling.crowd.copying import Table, fresh_ids
from demo.filling.crowd.dossier import Books, Dossier
from demo.filling.crowd.scoring import Duty, Scorers
from demo.filling.crowd.staff import Reviewer, Staff
from kernel import audit
from publishing import words
from publishing.actions.publishing import SIGNS, TOLD, VERBS, digest_of
from publishing.certificates import verification_code
from publishing.models import Certificate, Publication, SelectedCase
from reviews.actions.closing import MOVES
from reviews.actions.deciding import RESULTS_CONFIRMED
from reviews.models import Assignment, Decision, Grade

GIVEN_AFTER = timedelta(days=1, hours=2)
BEST = 84
"""Cases of such a mean and above become typical, the others showcase: all that was published is in the gallery."""


class Finale:
    """Brings the recommended cases of a call to the experts and, where it is published, into the gallery."""

    def __init__(self, call: Call, books: Books, staff: Staff) -> None:
        self.call = call
        self.books = books
        self.staff = staff
        self.assignments = Table(Assignment, "id case_id expert_id at released_at")
        self.decisions = Table(Decision, "id case_id grade by_id at")
        self.selected = Table(
            SelectedCase,
            "id case_id call_id number grade type province_id title overview authors unit published_at words",
        )
        self.certificates = Table(Certificate, "selected_id number code issued_at")
        self.sheets = 0
        self.grades: dict[str, str] = {}
        self._assignment_ids, self._decision_ids = fresh_ids(Assignment), fresh_ids(Decision)
        self._selected_ids = fresh_ids(SelectedCase)
        self._experts: Sequence[Reviewer] = ()
        self._turn = 0
        self.published_at = call.scoring_closes_at + timedelta(days=10)
        self._serials: Counter[Grade] = Counter()

    def invite(self) -> None:
        """See who reviews: before the first portion."""
        self._experts = self.staff.experts()

    def review(self, told: Sequence[tuple[Dossier, int]], end: datetime) -> dict[int, float]:
        """Recommended cases enter review, are given to experts and scored by all before the end; the mean of each.

        `told` are the cases with about what they are worth.
        """
        closed = self.call.recommendation_closes_at
        verb, words_of = MOVES[State.RECOMMENDED]
        duties: list[Duty] = []
        for case, _ in told:
            case.move_on(closed + timedelta(minutes=1), verb, words_of, "my_case")
            duties += [self._give(case, expert, closed + GIVEN_AFTER) for expert in self._for(case)]
        worth = {case.id: quality for case, quality in told}
        scorers = Scorers(self.call, worth, self.books.ledger, f"load {self.call.slug} {self._turn}")
        scorers.submit(duties, closed + GIVEN_AFTER, end)
        self.assignments.write()
        scorers.finish()
        self.sheets += scorers.sheets.count
        return scorers.means

    def select(self, told: Sequence[tuple[Dossier, int]], means: Mapping[int, float]) -> None:
        """Reviewed cases get their grades and come into the gallery, each with a certificate still to be made."""
        for case, _ in told:
            grade = Grade.TYPICAL if means[case.id] >= BEST else Grade.SHOWCASE
            self._decide(case, grade)
            state = target(case.state, VERBS[grade])
            words_of = "“{title}”" + TOLD[state] + "。"
            case.move_on(self.published_at, VERBS[grade], words_of, "my_certificate", by=self.staff.second.pk)
            self._show(case, grade)
        for table in (self.decisions, self.selected, self.certificates):
            table.write()

    def publish(self) -> None:
        """The publication that two people of the centre vouch for."""
        prepared = self.published_at - timedelta(hours=5)
        first, second, digest = self.staff.centre, self.staff.second, digest_of(self.grades)
        publication = Publication.objects.create(
            call=self.call, decisions=self.grades, digest=digest, prepared_by=first, prepared_at=prepared,
            confirmed_by=second, confirmed_at=self.published_at, done_at=self.published_at,
        )  # fmt: skip
        self.call.published_at = self.published_at
        self.call.save(update_fields=["published_at"])
        reach(call_id=self.call.pk, moment=RESULTS_CONFIRMED, now=self.published_at)
        counts = Counter(self.grades.values())
        given = {grade: counts[grade] for grade in Grade.values}
        for verb, actor, at, facts in (
            ("publication.prepare", first, prepared, {"digest": digest, "counts": given}),
            ("publication.confirm", second, self.published_at, {"digest": digest}),
            ("publication.publish", None, self.published_at, {"selected": len(self.grades)}),
        ):
            audit.record(verb=verb, subject=publication, actor=actor, now=at, call_id=self.call.pk, **facts)

    def _for(self, case: Dossier) -> list[Reviewer]:
        """The next experts of other provinces."""
        chosen: list[Reviewer] = []
        while len(chosen) < self.call.experts_per_case:
            expert = self._experts[self._turn % len(self._experts)]
            self._turn += 1
            if expert.province_id != case.author.province.pk:
                chosen.append(expert)
        return chosen

    def _give(self, case: Dossier, expert: Reviewer, at: datetime) -> Duty:
        """Give the case to the expert, as the centre does by hand once a call's assignments are released."""
        pk, code = next(self._assignment_ids), case.author.province.code
        self.assignments.add(pk, case.id, expert.id, at, at)
        self.books.ledger.note(
            at, "assignment.give", Assignment, pk, actor_id=self.staff.centre.pk, call_id=self.call.pk,
            province_code=code, case_id=case.id, expert_id=expert.id, released=True,
        )  # fmt: skip
        return Duty(pk, case.id, expert.id, expert.user_id, None, case.kind, code)

    def _decide(self, case: Dossier, grade: Grade) -> None:
        pk, at = next(self._decision_ids), self.call.scoring_closes_at + timedelta(days=2)
        self.decisions.add(pk, case.id, str(grade), self.staff.centre.pk, at)
        self.books.ledger.note(
            at, "decision.take", Decision, pk, actor_id=self.staff.centre.pk, call_id=self.call.pk,
            province_code=case.author.province.code, case_id=case.id, before="", after=str(grade), noted=False,
        )  # fmt: skip
        self.grades[str(case.id)] = str(grade)

    def _show(self, case: Dossier, grade: Grade) -> None:
        """What `publishing.actions.publishing` keeps of a selected case."""
        pk, sheet, province = next(self._selected_ids), case.sheet, case.author.province
        authors = [{"name": line.name, "unit": line.unit, "post": line.post} for line in case.lines]
        names = " ".join(f"{line.name} {line.unit}" for line in case.lines) + f" {province.name}"
        assert case.paper is not None
        vector = words.vector(title=sheet["title"], overview=sheet["overview"], names=names)
        vector += " " + _body(case.paper.made.folder / "document.html")
        self.selected.add(
            pk, case.id, self.call.pk, case.number, str(grade), case.kind, province.pk, sheet["title"],
            sheet["overview"], authors, case.lines[0].unit, self.published_at, vector,
        )  # fmt: skip
        self._serials[grade] += 1
        number = f"{self.call.year}-{SIGNS[grade]}-{self._serials[grade]:04d}"
        self.certificates.add(pk, number, verification_code(), self.published_at)


@lru_cache(maxsize=256)
def _body(html: Path) -> str:
    """The words of a document, read once: a `tsvector` may name a word twice."""
    return words.vector(title="", overview="", body=Markup(html.read_text()).striptags())
