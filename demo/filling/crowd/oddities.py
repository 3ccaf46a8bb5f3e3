"""The odd files in stock, and the cases at the limits that carry them."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta

from calls.policy import CaseType
from cases.models import Category
from demo import content
from demo.content import extremes
from demo.filling.crowd.composing import Composer, Text, document_name
from demo.filling.crowd.dossier import Dossier, Line
from demo.filling.crowd.odd import DOCUMENTS, MATERIALS, Oddity, long_film, odd_document, odd_material
from demo.filling.crowd.stock import Item, Stock
from demo.filling.files import Shelf
from demo.filling.making import Made, Telling

ROOM_LEFT = 6_000
"""Bytes that the fullest case leaves of its 100 MB."""

BESIDE_THE_FILM = ("pdf", "jpg", "pptx")
TWENTY = 20


class Oddities:
    """Odd files, made in other processes, each once."""

    def __init__(self, stock: Stock, shelf: Shelf, seed: str) -> None:
        self.stock = stock
        self.shelf = shelf
        self.tellings = {what: _telling(number, f"{seed} {what}") for number, what in enumerate(DOCUMENTS)}
        self._documents: dict[str, Future[Made]] = {}
        self._materials: dict[str, Future[Made]] = {}
        for what, name in DOCUMENTS.items():
            oddity = Oddity(what, name, self.tellings[what])
            self._documents[what] = stock.pool.submit(odd_document, oddity, stock.folder / f"odd-{what}")
        for what in MATERIALS:
            self._materials[what] = stock.pool.submit(odd_material, what, stock.folder / f"odd-{what}")
        self._film: Made | None = None

    def document(self, what: str) -> Item:
        return self.stock.item(self._documents[what].result())

    def material(self, what: str) -> Item:
        return self.stock.item(self._materials[what].result())

    def filling_up(self, limit: int) -> list[tuple[str, Item]]:
        """Materials that together leave all but nothing of the room there is: a long film and some others."""
        others = [(kind, self.shelf.of_kind(kind, random.Random(kind))) for kind in BESIDE_THE_FILM]
        if self._film is None:
            size = limit - ROOM_LEFT - sum(made.size for _, made in others)
            self._film = long_film(size, self.shelf.place())
        return [(kind, self.stock.item(made)) for kind, made in (*others, ("mp4", self._film))]


class Edge:
    """Tells the cases at the limits of a call, one method each."""

    def __init__(self, composer: Composer, oddities: Oddities) -> None:
        self.composer = composer
        self.oddities = oddities
        self.rng = composer.rng
        self.ways: Sequence[Callable[[Dossier, Text, datetime], None]] = (
            self.longest_title,
            self.one_character,
            self.unusual_title,
            self.full_overview,
            self.tolerated_document,
            self.limit_authors,
            self.rare_names,
            self.full_room,
            self.twenty_files,
            self.smallest,
        )

    def tell(self, number: int, code: str, kind: CaseType, at: datetime) -> Dossier:
        """A case handed in at the moment that stands at the number-th limit."""
        way = self.ways[number]
        opens = self.composer.call.submission_opens_at
        begun = self.composer.moment(max(opens, at - timedelta(days=4)), at - (at - opens) * 0.3)
        telling = {"full_overview": "exact", "tolerated_document": "tolerated"}.get(way.__name__)
        if telling:
            kind = CaseType(self.oddities.tellings[telling].kind)
        given = self._given(way, code)
        author = self.composer.crowd.author(code, kind, begun - (begun - opens) * 0.4, **given)
        case = self.composer.begin(author, kind, begun)
        text = self.composer.text(author, kind)
        way(case, text, at)
        self.composer.sign(case, begun + (at - begun) * 0.92)
        case.hand_in(at)
        return case

    def longest_title(self, case: Dossier, text: Text, at: datetime) -> None:
        title = extremes.longest_title(self.rng, case.kind, unit=case.author.unit, host=case.host)
        self._usual(case, text._replace(title=title), at)

    def one_character(self, case: Dossier, text: Text, at: datetime) -> None:
        self._usual(case, text._replace(title=self.rng.choice(extremes.ONE_CHARACTER_TITLES)), at)

    def unusual_title(self, case: Dossier, text: Text, at: datetime) -> None:
        self._usual(case, text._replace(title=extremes.unusual_title(self.rng, case.kind)), at)

    def full_overview(self, case: Dossier, text: Text, at: datetime) -> None:
        """An overview of exactly 300 字 and a document of exactly 3,000."""
        self._of_document(case, text, at, "exact")

    def tolerated_document(self, case: Dossier, text: Text, at: datetime) -> None:
        """A document a little over the limit, within the tolerance."""
        self._of_document(case, text, at, "tolerated")

    def limit_authors(self, case: Dossier, text: Text, at: datetime) -> None:
        """Three authors whose names, units and posts are as long as the sheet takes."""
        authors = extremes.limit_authors(self.rng, case.author.province.short)
        mobile = self.composer.crowd.people.mobile
        first, *others = authors
        lines = [Line(case.author.name, case.author.unit, first.post, case.author.mobile, case.kind == "studio")]
        lines += [Line(one.name, one.unit, one.post, mobile()) for one in others]
        self._usual(case, text, at, lines)

    def rare_names(self, case: Dossier, text: Text, at: datetime) -> None:
        """Characters that old fonts lack."""
        mobile = self.composer.crowd.people.mobile
        names = self.rng.sample([name for name in extremes.RARE_NAMES if name != case.author.name], 2)
        others = [Line(name, case.author.unit, content.post(self.rng), mobile()) for name in names]
        self._usual(case, text, at, [*self.composer.lines(case)[:1], *others])

    def full_room(self, case: Dossier, text: Text, at: datetime) -> None:
        """Materials of 99.9 MB and a little more."""
        self._sheet_and_paper(case, text, at)
        for number, (kind, item) in enumerate(self.oddities.filling_up(self.composer.call.supporting_bytes)):
            moment = case.begun + (at - case.begun) * (0.65 + 0.05 * number)
            title = "研修活动全程录像" if kind == "mp4" else content.material_name(self.rng, "研究交流")
            case.bring(moment, item, str(Category.EXCHANGE), title, kind)

    def twenty_files(self, case: Dossier, text: Text, at: datetime) -> None:
        self._sheet_and_paper(case, text, at)
        begin = case.begun
        self.composer.bring_materials(case, begin + (at - begin) * 0.65, begin + (at - begin) * 0.88, count=TWENTY)

    def smallest(self, case: Dossier, text: Text, at: datetime) -> None:
        """One author, one sentence, one file."""
        text = text._replace(overview=extremes.shortest_overview(self.rng))
        self._sheet_and_paper(case, text, at, self.composer.lines(case)[:1])
        self.composer.bring_materials(case, case.begun + (at - case.begun) * 0.7, at, count=1)

    def _given(self, way: Callable[..., None], code: str) -> dict[str, str]:
        """What the account of a case at a limit is called and where it works."""
        short = self.composer.crowd.people.provinces[code].short
        if way.__name__ == "limit_authors":
            return {"name": extremes.LONGEST_NAME, "unit": extremes.longest_unit(self.rng, short)}
        if way.__name__ == "rare_names":
            return {"name": self.rng.choice(extremes.RARE_NAMES)}
        return {"name": self.rng.choice(extremes.SHORTEST_NAMES)} if way.__name__ == "smallest" else {}

    def _usual(self, case: Dossier, text: Text, at: datetime, lines: Sequence[Line] | None = None) -> None:
        self._sheet_and_paper(case, text, at, lines)
        begin = case.begun
        self.composer.bring_materials(case, begin + (at - begin) * 0.65, begin + (at - begin) * 0.85)

    def _sheet_and_paper(self, case: Dossier, text: Text, at: datetime, lines: Sequence[Line] | None = None) -> None:
        self.composer.fill_in(case, text, case.begun + (at - case.begun) * 0.3, lines)
        self.composer.bring_paper(case, text, case.begun + (at - case.begun) * 0.6)

    def _of_document(self, case: Dossier, text: Text, at: datetime, what: str) -> None:
        """The case that a document at a limit tells of; its overview stands at its limit too."""
        begin, title = case.begun, self.oddities.tellings[what].title
        overview = extremes.full_overview(self.rng, case.kind, title, unit=case.author.unit, host=case.host)
        text = text._replace(title=title, overview=overview)
        self.composer.fill_in(case, text, begin + (at - begin) * 0.3)
        case.bring_document(begin + (at - begin) * 0.6, self.oddities.document(what), document_name(title))
        self.composer.bring_materials(case, begin + (at - begin) * 0.65, begin + (at - begin) * 0.85)


def _telling(number: int, seed: str) -> Telling:
    rng = random.Random(seed)
    kind = (CaseType.SCHOOL, CaseType.REGION)[number % 2]
    unit = content.unit(rng, "湖北", kind)
    return Telling(str(kind), content.title(rng, kind, unit=unit), unit, "", seed)
