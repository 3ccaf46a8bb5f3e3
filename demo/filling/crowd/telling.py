"""The crowd of each call put on the timeline, around the story's own cases."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from cases.models import Case
from demo.filling.calls import Round
from demo.filling.crowd import cast, issuing
from demo.filling.crowd.cast import Part, Stage
from demo.filling.crowd.composing import Composer
from demo.filling.crowd.dossier import Books, Dossier
from demo.filling.crowd.drafts import Drafter
from demo.filling.crowd.judging import Judges
from demo.filling.crowd.ledger import Ledger
from demo.filling.crowd.oddities import Edge, Oddities
from demo.filling.crowd.people import Crowd
from demo.filling.crowd.scoring import Scorers
from demo.filling.crowd.stock import Stock
from demo.filling.files import Shelf
from demo.filling.people import People, Person
from demo.filling.reviewing import ANSWER
from demo.filling.timeline import Timeline
from reviews.actions import deciding, recommending
from reviews.models import Grade

TYPICAL, SHOWCASE = 0.25, 0.76
"""The best so much of the reviewed cases become typical, the next showcase."""

AT_ONCE = 50
EDGE_CODES = ("65", "54", "15", "42", "51", "45", "33", "62", "41", "37")
"""Where the cases at the limits come from, one each."""

REORDERED = ((3, 20), (1, 8), (7, 30), (2, 15), (5, 60))
"""What the administrators of the largest desk have moved in their list: so many from its end, to which rank."""

Told = Callable[[random.Random], list[Part]]


class Chorus:
    """The crowd of all calls. `say` hears what has been written."""

    def __init__(
        self,
        time: Timeline,
        people: People,
        admins: Mapping[str, Sequence[Person]],
        shelf: Shelf,
        stock: Stock,
        say: Callable[[str], None],
    ) -> None:
        self.time = time
        self.admins = admins
        self.shelf = shelf
        self.say = say
        self.ledger = Ledger()
        self.books = Books(self.ledger, stock)
        self.crowd = Crowd(people, random.Random("crowd people"), self.ledger)
        self.oddities = Oddities(stock, shelf, "odd")
        self.quality: dict[str, dict[int, int]] = {}
        time.before_each = self.ledger.write_until

    def tell_published(self, round: Round, released: datetime, decided: datetime) -> None:
        """The crowd of the published call: handed in, judged, scored by all, decided."""
        self._at_opening(round, cast.published, round.submission_closes_at, round.recommendation_closes_at)
        scored = released + timedelta(minutes=2)
        self.time.at(scored, partial(self._score_and_decide, round, decided))

    def certify(self, round: Round, now: datetime) -> None:
        """The certificates of the crowd, once those of the story are made."""
        self.say(f"证书 {issuing.issue(round.call, self.books, now)} 张")

    def tell_in_review(self, round: Round, released: datetime) -> None:
        """The crowd of the call with the experts: half of the sheets are in."""
        self._at_opening(round, cast.in_review, round.submission_closes_at, round.recommendation_closes_at)
        self.time.at(released + timedelta(minutes=2), partial(self._score_some, round))

    def tell_in_recommendation(self, round: Round) -> None:
        """The crowd on the provinces' desks; the largest desk has set its list in order."""
        last = self.time.now - timedelta(minutes=70)
        self._at_opening(round, cast.in_recommendation, round.recommendation_opens_at, last)
        for number, (place, rank) in enumerate(REORDERED):
            moment = self.time.now - timedelta(minutes=60 - 4 * number)
            self.time.at(moment, partial(self._reorder, round, place, rank))

    def tell_open(self, round: Round) -> None:
        """The crowd that hands in now."""
        last = self.time.now - timedelta(minutes=45)
        self._at_opening(round, cast.open_now, round.submission_opens_at, last)

    def _at_opening(self, round: Round, told: Told, begin: datetime, end: datetime) -> None:
        opens = round.submission_opens_at
        self.time.at(opens + timedelta(minutes=1), lambda now: self._tell(round, told, begin, end))

    def _tell(self, round: Round, told: Told, begin: datetime, end: datetime) -> None:
        """Write the rows of a call's crowd; what happens later in them comes to the audit trail in its time."""
        rng = random.Random(f"crowd {round.slug}")
        self.crowd.look_around()
        composer = Composer(round.call, self.books, self.crowd, self.shelf, rng, self.time.now)
        judges = Judges(composer, {code: [one.user.pk for one in team] for code, team in self.admins.items()})
        drafter, edge = Drafter(composer, self.oddities), Edge(composer, self.oddities)
        parts = told(rng)
        drafts = [part for part in parts if part.stage == Stage.DRAFT]
        parts = [part for part in parts if part.stage != Stage.DRAFT]
        closes = min(round.submission_closes_at, end)
        first = round.submission_opens_at + timedelta(days=1)
        moments = sorted(composer.moment(first, closes - timedelta(minutes=10), late=True) for _ in parts)
        at_edge = _at_edge(parts)
        cases: list[Dossier] = []
        quality: dict[int, int] = {}
        for number, (part, at) in enumerate(zip(parts, moments, strict=True)):
            if number in at_edge:
                case = edge.tell(at_edge[number], part.code, part.kind, at)
            else:
                case = composer.handed_in(part, at)
            judges.judge(case, part, max(begin, at + timedelta(hours=1)), end)
            if part.stage == Stage.RECOMMENDED:
                quality[case.id] = part.quality
            cases.append(case)
        cases += [drafter.draft(part, number) for number, part in enumerate(drafts)]
        judges.recommend()
        for case in cases:
            case.close()
        self.crowd.write()
        self.books.write()
        self.quality[round.slug] = quality
        self.say(f"{round.short}：案例 {len(cases)} 件")

    def _score_and_decide(self, round: Round, decided: datetime, now: datetime) -> None:
        scorers = Scorers(round.call, self.quality[round.slug], self.ledger, f"scores {round.slug}")
        scorers.score_all(now)
        best_first = sorted(scorers.means, key=lambda case_id: -scorers.means[case_id])
        cuts = (0, round_to(TYPICAL, best_first), round_to(SHOWCASE, best_first), len(best_first))
        moment = decided + timedelta(hours=3)
        for grade, begin, end in zip((Grade.TYPICAL, Grade.SHOWCASE, Grade.NOT), cuts, cuts[1:], strict=False):
            chosen = best_first[begin:end]
            plain = [case_id for case_id in chosen if case_id not in scorers.doubted]
            for start in range(0, len(plain), AT_ONCE):
                moment += timedelta(minutes=25)
                self.time.at(moment, partial(self._decide, plain[start : start + AT_ONCE], grade))
            for case_id in set(chosen) & scorers.doubted:
                moment += timedelta(minutes=4)
                self.time.at(moment, partial(self._answer, case_id, grade))

    def _score_some(self, round: Round, now: datetime) -> None:
        scorers = Scorers(round.call, self.quality[round.slug], self.ledger, f"scores {round.slug}")
        scorers.score_some(self.time, now)

    def _decide(self, case_ids: Sequence[int], grade: Grade, now: datetime) -> None:
        actor = self.crowd.people.accounts["centre"].user
        done = deciding.decide_many(case_ids=case_ids, grade=grade, actor=actor, now=now)
        assert not done.refused, done.refused

    def _answer(self, case_id: int, grade: Grade, now: datetime) -> None:
        """A case with a doubt is decided with what the centre found out."""
        actor = self.crowd.people.accounts["centre-b"].user
        deciding.decide(case_id=case_id, grade=grade, actor=actor, now=now, note=ANSWER)

    def _reorder(self, round: Round, from_end: int, rank: int, now: datetime) -> None:
        admin = self.admins["42"][from_end % len(self.admins["42"])]
        listed = Case.objects.filter(call=round.call, recommendation__allowance__province=admin.province)
        case = listed.order_by("-recommendation__rank")[from_end - 1]
        recommending.reorder(case_id=case.pk, to=rank, actor=admin.user, now=now)


def round_to(share: float, cases: Sequence[int]) -> int:
    return round(share * len(cases))


def _at_edge(parts: Sequence[Part]) -> dict[int, int]:
    """{number of a part: limit}: of each province of EDGE_CODES the first case that comes far enough to be seen."""
    found: dict[int, int] = {}
    for limit, code in enumerate(EDGE_CODES):
        seen = (number for number, part in enumerate(parts) if part.code == code and number not in found)
        ranked = sorted(seen, key=lambda number: parts[number].stage != Stage.RECOMMENDED)
        if ranked:
            found[ranked[0]] = limit
    return found
