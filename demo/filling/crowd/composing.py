"""The author's part of a crowd case: what is written, brought and signed, and when."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from calls.models import Call
from calls.policy import CaseType
from demo import content
from demo.content.facts import facts
from demo.filling.cases import SOURCES
from demo.filling.crowd.cast import Part
from demo.filling.crowd.dossier import Books, Dossier, Line
from demo.filling.crowd.people import Author, Crowd
from demo.filling.files import Shelf, choose_materials
from demo.filling.making import Telling
from demo.filling.timeline import ZONE

JOINED = timedelta(hours=3)
MATERIALS = (2, 3, 3, 4, 4, 5)
"""How many materials cases have, each as often as it stands here."""

REDRAWS = 8
"""How often a title is drawn again that another case of the call has."""


class Text(NamedTuple):
    """What a case says of itself."""

    title: str
    overview: str


class Composer:
    """Lets authors of the crowd make their cases of one call."""

    def __init__(
        self,
        call: Call,
        books: Books,
        crowd: Crowd,
        shelf: Shelf,
        rng: random.Random,
        now: datetime,
        *,
        materials: Sequence[int] = MATERIALS,
    ) -> None:
        self.call = call
        self.books = books
        self.crowd = crowd
        self.shelf = shelf
        self.rng = rng
        self.now = now
        self.materials = materials
        self._titles: set[str] = set()

    def moment(self, begin: datetime, end: datetime, *, late: bool = False) -> datetime:
        """A moment of a half-open window that is not to come, by day where the window leaves the choice.

        `late`: more of them towards the end, as before every deadline.
        """
        last = min(end, self.now)
        drawn = begin + (last - begin) * self.rng.random() ** (0.55 if late else 1)
        by_day = drawn.astimezone(ZONE).replace(hour=self.rng.randint(8, 21), minute=self.rng.randint(0, 59))
        return by_day if begin <= by_day < last else drawn

    def handed_in(self, part: Part, at: datetime) -> Dossier:
        """A case handed in at the moment, begun up to six days before."""
        opens = self.call.submission_opens_at
        begun = self.moment(max(opens, at - timedelta(days=6)), at - (at - opens) * 0.3)
        author = self.crowd.author(part.code, part.kind, begun - (begun - opens) * 0.4)
        return self.finish(self.begin(author, part.kind, begun), self.text(author, part.kind), at)

    def begin(self, author: Author, kind: CaseType, begun: datetime) -> Dossier:
        return Dossier(self.books, self.call, author, str(kind), begun)

    def finish(self, case: Dossier, text: Text, at: datetime) -> Dossier:
        """Fill in, bring everything, sign and hand in at the moment."""
        begun = case.begun

        def part_way(share: float) -> datetime:
            return begun + (at - begun) * share

        self.fill_in(case, text, part_way(0.3))
        self.bring_paper(case, text, part_way(0.6))
        self.bring_materials(case, part_way(0.65), part_way(0.85))
        self.sign(case, part_way(0.92))
        case.hand_in(at)
        return case

    def text(self, author: Author, kind: CaseType) -> Text:
        """A title nobody else in the call has, with its overview."""
        host = author.name if kind == CaseType.STUDIO else ""
        for _ in range(REDRAWS):
            title = content.title(self.rng, kind, unit=author.unit, host=host)
            if title not in self._titles:
                break
        self._titles.add(title)
        return Text(title, content.overview(self.rng, kind, title, unit=author.unit, host=host))

    def fill_in(self, case: Dossier, text: Text, at: datetime, lines: Sequence[Line] | None = None) -> None:
        """The whole information sheet."""
        values: dict[str, Any] = {"title": text.title, "overview": text.overview}
        if self.rng.random() < 0.4:
            values["sources"] = SOURCES
        if case.kind == CaseType.STUDIO:
            words = facts(case.kind, text.title, case.author.unit, case.host).words
            values |= {
                "contribution": int(str(words["贡献值"])),
                "broadcasts": int(str(words["直播数"])),
                "pledge_signed": True,
            }
        case.fill_in(at, values, lines or self.lines(case))

    def lines(self, case: Dossier) -> list[Line]:
        """The submitter first, then none, one or two colleagues."""
        author, studio = case.author, case.kind == CaseType.STUDIO
        post = "高级教师/工作室主持人" if studio else author.post
        first = Line(author.name, author.unit, post, author.mobile, studio)
        others = [
            Line(next(self.crowd.people.names), author.unit, content.post(self.rng), self.crowd.people.mobile())
            for _ in range(self.rng.choice((0, 0, 1, 1, 2)))
        ]
        return [first, *others]

    def bring_paper(self, case: Dossier, text: Text, at: datetime) -> None:
        """The document that tells of the case."""
        telling = Telling(case.kind, text.title, case.author.unit, case.host, f"{self.call.slug} {text.title}")
        item = self.books.stock.paper_for(telling, self.rng)
        case.bring_document(at, item, document_name(text.title))

    def bring_materials(self, case: Dossier, begin: datetime, end: datetime, count: int = 0) -> None:
        wanted = count or self.rng.choice(self.materials)
        words = facts(case.kind, case.sheet["title"], case.author.unit, case.host).words
        about = {"subject": str(words["学科"]), "theme": str(words["题"])}
        # A name drawn twice is left out, so a few more are drawn than wanted.
        chosen = choose_materials(self.rng, wanted * 2, **about)[:wanted]
        for number, (category, extension, title) in enumerate(chosen):
            item = self.books.stock.item(self.shelf.of_kind(extension, self.rng))
            case.bring(begin + (end - begin) * (number / len(chosen)), item, str(category), title, extension)

    def sign(self, case: Dossier, at: datetime) -> None:
        public = self.rng.random() < 0.96
        case.sign(at, publication=public, platform=public and self.rng.random() < 0.8)


def document_name(title: str) -> str:
    """A file name that says what the case is called, without what a path is made of."""
    return title.replace("/", "").replace("\\", "")[:30] + ".docx"
