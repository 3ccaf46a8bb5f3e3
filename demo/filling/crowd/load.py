"""One more call of any number of cases, for load work: every phase's rows, written in portions."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from calls.actions import reach, save_call
from calls.models import Call
from cases.actions.closing import CLOSED as SUBMISSION_CLOSED
from demo.filling.calls import TITLE, Round, around
from demo.filling.crowd.cast import CODES, KINDS, Part, Stage, shares
from demo.filling.crowd.composing import Composer
from demo.filling.crowd.dossier import Books, Dossier
from demo.filling.crowd.finale import Finale
from demo.filling.crowd.judging import Judges
from demo.filling.crowd.ledger import Ledger
from demo.filling.crowd.people import Crowd
from demo.filling.crowd.staff import Staff
from demo.filling.crowd.stock import Stock
from demo.filling.files import Shelf
from demo.filling.people import People
from kernel.errors import Refusal
from reviews.actions.closing import CLOSED as RECOMMENDATION_CLOSED
from reviews.actions.opening import OPENED

PHASES: dict[str, tuple[int, ...]] = {
    "open": (-8, 6, 6, 24, 55, 80),
    "recommendation": (-34, -12, -12, 10, 45, 66),
    "review": (-80, -62, -62, -14, 18, 40),
    "published": (-150, -132, -132, -100, -60, -40),
}
"""For each phase: days from today on which hand-in opens and closes, recommending opens and closes, scoring closes,
results are due."""

DESK: tuple[tuple[Stage, int], ...] = (
    (Stage.HANDED_IN, 34), (Stage.READ, 6), (Stage.HALF, 4), (Stage.ELIGIBLE, 40), (Stage.RETURNED, 4),
    (Stage.DECLINED, 12),
)  # fmt: skip
"""Where the cases stand that got no place, so many of a hundred."""

PORTION = 2_000
A_KIND = 12
CASES_AN_AUTHOR = 4
LINKED = 10_000
"""So many cases have bytes of their own names; beyond them a row's key leads to nothing, for names take room too."""

MATERIALS = (1, 2, 2, 3)
"""How many materials a case has."""

AFTERWARDS = ("review", "published")
USUAL_PLACES, MOST_PLACES = 200, 32_767
YEARS_AHEAD = 100
"""The calls for load have years of their own, so that no number of theirs meets another's."""

Say = Callable[[str], None]


class TooManyForOne(Refusal):
    code = "too_many_for_one"
    sentence = f"一个省份最多能有 {MOST_PLACES:,} 件推荐的案例。请减少件数，或不指定省份。"


class Wanted(NamedTuple):
    """What was asked for; `province` is a code, or empty for all."""

    cases: int
    phase: str
    province: str = ""


def fill_load(wanted: Wanted, *, people: People, shelf: Shelf, now: datetime, say: Say) -> dict[str, int]:
    """Write one more call; what was made. The caller holds the transaction."""
    staff = Staff(people, now)
    codes = [wanted.province] if wanted.province else list(CODES)
    round = _announce(wanted, max(shares(wanted.cases, codes).values()), staff, now)
    stock = Stock(shelf.folder, shelf.kept)
    try:
        stock.write_papers("load", A_KIND)
        books = Books(Ledger(), stock)
        # Authors of their own: who they are does not depend on how many of the staff had to be made.
        authors, rng = People(random.Random(f"{round.slug} people")), random.Random(round.slug)
        crowd = Crowd(authors, rng, books.ledger, cases_each=CASES_AN_AUTHOR)
        load = _Load(wanted, round, books, crowd, staff, shelf, now)
        load.write(codes, say)
    finally:
        stock.close()
    return {
        "届次": 1, "案例": books.cases.count, "作者账号": load.crowd.users.count, "文档": books.documents.count,
        "支撑材料": books.files.count, "推荐": books.recommendations.count, "评分表": load.ending.sheets,
        "推荐案例": load.ending.selected.count, "审计": books.ledger.table.count,
    }  # fmt: skip


def _announce(wanted: Wanted, most: int, staff: Staff, now: datetime) -> Round:
    """The call; what the portal does at its past moments is counted as done, for its rows say so already.

    Where all cases are recommended, a province has as many places as it has cases. Refuses: TooManyForOne.
    """
    number = Call.objects.filter(slug__startswith="load-").count() + 1
    year = now.year + YEARS_AHEAD + number
    round = around(now, f"load-{number}", year, f"负载 {number}", f"负载{number}：{TITLE}", PHASES[wanted.phase])
    values = round.values()
    if wanted.phase in AFTERWARDS:
        if most > MOST_PLACES:
            raise TooManyForOne
        values["places"] = max(most, USUAL_PLACES)
    announced = round.submission_opens_at - timedelta(days=9)
    round.call = save_call(call_id=None, values=values, actor=staff.centre, now=announced)
    passed = {
        SUBMISSION_CLOSED: round.submission_closes_at,
        OPENED: round.recommendation_opens_at,
        RECOMMENDATION_CLOSED: round.recommendation_closes_at,
    }
    for moment, at in passed.items():
        if at <= now:
            reach(call_id=round.call.pk, moment=moment, now=at)
    return round


class _Load:
    """Tells the cases of a load call, a portion at a time so that memory stays small."""

    def __init__(
        self, wanted: Wanted, round: Round, books: Books, crowd: Crowd, staff: Staff, shelf: Shelf, now: datetime
    ) -> None:
        self.wanted = wanted
        self.round = round
        self.books = books
        self.crowd = crowd
        self.staff = staff
        self.now = now
        self.rng = random.Random(f"load {round.slug}")
        self.composer = Composer(round.call, books, crowd, shelf, self.rng, now, materials=MATERIALS)
        self.ending = Finale(round.call, books, staff)

    def write(self, codes: Sequence[str], say: Say) -> None:
        judges = Judges(self.composer, {code: self.staff.admins(code) for code in codes})
        if self.wanted.phase in AFTERWARDS:
            self.ending.invite()
        # Only now: whoever had to be made brought a unit along.
        self.crowd.look_around()
        parts = [part for code, share in shares(self.wanted.cases, codes).items() for part in self._parts(code, share)]
        for start in range(0, len(parts), PORTION):
            portion = parts[start : start + PORTION]
            self.books.stock.links = start < LINKED
            self._write([(self._tell(part, judges), part.quality) for part in portion], judges)
            say(f"{self.round.slug}：{start + len(portion):,} / {len(parts):,} 件")
        if self.wanted.phase == "published":
            self.ending.publish()

    def _write(self, told: Sequence[tuple[Dossier, int]], judges: Judges) -> None:
        """Let a portion go as far as the phase goes and send it to the database."""
        judges.recommend()
        if self.wanted.phase in AFTERWARDS:
            last = min(self.round.scoring_closes_at, self.now - timedelta(hours=1))
            means = self.ending.review(told, last)
            if self.wanted.phase == "published":
                self.ending.select(told, means)
        for case, _ in told:
            case.close()
        self.crowd.write()
        self.books.write()
        self.books.ledger.write_until()

    def _parts(self, code: str, count: int) -> list[Part]:
        """How far the cases of a province come: as the phase wants, with no more places spent than there are."""
        stages, often = zip(*DESK, strict=True)
        kinds, chosen_often = zip(*KINDS, strict=True)
        parts = []
        for number in range(count):
            if self.wanted.phase in AFTERWARDS:
                stage = Stage.RECOMMENDED
            elif self.wanted.phase == "open":
                stage = Stage.HANDED_IN
            else:
                has_place = number < min(self.round.call.places - 1, count // 4)
                stage = Stage.RECOMMENDED if has_place else self.rng.choices(stages, often)[0]
            kind = self.rng.choices(kinds, chosen_often)[0]
            parts.append(Part(code, kind, stage, min(max(round(self.rng.gauss(81, 7)), 58), 95)))
        self.rng.shuffle(parts)
        return parts

    def _tell(self, part: Part, judges: Judges) -> Dossier:
        round = self.round
        first = round.submission_opens_at + timedelta(days=1)
        at = self.composer.moment(first, min(round.submission_closes_at, self.now - timedelta(hours=2)), late=True)
        case = self.composer.handed_in(part, at)
        begin = max(round.recommendation_opens_at, at + timedelta(hours=1))
        judges.judge(case, part, begin, min(round.recommendation_closes_at, self.now - timedelta(minutes=30)))
        return case
