"""Cases that their authors have not handed in: drafts at every stage of readiness."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from calls.policy import CaseType
from cases.models import Category
from demo.content import extremes
from demo.filling.crowd.cast import Part
from demo.filling.crowd.composing import Composer, Text, document_name
from demo.filling.crowd.dossier import Dossier, Line
from demo.filling.crowd.odd import DOCUMENTS, MATERIALS
from demo.filling.crowd.oddities import Oddities

Step = Callable[[Dossier, Text, datetime], None]


class Drafter:
    """Brings drafts as far as their stage; each stage is a method, and the drafts go through them in turn."""

    def __init__(self, composer: Composer, oddities: Oddities) -> None:
        self.composer = composer
        self.oddities = oddities
        self.rng: random.Random = composer.rng
        self.stages: tuple[Step, ...] = (
            self.nothing_typed,
            self.title_alone,
            self.sheet_half,
            self.overview_too_long,
            self.sheet_whole,
            self.document_cut_off,
            self.document_in_old_format,
            self.document_too_long,
            self.section_missing,
            self.document_alone,
            self.materials_refused,
            self.one_material_refused,
            self.unsigned,
            self.ready,
            self.ready,
        )

    def draft(self, part: Part, number: int) -> Dossier:
        """The number-th draft of the call."""
        composer, opens = self.composer, self.composer.call.submission_opens_at
        last = min(composer.call.submission_closes_at, composer.now) - timedelta(minutes=50)
        begun = composer.moment(opens + timedelta(hours=2), last)
        author = composer.crowd.author(part.code, part.kind, begun - (begun - opens) * 0.3)
        case = composer.begin(author, part.kind, begun)
        text = composer.text(author, part.kind)
        self.stages[number % len(self.stages)](case, text, min(begun + timedelta(hours=self.rng.randint(1, 30)), last))
        return case

    def nothing_typed(self, case: Dossier, text: Text, at: datetime) -> None:
        """The case was opened and left."""

    def title_alone(self, case: Dossier, text: Text, at: datetime) -> None:
        case.fill_in(at, {"title": text.title}, None)

    def sheet_half(self, case: Dossier, text: Text, at: datetime) -> None:
        """A colleague's line is incomplete, and a studio's facts are not there yet."""
        names = self.composer.crowd.people.names
        lines = [*self.composer.lines(case)[:1], Line(next(names), case.author.unit, "", "")]
        case.fill_in(at, {"title": text.title, "overview": text.overview[: len(text.overview) // 3]}, lines)

    def overview_too_long(self, case: Dossier, text: Text, at: datetime) -> None:
        full = extremes.full_overview(self.rng, case.kind, text.title, unit=case.author.unit, host=case.host)
        self.composer.fill_in(case, text._replace(overview=full + text.overview[:40]), at)

    def sheet_whole(self, case: Dossier, text: Text, at: datetime) -> None:
        self.composer.fill_in(case, text, self._at(case, at, 0.4))

    def document_cut_off(self, case: Dossier, text: Text, at: datetime) -> None:
        self._odd_document(case, text, at, "cut_off")

    def document_in_old_format(self, case: Dossier, text: Text, at: datetime) -> None:
        self._odd_document(case, text, at, "old_word")

    def document_too_long(self, case: Dossier, text: Text, at: datetime) -> None:
        self._odd_document(case, text, at, "too_long")

    def section_missing(self, case: Dossier, text: Text, at: datetime) -> None:
        self._odd_document(case, text, at, "section_missing")

    def document_alone(self, case: Dossier, text: Text, at: datetime) -> None:
        self.sheet_whole(case, text, at)
        self.composer.bring_paper(case, text, self._at(case, at, 0.7))

    def materials_refused(self, case: Dossier, text: Text, at: datetime) -> None:
        """Nothing that was brought has been taken."""
        self.document_alone(case, text, at)
        self._refused(case, at, tuple(MATERIALS))

    def one_material_refused(self, case: Dossier, text: Text, at: datetime) -> None:
        self.unsigned(case, text, at)
        self._refused(case, at, (self.rng.choice(tuple(MATERIALS)),))

    def unsigned(self, case: Dossier, text: Text, at: datetime) -> None:
        self.document_alone(case, text, at)
        self.composer.bring_materials(case, self._at(case, at, 0.75), self._at(case, at, 0.85))

    def ready(self, case: Dossier, text: Text, at: datetime) -> None:
        """Everything is there but the hand-in."""
        self.unsigned(case, text, at)
        self.composer.sign(case, self._at(case, at, 0.97))

    def _odd_document(self, case: Dossier, text: Text, at: datetime, what: str) -> None:
        self.sheet_whole(case, text, at)
        name = DOCUMENTS[what] if what in ("cut_off", "old_word") else document_name(text.title)
        case.bring_document(self._at(case, at, 0.7), self.oddities.document(what), name)
        if case.kind != CaseType.STUDIO:
            self.composer.bring_materials(case, self._at(case, at, 0.75), self._at(case, at, 0.85), count=2)

    def _refused(self, case: Dossier, at: datetime, which: tuple[str, ...]) -> None:
        for number, what in enumerate(which):
            title, extension = MATERIALS[what].rsplit(".", 1)
            moment = self._at(case, at, 0.88 + 0.02 * number)
            case.bring(moment, self.oddities.material(what), str(Category.EXCHANGE), title, extension)

    def _at(self, case: Dossier, at: datetime, share: float) -> datetime:
        return case.begun + (at - case.begun) * share
